"""Parse expressions: an allowed subset of Python's grammar, read with the standard `ast`.

Nothing is executed. The result has names, operators and spans; `check` assigns meaning and types.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, NoReturn

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.syntax.expression_tree import (
    Binary,
    Call,
    Constant,
    ExpressionNode,
    Generator,
    Logical,
    Name,
    NoneTest,
    PartAttribute,
    QuotedWord,
    RowOfDay,
    SameItemTest,
    Unary,
)
from policyrules.syntax.notations import (
    function_remedy,
    operator_remedy,
    syntax_remedy,
    unknown_name_remedy,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span
from policyrules.values.calendar_parts import CALENDAR_PARTS

MAX_LENGTH: Final = 2_000
"""The maximum length of an expression; a longer one is split into values."""

MAX_DEPTH: Final = 60
"""The maximum nesting depth, so that later passes may recurse."""


class _Arguments(NamedTuple):
    """The number of arguments of a function, in words and as an example for messages."""

    n: int
    described: str
    example: str
    may_be_more: bool = False


def _terms_or_list(function: str) -> _Arguments:
    example = f"two or more terms, or `{function}(… for item in list)`"
    return _Arguments(2, "at least two terms, or a list", example, may_be_more=True)


def _two_days(call: str) -> _Arguments:
    return _Arguments(2, "two days", f"the first day and the last, such as `{call}`")


_YEARS_BETWEEN: Final = _two_days("years_between(hire.born_on, day)")
_ARGUMENTS: Final[Mapping[str, _Arguments]] = MappingProxyType(
    {
        "min": _terms_or_list("min"),
        "max": _terms_or_list("max"),
        "marginal": _Arguments(
            2,
            "a scale and a figure",
            "the scale and the figure, such as `marginal(tax_rates, income)`",
        ),
        "days_between": _YEARS_BETWEEN,
        "months_between": _YEARS_BETWEEN,
        "years_between": _YEARS_BETWEEN,
        "age": _YEARS_BETWEEN,
        "add_working_days": _Arguments(
            2,
            "a day and a number of working days",
            "the day and the count, such as `add_working_days(claimed_on, limit)`",
        ),
        "working_days_between": _two_days("working_days_between(first, last)"),
        "next_working_day": _Arguments(1, "one day", "a day, such as `next_working_day(last_day)`"),
        "held": _Arguments(1, "one condition", "its id, such as `held('route-stopped')`"),
    }
)
FUNCTIONS: Final = tuple(_ARGUMENTS)
GENERATORS: Final = ("any", "all", "count", "sum", "sum_of_largest", "distinct")
"""The functions that take only a list; `min` and `max` take terms or a list."""

_WITH_FILTER: Final = frozenset({"sum", "sum_of_largest", "distinct", "min", "max"})
RESERVED: Final = frozenset(
    ({*FUNCTIONS, *GENERATORS} - {"age"})
    | {"in", "not", "and", "or", "for", "if", "True", "False", "is", "none"}
)
"""Keywords that cannot name a fact, parameter or value; a value may be called `age`."""


_ARITHMETIC_OPERATORS: Final[Mapping[type[ast.AST], str]] = MappingProxyType(
    {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
)
_COMPARISON_OPERATORS: Final[Mapping[type[ast.AST], str]] = MappingProxyType(
    {
        ast.Lt: "<",
        ast.LtE: "<=",
        ast.Gt: ">",
        ast.GtE: ">=",
        ast.Eq: "==",
        ast.NotEq: "!=",
        ast.In: "in",
        ast.NotIn: "not in",
    }
)


def parse_expression(scalar: Scalar, diagnostics: Diagnostics) -> ExpressionNode | None:
    """Parse an expression; report and return None if that fails."""
    text = scalar.text
    if len(text) > MAX_LENGTH:
        _refuse(diagnostics, scalar.span, "the expression is too long", "a value of its own")
        return None
    # A whole expression may be `true` or `false`, as in YAML.
    python_text = {"true": "True", "false": "False"}.get(text, text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = ast.parse(python_text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, (RecursionError, MemoryError)) or "too many nested" in str(error):
            _report_too_deep(diagnostics, scalar.span)
            return None
        offset = getattr(error, "offset", None) or 0
        if not offset:  # Python gives no offset if the text ends too early, as after `%`.
            offset = text.find("%") + 1 or len(text) + 1
        place = _SourcePositions(scalar).at_character(min(offset - 1, len(text)))
        diagnostics.report(
            "bad-expression",
            place,
            "the expression cannot be parsed here",
            found=f"`{text[:80]}`",
            expected="an expression such as `layoff_rate <= layoff_limit`",
            remedy=syntax_remedy(text),
        )
        return None
    if _is_deep(parsed.body):
        _report_too_deep(diagnostics, scalar.span)
        return None
    try:
        return _Lowering(scalar, diagnostics).lower(parsed.body)
    except _UnsupportedSyntax:
        return None


def _is_deep(node: ast.expr) -> bool:
    """Return whether the nesting exceeds `MAX_DEPTH`, without recursion."""
    level: list[ast.AST] = [node]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in ast.iter_child_nodes(parent)]
        if not level:
            return False
    return any(isinstance(descendant, ast.expr) for descendant in level)


class _UnsupportedSyntax(Exception):
    """The expression has syntax that the language excludes; it has been reported."""


class _SourcePositions:
    """Converts the positions of `ast`, which count UTF-8 bytes, into spans of the file."""

    def __init__(self, scalar: Scalar) -> None:
        self.scalar = scalar
        self.lines = [line.encode() for line in scalar.text.split("\n")]
        # Single quotes double an apostrophe; the positions of other escapes are unknown.
        width = scalar.span.end_column - scalar.span.column - (0 if scalar.plain else 2)
        self.doubled = "'" if width == len(scalar.text) + scalar.text.count("'") else ""
        self.one_line = scalar.span.line == scalar.span.end_line and (
            width == len(scalar.text) or bool(self.doubled)
        )

    def span_of(self, node: ast.expr) -> Span:
        start = self._character(node.lineno, node.col_offset)
        end = self._character(node.end_lineno or node.lineno, node.end_col_offset or 0)
        if not self.one_line:
            return self.scalar.span
        first, last = self.at_character(start), self.at_character(max(start, end))
        return attrs.evolve(first, end_column=last.column)

    def text_of(self, node: ast.expr) -> str:
        """Return the source text of a node."""
        line = self.lines[node.lineno - 1] if node.lineno <= len(self.lines) else b""
        return line[node.col_offset : node.end_col_offset].decode(errors="ignore")

    def at_character(self, character: int) -> Span:
        span = self.scalar.span
        if not self.one_line:
            return Span.empty_at(span.path, span.line, span.column)
        before = character + (0 if self.scalar.plain else 1)
        if self.doubled:
            before += self.scalar.text[:character].count(self.doubled)
        return Span.empty_at(span.path, span.line, span.column + before)

    def _character(self, line: int, column: int) -> int:
        if line > len(self.lines):
            return 0
        return len(self.lines[line - 1][:column].decode(errors="ignore"))


class _Lowering:
    """Lowers a tree of `ast` to the expression tree, and reports excluded syntax."""

    def __init__(self, scalar: Scalar, diagnostics: Diagnostics) -> None:
        self.positions = _SourcePositions(scalar)
        self.diagnostics = diagnostics

    def lower(self, node: ast.expr) -> ExpressionNode:
        span = self.positions.span_of(node)
        match node:
            case ast.Name(id=name):
                return Name(name, span)
            case ast.Attribute(value=ast.Name(id=subject), attr=name):
                return Name(f"{subject}.{name}", span)
            case ast.Attribute(value=operand, attr=part) if (
                part in CALENDAR_PARTS and not isinstance(operand, ast.Constant)
            ):
                return PartAttribute(part, self.lower(operand), span)
            case ast.Subscript(value=ast.Name() as parameter, slice=day) if not isinstance(
                day, (ast.Slice, ast.Tuple, ast.Constant)
            ):
                place = self.positions.span_of(parameter)
                return RowOfDay(Name(parameter.id, place), self.lower(day), span)
            case ast.Constant(value=bool() as value):
                return Constant(value, span)
            case ast.Constant(value=str() as word):
                return QuotedWord(word, span)
            case ast.Constant(value=int() as value) if value in {0, 1}:
                return Constant(value, span)
            case ast.Constant(value=int() | float() | complex()):
                return self._bare_number(node, span)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Unary("-", self.lower(operand), span)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Unary("not", self.lower(operand), span)
            case ast.BinOp(left=left, op=operator, right=right) if (
                type(operator) in _ARITHMETIC_OPERATORS
            ):
                lowered = self._lower_pair(left, right)
                return Binary(_ARITHMETIC_OPERATORS[type(operator)], *lowered, span)
            case ast.BoolOp(op=operator, values=operands):
                word = "and" if isinstance(operator, ast.And) else "or"
                return Logical(word, self._lower_all(operands), span)
            case ast.Compare():
                return self._comparison(node, span)
            case ast.Call(func=ast.Name(id=("min" | "max") as function), args=[ast.GeneratorExp()]):
                return self._generator(node, function, span)
            case ast.Call(func=ast.Name(id=function), keywords=[]):
                return self._call(function, node, self.positions.span_of(node.func), span)
            case _:
                return self._refuse_construct(node, span)

    def _lower_all(self, nodes: list[ast.expr]) -> tuple[ExpressionNode, ...]:
        """Lower every operand, so that several errors are reported at once."""
        results, refused = [], False
        for node in nodes:
            try:
                results.append(self.lower(node))
            except _UnsupportedSyntax:
                refused = True
        if refused:
            raise _UnsupportedSyntax
        return tuple(results)

    def _lower_pair(self, left: ast.expr, right: ast.expr) -> tuple[ExpressionNode, ExpressionNode]:
        lowered_left, lowered_right = self._lower_all([left, right])
        return lowered_left, lowered_right

    def _comparison(self, node: ast.Compare, span: Span) -> ExpressionNode:
        match node:
            case ast.Compare(left=operand, ops=[ast.Is()], comparators=[ast.Name(id="none")]):
                return NoneTest(self.lower(operand), span)
            case ast.Compare(left=operand, ops=[ast.IsNot()], comparators=[ast.Name(id="none")]):
                return Unary("not", NoneTest(self.lower(operand), span), span)
            case ast.Compare(
                left=ast.Name() as item,
                ops=[ast.Is() | ast.IsNot()],
                comparators=[ast.Name() as other],
            ):
                is_same = isinstance(node.ops[0], ast.Is)
                return self._same_item(item, other, span, is_same=is_same)
            case _:
                pass
        if any(type(operator) not in _COMPARISON_OPERATORS for operator in node.ops):
            self._refuse_construct(node, span)
        operands = self._lower_all([node.left, *node.comparators])
        links: list[ExpressionNode] = []
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            word = _COMPARISON_OPERATORS[type(operator)]
            if word == "not in":
                links.append(Unary("not", Binary("in", left, right, span), span))
            else:
                links.append(Binary(word, left, right, span))
        return links[0] if len(links) == 1 else Logical("and", tuple(links), span)

    def _same_item(
        self, left: ast.Name, right: ast.Name, span: Span, *, is_same: bool
    ) -> ExpressionNode:
        first = Name(left.id, self.positions.span_of(left))
        test = SameItemTest(first, Name(right.id, self.positions.span_of(right)), span)
        return test if is_same else Unary("not", test, span)

    def _call(self, function: str, node: ast.Call, place: Span, span: Span) -> ExpressionNode:
        if function in GENERATORS:
            return self._generator(node, function, span)
        if function not in FUNCTIONS:
            _refuse(
                self.diagnostics,
                place,
                f"there is no function `{function}`",
                listed((*FUNCTIONS, *GENERATORS)),
                function_remedy(function, (*FUNCTIONS, *GENERATORS)),
            )
            raise _UnsupportedSyntax
        self._check_argument_count(function, node.args, place)
        return Call(function, self._lower_all(node.args), span)

    def _check_argument_count(self, function: str, arguments: list[ast.expr], place: Span) -> None:
        allowed = _ARGUMENTS[function]
        is_allowed = len(arguments) == allowed.n or (
            allowed.may_be_more and len(arguments) > allowed.n
        )
        if not is_allowed:
            message = f"`{function}` needs {allowed.described}"
            _refuse(self.diagnostics, place, message, allowed.example)
            raise _UnsupportedSyntax

    def _generator(self, node: ast.Call, function: str, span: Span) -> ExpressionNode:
        """Lower a function of a list; a default or a number may follow the generator."""
        match node.args:
            case [
                ast.GeneratorExp(
                    elt=body,
                    generators=[
                        ast.comprehension(
                            target=ast.Name() as variable,
                            iter=ast.Name() | ast.Attribute(value=ast.Name()) as list_,
                            ifs=ifs,
                            is_async=0,
                        )
                    ],
                ),
                *others,
            ] if len(others) == (function == "sum_of_largest"):
                others += self._default_of(node)
            case _:
                form = _GENERATOR_FORMS.get(function, "{}(… for item in list)")
                message = f"`{function}` needs one list"
                message += " and a number" if function == "sum_of_largest" else ""
                place = self.positions.span_of(node.func)
                _refuse(self.diagnostics, place, message, f"`{form.format(function)}`")
                raise _UnsupportedSyntax
        if ifs and function not in _WITH_FILTER:
            message = f"`{function}` has no `if`"
            _refuse(
                self.diagnostics, self.positions.span_of(ifs[0]), message, "`and` inside the test"
            )
            raise _UnsupportedSyntax
        if len(ifs) > 1:
            message = f"`{function}` has one `if`"
            _refuse(
                self.diagnostics, self.positions.span_of(ifs[1]), message, "`and` inside the test"
            )
            raise _UnsupportedSyntax
        lowered = self._lower_all([body, variable, list_, *ifs, *others])
        name, source_list = lowered[1], lowered[2]
        if not isinstance(name, Name) or not isinstance(source_list, Name):
            raise TypeError("a name is lowered to a name")
        filter_ = lowered[3] if ifs else None
        argument = lowered[-1] if others else None
        return Generator(function, lowered[0], name, source_list, filter_, argument, span)

    def _default_of(self, node: ast.Call) -> list[ast.expr]:
        """Return the default of `min` or `max`, alone in a list, or an empty list."""
        if any(keyword.arg != "default" for keyword in node.keywords):
            place = self.positions.span_of(node.keywords[0].value)
            expected = f"`{_GENERATOR_FORMS['max'].format('max')}`"
            _refuse(self.diagnostics, place, "the only named argument is `default`", expected)
            raise _UnsupportedSyntax
        return [keyword.value for keyword in node.keywords]

    def _bare_number(self, node: ast.Constant, span: Span) -> NoReturn:
        self.diagnostics.report(
            "bare-number",
            span,
            "an expression contains a number",
            found=f"`{self.positions.text_of(node)[:40]}`",
            expected="0, 1 or names",
            remedy="declare a parameter with its source, and use its name",
        )
        raise _UnsupportedSyntax

    def _refuse_construct(self, node: ast.expr, span: Span) -> NoReturn:
        construct = _CONSTRUCT_NAMES.get(type(node), "this")
        expected, remedy = "", ""
        if isinstance(node, (ast.BinOp, ast.UnaryOp)) and type(node.op) in _BIT_OPERATORS:
            sign, word = _BIT_OPERATORS[type(node.op)]
            expected, remedy = f"`{word}`", f"write `{word}` for `{sign}`"
        elif _has_python_none(node):
            remedy = unknown_name_remedy("None")
        elif isinstance(node, ast.IfExp):
            expected = "an exception (`except`)"
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            expected = "a parameter of type words"
        elif isinstance(node, ast.Subscript):
            expected = "`parameter[day]`: a parameter as it is on the day of a fact or a value"
        elif isinstance(node, ast.BinOp):
            expected = "`+`, `-`, `*` or `/`"
        elif isinstance(node, ast.Attribute):
            expected = "`subject.fact`"
            remedy = operator_remedy(self.positions.text_of(node))
        _refuse(
            self.diagnostics, span, f"{construct} is not part of the language", expected, remedy
        )
        raise _UnsupportedSyntax


def _has_python_none(node: ast.expr) -> bool:
    """Return whether the node is `None`, or compares with `None` by `is`."""
    parts = [node.left, *node.comparators] if isinstance(node, ast.Compare) else [node]
    return any(isinstance(operand, ast.Constant) and operand.value is None for operand in parts)


_GENERATOR_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sum_of_largest": "{}((… for item in list), n)",
        **dict.fromkeys(("min", "max"), "{}((… for item in list), default=figure)"),
    }
)
"""The forms of the functions that may have an argument after the generator."""

_BIT_OPERATORS: Final[Mapping[type[ast.AST], tuple[str, str]]] = MappingProxyType(
    {ast.BitAnd: ("&", "and"), ast.BitOr: ("|", "or"), ast.Invert: ("~", "not")}
)
"""Python's bit operators, which other languages use as logical ones."""

_CONSTRUCT_NAMES: Final[Mapping[type[ast.AST], str]] = MappingProxyType(
    {
        ast.IfExp: "a conditional expression",
        ast.Lambda: "a function",
        ast.Subscript: "indexing",
        ast.Attribute: "a path of more than two names",
        ast.Call: "this call",
        ast.BinOp: "this operator",
        ast.UnaryOp: "this operator",
        ast.Compare: "this comparison",
        ast.Constant: "this constant",
        ast.JoinedStr: "a formatted text",
        ast.GeneratorExp: "a generator outside a function of a list",
        ast.ListComp: "a comprehension",
        ast.List: "a list",
        ast.Tuple: "a list",
        ast.Dict: "a mapping",
        ast.Set: "a list",
        ast.NamedExpr: "an assignment",
    }
)


def _report_too_deep(diagnostics: Diagnostics, span: Span) -> None:
    _refuse(diagnostics, span, "the expression is nested too deeply", "values of their own")


def _refuse(
    diagnostics: Diagnostics, span: Span, message: str, expected: str, remedy: str = ""
) -> None:
    diagnostics.report("bad-expression", span, message, expected=expected, remedy=remedy)
