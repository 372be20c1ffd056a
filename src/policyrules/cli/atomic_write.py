"""Write files atomically: each file whole or not at all, several all or none.

The new bytes are written to a temporary file in the same folder and reach the disk before anything
is replaced. A full disk, a limit or a killed process leaves the old file unchanged. A file that has
changed since the command read it is refused, not overwritten.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Final

import attrs

from policyrules.catalogue.discovery import real_path
from policyrules.catalogue.store import display_path
from policyrules.errors import MISSING_FOLDER, NOT_A_REPORT, READ_BY_COMMAND, WriteError

TEMPORARY: Final = ".policyrules-"
"""The prefix of temporary files; a killed process may leave one behind."""

_STREAM_FOLDERS: Final = ("/dev/", "/proc/")
"""The folders whose paths lead to devices and open files."""


class AnyContent(Enum):
    """The marker for a file with any old content, such as a report that is replaced each time."""

    ANY_CONTENT = "anything"


ANY_CONTENT: Final = AnyContent.ANY_CONTENT


@attrs.frozen
class FileChange:
    """A file to write: its new bytes, and the old bytes that the command read.

    `before` is None for a file that must not exist yet, and `ANY_CONTENT` for a report.
    """

    path: Path
    data: bytes
    before: bytes | AnyContent | None


def write_files(changes: Sequence[FileChange]) -> None:
    """Write all files, or none of them.

    Symbolic links stay links and their targets are written. The mode of a file is kept, and its
    owner, group and extended attributes where the system allows it. The folder of a new file is
    made if only that one is missing.

    Raises:
        WriteError: a file cannot be written, or changed after it was read; all files are as before.
    """
    transaction = _Transaction()
    path = Path()
    try:
        staged = []
        for change in changes:
            path = change.path
            staged.append(transaction.stage(change))
        with _locked({file.target.parent for file in staged}):
            for file in staged:
                path = file.change.path
                _refuse_if_changed(file)
            for file in staged:
                path = file.change.path
                transaction.commit(file, is_last=file is staged[-1])
    except OSError as error:
        transaction.roll_back()
        raise WriteError(display_path(path), _reason(error, path)) from None
    except BaseException:
        transaction.roll_back()
        raise
    transaction.finish()


def write_report(path: Path, data: bytes, *, inputs: Iterable[Path] = ()) -> None:
    """Write a JUnit report and replace the old one; a device or a pipe just receives it.

    It replaces neither one of the `inputs` of the command nor a file that is not a JUnit report.

    Raises:
        WriteError: it cannot be written; the old file is unchanged.
    """
    try:
        if _is_stream(path):
            with path.open("wb") as stream:
                stream.write(data)
            return
        _refuse_other_file(path, inputs)
    except OSError as error:
        raise WriteError(display_path(path), _reason(error, path)) from None
    write_files([FileChange(path, data, ANY_CONTENT)])


_JUNIT_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*<testsuites?[\s/>]", re.DOTALL
)
"""The beginning of a JUnit report."""

_JUNIT_PREFIX_LENGTH: Final = 65_536
"""The number of bytes in which the beginning of a JUnit report is looked for."""


def _refuse_other_file(path: Path, inputs: Iterable[Path]) -> None:
    """Refuse a path whose file is an input of the command, or not a JUnit report."""
    if not path.is_file():
        return
    if real_path(path) in {real_path(input_path) for input_path in inputs}:
        raise WriteError(display_path(path), READ_BY_COMMAND)
    with path.open("rb") as file:
        start = file.read(_JUNIT_PREFIX_LENGTH)
    if start and _JUNIT_START.match(start) is None:
        raise WriteError(display_path(path), NOT_A_REPORT)


class _FileChanged(OSError):
    """A file has changed since the command read it."""

    def __init__(self, message: str) -> None:
        super().__init__(None, message)


@attrs.frozen
class _Staged:
    """A change whose new bytes are on the disk, in a temporary file."""

    change: FileChange
    target: Path
    temporary: Path


class _Transaction:
    """The temporary files, backups and folders of one write, and the files replaced so far."""

    def __init__(self) -> None:
        self._temporary: list[Path] = []
        self._folders: list[Path] = []
        self._created: list[Path] = []
        self._replaced: list[tuple[Path, Path]] = []
        self._touched: dict[Path, None] = {}

    def stage(self, change: FileChange) -> _Staged:
        """Write the new bytes to a temporary file in the folder of the target."""
        target = Path(os.path.realpath(change.path))
        if change.before is None:
            self._make_folder(target.parent)
        old = _status(target)
        if old is not None and not stat.S_ISREG(old.st_mode):
            raise OSError(None, "it is a folder" if target.is_dir() else "it is not a file")
        if old is not None and not os.access(target, os.W_OK):
            raise PermissionError(None, "it may not be written")
        temporary = self._temporary_path(target)
        _write_through(temporary, change.data, is_private=old is not None)
        if old is not None:
            _keep_rights(target, temporary, old)
        return _Staged(change, target, temporary)

    def commit(self, staged: _Staged, *, is_last: bool) -> None:
        """Replace the target by the temporary file in one step.

        Nothing can fail after the last one, so it has no backup.
        """
        target, temporary = staged.target, staged.temporary
        self._touched[target.parent] = None
        if staged.change.before is None or not target.exists():
            _create(temporary, target)
            self._created.append(target)
        elif is_last:
            temporary.replace(target)
        else:
            backup = self._back_up(target)
            temporary.replace(target)
            self._replaced.append((backup, target))

    def roll_back(self) -> None:
        """Restore the replaced files, and remove the new ones."""
        for backup, target in reversed(self._replaced):
            with suppress(OSError):
                backup.replace(target)
        for path in (*self._created, *self._temporary):
            with suppress(OSError):
                path.unlink()
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()

    def finish(self) -> None:
        """Remove the backups, and flush the folders to the disk."""
        for path in self._temporary:
            with suppress(OSError):
                path.unlink()
        for folder in self._touched:
            _synchronize(folder)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir()
            self._folders.append(folder)

    def _temporary_path(self, target: Path) -> Path:
        path = target.parent / f"{TEMPORARY}{secrets.token_hex(8)}.tmp"
        self._temporary.append(path)
        return path

    def _back_up(self, target: Path) -> Path:
        """Keep the old file under another name, as a link, which needs no disk space."""
        backup = self._temporary_path(target)
        try:
            os.link(target, backup)
        except OSError:
            _write_through(backup, target.read_bytes(), is_private=True)
            _keep_rights(target, backup, target.stat())
        return backup


def _refuse_if_changed(staged: _Staged) -> None:
    before = staged.change.before
    if before is None:
        if os.path.lexists(staged.change.path):
            raise FileExistsError(None, "it exists already")
    elif before is not ANY_CONTENT:
        try:
            current = staged.target.read_bytes()
        except FileNotFoundError:
            raise _FileChanged("it was removed meanwhile") from None
        # Another run may have written the same bytes.
        if current not in (before, staged.change.data):
            raise _FileChanged("it has changed meanwhile")


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write_through(path: Path, data: bytes, *, is_private: bool) -> None:
    """Write a new file and flush it to the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o600 if is_private else 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _keep_rights(old: Path, new: Path, status: os.stat_result) -> None:
    """Copy owner, group, attributes and mode of the old file to the new one."""
    if hasattr(os, "chown"):
        for owner, group in ((-1, status.st_gid), (status.st_uid, -1)):
            with suppress(OSError):
                os.chown(new, owner, group)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(old):
                with suppress(OSError):
                    os.setxattr(new, name, os.getxattr(old, name))
    # After the owner, because changing the owner clears some bits of the mode.
    new.chmod(stat.S_IMODE(status.st_mode))


def _create(temporary: Path, target: Path) -> None:
    """Give a file its name, if no file has that name."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise FileExistsError(None, "it exists already") from None
    except OSError:
        # A file system without links: the name is taken first, then filled in one step.
        with target.open("xb"):
            pass
        try:
            temporary.replace(target)
        except BaseException:
            target.unlink()
            raise


def _synchronize(folder: Path) -> None:
    """Flush the entries of a folder to the disk, if the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _locked(folders: set[Path]) -> Iterator[None]:
    """Lock folders against other runs of this program.

    The lock is on the folder itself and leaves no file. Without such locks, files are still
    compared with what was read.
    """
    with ExitStack() as stack:
        with suppress(ImportError):
            import fcntl

            for folder in sorted(folders):
                with suppress(OSError):
                    handle = os.open(folder, os.O_RDONLY)
                    stack.callback(os.close, handle)
                    fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_stream(path: Path) -> bool:
    """Return whether a path leads to a device, a pipe or an open file."""
    if os.path.abspath(path).startswith(_STREAM_FOLDERS):  # noqa: PTH100 - links are not to be resolved
        return True
    status = _status(path)
    return status is not None and not stat.S_ISREG(status.st_mode) and not path.is_dir()


def _reason(error: OSError, path: Path) -> str:
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return MISSING_FOLDER
    return (error.strerror or str(error)).lower()
