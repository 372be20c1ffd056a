"""Keep the files of hypothesis out of the current directory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final

_FOLDER: Final = "HYPOTHESIS_STORAGE_DIRECTORY"


@contextmanager
def temporary_hypothesis_storage() -> Iterator[None]:
    """Point hypothesis at a temporary directory while the block runs.

    Does nothing if `HYPOTHESIS_STORAGE_DIRECTORY` is set or hypothesis is already imported.
    """
    if _FOLDER in os.environ or "hypothesis" in sys.modules:
        yield
        return
    with TemporaryDirectory(prefix="policyrules-") as folder:
        os.environ[_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[_FOLDER]
