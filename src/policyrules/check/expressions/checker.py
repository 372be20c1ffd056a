"""Expressions: names resolved, types and units proven, and the result as nodes of the IR."""

from __future__ import annotations

from typing import Final, NoReturn

import attrs

from policyrules.check.expressions.calls import called, counted_or_summed, quantified
from policyrules.check.expressions.names import resolved, words_named
from policyrules.check.expressions.result import CASE, Scope, Typed, Wrong
from policyrules.check.literals import described, report_unknown_word
from policyrules.check.named_conditions import refuse_conditions
from policyrules.check.state import Draft
from policyrules.diagnostics import listed
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Compare,
    Expression,
    Holds,
    IsNone,
    Member,
    Negative,
    Not,
    Number,
    Or,
    ParameterRef,
    Test,
    Within,
    Word,
    YearOf,
    YesNo,
)
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.syntax import expressions as syntax
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

ORDERED: Final = frozenset({"<", "<=", ">", ">="})


@attrs.frozen
class Typing:
    """Types the expressions of one place; only a number that a value computes may be divided.

    `rounds` says that a rounding makes every number whole; `scope` is what the place sees beside
    the facts of the case. A note is carried while its test is open, so there alone it is of use to
    ask whether a word is `not in` a list that its text leaves open.
    """

    draft: Draft
    may_divide: bool = False
    rounds: bool = False
    of_note: bool = False
    scope: Scope = CASE

    def test(self, scalar: Scalar) -> Test | None:
        """The test of a condition, a `when` or a note."""
        parsed = self._parsed(scalar)
        if parsed is None:
            return None
        try:
            found = self.test_of(parsed)
        except Wrong:
            return None
        self.draft.expressions.append((found, scalar.span, self.scope.list))
        return found

    def text(self, scalar: Scalar, type_: Type) -> tuple[Expression, Typed] | None:
        """The expression of a value or an amount, fitting its declared type."""
        parsed = self._parsed(scalar)
        if parsed is None:
            return None
        try:
            if type_.kind is Kind.YES_NO:
                return self._keep(self.test_of(parsed), Typed(YesNo(True), "yes_no"), scalar)
            self._refuse_fixed_word(parsed, type_)
            found = self.term(parsed)
            self._check_fits(found, type_, parsed.span)
        except Wrong:
            return None
        return self._keep(found.term, found, scalar)

    def _parsed(self, scalar: Scalar) -> syntax.Syntax | None:
        try:
            refuse_conditions(self.draft, scalar, self.scope)
        except Wrong:
            return None
        return parse_expression(scalar, self.draft.diagnostics)

    def _refuse_fixed_word(self, node: syntax.Syntax, type_: Type) -> None:
        """A value is no fixed word, whether YAML took its quotation marks or not."""
        match node:
            case syntax.Name(word) if word in type_.words and word not in self.draft.types:
                message = f"there is no name `{word}`"
            case syntax.Quoted(word) if word in type_.words:
                message = "a fixed word stands alone"
            case _:
                return
        self.draft.diagnostics.report(
            "unknown-name" if isinstance(node, syntax.Name) else "type-mismatch",
            node.span,
            message,
            found=f"`{word}`, which is a word of the value",
            expected="the name of a parameter, a value or a fact",
            remedy=f"declare a parameter of type word with `value: {word}`, and write its name",
        )
        raise Wrong

    def _keep(
        self, expression: Expression, typed: Typed, scalar: Scalar
    ) -> tuple[Expression, Typed]:
        self.draft.expressions.append((expression, scalar.span, self.scope.list))
        return expression, typed

    # Tests.

    def test_of(self, node: syntax.Syntax) -> Test:
        """A test, typed; raises `Wrong` after reporting what is wrong with it."""
        match node:
            case syntax.Unary("not", operand):
                return self._negated(self.test_of(operand), operand.span)
            case syntax.Logical(operator, operands):
                tests = self._all_tests(operands)
                return And(tests) if operator == "and" else Or(tests)
            case syntax.Binary("in", left, right):
                return self._member(left, right)
            case syntax.Binary(operator, left, right, span) if operator in {"==", "!="} | ORDERED:
                return self._comparison(operator, left, right, span)
            case syntax.IsNone(operand, span):
                found = self.term(operand)
                if found.none is None:
                    self.mismatch(
                        span, "this is never `none`", str(found), "a fact that declares `none`"
                    )
                return IsNone(found.term)
            case syntax.Generator("any" | "all"):
                return quantified(self, node)
            case _:
                found = self.term(node)
                if found.kind != "yes_no":
                    self.mismatch(
                        node.span,
                        "a test is held or failed",
                        str(found),
                        "a yes_no or a comparison",
                    )
                return Holds(found.term)

    def _negated(self, test: Test, span: Span) -> Test:
        if isinstance(test, Member) and isinstance(test.words, ParameterRef):
            parameter = self.draft.parameters.get(test.words.name)
            if parameter is not None and parameter.open and not self.of_note:
                self.draft.diagnostics.report(
                    "open-list",
                    span,
                    f"`not in` is never held: the text leaves `{parameter.name}` open",
                    expected="a list that names every word",
                    remedy="ask whether the word is in the list",
                )
        return Not(test)

    def _all_tests(self, nodes: tuple[syntax.Syntax, ...]) -> tuple[Test, ...]:
        found: list[Test] = []
        wrong = False
        for node in nodes:
            try:
                found.append(self.test_of(node))
            except Wrong:
                wrong = True
        if wrong:
            raise Wrong
        return tuple(found)

    def _comparison(
        self, operator: str, left: syntax.Syntax, right: syntax.Syntax, span: Span
    ) -> Test:
        if isinstance(left, syntax.Quoted) or isinstance(right, syntax.Quoted):
            return self._quoted(operator, left, right)
        self._refuse_bare_words(left, right)
        one, other = self._both(left, right)
        if one.kind != other.kind or not (one.is_calendar or one.kind in {"number", "word"}):
            is_yes_no = "yes_no" in {one.kind, other.kind}
            self.mismatch(
                right.span,
                "these cannot be compared",
                f"{one} and {other}",
                "two numbers, two words or two days",
                "write the yes_no alone, or with `not`" if is_yes_no else "",
            )
        if one.kind == "word":
            if operator in ORDERED:
                self.mismatch(span, "words have no order", f"`{operator}`", "`==` or `!=`")
            self._overlap(one, other, right.span)
        elif one.kind == "number":
            self.same_unit(one, other, right.span, "compared with")
        return Compare(operator, one.term, other.term)

    def _refuse_bare_words(self, left: syntax.Syntax, right: syntax.Syntax) -> None:
        """A word without quotation marks would be taken for a name that nothing declares."""
        for name, other in ((left, right), (right, left)):
            if not isinstance(name, syntax.Name) or not isinstance(other, syntax.Name):
                continue
            words = words_named(self, other.name)
            if name.name in words and name.name not in self.draft.types:
                self.draft.diagnostics.report(
                    "unknown-name",
                    name.span,
                    f"there is no name `{name.name}`",
                    found=f"`{name.name}`, which is a word of `{other.name}`",
                    remedy=f"write `'{name.name}'`",
                )
                raise Wrong

    def _quoted(self, operator: str, left: syntax.Syntax, right: syntax.Syntax) -> Test:
        if isinstance(left, syntax.Quoted) and isinstance(right, syntax.Quoted):
            found = f"`'{left.word}'` and `'{right.word}'`"
            self.mismatch(left.span, "both sides are fixed words", found, "a name on one side")
        if isinstance(left, syntax.Quoted):
            quoted, other = left, right
        elif isinstance(right, syntax.Quoted):
            quoted, other = right, left
        else:
            raise TypeError("neither side is a quoted word")
        typed = self.term(other)
        if typed.kind != "word" or operator in ORDERED:
            self.mismatch(
                quoted.span,
                "a fixed word is compared with a word, by `==` or `!=`",
                f"`{operator}` and {typed}",
                "a fact or value of type word on the other side",
                "declare a parameter with the day, and use its name" if typed.is_calendar else "",
            )
        if quoted.word not in typed.words:
            report_unknown_word(quoted.word, quoted.span, list(typed.words), self.draft.diagnostics)
            raise Wrong
        terms = (Word(quoted.word), typed.term)
        one, another = terms if quoted is left else (terms[1], terms[0])
        return Compare(operator, one, another)

    def _member(self, left: syntax.Syntax, right: syntax.Syntax) -> Test:
        one, other = self._both(left, right)
        if one.is_calendar and other.kind == "period":
            return Within(one.term, other.term, one.kind)
        if one.kind != "word" or other.kind != "words":
            self.mismatch(
                right.span,
                "`in` asks whether a word is in a set, or a day in a period",
                f"{one} in {other}",
                "a word in a parameter of type words, or a day in one of type period",
            )
        self._overlap(one, other, right.span)
        return Member(one.term, other.term)

    def _overlap(self, one: Typed, other: Typed, span: Span) -> None:
        if not set(one.words) & set(other.words):
            found = f"{listed(one.words, limit=4)} and {listed(other.words, limit=4)}"
            self.mismatch(span, "the two sides have no word in common", found, "words of one fact")

    # Terms.

    def term(self, node: syntax.Syntax) -> Typed:
        """A term, typed; raises `Wrong` after reporting what is wrong with it."""
        match node:
            case syntax.Name(name, span):
                return resolved(self, name, span)
            case syntax.Constant(bool() as value):
                return Typed(YesNo(value), "yes_no")
            case syntax.Constant(value):
                unit = None if value == 0 else PLAIN
                return Typed(Number(int(value)), "number", unit, whole=True)
            case syntax.Unary("-", operand):
                found = self.number(operand)
                return attrs.evolve(found, term=Negative(found.term))
            case syntax.Binary(operator, left, right, span) if operator in "+-*/":
                return self._arithmetic(operator, left, right, span)
            case syntax.Call(function, arguments, span):
                return called(self, function, arguments, span)
            case syntax.YearOf(operand):
                day = self.figure(operand, "date")
                return Typed(YearOf(day.term), "calendar_year")
            case syntax.Generator("count" | "sum"):
                return counted_or_summed(self, node)
            case syntax.Quoted(word, span):
                self.mismatch(
                    span,
                    "a fixed word stands alone",
                    f"`'{word}'`",
                    "a comparison with it by `==` or `!=`",
                )
            case _:
                self.mismatch(
                    node.span, "a test stands where a figure belongs", "a test", "a figure"
                )
        raise Wrong

    def number(self, node: syntax.Syntax) -> Typed:
        """A number that is never `none`."""
        return self.figure(node, "number")

    def figure(self, node: syntax.Syntax, kind: str) -> Typed:
        """A number or a date that is never `none`."""
        found = self.term(node)
        if found.kind != kind:
            self.mismatch(node.span, f"this is not a {kind}", str(found), f"a {kind}")
        if found.none is not None:
            self.mismatch(
                node.span,
                "this may be `none`, with which nothing can be computed",
                f"a {kind} that may be none",
                f"a {kind}",
            )
        return found

    def _both(
        self, left: syntax.Syntax, right: syntax.Syntax, *, numbers: bool = False
    ) -> tuple[Typed, Typed]:
        """Types both sides, so that a mistake on one does not hide one on the other."""
        read = self.number if numbers else self.term
        try:
            one = read(left)
        except Wrong:
            read(right)
            raise
        return one, read(right)

    def _arithmetic(
        self, operator: str, left: syntax.Syntax, right: syntax.Syntax, span: Span
    ) -> Typed:
        one, other = self._both(left, right, numbers=True)
        term = Arithmetic(operator, one.term, other.term)
        whole = one.whole and other.whole and operator != "/"
        if operator in {"+", "-"}:
            self.same_unit(one, other, right.span, "added to" if operator == "+" else "taken from")
            return Typed(term, "number", one.unit if one.unit is not None else other.unit, whole)
        if operator == "/":
            self._check_division(other, span, right.span)
        if one.unit is None or other.unit is None:
            return Typed(term, "number", None, whole)
        unit = one.unit * other.unit if operator == "*" else one.unit / other.unit
        return Typed(term, "number", unit, whole)

    def _check_division(self, divisor: Typed, span: Span, place: Span) -> None:
        if not self.may_divide:
            self.draft.diagnostics.report(
                "bad-expression",
                span,
                "a quotient stands in a value of its own",
                remedy="declare a value for it, so that it has a name where it is not defined",
            )
            raise Wrong
        if divisor.term == Number(0):
            self.draft.diagnostics.report(
                "bad-expression",
                place,
                "a division by zero",
                found="`0`",
                remedy="divide by something else",
            )
            raise Wrong

    # What must fit.

    def same_unit(self, one: Typed, other: Typed, span: Span, verb: str) -> None:
        """Reports two units that do not go together."""
        if one.unit is None or other.unit is None or one.unit == other.unit:
            return
        constants = [one.term.value for one in (one, other) if isinstance(one.term, Number)]
        self.draft.diagnostics.report(
            "unit-mismatch",
            span,
            f"{_unit(other.unit)} cannot be {verb} {_unit(one.unit)}",
            found=f"{_unit(one.unit)} and {_unit(other.unit)}",
            expected="the same unit on both sides",
            remedy="declare a parameter with the unit" if 1 in constants else "",
        )
        raise Wrong

    def _check_fits(self, typed: Typed, type_: Type, span: Span) -> None:
        kind = "number" if type_.kind.is_numeric else str(type_.kind)
        if typed.kind != kind:
            self.mismatch(
                span,
                "the expression has another type than its declaration",
                str(typed),
                described(type_),
            )
        if typed.none is not None:
            self.mismatch(
                span,
                "this may be `none`, which a value cannot be",
                f"{typed} that may be none",
                "a table with a row for `none`, or an exception",
            )
        if kind == "number":
            if typed.unit is not None and typed.unit != type_.unit:
                self.draft.diagnostics.report(
                    "unit-mismatch",
                    span,
                    "the expression has another unit than its declaration",
                    found=_unit(typed.unit),
                    expected=_unit(type_.unit),
                )
                raise Wrong
            if type_.kind is Kind.COUNT and not (typed.whole or self.rounds):
                self.mismatch(
                    span,
                    "this may not be a whole number",
                    str(typed),
                    described(type_),
                    "round it (`round`), or make it a number",
                )
        elif kind == "word":
            if typed.open:
                self.mismatch(
                    span,
                    "this may be a word that nobody declared, which a value cannot be",
                    f"{typed} that is open",
                    "a table with `else`, or an exception",
                )
            beyond = [word for word in typed.words if word not in type_.words]
            if beyond:
                self.draft.diagnostics.report(
                    "unknown-word",
                    span,
                    "this may be a word that the value does not have",
                    found=listed(beyond),
                    expected=listed(type_.words),
                    remedy="add it under `words`, or choose with a table or an exception",
                )
                raise Wrong

    def mismatch(
        self, span: Span, message: str, found: str, expected: str, remedy: str = ""
    ) -> NoReturn:
        """Reports what does not fit, and gives the expression up."""
        self.draft.diagnostics.report(
            "type-mismatch", span, message, found=found, expected=expected, remedy=remedy
        )
        raise Wrong


def _unit(unit: Unit) -> str:
    return "a number without unit" if unit == PLAIN else f"`{unit}`"
