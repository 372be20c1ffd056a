"""Find the files of a folder; every command that takes folders finds them here."""

from __future__ import annotations

import os
from pathlib import Path


def real_path(path: str | os.PathLike[str]) -> Path:
    """Return the absolute path without links, also where a link leads to itself.

    `Path.resolve` raises `RuntimeError` for such a link on some versions of Python.
    """
    return Path(os.path.realpath(path))
