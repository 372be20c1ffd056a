"""How wide a text is, and what a terminal may not be told."""

import pytest

from policyrules.reporting.text_layout import cells, plain


@pytest.mark.parametrize(
    "text, width",
    [
        ("", 0),
        ("5.5%", 4),
        ("裁员率", 6),
        ("≤ 20 %…", 7),
        ("“一”", 4),
        ("ｆｕｌｌ", 8),
        ("e\u0301", 1),
    ],
)
def test_a_chinese_character_takes_two_columns_and_an_accent_none(text: str, width: int) -> None:
    assert cells(text) == width


def test_lines_without_styles_are_a_text() -> None:
    assert plain([[("a", "bold"), ("b", "")], [("", "")]]) == "ab\n\n"


def test_a_line_stays_one_line_and_a_terminal_obeys_nothing_in_it() -> None:
    assert plain([[("a\n", "bold"), ("b\x1b[2J\u202e", "")]]) == "a\\nb\\x1b[2J\\u202e\n"
