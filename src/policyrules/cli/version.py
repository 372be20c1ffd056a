"""`--version`: which library this is, and which kernel of the forward engine decides."""

from __future__ import annotations


def version_text() -> str:
    """The version and the kernel, on one line."""
    from policyrules.policy import kernel_name, library_version

    return f"policyrules {library_version()} (kernel: {kernel_name()})"
