"""Writes the files of a draft: all of them, or none."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from policyrules.catalogue import shown_path
from policyrules.drafting.draft import DraftFile
from policyrules.errors import DraftError


def write(files: Sequence[DraftFile]) -> None:
    """Writes every file; if one cannot be written, those before it are as they were.

    Raises:
        DraftError: a file is there already, is another than it was, or may not be written.
    """
    done: list[DraftFile] = []
    made: list[Path] = []
    path = Path()
    try:
        for file in files:
            path = file.path
            if file.before is None:
                _make_folder(path.parent, made)
                with path.open("xb") as new:
                    done.append(file)
                    new.write(file.text.encode())
            else:
                if path.read_bytes() != file.before:
                    raise FileExistsError(None, "it has changed meanwhile")
                _replace(path, file.text.encode())
                done.append(file)
    except OSError as error:
        _undo(done, made)
        raise DraftError(
            "not_written",
            f"`{shown_path(path)}` cannot be written: {(error.strerror or str(error)).lower()}",
            found="nothing was written",
            remedy="choose a folder that may be written with `--folder`",
        ) from None
    except BaseException:
        _undo(done, made)
        raise


def _make_folder(folder: Path, made: list[Path]) -> None:
    if not folder.is_dir():
        folder.mkdir()
        made.append(folder)


def _replace(path: Path, data: bytes) -> None:
    """Puts new bytes in the place of a file: who reads it meanwhile sees the old or the new."""
    target = path.resolve()
    mode = stat.S_IMODE(target.stat().st_mode)
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "the file may not be written")
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(data)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _undo(done: Sequence[DraftFile], made: Sequence[Path]) -> None:
    for file in reversed(done):
        with suppress(OSError):
            if file.before is None:
                file.path.unlink()
            else:
                _replace(file.path, file.before)
    for folder in reversed(made):
        with suppress(OSError):
            folder.rmdir()
