"""How wide a text is, and what a terminal may not be told."""

import pytest

from policyrules.telling.lines import cells, plain, visible


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


def test_what_a_terminal_obeys_is_not_shown() -> None:
    assert visible("a\x1b[31mb\tc\n") == "a?[31mb?c?"
    assert visible("a\tb", tab="    ") == "a    b"


def test_lines_without_styles_are_a_text() -> None:
    assert plain([[("a", "bold"), ("b", "")], [("", "")]]) == "ab\n\n"
