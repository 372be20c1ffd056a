"""Expressions: their trees, their spans, and their limits of depth and length."""

import os
from pathlib import Path

import pytest

from policyrules.diagnostics import Diagnostics
from policyrules.syntax import expression_tree
from policyrules.syntax.expressions import MAX_DEPTH, MAX_LENGTH, parse_expression
from policyrules.syntax.yaml import Mapping, Scalar, read_yaml
from policyrules.text.span import Span

TABLE = Path(__file__).parent / "expressions.txt"


def read(text: str) -> str:
    """The syntax of an expression, or the column and the words of what is wrong with it."""
    diagnostics = Diagnostics()
    scalar = Scalar(text, Span("", 1, 1, 1, len(text) + 1))
    syntax = parse_expression(scalar, diagnostics)
    findings = [
        f"{diagnostic.span.column}: {diagnostic.message} [{diagnostic.code}]"
        for diagnostic in diagnostics.sorted()
    ]
    assert (syntax is None) == bool(findings)
    return "; ".join(findings) if syntax is None else printed(syntax)


def printed(node: expression_tree.ExpressionNode) -> str:
    match node:
        case expression_tree.Name(name):
            return name
        case expression_tree.Constant(value):
            return str(value)
        case expression_tree.QuotedWord(word):
            return f"'{word}'"
        case expression_tree.Unary(operator, operand):
            return f"({operator} {printed(operand)})"
        case expression_tree.Binary(operator, left, right):
            return f"({operator} {printed(left)} {printed(right)})"
        case expression_tree.Logical(operator, operands):
            return f"({operator} {' '.join(map(printed, operands))})"
        case expression_tree.NoneTest(operand):
            return f"(is-none {printed(operand)})"
        case expression_tree.PartAttribute(part, operand):
            return f"({part} {printed(operand)})"
        case expression_tree.SameItemTest(left, right):
            return f"(same-item {printed(left)} {printed(right)})"
        case expression_tree.RowOfDay(parameter, day):
            return f"(row-of {printed(day)} {parameter.name})"
        case expression_tree.Call(function, arguments):
            return f"({function} {' '.join(map(printed, arguments))})"
        case expression_tree.Generator(function, inside, each, over, only, argument):
            rest = "" if only is None else f" if {printed(only)}"
            rest += "" if argument is None else f", {printed(argument)}"
            return f"({function} {printed(inside)} for {each.name} in {over.name}{rest})"


def test_every_expression_is_read_as_the_table_says() -> None:
    before = TABLE.read_text(encoding="utf-8")
    lines = []
    for line in before.splitlines():
        expression = line.split("  →  ")[0].rstrip()
        is_case = expression and not expression.startswith("# ")
        lines.append(f"{expression:<30}  →  {read(expression)}" if is_case else line)
    after = "\n".join(lines) + "\n"
    if os.environ.get("POLICYRULES_RESET_SNAPSHOTS") == "1":
        TABLE.write_text(after, encoding="utf-8")
    else:
        assert after == before


def at(line: str, nth: int = 0) -> str:
    """The words that the place of a name in a line of YAML marks."""
    diagnostics = Diagnostics()
    node = read_yaml(line, "f", diagnostics)
    assert isinstance(node, Mapping)
    scalar = node.entries[0][1]
    assert isinstance(scalar, Scalar)
    syntax = parse_expression(scalar, diagnostics)
    assert not diagnostics.sorted()
    names: list[expression_tree.Name] = []
    waiting = [syntax]
    while waiting:
        match waiting.pop(0):
            case expression_tree.Name() as name:
                names.append(name)
            case expression_tree.Binary(_, left, right):
                waiting = [left, right, *waiting]
            case expression_tree.Unary(_, operand):
                waiting = [operand, *waiting]
            case expression_tree.Logical(_, operands):
                waiting = [*operands, *waiting]
            case _:
                pass
    span = names[nth].span
    if span.end_line > span.line:
        return "all of it"
    return line.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


@pytest.mark.parametrize(
    "line, nth, marked",
    [
        ("is: first < second", 1, "second"),
        ("is:   first < second", 0, "first"),
        ('is: "first < second"', 1, "second"),
        ("is: 'first < second'", 1, "second"),
        ("is: 裁员率 < 上限", 1, "上限"),
        ("is: '裁员率 < 上限'", 1, "上限"),
        ("is: ａ < second", 1, "second"),
        ("is: 'a == ''x'' and second'", 1, "second"),
        ("is: '''x'' == second'", 0, "second"),
        ("is: not employer.laid_off", 0, "employer.laid_off"),
        ("\n\nis: first < second", 1, "second"),
        ("is: >-\n  first\n  < second\n", 1, "all of it"),
        # An escape in double quotes: the whole text, rather than a wrong part of it.
        ('is: "\\u0061 < second"', 1, '"\\u0061 < second"'),
    ],
)
def test_a_name_stands_where_its_author_wrote_it(line: str, nth: int, marked: str) -> None:
    assert at(line, nth) == marked


@pytest.mark.parametrize("opened, closed", [("not ", ""), ("-", ""), ("(", ")"), ("min(a, ", ")")])
@pytest.mark.parametrize("depth", [100, 200, 400, 900, 1_900])
def test_no_depth_does_harm(opened: str, closed: str, depth: int) -> None:
    result = read(opened * depth + "a" + closed * depth)
    assert result == "a" or result.endswith("[bad-expression]")


def test_the_longest_expression_is_read_and_a_longer_one_is_not() -> None:
    text = "a" * MAX_LENGTH
    assert read(text) == text
    assert read(text + "a") == "1: the expression is too long [bad-expression]"


def test_the_longest_sum_is_read() -> None:
    assert read(" + ".join("a" * MAX_DEPTH)).startswith("(+ (+ ")
    assert read(" + ".join("a" * (MAX_DEPTH + 2))).endswith("nested too deeply [bad-expression]")
