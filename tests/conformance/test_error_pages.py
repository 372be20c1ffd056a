"""The pages of `docs/errors/` are true: their examples raise what they say, and corrected do not.

An example is part of the ruleset in `base/`, which the index of the pages shows whole: a section
of the example adds its entries to that section, or puts them in the place of those of their name.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from tests.conformance.cases import (
    BASE,
    CALENDARS,
    FILES,
    HEAD,
    HOHHOT,
    head_of,
    literals,
    pin_overlays,
    write_overlay,
)

from policyrules.api.policy import check_rulesets
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.diagnostics import CODES

pytestmark = pytest.mark.checkout

FOLDER: Final = Path(__file__).parents[2] / "docs" / "errors"
PAGES: Final = sorted(path for path in FOLDER.glob("*.md") if path.stem != "README")
ENTRIES: Final = ("facts", "sources", "parameters", "values", "conditions", "outcome", "notes")


class Block(NamedTuple):
    """A fenced block: its language and mark (`yaml bad`), its text, and the block behind it."""

    mark: str
    text: str
    after: str


def blocks(page: Path) -> Iterator[Block]:
    fences = re.findall(
        r"^```(.*)\n((?s:.*?))^```$", page.read_text(encoding="utf-8"), re.MULTILINE
    )
    for place, (mark, text) in enumerate(fences):
        after = fences[place + 1][1] if place + 1 < len(fences) else ""
        yield Block(mark, text, after)


# --- examples in their ruleset -------------------------------------------------------------------

Line = tuple[str, int]
"""A line, and its number in the example, or 0."""


def composed(base: str, example: str) -> list[Line]:
    """The base with an example put into it."""
    parts = _parts([(line, 0) for line in base.splitlines()], r"\w+")
    entries_of_example = _parts(
        [(line, n) for n, line in enumerate(example.splitlines(), 1)], r"\w+"
    )
    result: list[Line] = []
    for key, lines in parts.items():
        mine = entries_of_example.pop(key, None)
        if mine is None:
            result += lines
        elif key in ENTRIES and mine[0][0] == f"{key}:":
            entries = _parts(mine[1:], r"  [^\s#]+")
            kept = _parts(lines[1:], r"  [^\s#]+")
            result += [
                mine[0],
                *(line for name, all_ in kept.items() if name not in entries for line in all_),
            ]
            result += mine[1:]
        else:
            result += mine
    for lines in entries_of_example.values():
        result += lines
    return result


def _parts(lines: list[Line], key: str) -> dict[str, list[Line]]:
    parts: dict[str, list[Line]] = {}
    here: list[Line] = []
    for line in lines:
        match = re.match(f"({key}):", line[0])
        if match and match[1] not in parts:
            here = parts.setdefault(match[1], [])
        elif not parts:
            here = parts.setdefault("", [])
        here.append(line)
    return parts


Findings = list[tuple[str, str]]
"""The code of each finding, and its text."""


def check(block: Block, folder: Path) -> Findings:
    """What is found in an example; the lines of a ruleset are counted in the example itself."""
    files = {kind: (BASE / path).read_bytes() for kind, path in FILES.items()}
    if block.mark.startswith("yaml overlay"):
        return _overlays(block.text, files, folder)
    if block.mark.startswith("shell"):
        return _on_disk(block.text, files, folder)
    lines: list[Line] = []
    # A wrong example of a ruleset has no calendar; the others have the one that is shipped.
    calendars = CALENDARS if block.mark.endswith(" good") else None
    if block.mark.startswith("yaml calendars"):
        calendars = File(CALENDARS.path, block.text.encode())
    elif block.mark.startswith("bytes"):
        files["ruleset"] = b"".join(literals(block.text))
    else:
        lines = composed(files["ruleset"].decode(), block.text)
        files["ruleset"] = "".join(f"{text}\n" for text, _ in lines).encode()
    law = (BASE / "texts" / "law.txt").read_bytes()
    texts = {hashlib.sha256(law).hexdigest(): law.decode()}
    given = [File(FILES[kind], data) for kind, data in files.items()]
    made = compile_ruleset(*given, texts=texts, calendars=calendars)
    return [
        (diagnostic.code, _in_example(str(diagnostic), lines)) for diagnostic in made.diagnostics
    ]


def _overlays(example: str, files: dict[str, bytes], folder: Path) -> Findings:
    """What is found in overlays: in one of Hohhot, or in those that comments name.

    What all overlays begin with is put before each. Under the name of the base stands what is
    otherwise in it. Lines are counted in the example.
    """
    for kind, name in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(files[kind])
    numbers: dict[str, list[int]] = {}
    overlays = []
    for id_, lines in _named(example):
        body = "".join(f"{text}\n" for text, _ in lines)
        if f"{id_}.yaml" == FILES["ruleset"]:
            made = composed(files["ruleset"].decode(), body)
            text = "".join(f"{line}\n" for line, _ in made)
            (folder / f"{id_}.yaml").write_text(text, encoding="utf-8")
            numbers[id_] = [n and lines[n - 1][1] for _, n in made]
        else:
            overlays.append(write_overlay(folder, id_, body))
            numbers[id_] = [0] * head_of(id_, body).count("\n") + [n for _, n in lines]
    pin_overlays(overlays)

    def place_in_example(match: re.Match[str]) -> str:
        n = numbers.get(match[1], [])
        number = n[int(match[2]) - 1] if n else 0
        return f"{match[1]}.yaml:{number}:" if number else match[0]

    diagnostics = check_rulesets([folder]).diagnostics
    return [
        (
            diagnostic.code,
            re.sub(r"([\w-]+/[\w.-]+)\.yaml:(\d+):", place_in_example, str(diagnostic)),
        )
        for diagnostic in diagnostics
    ]


def _named(example: str) -> Iterator[tuple[str, list[Line]]]:
    """The files of an example, each with its id; a comment such as `# cn-nm/refund.2023.yaml`."""
    id_, lines = HOHHOT, list[Line]()
    for n, line in enumerate(example.splitlines(), 1):
        named = re.fullmatch(r"# (\S+/\S+)\.yaml", line)
        if named is not None:
            if lines:
                yield id_, lines
            id_, lines = named[1], []
        else:
            lines.append((line, n))
    yield id_, lines


def _on_disk(commands: str, files: dict[str, bytes], folder: Path) -> Findings:
    """The commands of an example make a folder where a file should be, or move a file."""
    made = re.findall(r"^\$ mkdir -p (\S+)$", commands, re.MULTILINE)
    for kind, name in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        if name not in made:
            (folder / name).write_bytes(files[kind])
    for name in made:
        (folder / name).mkdir()
    for old, new in re.findall(r"^\$ mv (\S+) (\S+)$", commands, re.MULTILINE):
        (folder / new).parent.mkdir(exist_ok=True, parents=True)
        (folder / old).rename(folder / new)
    diagnostics = check_rulesets([Path()]).diagnostics
    return [(diagnostic.code, str(diagnostic)) for diagnostic in diagnostics]


def _in_example(text: str, lines: list[Line]) -> str:
    def place_in_example(match: re.Match[str]) -> str:
        n = lines[int(match[1]) - 1][1] if lines else int(match[1])
        return f"refund.yaml:{n}:" if n else match[0]

    return re.sub(re.escape(FILES["ruleset"]) + r":(\d+):", place_in_example, text)


# --- the pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_example_raises_what_its_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [block for block in blocks(page) if block.mark.endswith(" bad")]
    assert len(bad) >= 2, "the smallest one, and a real one"
    for n, block in enumerate(bad):
        folder = tmp_path / str(n)
        folder.mkdir()
        monkeypatch.chdir(folder)
        findings = check(block, folder)
        assert page.stem in {code for code, _ in findings}
        assert "".join(f"{text}\n" for _, text in findings) == block.after


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_corrected_example_raises_nothing(page: Path, tmp_path: Path) -> None:
    good = [block for block in blocks(page) if block.mark.endswith(" good")]
    assert good or page.stem in {"ignored-file", "unreadable-file", "too-large"}
    for n, block in enumerate(good):
        folder = tmp_path / str(n)
        folder.mkdir()
        assert check(block, folder) == []


def test_every_page_names_its_code() -> None:
    for page in PAGES:
        code = CODES[page.stem]
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {code.name}\n"), page
        assert f"| `{code.name}` | {code.severity} | {code.title} |" in text, page
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert headings == ["Smallest example", "A real example", "How to correct it"], page


def test_the_index_has_every_code_and_the_ruleset_of_the_examples() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for code in CODES.values():
        assert f"| [`{code.name}`]({code.name}.md) | {code.severity} | {code.title} |" in text
    for key, value in HEAD.items():
        assert f"\n{key}: {value.format(id=HOHHOT)}\n" in text
    for path in FILES.values():
        assert f"```yaml\n{(BASE / path).read_text(encoding='utf-8')}```\n" in text
