"""The width of a text in a terminal, and the control characters that never reach one."""

import pytest

from policyrules.reporting.text_layout import display_width, to_plain_text


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
    assert display_width(text) == width


def test_lines_without_styles_are_a_text() -> None:
    assert to_plain_text([[("a", "bold"), ("b", "")], [("", "")]]) == "ab\n\n"


def test_a_line_stays_one_line_and_a_terminal_obeys_nothing_in_it() -> None:
    assert to_plain_text([[("a\n", "bold"), ("b\x1b[2J\u202e", "")]]) == "a\\nb\\x1b[2J\\u202e\n"
