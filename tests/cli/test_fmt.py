"""`policyrules fmt` in a shell: its files, its output and its exit status."""

import codecs
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policyrules.catalogue.store import shipped_folder
from policyrules.cli import fmt, main
from policyrules.syntax import formatter

WRITTEN = "# The law.\npolicyrules: 1\nsources: {a-law: {title: A law}}   # one\n"
FORMATTED = "# The law.\npolicyrules: 1\nsources:  # one\n  a-law:\n    title: A law\n"
WRONG = "policyrules: 1\nsources:\n  a-law:\n    titel: A law\n    title:  A law\n"
FOREIGN = "employer:   {laid_off: 6}\n"

Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program in an empty folder; returns its exit status and both outputs."""
    monkeypatch.chdir(tmp_path)

    def program(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return program


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def text_of(path: str) -> str:
    return Path(path).read_bytes().decode()


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="ascii"))


# --- files and folders ---------------------------------------------------------------------------


def test_a_file_is_formatted_and_the_second_time_left_as_it_is(run: Run) -> None:
    write("sources.yaml", WRITTEN)
    assert run("fmt", "sources.yaml") == (0, "formatted sources.yaml\n1 file formatted\n", "")
    assert text_of("sources.yaml") == FORMATTED
    before = Path("sources.yaml").stat()
    assert run("fmt", "sources.yaml") == (0, "1 file already formatted\n", "")
    after = Path("sources.yaml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_folder_is_searched_to_its_depth_but_not_where_it_hides(run: Run) -> None:
    for path in ("sources.yaml", "a/b/c.yaml", ".venv/d.yaml", "a/.e.yaml", "f.yml", "g.txt"):
        write(path, WRITTEN)
    write("facts.yaml", FOREIGN)
    write("facts.yml", FOREIGN)
    Path("folder.yaml").mkdir()
    status, out, _ = run("fmt", ".", "sources.yaml")
    assert status == 1
    assert out.splitlines() == [
        "formatted a/b/c.yaml",
        "ignored facts.yaml: no key `policyrules`",
        "formatted sources.yaml",
        "f.yml: error: its name does not end in `.yaml`",
        "ignored facts.yml: its name does not end in `.yaml`",
        "2 files formatted, 1 file with errors, not touched, 2 files ignored",
    ]
    for path in (".venv/d.yaml", "a/.e.yaml", "f.yml", "g.txt"):
        assert text_of(path) == WRITTEN
    assert text_of("facts.yaml") == FOREIGN


def test_a_file_with_errors_is_not_touched_and_the_others_are_formatted(run: Run) -> None:
    write("a.yaml", WRONG)
    write("b.yaml", WRITTEN)
    write("c.yaml", "policyrules: 1\nsources: [")
    status, out, _ = run("fmt", ".")
    assert status == 1
    assert out.splitlines() == [
        "a.yaml:4:5: error: there is no key `titel` here [unknown-key]",
        " 4 |     titel: A law",
        "   |     ^^^^^",
        "   = found: `titel`",
        "   = expected: `title`, `issued`, `grade`, `ref`, `url`, `sha256`",
        "   = remedy: did you mean `title`?",
        "",
        "formatted b.yaml",
        "c.yaml:2:11: error: the file is not YAML here [yaml-syntax]",
        *out.splitlines()[9:-1],
        "1 file formatted, 2 files with errors, not touched",
    ]
    assert (text_of("a.yaml"), text_of("b.yaml")) == (WRONG, FORMATTED)


def test_a_file_of_another_language_that_is_named_is_an_error(run: Run) -> None:
    write("facts.yaml", FOREIGN)
    status, out, _ = run("fmt", "facts.yaml")
    assert status == 1
    assert "the key `policyrules` is missing: the file is not of this language" in out
    assert text_of("facts.yaml") == FOREIGN


@pytest.mark.parametrize(
    "path, message",
    [
        ("gone.yaml", "there is no ruleset `gone.yaml`; there is no such file or folder"),
        ("empty", "there is no ruleset `empty`; the folder has no `.yaml` files"),
    ],
)
def test_a_path_that_is_nothing_is_an_error(run: Run, path: str, message: str) -> None:
    Path("empty").mkdir()
    assert run("fmt", path) == (1, "", f"error: {message}\n")


def test_line_endings_and_a_byte_order_mark_are_not_in_the_layout(run: Run) -> None:
    write("crlf.yaml", FORMATTED.replace("\n", "\r\n"))
    Path("bom.yaml").write_bytes(codecs.BOM_UTF8 + FORMATTED.encode())
    write("end.yaml", FORMATTED.rstrip("\n"))
    status, out, _ = run("fmt", "--check", ".")
    assert status == 1
    assert out.splitlines() == [
        "would format bom.yaml",
        "would format crlf.yaml",
        "would format end.yaml",
        "3 files would change",
    ]
    _, out, _ = run("fmt", "--diff", ".")
    assert "-\\ufeff# The law.\n+# The law.\n" in out
    assert "-# The law.\\r\n" in out
    assert "-    title: A law\n\\ No newline at end of file\n+    title: A law\n" in out
    assert run("fmt", ".")[0] == 0
    assert {text_of(name) for name in ("bom.yaml", "crlf.yaml", "end.yaml")} == {FORMATTED}


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="rights of another kind")
def test_the_rights_of_a_file_stay(run: Run) -> None:
    file = write("sources.yaml", WRITTEN)
    file.chmod(0o640)
    assert run("fmt", "sources.yaml")[0] == 0
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="links take rights there")
def test_a_link_stays_a_link(run: Run) -> None:
    file = write("a/sources.yaml", WRITTEN)
    Path("sources.yaml").symlink_to(file)
    assert run("fmt", "sources.yaml")[0] == 0
    assert Path("sources.yaml").is_symlink()
    assert text_of("a/sources.yaml") == FORMATTED


def test_a_write_that_fails_leaves_the_old_text_and_nothing_else(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.yaml", WRITTEN)
    write("b.yaml", WRITTEN)
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target.name == "a.yaml":
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    status, out, _ = run("fmt", ".")
    assert status == 1
    assert out.splitlines() == [
        "a.yaml: error: the file cannot be written: no space left on device",
        "formatted b.yaml",
        "1 file formatted, 1 file with errors, not touched",
    ]
    assert text_of("a.yaml") == WRITTEN
    assert sorted(path.name for path in Path().iterdir()) == ["a.yaml", "b.yaml"]


def test_an_edit_that_is_saved_while_it_runs_is_not_overwritten(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.yaml", WRITTEN)
    write("b.yaml", WRITTEN)
    format_text = formatter.format_text

    def slow(data: bytes, path: str) -> formatter.FormatResult:
        if path == "b.yaml":
            write("a.yaml", WRITTEN + "# an edit\n")
        return format_text(data, path)

    monkeypatch.setattr(formatter, "format_text", slow)
    status, out, _ = run("fmt", ".")
    assert status == 1
    assert out.splitlines()[:2] == [
        "a.yaml: error: the file cannot be written: it has changed meanwhile",
        "formatted b.yaml",
    ]
    assert text_of("a.yaml") == WRITTEN + "# an edit\n"


def test_a_file_that_may_not_be_read_or_written_is_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.yaml", WRITTEN)
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        status, out, _ = run("fmt", "a.yaml")
        assert (status, text_of("a.yaml")) == (1, WRITTEN)
        assert "a.yaml: error: the file cannot be written: it may not be written" in out

    def refused(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refused)
    status, out, _ = run("fmt", "a.yaml")
    assert status == 1
    assert "a.yaml:1:1: error: the file cannot be read [unreadable-file]" in out
    assert "Permission denied" in out


def test_a_bug_of_the_formatter_is_reported_and_nothing_is_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.yaml", WRITTEN)
    monkeypatch.setattr("policyrules.syntax.formatter.print_document", lambda *_: WRONG)
    status, out, _ = run("fmt", "a.yaml", "--json")
    report = json.loads(out)
    assert status == 1
    assert report["error"]["code"] == "format-error"
    assert report["failed"] == [
        {
            "path": "a.yaml",
            "message": "internal error in the formatter, nothing was written: "
            "the formatted text would have another meaning",
        }
    ]
    assert text_of("a.yaml") == WRITTEN


# --- looking only --------------------------------------------------------------------------------


def test_check_writes_nothing_and_names_what_would_change(run: Run) -> None:
    write("a.yaml", WRITTEN)
    write("b.yaml", FORMATTED)
    assert run("fmt", "--check", ".") == (
        1,
        "would format a.yaml\n1 file would change, 1 file already formatted\n",
        "",
    )
    assert text_of("a.yaml") == WRITTEN
    assert run("fmt", "--check", "b.yaml") == (0, "1 file already formatted\n", "")


def test_diff_shows_what_would_change_and_writes_nothing(run: Run) -> None:
    write("a.yaml", WRITTEN)
    status, out, _ = run("fmt", "--diff", "a.yaml")
    assert (status, text_of("a.yaml")) == (1, WRITTEN)
    assert out == (
        "would format a.yaml\n"
        "--- a.yaml\n"
        "+++ a.yaml (formatted)\n"
        "@@ -1,3 +1,5 @@\n"
        " # The law.\n"
        " policyrules: 1\n"
        "-sources: {a-law: {title: A law}}   # one\n"
        "+sources:  # one\n"
        "+  a-law:\n"
        "+    title: A law\n"
        "1 file would change\n"
    )


def test_the_report_as_json(run: Run) -> None:
    write("a.yaml", WRITTEN)
    write("b.yaml", WRONG)
    write("c.yaml", FOREIGN)
    status, out, err = run("fmt", "--diff", "--json", ".")
    report = json.loads(out)
    assert (status, err) == (1, "")
    assert report["files"] == ["a.yaml", "b.yaml"]
    assert (report["changed"], report["ignored"]) == (["a.yaml"], ["c.yaml"])
    assert report["diffs"]["a.yaml"].startswith("--- a.yaml\n")
    assert [diagnostic["code"] for diagnostic in report["diagnostics"]] == ["unknown-key"]
    assert report["error"]["code"] == "invalid-ruleset"
    Path("b.yaml").unlink()
    assert json.loads(run("fmt", "--check", "--json", ".")[1])["error"] == {
        "code": "not-formatted",
        "message": "1 file would change, 1 file ignored",
    }
    status, out, _ = run("fmt", "--json", ".")
    assert (status, text_of("a.yaml")) == (0, FORMATTED)
    assert "error" not in json.loads(out)
    assert json.loads(out)["changed"] == ["a.yaml"]


# --- standard input ------------------------------------------------------------------------------


def test_standard_input_goes_to_standard_output(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    written = WRITTEN.replace("A law", "条例 ✓")
    feed(monkeypatch, codecs.BOM_UTF8 + written.replace("\n", "\r\n").encode())
    assert run("fmt", "-") == (0, FORMATTED.replace("A law", "条例 ✓"), "")


def test_what_is_wrong_on_standard_input_goes_to_standard_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, WRONG.encode())
    status, out, err = run("fmt", "-")
    assert (status, out) == (1, "")
    assert "standard input:4:5: error: there is no key `titel` here" in err


def test_standard_input_is_checked_and_reported_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, WRITTEN.encode())
    assert run("fmt", "--check", "-") == (
        1,
        "would format standard input\n1 file would change\n",
        "",
    )
    feed(monkeypatch, FORMATTED.encode())
    assert run("fmt", "--check", "-")[0] == 0
    feed(monkeypatch, WRITTEN.encode())
    status, out, _ = run("fmt", "--json", "-")
    assert (status, json.loads(out)["text"]) == (0, FORMATTED)


def test_standard_input_stands_alone(run: Run) -> None:
    status, out, err = run("fmt", "-", "a.yaml")
    assert (status, out) == (2, "")
    assert "`-` takes no other path" in err


# --- what is shipped -----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_shipped_files_are_in_the_layout(run: Run) -> None:
    status, out, _ = run("fmt", "--diff", str(shipped_folder()))
    assert status == 0, out


def test_a_diff_has_the_colours_of_one_in_a_terminal() -> None:
    lines = fmt._colour_diff("--- a\n+++ b\n@@ -1 +1 @@\n a\n-b\n+c\n")
    assert [style for line in lines for _, style in line] == [
        "bold",
        "bold",
        "cyan",
        "",
        "red",
        "green",
    ]
