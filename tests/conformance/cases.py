"""Cases as text: the format of the files in `bad/` and `good/`, and the answers of the library.

A case begins with its name, a sentence; then come sections under `=== heading`. A case is checked
with the files of `base/`: the ruleset `base/cn-nm/refund.yaml`, its vocabulary and its sources.

A bad case is called `<code>.<words>.txt` and changes files of the base. A section `ruleset`,
`ruleset of hires` (of `base/hires.yaml`), `vocabulary` or `sources` changes one file by lines:
those with ` ` and `-` are in the base, once and in this order; those with ` ` and `+` replace
them. A blank line ends a change. The heading may instead say that the file is given whole, as
bytes, in another encoding, or is a folder. A section `overlay` is an overlay, of Hohhot if its
heading has no id; the head that all overlays share is put before it. A section `file` is another
file. The last section, `found`, has the diagnostics, each with the text that its position marks.

A good case is a ruleset without its head, and questions: a date, facts, and after `->` the answer.
A list is written as in YAML, `employer.trades = [tourism]`, and continues on lines that begin with
a space. The answer of each item is one line, by its key.

`POLICYRULES_RESET_SNAPSHOTS=1 pytest tests/conformance` writes diagnostics and answers. Write a new
bad case with an empty section `found`, and a new good one with its first line of each answer, such
as `-> eligible`, as you expect them; reset, and read the whole diff: it is right only if you would
have written the same. Justify a changed one in the commit.
"""

import ast
import contextlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from policyrules.api.policy import check_rulesets, read_facts
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.pins import pins, update_pins
from policyrules.catalogue.result import File
from policyrules.catalogue.store import shipped_folder
from policyrules.decisions.decision import Decision
from policyrules.diagnostics import Diagnostic, Severity
from policyrules.errors import FactsError, PolicyRulesError
from policyrules.ir.ruleset import CheckedRuleset

HERE: Final = Path(__file__).parent
BASE: Final = HERE / "base"
FILES: Final[Mapping[str, str]] = {
    "ruleset": "cn-nm/refund.yaml",
    "vocabulary": "vocabulary.yaml",
    "sources": "sources.yaml",
}
OTHERS: Final[Mapping[str, str]] = {"ruleset of hires": "hires.yaml"}
"""Rulesets that a bad case may change in the place of the first."""


CALENDARS: Final = File("calendars.yaml", (shipped_folder() / "calendars.yaml").read_bytes())
"""The working days of good cases: those that are shipped."""

HOHHOT: Final = "cn-nm-150100/refund"
PIN: Final = "sha256:0123456789abcdef"
"""Stands in an overlay for the pin that its base has."""

HEAD: Final[Mapping[str, str]] = {
    "policyrules": "1",
    "id": "{id}",
    "title": "{{zh: 变体, en: Variant}}",
    "extends": f'{{{{cn-nm/refund: "{PIN}"}}}}',
    "legal_basis": "notice",
}
"""What an overlay begins with, where it does not say it itself."""


class Case(NamedTuple):
    """A case: its path, its name, and its sections, each with its heading."""

    path: Path
    name: str
    sections: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return self.path.stem


def read_cases(folder: str) -> list[Case]:
    cases = [read_case(path) for path in sorted((HERE / folder).glob("*.txt"))]
    assert cases, f"no case in {folder}"
    return cases


def read_case(path: Path) -> Case:
    name, *parts = ("\n" + path.read_text(encoding="utf-8")).split("\n=== ")
    sections = []
    for part in parts:
        heading, _, body = part.partition("\n")
        sections.append((heading, body.strip("\n") + "\n" if body.strip("\n") else ""))
    return Case(path, name.strip(), tuple(sections))


def write_case(case: Case) -> None:
    """Writes a case whose expectations have been made anew."""
    parts = [case.name + "\n"]
    parts += [f"\n=== {heading}\n{body}" for heading, body in case.sections]
    case.path.write_text("".join(parts), encoding="utf-8")


def is_reset() -> bool:
    return os.environ.get("POLICYRULES_RESET_SNAPSHOTS") == "1"


# --- overlays ------------------------------------------------------------------------------------


def head_of(id_: str, body: str) -> str:
    """What is put before an overlay: the keys of the head that it does not have."""
    keys = set(re.findall(r"^(\w+):", body, re.MULTILINE))
    head = dict(HEAD)
    if "." in id_ and "in_force" not in keys:
        # It is in force with its base: never to be picked, or there were two for one day.
        head["selection"] = "by_id"
    return "".join(
        f"{key}: {text.format(id=id_)}\n" for key, text in head.items() if key not in keys
    )


def write_overlay(folder: Path, id_: str, body: str) -> Path:
    """Writes an overlay of an id into a folder of jurisdictions."""
    path = folder / f"{id_}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head_of(id_, body) + body, encoding="utf-8")
    return path


def pin_overlays(paths: Iterable[Path]) -> None:
    """Puts the pins of their bases into overlays; one whose base is wrong stays as it is."""
    for path in paths:
        with contextlib.suppress(PolicyRulesError):
            asked = [pin for pin in pins([path]) if pin.pinned_hash == PIN]
            path.write_bytes(update_pins(path.read_bytes(), asked))


# --- bad cases -----------------------------------------------------------------------------------


def findings(case: Case, folder: Path) -> tuple[Diagnostic, ...]:
    """Return what `check_rulesets` finds in the files of a case, which are written to a folder."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True, ignore=_ignored_names)
    texts, overlays = None, []
    for heading, body in case.sections:
        kind, _, how = heading.partition(", ")
        if kind == "overlay":
            overlays.append(write_overlay(folder, how or HOHHOT, body))
        if kind == "file":
            (folder / how).parent.mkdir(parents=True, exist_ok=True)
            (folder / how).write_text(body, encoding="utf-8")
        if kind in OTHERS:
            base = (BASE / OTHERS[kind]).read_bytes()
            (folder / FILES["ruleset"]).write_bytes(_file(base, how, body))
        elif kind in FILES:
            path = folder / FILES[kind]
            path.write_bytes(
                _file(path.read_bytes(), how, body)
            ) if how != "a folder" else _replace_with_folder(path)
        elif kind == "texts":
            texts = folder / "texts"
            texts.mkdir()
            (texts / "law.txt").write_bytes(
                (BASE / "texts" / "law.txt").read_bytes() if how == "as saved" else b"another text"
            )
    pin_overlays(overlays)
    return check_rulesets([Path()], texts).diagnostics


def _ignored_names(*_: object) -> list[str]:
    """What of the base belongs to no folder of rulesets."""
    return ["head.yaml", "texts", *OTHERS.values()]


def _replace_with_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _file(base: bytes, how: str, body: str) -> bytes:
    if how == "bytes":
        return b"".join(literals(body))
    if how == "whole":
        return body.encode()
    text = with_changes(base.decode(), body)
    match how:
        case "":
            return text.encode()
        case "with Windows line endings":
            return text.replace("\n", "\r\n").encode()
        case "with a byte-order mark":
            return text.encode("utf-8-sig")
        case _:
            return text.encode(how.removeprefix("in "))


def literals(body: str) -> Iterator[bytes]:
    """Lines such as `b"- x\\n" * 1000`; with `numbered 1000`, `%d` are each number and the next."""
    for line in body.splitlines():
        match = re.fullmatch(r"(.*?)(?: (\*|numbered) (\d+))?", line)
        assert match is not None
        literal, how, times = match.groups()
        value = ast.literal_eval(literal)
        assert isinstance(value, bytes)
        if how == "numbered":
            yield from (value % (n, n + 1) for n in range(int(times)))
        else:
            yield value * int(times or 1)


def with_changes(text: str, body: str) -> str:
    """The text with the changes of a section made in it."""
    for change in body.strip("\n").split("\n\n") if body.strip() else []:
        lines = change.split("\n")
        assert {line[:1] for line in lines} <= {" ", "-", "+"}, change
        old = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        assert f"\n{text}".count(f"\n{old}") == 1, f"not just once in the base:\n{old}"
        text = f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:]
    return text


def diagnostics_text(diagnostics: tuple[Diagnostic, ...], folder: Path) -> str:
    """The findings as text, each with the words that its place marks."""
    lines = []
    for diagnostic in diagnostics:
        first, *rest = str(diagnostic).split("\n")
        lines += [first, f"    at: {_marked(diagnostic, folder)}".rstrip(), *rest]
    # The folder of a test has another name in each run.
    return "".join(f"{line}\n" for line in lines).replace(f"`{folder.name}/", "`rulesets/")


def _marked(diagnostic: Diagnostic, folder: Path) -> str:
    span, path = diagnostic.span, folder / diagnostic.span.path
    if not path.is_file():
        return ""
    text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    line = text.split("\n")[span.line - 1]
    if span.end_line > span.line:
        return f"{line[span.column - 1 :]} …"
    return line[span.column - 1 : span.end_column - 1][:80]


def is_accepted(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return all(diagnostic.severity is Severity.WARNING for diagnostic in diagnostics)


# --- good cases ----------------------------------------------------------------------------------


def compiled(case: Case) -> tuple[CheckedRuleset | None, tuple[Diagnostic, ...]]:
    """The ruleset of a good case: its own sections behind the head that all share."""
    text = ruleset_text(case).encode()
    others = [File(FILES[kind], (BASE / FILES[kind]).read_bytes()) for kind in list(FILES)[1:]]
    made = compile_ruleset(File(FILES["ruleset"], text), *others, calendars=CALENDARS)
    return made.ruleset, made.diagnostics


def ruleset_text(case: Case) -> str:
    """The ruleset of a good case; one that begins with `uses` has other subjects than the head.

    One that begins with `policyrules` is whole.
    """
    heading, body = case.sections[0]
    assert heading == "ruleset"
    if body.startswith("policyrules:"):
        return body
    head = (BASE / "head.yaml").read_text(encoding="utf-8")
    return (head.partition("uses:")[0] if body.startswith("uses:") else head) + body


class Question(NamedTuple):
    """A situation of a good case: the day, the facts, and the answer that stands in the file."""

    on: date
    facts: Mapping[str, object]
    answer: str


def question(body: str) -> Question:
    """Reads `on <day>` (or the last day of the year), `fact = figure` lines, and `->` the answer."""
    asked, _, answer = body.partition("-> ")
    on, facts = date(2022, 12, 31), dict[str, object]()
    for line in re.sub(r"\n +", " ", asked).splitlines():
        if line.startswith("on "):
            on = date.fromisoformat(line.removeprefix("on "))
        elif line.strip():
            name, _, figure = line.partition(" = ")
            facts[name] = _fact(name, figure)
    return Question(on, facts, "".join(f"{line.strip()}\n" for line in answer.splitlines()))


def _fact(name: str, figure: str) -> object:
    if figure.startswith("["):
        return read_facts(f"{name}: {figure}\n".encode())[name]
    return {"yes": True, "no": False}.get(figure, figure)


def situation_text(asked: str, answer: str) -> str:
    """The body of a situation, with its answer."""
    first, *rest = answer.splitlines()
    return asked.partition("-> ")[0] + f"-> {first}\n" + "".join(f"   {line}\n" for line in rest)


def decision_text(decide: Callable[[], Decision]) -> str:
    """A decision as the short text that the cases hold, or the facts that contradict each other."""
    try:
        decision = decide()
    except FactsError as error:
        return f"refused: {error.problems[0].message}\nfound: {error.problems[0].found}\n"
    data = decision.to_dict()
    lines = [", ".join([data["status"], *_amount(data.get("amount"))])]
    for name, amount in data.get("amounts", {}).items():
        lines += [f"{name}: {text}" for text in _amount(amount)]
    if decision.status_label.en not in {"eligible", "not eligible", "undetermined"}:
        lines.append(f"says: {decision.status_label.zh} / {decision.status_label.en}")
    lines += [f"{name} = {_figure(figure)}" for name, figure in data["values"].items()]
    lines += [
        f"{word}: {', '.join(data['conditions'][word])}"
        for word in ("held", "failed", "excluded", "unknown")
        if data["conditions"][word]
    ]
    lines += [
        f"{group} met by {', '.join(by)}" for group, by in data["conditions"]["met_by"].items()
    ]
    for items in data["items"].values():
        lines += [f"{key}: {'; '.join(_item(item))}".rstrip() for key, item in items.items()]
    consequences = data["consequences"].items()
    lines += [f"consequence {name} = {_figure(figure)}" for name, figure in consequences]
    for missing in data["missing"]:
        alternatives = (
            f" (or {', '.join(missing['alternatives'])})" if "alternatives" in missing else ""
        )
        lines.append(f"missing: {missing['fact']}{alternatives}")
    lines += [f"unsettled: {point['name']} ({point['reason']})" for point in data["unsettled"]]
    lines += [f"note: {notice['id']}" for notice in data["notices"]]
    return "".join(f"{line}\n" for line in lines)


def _item(item: Mapping[str, Any]) -> Iterator[str]:
    """What is said of one item: its status and routes, its members, its values and notes."""
    if "status" in item:
        yield item["status"] + (f" by {', '.join(item['routes'])}" if item["routes"] else "")
        for word in ("held", "failed", "excluded", "unknown"):
            if item[word]:
                yield f"{word} {', '.join(item[word])}"
    yield from (f"{name} = {_figure(figure)}" for name, figure in item["values"].items())
    yield from (f"note {notice['id']}" for notice in item.get("notices", ()))


def _amount(amount: Mapping[str, object] | None) -> list[str]:
    if amount is None:
        return []
    status, unit = amount["status"], amount["unit"]
    text = str(status)
    if status == "exact":
        text = f"{amount['value']} {unit}"
        if amount["unrounded"] != amount["value"]:
            text += f" (rounded from {amount['unrounded']})"
    elif (amount["min"], amount["max"]) != (None, None):
        text += f" {amount['min']}..{amount['max']} {unit}"
    return [text + (" or not stated" if "may_be_not_stated" in amount else "")]


def _figure(figure: object) -> str:
    """A value: as it is, `low..high`, `one or another`; with `none` and the like behind it."""
    if isinstance(figure, list):
        return ", ".join(map(str, figure))
    if not isinstance(figure, dict):
        return str(figure)
    parts = [f"{figure['min'] or ''}..{figure['max'] or ''}"] if "min" in figure else []
    parts += [str(figure["within"])] if "within" in figure else []
    parts += [str(alternative) for alternative in figure.get("one_of", ())]
    parts += [flag for flag in ("none", "not_stated", "undefined") if flag in figure]
    return " or ".join(parts)
