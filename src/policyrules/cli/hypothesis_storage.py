"""Notes that other programs keep while a command runs: none is left where it is run."""

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
    """Hypothesis keeps its notes in a folder that goes when this ends.

    Unless it is told another, or is at work already: then they are whose it is.
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
