"""The two YAML parsers agree; the one in Python is authoritative, libyaml only faster."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.catalogue.store import shipped_folder
from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.syntax import yaml
from policyrules.syntax.yaml import Node, Scalar, Sequence, decode, read_yaml
from policyrules.syntax.yaml_parsers import events_from_libyaml
from policyrules.text.span import Span

HERE = Path(__file__).parent

HAS_LIBYAML = events_from_libyaml("a: b") is not None

needs_libyaml = pytest.mark.skipif(
    not HAS_LIBYAML, reason="PyYAML is not here, or without libyaml: the parser in Python serves"
)

Placed = tuple[object, ...]


def placed(node: Node | None) -> Placed:
    """A node with every text, every place and whether it stands plain."""
    if node is None:
        return ()
    if isinstance(node, Scalar):
        return (node.text, node.plain, node.span)
    if isinstance(node, Sequence):
        return ("sequence", node.span, *map(placed, node.items))
    return ("mapping", node.span, *((placed(key), placed(under)) for key, under in node.entries))


def read(text: str, *, in_c: bool) -> tuple[Placed, tuple[Diagnostic, ...]]:
    """What is read of a text, with libyaml or without it, and what is reported."""
    diagnostics = Diagnostics()
    with pytest.MonkeyPatch.context() as patch:
        if not in_c:
            patch.setitem(sys.modules, "yaml", None)
        node = read_yaml(text, "f", diagnostics)
    return placed(node), diagnostics.sorted()


def assert_read_alike(text: str) -> None:
    assert read(text, in_c=True) == read(text, in_c=False)


def events(text: str) -> Iterator[Any]:
    parsed = events_from_libyaml(text)
    assert parsed is not None
    return parsed


# --- files ----------------------------------------------------------------------------------


def shipped() -> list[Path]:
    folder = shipped_folder()
    return sorted(folder.rglob("*.yaml"))


def texts_of_tests() -> list[Path]:
    tests = HERE.parent
    texts = {
        *tests.rglob("*.yaml"),
        *tests.rglob("*.txt"),
        *(tests.parent / "docs").rglob("*.yaml"),
    }
    return sorted(texts)


@pytest.mark.slow
@pytest.mark.parametrize("path", shipped(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_shipped_file_is_read_alike_by_both_parsers(path: Path) -> None:
    text = decode(path.read_bytes(), "f", Diagnostics())
    assert text is not None
    assert_read_alike(text)
    # The parser needs no newline at the end: it ends an open line itself, and moves what ends there.
    assert_read_alike(text.rstrip("\n"))


@needs_libyaml
def test_every_shipped_file_is_read_by_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> Iterator[Any]:
        raise AssertionError(f"read in Python: {text[:60]}")

    monkeypatch.setattr(yaml, "events_from_ruamel", refuse)
    for path in shipped():
        text = decode(path.read_bytes(), str(path), Diagnostics())
        assert text is not None
        assert read_yaml(text, str(path), Diagnostics()) is not None


def test_the_texts_of_the_tests_are_read_alike() -> None:
    for path in texts_of_tests():
        assert_read_alike(path.read_bytes().decode("utf-8", errors="replace"))


# --- texts made for it ----------------------------------------------------------------------

INDICATORS = [*"-?:,[]{}#&*!|>'\"%@`", "- ", "? ", ": ", ", ", " #", "# ", "---\n", "...\n", "<<: "]
LINES = [
    "\n",
    "\n  ",
    "\n    ",
    "\n- ",
    "\n? ",
    "\n: ",
    "|\n",
    "|-\n ",
    ">+\n",
    "|2\n  ",
    "|#",
    "\\\n",
]
WORDS = [
    *"ab019~",
    "key: ",
    "a: b",
    "{a: b}",
    "[a, b]",
    "{a}",
    "[a: b]",
    "''",
    '""',
    "null",
    "a" * 1030,
]
ESCAPES = [r"\n", r"\u88c1", r"\x41", r"\/", r"\ud800", r"\U0001F600", r"\q", "\\"]
CHARACTERS = [
    "\t",
    "\x85",
    "\u2028",
    "\ufeff",
    "\xa0",
    "\u3000",
    "😀",
    "裁员",
    "：",
    "\0",
    "\x7f",
    "\ufffe",
    "\r",
]

pieces = st.lists(
    st.one_of(*map(st.sampled_from, (INDICATORS, LINES, WORDS, ESCAPES, CHARACTERS))), max_size=16
)


@given(pieces)
def test_any_text_is_read_alike_by_both_parsers(pieces: list[str]) -> None:
    assert_read_alike("".join(pieces))


# Few signs at a time, so that those which matter to each other meet.
ALPHABETS = {
    "keys": ["?", "? ", "a", "b", ": ", ":", "\n", "\n  ", ", ", "[", "]", "{", "}", "- ", "#c\n"],
    "blocks": [
        "|",
        "|-",
        ">",
        ">+",
        "|2",
        "\n",
        "\n ",
        "\n  ",
        "\n   ",
        "a",
        " ",
        "#",
        "a: ",
        "- ",
    ],
    "quotes": [
        '"',
        "'",
        "\\n",
        "\\\n",
        " ",
        "\n",
        "\n ",
        "a",
        "b: ",
        ",",
        "[",
        "]",
        ":",
        "#",
        " #",
    ],
    "documents": ["---", "...", "\n", "a: b", "- a", " ", "#", "---\n", "...\n", "--- a"],
}


@given(
    st.sampled_from(["", "a: ", "- "]),
    st.sampled_from(list(ALPHABETS.values())).flatmap(
        lambda signs: st.lists(st.sampled_from(signs), max_size=12)
    ),
)
def test_a_text_of_few_signs_is_read_alike_by_both_parsers(lead: str, signs: list[str]) -> None:
    assert_read_alike(lead + "".join(signs))


@given(st.data())
def test_a_shipped_file_with_slips_is_read_alike_by_both_parsers(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(shipped())).read_text(encoding="utf-8").split("\n")
    first = data.draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[first : first + data.draw(st.integers(1, 12))])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(text)))
        slip = data.draw(st.sampled_from(["", *INDICATORS, *LINES, *CHARACTERS]))
        text = text[:place] + slip + text[place + data.draw(st.integers(0, 3)) :]
    assert_read_alike(text)


# --- where libyaml differs ------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a:\tb",  # YAML 1.1 takes the tab for a blank; the parser in Python does not
        "a: x\u2028y",  # a line break there, a character here
        "a: x\x85y",
        "\ufeffa: b",
        "a: b\r\nc: d",
        "a: |# a comment directly behind the header\n  b",
        "a: |\n \n    b\n",  # blanks alone in a line above the text, which set no indent
        "- >- # with a comment\n\n \n    b",
        "a: |\n  ",
        "a: b\n...\n...\n",  # two ends of one document
        "[?:\n  \n  ]",
        "a: [ '':] #",
        "- [?a#c\n#c\n:]",
        "[? ]",  # a key that is not there, whose place differs
        "{a: b, # with a comment\n ? }",
    ],
)
def test_what_libyaml_could_read_otherwise_it_is_not_given(text: str) -> None:
    assert events_from_libyaml(text) is None
    assert_read_alike(text)


@needs_libyaml
def test_a_text_that_is_one_scalar_is_read_in_python() -> None:
    """Alone, a block scalar may stand at the margin, where libyaml sees a comment."""
    text = "|\n# no comment\n"
    node = read_yaml(text, "f", Diagnostics())
    assert isinstance(node, Scalar)
    assert node.text == "# no comment\n"
    assert "" in [getattr(event, "value", None) for event in events(text)]


@pytest.mark.parametrize(
    "text",
    [
        "[:a]",
        "{a:b}",
        "{'a':b}",
        "[a, ?b]",
        "? a\n:b",
        "a: ::b",
        "{a: :b}",
        "- a: &\n",
        "a: b#c #d",
    ],
)
def test_what_libyaml_may_refuse_is_decided_in_python(text: str) -> None:
    assert_read_alike(text)


@pytest.mark.parametrize(
    "text, place",
    [
        ("a: b", (1, 4, 1, 5)),
        ("a: 裁员", (1, 4, 1, 6)),
        ("a: 😀", (1, 4, 1, 5)),
        ("a:\n  - b", (2, 3, 2, 6)),
        ("a: |\n  b", (1, 4, 2, 4)),
        ("a: [b]", (1, 4, 1, 7)),
        ("a:\n  b: c", (2, 3, 2, 7)),
    ],
)
def test_what_ends_with_the_text_ends_in_its_last_line(
    text: str, place: tuple[int, int, int, int]
) -> None:
    for in_c in (True, False):
        parsed, _ = read(text, in_c=in_c)
        under = parsed[2]
        assert isinstance(under, tuple)
        value = under[1]
        assert Span("f", *place) in value


@pytest.mark.parametrize("text", ['"\r', "[\r", "a: b\rc: [\r}"])
def test_what_is_wrong_behind_any_line_break_is_reported(text: str) -> None:
    diagnostics = Diagnostics()
    assert read_yaml(text, "f", diagnostics) is None
    assert [diagnostic.code for diagnostic in diagnostics.sorted()] == ["yaml-syntax"]
