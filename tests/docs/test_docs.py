"""What the pages show is true: commands, outputs, files, names and links.

A fence ```` ```console ```` holds commands behind `$ ` and what they print; `…` stands for anything
within a line, and alone on a line for any number of lines. ```` ```console terminal ```` shows what
a terminal of 80 columns would. `<!-- file: path -->` above a fence says which file it is from.
"""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer.main
from tests.docs.pages import (
    DOCS,
    PAGES,
    ROOT,
    Fence,
    fences,
    is_walk,
    matches,
    run_fence,
    sessions,
    walked_paths,
)

import policyrules
from policyrules.cli import main
from policyrules.cli.application import app
from policyrules.decisions.reasons import Operator
from policyrules.errors import FactProblem
from policyrules.syntax.cases_grammar import (
    CASES,
    FACT_ERRORS,
    NOT_IN_FORCE,
    _ItemOrItems,
    _LenientList,
)
from policyrules.syntax.expressions import FUNCTIONS, GENERATORS, RESERVED
from policyrules.syntax.ruleset_grammar import RULESET
from policyrules.syntax.shapes import (
    Choice,
    ListOf,
    NamedRecords,
    Record,
    Shape,
    StringMap,
    Wrapped,
)
from policyrules.syntax.vocabulary_grammar import SOURCES, VOCABULARY

REFUND = "cn-nm/job-stabilisation-refund"

# --- reading a page ------------------------------------------------------------------------------


def test_a_shown_text_has_no_other_gaps_than_it_says() -> None:
    assert matches("a…c\n…\nz", "abc\n1\n2\nz\n")
    assert matches("…\nz", "z\n")
    assert matches("a", "a  \n\n")
    assert not matches("a", "a\nb")
    assert not matches("a\nb", "a\n1\nb")
    assert not matches("a…c", "a\nc")


# --- commands ------------------------------------------------------------------------------------


def marks(*texts: str) -> list[pytest.MarkDecorator]:
    """What reads the folder of rulesets of the checkout is not there beside an installed wheel."""
    reads = any(re.search(r"(^| )rulesets(/|$)", text, re.MULTILINE) for text in texts)
    return [pytest.mark.checkout] if reads else []


def consoles() -> list[Any]:
    return [
        pytest.param(
            fence,
            id=f"{page.relative_to(ROOT).as_posix()}:{fence.line}",
            marks=marks(*(session.command for session in sessions(fence))),
        )
        for page in PAGES
        if not is_walk(text := page.read_text(encoding="utf-8"))
        for fence in fences(text)
        if fence.info.startswith("console")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("fence", consoles())
def test_a_shown_command_prints_what_is_shown(
    fence: Fence, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    if fence.info == "console terminal":
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr("policyrules.cli.output.is_terminal", lambda: True)
    run_fence(fence, monkeypatch, capsys)


def test_the_first_command_of_the_readme_is_the_one_that_it_shows() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    marked = {fence.above: fence for fence in fences(text)}
    assert "<!-- tests -->" in marked
    *_, decides = marked["<!-- main-job -->"].text.split("\n")
    shown = [
        session for fence in fences(text) if "console" in fence.info for session in sessions(fence)
    ]
    assert decides.removeprefix(".venv/bin/") in [session.command for session in shown]


# --- files ---------------------------------------------------------------------------------------


def quoted_files() -> list[Any]:
    parameters = []
    for page in PAGES:
        for fence in fences(page.read_text(encoding="utf-8")):
            named = re.fullmatch(r"<!-- file: (\S+) -->", fence.above)
            if named:
                where = f"{page.relative_to(ROOT).as_posix()}:{fence.line}"
                parameters.append(pytest.param(fence, named[1], id=where, marks=marks(named[1])))
    return parameters


@pytest.mark.parametrize("fence, path", quoted_files())
def test_a_shown_file_says_what_is_shown(fence: Fence, path: str) -> None:
    assert f"{fence.text}\n" in (ROOT / path).read_text(encoding="utf-8")


def in_backticks(page: str) -> Iterator[str]:
    """Code words of the prose."""
    prose = re.sub(r"^```.*?^```", "", page, flags=re.DOTALL | re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", prose)


def test_backticks_in_a_fence_are_no_prose() -> None:
    assert list(in_backticks("`a` and\n```sh\n`b`\n```\n`c d`\n")) == ["a", "c d"]


FOLDERS = ("benchmarks", "changelog.d", "docs", "rulesets", "src", "tests", ".ci")
FILES = re.compile(r"[\w.-]+\.(md|toml)|[\w./-]+/[\w.-]+\.(md|py|toml|yaml|json|txt|sh)")


@pytest.mark.checkout
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_in_backticks_exists(page: Path) -> None:
    missing = []
    text = page.read_text(encoding="utf-8")
    written = walked_paths(text)
    for words in in_backticks(text):
        first, slash, _ = words.partition("/")
        if FILES.fullmatch(words) or (slash and first in FOLDERS and " " not in words):
            if words in written:
                continue
            pattern = re.sub(r"<[\w-]+>", "*", words).strip("/")
            bases = (
                ROOT,
                page.parent,
                ROOT / "src",
                ROOT / "src" / "policyrules",
                ROOT / "rulesets",
            )
            if not any(any(base.glob(pattern)) for base in bases):
                missing.append(words)
    assert not missing


@pytest.mark.checkout
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        file = page.parent / path if path else page
        if not file.exists() or (
            anchor and anchor not in anchors(file.read_text(encoding="utf-8"))
        ):
            broken.append(target)
    assert not broken


def anchors(page: str) -> set[str]:
    """The anchors of the headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


# --- references are whole ------------------------------------------------------------------------


def words_of(*pages: str) -> set[str]:
    """Every word in backticks on pages of the reference."""
    return {
        words
        for page in pages
        for words in in_backticks((DOCS / "reference" / page).read_text(encoding="utf-8"))
    }


def commands() -> Mapping[str, Any]:
    """Every command by its name; one in a group has that of the group before it."""
    group: Any = typer.main.get_command(app)
    all_commands: dict[str, Any] = {}
    for name, command in group.commands.items():
        inside = getattr(command, "commands", None)
        all_commands |= (
            {name: command} if inside is None else {f"{name} {k}": v for k, v in inside.items()}
        )
    return all_commands


def test_every_command_has_its_section() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## `policyrules (\w+(?: [a-z]\w*)?)", text, flags=re.MULTILINE)
    assert sorted(headings) == sorted(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_option_is_described_and_no_other(name: str) -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    _, _, rest = text.partition(f"## `policyrules {name}")
    section = re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
    described = {word for words in in_backticks(section) for word in re.findall(r"--[\w-]+", words)}
    options = {
        option
        for parameter in commands()[name].params
        for option in parameter.opts
        if option.startswith("--")
    } - {"--help"}
    assert described - {"--help"} == options


NAMED_BY_RULESETS = frozenset({"words", "facts", "diffs", "rules"})
"""JSON keys whose own keys are words, facts and files, or a whole ruleset."""

TOWN = "docs/examples/town"

JSON_OUTPUTS: Mapping[str, list[list[str]]] = {
    "list": [["list"], ["list", "--folder", "docs/examples/town-with-mistakes"]],
    "missing": [
        ["missing", REFUND, "docs/examples/firm-size-unknown.yaml", "--on", "2022-11-25"],
        [
            "missing",
            "cn-nm/job-expansion-subsidy",
            "docs/examples/new-hires.yaml",
            "--on",
            "2022-11-25",
        ],
        ["missing", REFUND, "docs/examples/firm-of-30.yaml", "--on", "2023-01-05"],
    ],
    "replay": [["replay", "docs/examples/receipt-altered.json"]],
    "check": [["check", TOWN], ["check", "docs/examples/town-with-mistakes"]],
    "fmt": [["fmt", "--check", TOWN], ["fmt", "--diff", TOWN]],
    "test": [
        ["test", TOWN, "--coverage", "--mutate"],
        ["test", "docs/examples/mistaken.cases.yaml"],
        ["test", "docs/examples/mistaken-property.cases.yaml"],
    ],
    "show": [["show", f"{TOWN}/xx/winter-heating-grant.yaml"]],
    "new variant": [
        [
            *("new", "variant", "cn-nm/retention-training-subsidy", "--jurisdiction", "cn-nm-xx"),
            *("--source", "city-notice", "--source-title", "a notice", "--issued", "2022-06-20"),
        ]
    ],
}


def every_key(data: object) -> Iterator[str]:
    """Every key of the JSON of a command that no ruleset names."""
    if isinstance(data, list):
        for member in data:
            yield from every_key(member)
    elif isinstance(data, dict):
        for key, content in data.items():
            yield key
            if key not in NAMED_BY_RULESETS:
                yield from every_key(content)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(JSON_OUTPUTS))
def test_every_key_of_the_json_of_a_command_is_described(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"## `policyrules {name}")[2], flags=re.MULTILINE)[0]
    words = {word for code in in_backticks(section) for word in re.findall(r"\w+", code)}
    words.add("error")  # the head of the page describes it for all commands
    monkeypatch.chdir(ROOT if name != "new variant" else tmp_path)
    keys = set[str]()
    for arguments in JSON_OUTPUTS[name]:
        main([*arguments, "--json"])
        keys |= set(every_key(json.loads(capsys.readouterr().out)))
    assert keys
    assert sorted(keys - words - words_of("decision.md")) == []


def test_every_public_name_has_its_section() -> None:
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    headings = re.findall(r"^##+ `(\w+)", text, flags=re.MULTILINE)
    assert sorted(headings) == sorted(policyrules.__all__)


def public_attributes(public: type) -> set[str]:
    """The attributes and methods of a class; constructors are for the library itself."""
    inherited = {*dir(ImportError), *dir(policyrules.PolicyRulesError)}
    return {
        name
        for name in dir(public)
        if not name.startswith("_")
        and name not in inherited
        and not isinstance(inspect.getattr_static(public, name), classmethod)
    }


@pytest.mark.parametrize(
    "name", [name for name in policyrules.__all__ if isinstance(getattr(policyrules, name), type)]
)
def test_every_attribute_of_a_public_class_is_described(name: str) -> None:
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text.partition(f"\n## `{name}`\n")[2], flags=re.MULTILINE)[0]
    words = {word for code in in_backticks(section) for word in re.findall(r"\w+", code)}
    assert sorted(public_attributes(getattr(policyrules, name)) - words) == []


def keys_of(data: object) -> Iterator[str]:
    """Every key of the JSON of a decision that is not a name of the ruleset's."""
    if not isinstance(data, dict):
        return
    for key, under in data.items():
        yield key
        if key in {"values", "consequences", "met_by", "facts"}:
            continue
        named = [under]
        if key == "reasons":
            named = list(under.values())
        elif key == "items":
            # Of a comparison the items are truths, by key.
            lists = [items for items in under.values() if isinstance(items, dict)]
            named = [item for items in lists for item in items.values()]
        for value in named:
            for inner in value if isinstance(value, list) else [value]:
                yield from keys_of(inner)


def test_every_key_of_a_decision_is_described() -> None:
    refund = policyrules.load(REFUND).on(date(2022, 11, 25))
    cases: list[dict[str, object]] = [
        {},
        {"employer.layoff_rate": "23%"},
        {"employer.laid_off": 7, "employer.insured_headcount": 30, "employer.full_paid_months": 9},
    ]
    keys = {key for case in cases for key in keys_of(refund.decide(case).to_dict())}
    workshop = DOCS / "examples" / "workshop" / "xx" / "apprentice-subsidy.yaml"
    apprentice = {"id": "p1", "born_on": "2008-07-15", "started_on": "2024-11-04"}
    subsidy = policyrules.load(workshop).on(date(2025, 12, 1))
    keys |= set(keys_of(subsidy.decide({"apprentices": [apprentice]}).to_dict()))
    assert {"routes", "excluded", "excludes"} <= keys
    assert not keys - words_of("decision.md")


def test_every_code_of_a_problem_is_described() -> None:
    codes = re.findall(r"`([a-z]+-[a-z-]+)`", FactProblem.__doc__ or "")
    assert len(codes) > 8
    assert not set(codes) - words_of("decision.md")


def records(shape: Shape, seen: set[int]) -> Iterator[Record]:
    """Every record that may stand somewhere in a file."""
    if id(shape) in seen:
        return
    seen.add(id(shape))
    inside: list[Shape | None] = []
    match shape:
        case Record():
            yield shape
            inside = [field.shape for field in shape.fields.values()]
        case ListOf() | StringMap() | NamedRecords() | _LenientList() | _ItemOrItems():
            inside = [shape.item]
        case Wrapped():
            inside = [shape.shape]
        case Choice():
            inside = [shape.scalar, shape.sequence, shape.either, shape.mapping]
        case _:
            pass
    for record in inside:
        if record is not None:
            yield from records(record, seen)


def test_every_key_of_the_language_is_described() -> None:
    words = {key for code in words_of("language.md") for key in re.findall(r"\w+", code)}
    all_records = [
        record for file in (RULESET, VOCABULARY, SOURCES) for record in records(file, set())
    ]
    assert len(all_records) > 15
    keys = {key for record in all_records for key in (*record.fields, *record.reserved_keys)}
    assert not keys - words


def test_every_word_of_expressions_is_described() -> None:
    """A new function is a reserved name, and the page of a faulty expression lists it."""
    [reserved] = re.findall(
        r"^Some names are reserved.*", page_text("reference/language.md"), re.MULTILINE
    )
    assert not {f"`{word}`" for word in RESERVED} - set(re.findall(r"`\w+`", reserved))
    functions = {f"`{function}`" for function in (*FUNCTIONS, *GENERATORS)}
    assert not functions - set(re.findall(r"`\w+`", page_text("errors/bad-expression.md")))


def test_every_operator_of_a_comparison_is_described() -> None:
    [row] = re.findall(r"^\| `operator` \|.*", page_text("reference/decision.md"), re.MULTILINE)
    assert {operator.value for operator in Operator} == set(re.findall(r"`([^`]+)`", row)) - {
        "operator"
    }


def page_text(name: str) -> str:
    """The text of a page below `docs/`."""
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_key_of_a_case_file_is_described_and_every_error_that_one_may_expect() -> None:
    words = {key for code in words_of("cases.md") for key in re.findall(r"[\w-]+", code)}
    keys = {
        key for record in records(CASES, set()) for key in (*record.fields, *record.reserved_keys)
    }
    assert len(keys) > 15
    assert not keys - words
    assert not {*NOT_IN_FORCE, *FACT_ERRORS} - words
