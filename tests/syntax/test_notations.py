"""Expressions in foreign notations: the remedy names the word of this language."""

import pytest

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.notations import TODAY_REMEDY, operator_remedy, unknown_name_remedy
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span


def remedy(text: str) -> str:
    """The remedy for an expression that is refused while it is read."""
    diagnostics = Diagnostics()
    assert parse_expression(Scalar(text, Span("", 1, 1, 1, len(text) + 1)), diagnostics) is None
    [diagnostic] = diagnostics.sorted()
    return diagnostic.remedy


@pytest.mark.parametrize(
    "text, word, sign",
    [
        ("a 且 b", "and", "且"),
        ("a 并且 b", "and", "并且"),
        ("a 或 b", "or", "或"),
        ("a 或者 b", "or", "或者"),
        ("非 a", "not", "非"),
        ("a && b", "and", "&&"),
        ("a || b", "or", "||"),
        ("!a", "not", "!"),
        ("a != b && !c", "and", "&&"),
        ("a & b", "and", "&"),
        ("a | b", "or", "|"),
        ("~a", "not", "~"),
        ("a AND b", "and", "AND"),
        ("NOT a", "not", "NOT"),
        ("a ≤ b", "<=", "≤"),
        ("a ≥ b", ">=", "≥"),
        ("a ≠ b", "!=", "≠"),
        ("a ＜＝ b", "<=", "＜＝"),
        ("a =< b", "<=", "=<"),
        ("a <> b", "!=", "<>"),
        ("a === b", "==", "==="),
        ("a 不大于 b", "<=", "不大于"),
        ("a 大于等于 b", ">=", "大于等于"),
        ("a × b", "*", "×"),
        ("a ÷ b", "/", "÷"),
        ("a － b", "-", "－"),
    ],
)
def test_the_word_for_a_sign_is_named(text: str, word: str, sign: str) -> None:
    assert remedy(text) == f"write `{word}` for `{sign}`"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("f（a）", "`（` is a full-width bracket: write `(`"),
        ("min(a，b)", "`，` is a full-width comma: write `,` and a blank"),
        ("a == ‘b’", "`‘` is a Chinese quotation mark: write `'`"),
        ("a == “b”", '`“` is a Chinese quotation mark: write `"`'),
        ("a > ３", "`３` is a full-width digit: write `3`"),
        ("a：b", "`：` is a full-width colon: write `:` and a blank"),
        ("a == '或' b 或 c", "write `or` for `或`"),
        ("a ? b : c", "write an exception (`except`): an expression has no choice"),
        ("a = b", "write `==` to compare"),
        ("a == '且' b", ""),
    ],
)
def test_what_stands_in_the_way_is_named(text: str, expected: str) -> None:
    assert remedy(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("today() < a", TODAY_REMEDY),
        ("now() < a", TODAY_REMEDY),
        ("round(a)", "write the key `round` beside `is`: an expression does not round"),
        ("ROUND(a, 1)", "write the key `round` beside `is`: an expression does not round"),
        ("四舍五入(a)", "write the key `round` beside `is`: an expression does not round"),
        ("MIN(a, b)", "did you mean `min`?"),
        ("mni(a, b)", "did you mean `min`?"),
        ("if(a, b, c)", "write an exception (`except`)"),
        ("YEAR(a)", "write `day.year`"),
        ("month(a)", "write `day.month`, or `day.month_of_year` for its number"),
        ("DAY(a)", "write `day.day_of_month`"),
        ("EOMONTH(a, 0)", "write `day.month.last_day`"),
        ("edate(a, b)", "write `day + count`"),
        ("AND(a, b)", "write `and`, `or`, `not` between the tests"),
        ("a == None", "write `… is none`, or `… is not none`"),
        ("a is None", "write `… is none`, or `… is not none`"),
    ],
)
def test_what_the_language_has_for_a_function_is_named(text: str, expected: str) -> None:
    assert remedy(text.replace("if(", "iif(")) == expected


def test_a_name_with_a_word_for_an_operator_in_it_is_two_names() -> None:
    assert unknown_name_remedy("aged且poor") == "write `and` for `且`"
    assert unknown_name_remedy("today") == TODAY_REMEDY
    assert unknown_name_remedy("ANDROID") == unknown_name_remedy("orange") == ""
    assert operator_remedy("android OR notary") == "write `or` for `OR`"
    assert operator_remedy("a != b and not c in d") == ""
