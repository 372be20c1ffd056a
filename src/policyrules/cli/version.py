"""`--version`: which library this is, and which kernel of the forward engine decides."""

from __future__ import annotations


def version_text() -> str:
    """The version and the kernel, on one line; without durable_rules it says so."""
    from policyrules.api.engine_cache import library_version
    from policyrules.api.policy import kernel_name

    kernel = kernel_name()
    if kernel == "fixpoint":
        kernel = "fixpoint, as durable_rules cannot be imported"
    return f"policyrules {library_version()} (kernel: {kernel})"
