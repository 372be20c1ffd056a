"""Discovery: every command finds the same files in a folder, and names those it skips."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import policyrules
from policyrules.catalogue.discovery import discover, ruleset_paths
from policyrules.catalogue.store import shipped_folder
from policyrules.cli import main

FACTS = "employer: {kind: enterprise}\n"
OURS = "policyrules: 1\nid: cn-nm/x\n"
PLACE = "cn-nm-150100"
NAME = "retention-training-subsidy.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one ruleset that is right, and its cases."""
    shutil.copytree(
        shipped_folder() / PLACE,
        tmp_path / PLACE,
        ignore=lambda _, names: [
            name for name in names if not name.startswith(NAME.removesuffix(".yaml") + ".")
        ],
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(path: str, text: str = OURS) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


# --- what is found -------------------------------------------------------------------------------


def test_both_levels_are_read_and_what_begins_with_a_dot_is_not(folder: Path) -> None:
    for path in (
        "top.yaml",
        "cn-nm/a.yaml",
        ".hidden/b.yaml",
        "cn-nm/.c.yaml",
        ".d.yaml",
        "cn-nm/.git/e.yaml",
    ):
        add(path)
    discovery = discover(folder)
    assert [path.relative_to(folder).as_posix() for path in discovery.rulesets] == [
        "cn-nm/a.yaml",
        f"{PLACE}/{NAME}",
        "top.yaml",
    ]
    assert discovery.not_read == ()
    assert set(ruleset_paths(folder)) == set(discovery.rulesets)


HIDDEN: dict[str, str] = {
    "cn-nm/x.yml": OURS,
    "cn-nm/x.YAML": OURS,
    "cn-nm/X.Yml": '{"policyrules": 1}',
    "cn-nm/2022/x.yaml": OURS,
    "a/b/c/x.yaml": "# a comment\n" + OURS,
    "x.yml": "policyrules : 1\n",
    "cn-nm/x.cases.yml": "policyrules: 1\ncases_of: cn-nm/x\n",
}

COMMANDS: dict[str, Callable[[str], list[str]]] = {
    "check": lambda folder: ["check", folder],
    "test": lambda folder: ["test", folder],
    "fmt": lambda folder: ["fmt", "--check", folder],
    "pin": lambda folder: ["pin", "--check", folder],
    "list": lambda folder: ["list", "--folder", folder],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_passes_where_nothing_is_hidden(
    command: Callable[[str], list[str]], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(".venv/x.yml")
    add("notes/mkdocs.yml", "site: x\n")
    assert main(command(str(folder))) == 0, capsys.readouterr()


FOLDERS: dict[str, Callable[[Path], str]] = {
    "from above": lambda _: PLACE,
    "as a whole path": str,
    "from itself": lambda _: ".",
    "by a way round": lambda _: f"../{PLACE}/.",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("given", FOLDERS.values(), ids=FOLDERS)
def test_a_folder_of_one_jurisdiction_is_the_same_from_wherever_it_is_given(
    given: Callable[[Path], str],
    command: Callable[[str], list[str]],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    inside = folder / PLACE
    arguments = command(given(inside))
    if given(inside) != PLACE:
        monkeypatch.chdir(inside)
    assert main(arguments) == 0, capsys.readouterr()
    out = capsys.readouterr().out
    if arguments[0] == "list":
        assert f"{PLACE}/retention-training-subsidy  " in out
    elif arguments[0] in {"check", "fmt"}:
        assert out.startswith(("1 file checked", "2 files already formatted"))


def test_a_ruleset_is_decided_by_its_name_in_its_own_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder / PLACE)
    assert policyrules.load(Path(NAME)).ruleset.id == f"{PLACE}/retention-training-subsidy"


def test_a_wrong_id_is_told_with_the_folder_in_which_the_reader_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder / PLACE)
    Path(NAME).rename("other.yaml")
    assert main(["check", "."]) == 1
    assert (
        f"`{PLACE}/retention-training-subsidy` in `{PLACE}/other.yaml`" in capsys.readouterr().out
    )


@pytest.mark.parametrize("command", [COMMANDS["check"], COMMANDS["pin"], COMMANDS["list"]])
def test_a_folder_without_rulesets_is_said_to_have_none(
    command: Callable[[str], list[str]], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add("texts/notice.txt", "a text\n")
    assert main(command(str(folder / "texts"))) == 1
    assert "the folder has no rulesets" in capsys.readouterr().err


@pytest.mark.parametrize(
    "path, command",
    [
        pytest.param(
            path,
            command,
            id=f"{path}-{name}",
            # All commands read one file, and one command reads all files: the rest takes seconds.
            marks=() if name == "list" or path == "cn-nm/x.yml" else pytest.mark.slow,
        )
        for path in HIDDEN
        for name, command in COMMANDS.items()
    ],
)
def test_a_file_of_the_language_that_is_not_read_is_named_and_fails(
    path: str,
    command: Callable[[str], list[str]],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add(path, HIDDEN[path])
    arguments = command(str(folder))
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert Path(path).name in out + err
    assert main([*arguments, "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert path in json.dumps(data)
    assert data["error"]


def test_python_finds_what_check_finds(folder: Path) -> None:
    for path, text in HIDDEN.items():
        add(path, text)
    report = policyrules.check_rulesets(folder)
    hidden = [diagnostic for diagnostic in report.diagnostics if diagnostic.code == "ignored-file"]
    assert len(hidden) == len(HIDDEN) == len(report.not_read)
    assert not policyrules.run_cases(folder).passed


def test_files_of_another_language_are_named_and_fail_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add("firm.yaml", FACTS)
    add("cn-nm-150100/firm.yaml", FACTS)
    add("deep/er/still/k8s.yaml", "kind: Pod\n")
    assert main(["check", str(folder)]) == 0
    out = capsys.readouterr().out
    assert f"not read {folder}/firm.yaml: no key `policyrules`" in out
    assert "deep/er/still/k8s.yaml: it is deeper than the folder of a jurisdiction" in out
    assert "1 file checked: nothing found" in out
    assert main(["test", str(folder)]) == 0


def test_a_ruleset_that_forgot_its_first_key_is_read_and_wrong(folder: Path) -> None:
    add("cn-nm/x.yaml", "id: cn-nm/x\nconditions: {}\n")
    diagnostics = policyrules.check_rulesets(folder).diagnostics
    assert diagnostics[0].code == "missing-key"
    assert "the key `policyrules` is missing" in diagnostics[0].message or diagnostics[0].expected


def test_a_folder_of_facts_alone_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    add("firm.yaml", FACTS)
    assert main(["check", "."]) == 1
    assert "the folder has no rulesets; " in capsys.readouterr().err


def test_links_are_followed_once_and_one_to_nowhere_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "loop").symlink_to(folder)
    (folder / "itself.yaml").symlink_to("itself.yaml")
    (folder / PLACE / "nowhere.yaml").symlink_to("gone.yaml")
    os.mkfifo(folder / "pipe.yaml")
    assert main(["check", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "itself.yaml:1:1: error: the file cannot be read [unreadable-file]" in out
    assert "gone.yaml:1:1: error: the file cannot be read [unreadable-file]" in out
    assert "pipe.yaml: it is a device or a pipe" in out
    assert "2 errors in 3 files" in out


# --- quotes --------------------------------------------------------------------------------------


def test_quotes_that_could_not_be_checked_are_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(folder)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    summary, _, quotes = last.partition("; ")
    assert summary == "1 file checked: nothing found"
    assert quotes.endswith("not checked: no saved text")
    assert main(["check", str(folder), "--json"]) == 0
    counted = json.loads(capsys.readouterr().out)["quotes"]
    assert counted["found"] == 0
    assert counted["not_checked"] > 0
    assert quotes.startswith(f"{counted['not_checked']} quote")


def test_an_invented_quote_of_a_source_without_a_digest_is_counted_as_not_checked(
    tmp_path: Path,
) -> None:
    town = Path(__file__).parents[2] / "docs" / "examples" / "town"
    if not town.is_dir():
        pytest.skip("an installed wheel has no examples")
    shutil.copytree(town, tmp_path / "town")
    texts = tmp_path / "town" / "texts"
    before = policyrules.check_rulesets(tmp_path / "town", texts)
    assert before.quotes_found > 0
    assert before.quotes_not_checked == 0
    without = policyrules.check_rulesets(tmp_path / "town")
    assert (without.quotes_found, without.quotes_not_checked) == (0, before.quotes_found)
    sources = tmp_path / "town" / "sources.yaml"
    if not sources.is_file():
        sources = next((tmp_path / "town").rglob("sources.yaml"))
    lines = sources.read_text("utf-8").splitlines(keepends=True)
    sources.write_text("".join(line for line in lines if "sha256" not in line), "utf-8")
    after = policyrules.check_rulesets(tmp_path / "town", texts)
    assert after.quotes_found + after.quotes_not_checked == before.quotes_found
    assert after.quotes_not_checked > 0
