"""The standard layout, by texts before and after: line breaks, tables and comments.

A case of `formatting/` begins with its name, a sentence; then the text as it was written, and as it
is formatted. `POLICYRULES_RESET_SNAPSHOTS=1 pytest tests/syntax` writes the latter anew: read the
whole difference, and justify it in the commit.
"""

import codecs
from pathlib import Path

import pytest
from tests.conformance.cases import Case, is_reset, read_case, write_case

from policyrules.api.policy import format_ruleset
from policyrules.errors import FormatError, RulesetError
from policyrules.syntax import formatter
from policyrules.syntax.comments import Comments, comments_of
from policyrules.syntax.formatter import format_text
from policyrules.syntax.yaml import Mapping, Scalar
from policyrules.text.span import Span

CASES = [read_case(path) for path in sorted((Path(__file__).parent / "formatting").glob("*.txt"))]
SOURCES = "policyrules: 1\nsources:\n  a-law:\n    title: A law\n"


def formatted(data: str | bytes) -> str:
    """The text in the layout, or its findings."""
    result = format_text(data if isinstance(data, bytes) else data.encode(), "f.yaml")
    if result.text is None:
        return "\n".join(map(str, result.diagnostics))
    return result.text


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_written_is_formatted(case: Case) -> None:
    assert case.name.endswith(".")
    (_, written), (_, expected) = case.sections
    text = formatted(written)
    if is_reset():
        write_case(Case(case.path, case.name, (("written", written), ("formatted", text))))
        return
    assert text == expected
    assert formatted(text) == text


def test_line_endings_of_windows_and_a_byte_order_mark_go() -> None:
    written = "# head\n" + SOURCES + "# end\n"
    assert formatted(written.replace("\n", "\r\n")) == written
    assert formatted(written.replace("\n", "\r")) == written
    assert formatted(codecs.BOM_UTF8 + written.encode()) == written


def test_other_signs_that_end_a_line_end_a_comment() -> None:
    assert formatted(SOURCES + "# one\u2028# two\x85   # three\u2029") == (
        SOURCES + "# one\n# two\n# three\n"
    )


def test_a_byte_order_mark_in_the_middle_moves_nothing() -> None:
    text = SOURCES + "    ref: ab  # c\ufeffd\n    url: https  # \ufeff e\n"
    assert formatted(text) == text


@pytest.mark.parametrize(
    "text, finding",
    [
        ("employer: {laid_off: 6}", "the key `policyrules` is missing"),
        ("- policyrules", "the key `policyrules` is missing"),
        ("policyrules: 1", "no key says what kind of file this is"),
        ("policyrules: 2\nsources: {a-law: {title: A law}}", "another version of the language"),
        (SOURCES + "    titel: A law", "there is no key `titel` here"),
        (SOURCES + "    title: again", "the key `title` is repeated"),
        (SOURCES + "    ref: [a", "the file is not YAML here"),
        ("", "the file is empty"),
    ],
)
def test_what_cannot_be_read_is_not_formatted(text: str, finding: str) -> None:
    assert finding in formatted(text)


@pytest.mark.parametrize(
    "text, is_policyrules_file",
    [
        ("policyrules: 1\na: *b", True),
        ("'policyrules': 1\na: [", True),
        ("a: &b c\npolicy: *b", False),
        ("policyrules", False),
        ("a: 1", False),
    ],
)
def test_a_file_is_ours_if_it_says_so_however_wrong_it_is(
    text: str, is_policyrules_file: bool
) -> None:
    assert format_text(text.encode(), "f.yaml").is_policyrules_file is is_policyrules_file


def test_a_lost_comment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatter, "print_document", lambda *_: SOURCES)
    with pytest.raises(FormatError, match="a comment would be lost"):
        format_text(f"# a comment\n{SOURCES}".encode(), "f.yaml")


def test_a_changed_meaning_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (SOURCES.replace("A law", "Another law"), SOURCES.replace("sources", "- a")):
        monkeypatch.setattr(formatter, "print_document", lambda *_, text=text: text)
        with pytest.raises(FormatError, match="would have another meaning"):
            format_text(SOURCES.encode(), "f.yaml")


def test_what_is_neither_structure_nor_comment_is_refused() -> None:
    key = Scalar("a", Span("f", 1, 1, 1, 2))
    document = Mapping(((key, Scalar("b", Span("f", 1, 4, 1, 5))),), Span("f", 1, 1, 1, 5))
    assert comments_of("a: b # c", document).texts() == ("# c",)
    with pytest.raises(FormatError, match="`c` stands between scalars"):
        comments_of("a: b c", document)


def test_a_comment_of_something_that_is_not_printed_goes_outwards() -> None:
    comments = comments_of(
        "a: # one\n  - b # two\n",
        Mapping(
            ((Scalar("a", Span("f", 1, 1, 1, 2)), Scalar("b", Span("f", 2, 5, 2, 6))),),
            Span("f", 1, 1, 2, 6),
        ),
    )
    kept = comments.restricted_to(frozenset({()}))
    assert kept.on(()) == (("# one", "# two"), "")
    assert kept.texts() == comments.texts()
    assert not Comments().are_inside(())


def test_the_public_function_takes_text_and_bytes_and_raises_what_is_wrong() -> None:
    assert format_ruleset(SOURCES) == format_ruleset(codecs.BOM_UTF8 + SOURCES.encode()) == SOURCES
    for wrong, code in ((SOURCES + "    titel: A", "unknown-key"), ("a: \ud800", "not-utf-8")):
        with pytest.raises(RulesetError) as raised:
            format_ruleset(wrong, "law.yaml")
        assert [diagnostic.code for diagnostic in raised.value.diagnostics] == [code]
        assert raised.value.diagnostics[0].span.path == "law.yaml"
