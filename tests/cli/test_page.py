"""The page that `decide` shows in a terminal; the texts are in `tests/snapshots/page/`."""

import pytest
from rich.cells import cell_len
from tests.support.sample_decisions import samples
from tests.support.snapshots import check_snapshot

from policyrules.cli.terminal import MAX_WIDTH, page
from policyrules.explain.explanation import build_explanation
from policyrules.reporting.text_layout import wrap
from policyrules.text.localized import Language


def lines(name: str, language: Language, width: int) -> list[str]:
    explanation = build_explanation(samples()[name], language)
    return ["".join(text for text, _ in line) for line in page(explanation, width)]


@pytest.mark.parametrize("width", [50, 80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ["ineligible", "undetermined", "not-stated"])
def test_the_page_reads_as_the_snapshot(name: str, language: Language, width: int) -> None:
    text = "".join(f"{line.rstrip()}\n" for line in lines(name, language, width))
    check_snapshot(text, f"page/{name}.{language}.{width}")


@pytest.mark.parametrize("width", [20, 33, 59, 60, 79, 80, 300])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", samples())
def test_no_line_is_wider_than_the_terminal(name: str, language: Language, width: int) -> None:
    for line in lines(name, language, width):
        assert cell_len(line) <= min(width, MAX_WIDTH), line


@pytest.mark.parametrize("name", samples())
def test_the_page_says_all_that_the_plain_text_says(name: str) -> None:
    """Wrapped, aligned and marked otherwise, but word for word the same."""

    def words(text: str) -> list[str]:
        return sorted(text.replace("-", "").replace("─", "").split())

    plain = samples()[name].explain("en").replace("Outcome:", "")
    shown = "\n".join(lines(name, "en", 100))
    mark = {"eligible": "✓", "ineligible": "✗", "undetermined": "?"}[samples()[name].status]
    # A Chinese quote may be broken inside, so only what is not Chinese is compared.
    assert words(ascii_only(shown)) == words(ascii_only(f"{mark} {plain}"))


def ascii_only(text: str) -> str:
    return "".join(sign if sign.isascii() else " " for sign in text)


@pytest.mark.parametrize(
    "text, width, expected",
    [
        ("裁员率不高于20%，可以申请", 12, ["裁员率不高于", "20%，可以申", "请"]),
        ("at most six persons", 8, ["at most", "six", "persons"]),
        ("sha256:0123456789abcdef", 10, ["sha256:012", "3456789abc", "def"]),
        ("依据：“上年度”", 8, ["依据：", "“上年度”"]),
        ("符合", 1, ["符", "合"]),
        ("", 10, [""]),
        ("   ", 10, [""]),
    ],
)
def test_lines_break_where_a_reader_expects_it(text: str, width: int, expected: list[str]) -> None:
    assert wrap(text, width) == expected
