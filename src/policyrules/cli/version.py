"""`--version`: the version of the library, and the kernel of the forward engine."""

from __future__ import annotations


def version_text() -> str:
    """Return the version and the kernel on one line."""
    from policyrules.api.engine_cache import library_version
    from policyrules.api.policy import kernel_name

    kernel = kernel_name()
    if kernel == "fixpoint":
        kernel = "fixpoint, as durable_rules cannot be imported"
    return f"policyrules {library_version()} (kernel: {kernel})"
