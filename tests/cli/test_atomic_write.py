"""Atomic writes: a file is complete or unchanged, and of several files all are written or none."""

import errno
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from policyrules.cli import atomic_write
from policyrules.cli.atomic_write import ANY_CONTENT, FileChange, write_files, write_report
from policyrules.errors import WriteError

OLD = {"a": b"old a", "b": b"old b", "c": b"old c"}


def tree(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def fill(folder: Path, files: Mapping[str, bytes] = OLD) -> list[FileChange]:
    """Write files, and return a change of each of them."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [
        FileChange(folder / name, b"new " + name.encode(), data) for name, data in files.items()
    ]


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run a script that has the writer in a process of its own."""
    head = """
        import os, sys
        from pathlib import Path
        from policyrules.cli.atomic_write import FileChange, write_files
    """
    text = textwrap.dedent(head) + textwrap.dedent(script)
    return subprocess.run(
        [sys.executable, "-c", text, *map(str, arguments)], capture_output=True, check=False
    )


# --- what is written -----------------------------------------------------------------------------


def test_files_are_replaced_and_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    changes = fill(tmp_path)
    write_files([*changes, FileChange(tmp_path / "folder" / "d", b"new d", None)])
    assert tree(tmp_path) == {"a": b"new a", "b": b"new b", "c": b"new c", "folder/d": b"new d"}


def test_a_file_keeps_its_mode_and_a_new_one_has_that_of_the_process(tmp_path: Path) -> None:
    changes = fill(tmp_path)
    modes = {"a": 0o640, "b": 0o755, "c": 0o600}
    for name, mode in modes.items():
        (tmp_path / name).chmod(mode)
    (tmp_path / "beside").write_bytes(b"")
    write_files([*changes, FileChange(tmp_path / "d", b"", None)])
    modes_after = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes_after == modes | {"d": modes_after["beside"], "beside": modes_after["beside"]}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can chown")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    changes = fill(tmp_path)
    os.chown(tmp_path / "a", 65534, 65533)
    (tmp_path / "a").chmod(0o2755)
    write_files(changes)
    status = (tmp_path / "a").stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (65534, 65533, 0o2755)


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    fill(tmp_path / "elsewhere", {"a": b"old a"})
    link = tmp_path / "link"
    link.symlink_to("elsewhere/a")
    write_files([FileChange(link, b"new a", b"old a")])
    assert link.is_symlink()
    assert tree(tmp_path / "elsewhere") == {"a": b"new a"}


# --- what is refused -----------------------------------------------------------------------------


def test_a_file_that_changed_after_it_was_read_is_refused(tmp_path: Path) -> None:
    changes = fill(tmp_path)
    (tmp_path / "c").write_bytes(b"mine")
    with pytest.raises(WriteError, match=r"c` cannot be written: it has changed meanwhile"):
        write_files(changes)
    assert tree(tmp_path) == OLD | {"c": b"mine"}


def test_a_file_that_was_removed_after_it_was_read_is_refused(tmp_path: Path) -> None:
    changes = fill(tmp_path)
    (tmp_path / "b").unlink()
    with pytest.raises(WriteError, match=r"b` cannot be written: it was removed meanwhile"):
        write_files(changes)
    assert tree(tmp_path) == {"a": b"old a", "c": b"old c"}


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_a_new_file_takes_no_name_that_is_taken(kind: str, tmp_path: Path) -> None:
    changes = fill(tmp_path)
    taken = tmp_path / "taken"
    if kind == "file":
        taken.write_bytes(b"mine")
    elif kind == "link":
        taken.symlink_to("nowhere")
    else:
        taken.mkdir()
    before = tree(tmp_path)
    with pytest.raises(
        WriteError, match=r"taken` cannot be written: it (exists already|is a folder)"
    ):
        write_files([*changes, FileChange(taken, b"new", None)])
    assert tree(tmp_path) == before
    assert {path.name for path in tmp_path.iterdir()} == {*OLD, "taken"}


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for before in (None, ANY_CONTENT, b""):
        with pytest.raises(WriteError, match="loop` cannot be written"):
            write_files([FileChange(tmp_path / "loop", b"new", before)])
    with pytest.raises(WriteError, match="loop` cannot be written"):
        write_report(tmp_path / "loop", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_a_folder_that_is_made_goes_where_nothing_is_written(tmp_path: Path) -> None:
    changes = [FileChange(tmp_path / "new" / "a", b"a", None), *fill(tmp_path)]
    (tmp_path / "c").write_bytes(b"mine")
    with pytest.raises(WriteError):
        write_files(changes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c"]


# --- restoring -----------------------------------------------------------------------------------


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("failing", ["a", "b", "c", "d"])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_files_that_were_replaced_are_restored_where_a_later_one_fails(
    fault: BaseException,
    failing: str,
    links: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    changes = [*fill(tmp_path), FileChange(tmp_path / "d", b"new d", None)]
    for name in OLD:
        (tmp_path / name).chmod(0o640)
    replace, link = Path.replace, os.link
    replaced: list[str] = []

    def failing_replace(old: Path, new: Path) -> Path:
        # The new text, not the old one when it is restored.
        if new.name == failing and old.read_bytes().startswith(b"new"):
            raise fault
        replaced.append(new.name)
        return replace(old, new)

    def failing_link(old: Path, new: Path) -> None:
        if new.name == failing:
            raise fault
        if not links:
            raise OSError(errno.EPERM, "Operation not permitted")
        link(old, new)

    monkeypatch.setattr(Path, "replace", failing_replace)
    monkeypatch.setattr(os, "link", failing_link)
    with pytest.raises((WriteError, KeyboardInterrupt)):
        write_files(changes)
    done = [name for name in OLD if name < failing]
    # Each was replaced by the new file, and in the end by the old one again.
    assert replaced == [*done, *reversed(done)]
    assert tree(tmp_path) == OLD
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o640}


def test_what_is_made_is_removed_where_a_later_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = [FileChange(tmp_path / "new" / "d", b"new d", None), *fill(tmp_path)]
    monkeypatch.setattr(Path, "replace", _refuse)
    with pytest.raises(WriteError):
        write_files(changes)
    assert tree(tmp_path) == OLD
    assert not (tmp_path / "new").exists()


def _refuse(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


# --- limits, kills and two at once ---------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_file_that_does_not_fit_leaves_every_old_one(tmp_path: Path) -> None:
    fill(tmp_path)
    done = run(
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        folder = Path(sys.argv[1])
        changes = [
            FileChange(folder / name, b"x" * size, (folder / name).read_bytes())
            for name, size in (("a", 10), ("b", 5000), ("c", 10))
        ]
        write_files(changes)
        """,
        tmp_path,
    )
    assert b"b` cannot be written: file too large" in done.stderr
    assert tree(tmp_path) == OLD


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_a_process_killed_in_the_middle_leaves_whole_files(moment: str, tmp_path: Path) -> None:
    fill(tmp_path)
    done = run(
        """
        import signal
        folder, moment = Path(sys.argv[1]), sys.argv[2]
        calls = 0
        def killed(old, new):
            def call(*arguments):
                global calls
                calls += 1
                if calls == 2:
                    os.kill(os.getpid(), signal.SIGKILL)
                return old(*arguments)
            return call
        if moment == "fsync":
            os.fsync = killed(os.fsync, None)
        else:
            Path.replace = killed(Path.replace, None)
        write_files([
            FileChange(folder / name, b"new " + name.encode(), (folder / name).read_bytes())
            for name in "abc"
        ])
        """,
        tmp_path,
        moment,
    )
    assert done.returncode == -signal.SIGKILL
    files_after = tree(tmp_path)
    files = {name: data for name, data in files_after.items() if name in OLD}
    assert files == (OLD if moment == "fsync" else OLD | {"a": b"new a"})
    # What is left besides is hidden from every command.
    left = [name for name in files_after if name not in OLD]
    assert left
    assert all(name.startswith(atomic_write.TEMPORARY) for name in left)


def test_of_two_that_write_at_once_one_is_refused_and_no_file_is_mixed(tmp_path: Path) -> None:
    """Both have read the same files; whoever comes second must see that they changed."""
    names = [f"file-{number}" for number in range(8)]
    changes = fill(tmp_path, dict.fromkeys(names, b"old"))
    script = """
        folder, mark = Path(sys.argv[1]), sys.argv[2].encode()
        changes = [FileChange(path, mark * 5000, b"old") for path in sorted(folder.iterdir())]
        print("ready", flush=True)
        sys.stdin.readline()
        write_files(changes)
    """
    head = """
        import sys
        from pathlib import Path
        from policyrules.cli.atomic_write import FileChange, write_files
    """
    text = textwrap.dedent(head) + textwrap.dedent(script)
    pipe = subprocess.PIPE
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", text, str(tmp_path), mark], stdin=pipe, stdout=pipe, stderr=pipe
        )
        for mark in "xy"
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
    messages = [b"", b""]

    def finish(number: int) -> None:
        messages[number] = writers[number].communicate(b"go\n")[1]

    threads = [threading.Thread(target=finish, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(writer.returncode for writer in writers) == [0, 1]
    assert sum(b"it has changed meanwhile" in text for text in messages) == 1
    assert len(set(tree(tmp_path).values())) == 1
    assert set(tree(tmp_path)) == {change.path.name for change in changes}


# --- reports -------------------------------------------------------------------------------------


def test_a_report_replaces_the_one_before(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    for data in (b"<testsuites/>", b"<testsuites><testsuite/></testsuites>"):
        write_report(report, data)
        assert tree(tmp_path) == {"report.xml": data}


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"<testsuites/>",
        b"<testsuite name='a'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- ours -->\n<testsuites>\n</testsuites>",
    ],
)
def test_a_report_replaces_an_empty_file_and_any_junit_report(
    tmp_path: Path, before: bytes
) -> None:
    report = tmp_path / "report.xml"
    report.write_bytes(before)
    write_report(report, b"<testsuites/>")
    assert report.read_bytes() == b"<testsuites/>"


@pytest.mark.parametrize(
    "before",
    [
        b"employer: {kind: enterprise}",
        b"<html/>",
        b"<testsuitesque/>",
        b"<?xml version='1.0'?><project><testsuites/></project>",
        b"\x00",
        b" ",
    ],
)
def test_a_report_replaces_nothing_that_is_no_report(tmp_path: Path, before: bytes) -> None:
    other = tmp_path / "firm.yaml"
    other.write_bytes(before)
    with pytest.raises(WriteError, match=r"holds no JUnit report(.|\n)*such as `report.xml`"):
        write_report(other, b"<testsuites/>")
    assert tree(tmp_path) == {"firm.yaml": before}


def test_a_report_replaces_no_file_that_the_command_reads(tmp_path: Path) -> None:
    given = tmp_path / "x.cases.yaml"
    given.write_bytes(b"")
    link = tmp_path / "link"
    link.symlink_to(given)
    for path in (given, link):
        with pytest.raises(WriteError, match=r"the command reads this file(.|\n)*`report.xml`"):
            write_report(path, b"<testsuites/>", inputs=[given])
    assert given.read_bytes() == b""


def test_a_report_that_cannot_be_written_leaves_the_one_before_and_no_empty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old.xml").write_bytes(b"<testsuites/>")
    monkeypatch.setattr(os, "fsync", _refuse)
    for name in ("old.xml", "new.xml"):
        with pytest.raises(WriteError, match="input/output error"):
            write_report(tmp_path / name, b"new")
    assert tree(tmp_path) == {"old.xml": b"<testsuites/>"}


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no such device")
def test_a_device_or_a_pipe_receives_a_report_and_stays_what_it_is(tmp_path: Path) -> None:
    write_report(Path(os.devnull), b"report")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[bytes] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_bytes()))
    reader.start()
    write_report(pipe, b"report")
    reader.join()
    assert received == [b"report"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_a_device_that_takes_nothing_is_told() -> None:
    with pytest.raises(WriteError, match="`/dev/full` cannot be written: no space left on device"):
        write_report(Path("/dev/full"), b"report")


# --- the commands --------------------------------------------------------------------------------


def test_no_command_writes_a_file_itself() -> None:
    """Every command that writes goes through the writer."""
    folder = Path(atomic_write.__file__).parents[1]
    doors = re.compile(
        r"\.write_bytes\(|\.write_text\(|mkstemp|\.rename\(|open\([^)\n]*[\"'](w|x|a|r\+)b?[\"']"
    )
    writers = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if doors.search(path.read_text(encoding="utf-8"))
    }
    # `output` opens the null device where there is no standard output.
    assert writers == {"cli/atomic_write.py", "cli/output.py"}
