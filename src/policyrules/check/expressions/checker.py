"""The checker of expressions: it resolves names, proves types and units, and lowers to the IR."""

from __future__ import annotations

from typing import Final

import attrs

from policyrules.check.expressions.calendar_parts import check_part, comparison_remedy
from policyrules.check.expressions.calendar_sums import check_calendar_arithmetic
from policyrules.check.expressions.calls import check_aggregate, check_call, check_quantifier
from policyrules.check.expressions.day_rows import check_row_of_day
from policyrules.check.expressions.fellows import check_same_item
from policyrules.check.expressions.names import resolve_name, words_of
from policyrules.check.expressions.results import check_declared_type, fixed_word
from policyrules.check.expressions.typed_terms import (
    CASE_SCOPE,
    Scope,
    TypeCheckFailed,
    TypedTerm,
    check_kind,
    check_same_unit,
    reject,
)
from policyrules.check.literals import report_unknown_word
from policyrules.check.named_conditions import reject_bare_conditions
from policyrules.check.state import CheckState
from policyrules.diagnostics import listed
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    BoolTest,
    Compare,
    Expression,
    FactRef,
    FellowRef,
    InPeriod,
    InSet,
    IsNone,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Test,
    Word,
    YesNo,
)
from policyrules.ir.presence import present_facts
from policyrules.ir.types import PLAIN, Kind, Type
from policyrules.syntax import expression_tree as syntax
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

ORDERED: Final = frozenset({"<", "<=", ">", ">="})


@attrs.frozen
class ExpressionChecker:
    """Checks the expressions of one rule.

    `can_divide` is set for the expression of a numeric value, the only place where `/` is allowed.
    `is_rounded` marks a rule whose rounding makes every number whole. `is_note` marks the test of a
    note, which may be `not in` an open list: a note is disclosed while its test is unknown.
    `present` are the facts that a guard before the expression proves to be not `none`.
    """

    state: CheckState
    can_divide: bool = False
    is_rounded: bool = False
    is_note: bool = False
    scope: Scope = CASE_SCOPE
    present: frozenset[str] = frozenset()

    def read_test(self, scalar: Scalar) -> Test | None:
        """Read the test of a condition, a `when` or a note; None after reporting a fault."""
        parsed = self._parse(scalar)
        if parsed is None:
            return None
        try:
            test = self.check_test(parsed)
        except TypeCheckFailed:
            return None
        self.state.expressions.append((test, scalar.span, self.scope.list))
        return test

    def read_expression(self, scalar: Scalar, type_: Type) -> tuple[Expression, TypedTerm] | None:
        """Read the expression of a value or an amount; None after reporting a fault."""
        parsed = self._parse(scalar)
        if parsed is None:
            return None
        try:
            if type_.kind is Kind.YES_NO:
                return self._record(
                    self.check_test(parsed), TypedTerm(YesNo(True), Kind.YES_NO), scalar
                )
            typed = fixed_word(self.state, self.scope, parsed, type_)
            if typed is None:
                typed = self.check_term(parsed)
                check_declared_type(
                    self.state, typed, type_, parsed.span, is_rounded=self.is_rounded
                )
        except TypeCheckFailed:
            return None
        return self._record(typed.term, typed, scalar)

    def _parse(self, scalar: Scalar) -> syntax.ExpressionNode | None:
        try:
            reject_bare_conditions(self.state, scalar, self.scope)
        except TypeCheckFailed:
            return None
        return parse_expression(scalar, self.state.diagnostics)

    def _record(
        self, expression: Expression, typed: TypedTerm, scalar: Scalar
    ) -> tuple[Expression, TypedTerm]:
        self.state.expressions.append((expression, scalar.span, self.scope.list))
        return expression, typed

    # Tests.

    def check_test(self, node: syntax.ExpressionNode) -> Test:
        """Type a test and lower it; raise `TypeCheckFailed` after reporting a fault."""
        match node:
            case syntax.Unary("not", operand):
                return self._negation(self.check_test(operand), operand.span)
            case syntax.Logical(operator, operands):
                tests = self._check_tests(operands, is_held=operator == "and")
                return And(tests) if operator == "and" else Or(tests)
            case syntax.Binary("in", left, right):
                return self._membership(left, right)
            case syntax.Binary(operator, left, right, span) if operator in {"==", "!="} | ORDERED:
                return self._comparison(operator, left, right, span)
            case syntax.NoneTest(operand, span):
                typed = self.check_term(operand)
                if typed.none is None:
                    reject(
                        self.state,
                        span,
                        "this is never `none`",
                        str(typed),
                        "a fact that declares `none`",
                    )
                return IsNone(typed.term)
            case syntax.SameItemTest():
                return check_same_item(self.state, self.scope, node)
            case syntax.Generator("any" | "all"):
                return check_quantifier(self, node)
            case _:
                typed = self.check_term(node)
                if typed.kind is not Kind.YES_NO:
                    reject(
                        self.state,
                        node.span,
                        "this is not a test",
                        str(typed),
                        "a yes_no or a comparison",
                    )
                return BoolTest(typed.term)

    def _negation(self, test: Test, span: Span) -> Test:
        if isinstance(test, InSet) and isinstance(test.words, ParameterRef):
            parameter = self.state.parameters.get(test.words.name)
            if parameter is not None and parameter.open and not self.is_note:
                self.state.diagnostics.report(
                    "open-list",
                    span,
                    f"`not in` is never held: the text leaves `{parameter.name}` open",
                    expected="a list that names every word",
                    remedy="ask whether the word is in the list",
                )
        return Not(test)

    def _check_tests(
        self, nodes: tuple[syntax.ExpressionNode, ...], *, is_held: bool
    ) -> tuple[Test, ...]:
        """Type tests, of which each is decisive only if all before it are held, or else failed."""
        tests: list[Test] = []
        has_failed = False
        checker = self
        for node in nodes:
            try:
                tests.append(checker.check_test(node))
                checker = checker.where(tests[-1], is_held=is_held)
            except TypeCheckFailed:
                has_failed = True
        if has_failed:
            raise TypeCheckFailed
        return tuple(tests)

    def _comparison(
        self, operator: str, left: syntax.ExpressionNode, right: syntax.ExpressionNode, span: Span
    ) -> Test:
        if isinstance(left, syntax.QuotedWord) or isinstance(right, syntax.QuotedWord):
            return self._comparison_with_word(operator, left, right)
        self._reject_bare_words(left, right)
        left_term, right_term = self._check_operands(left, right)
        if left_term.kind != right_term.kind or not (
            left_term.kind.is_calendar or left_term.kind in {Kind.NUMBER, Kind.WORD}
        ):
            remedy = comparison_remedy(operator, left_term, right_term)
            if Kind.YES_NO in {left_term.kind, right_term.kind}:
                remedy = "write the yes_no alone, or with `not`"
            reject(
                self.state,
                right.span,
                "these cannot be compared",
                f"{left_term} and {right_term}",
                "two numbers, two words or two days",
                remedy,
            )
        if left_term.kind is Kind.WORD:
            if operator in ORDERED:
                reject(self.state, span, "words have no order", f"`{operator}`", "`==` or `!=`")
            self._check_common_words(left_term, right_term, right.span)
        elif left_term.kind is Kind.NUMBER:
            check_same_unit(self.state, left_term, right_term, right.span, "compared with")
        return Compare(operator, left_term.term, right_term.term)

    def _reject_bare_words(self, left: syntax.ExpressionNode, right: syntax.ExpressionNode) -> None:
        """Reject a word without quotation marks, which would be read as an undeclared name."""
        for name, compared in ((left, right), (right, left)):
            if not isinstance(name, syntax.Name) or not isinstance(compared, syntax.Name):
                continue
            words = words_of(self.state, self.scope, compared.name)
            if name.name in words and name.name not in self.state.types:
                self.state.diagnostics.report(
                    "unknown-name",
                    name.span,
                    f"there is no name `{name.name}`",
                    found=f"`{name.name}`, which is a word of `{compared.name}`",
                    remedy=f"write `'{name.name}'`",
                )
                raise TypeCheckFailed

    def _comparison_with_word(
        self, operator: str, left: syntax.ExpressionNode, right: syntax.ExpressionNode
    ) -> Test:
        if isinstance(left, syntax.QuotedWord) and isinstance(right, syntax.QuotedWord):
            words = f"`'{left.word}'` and `'{right.word}'`"
            reject(self.state, left.span, "both sides are fixed words", words, "a name on one side")
        if isinstance(left, syntax.QuotedWord):
            quoted, compared = left, right
        elif isinstance(right, syntax.QuotedWord):
            quoted, compared = right, left
        else:
            raise TypeError("neither side is a quoted word")
        typed = self.check_term(compared)
        if typed.kind is not Kind.WORD or operator in ORDERED:
            reject(
                self.state,
                quoted.span,
                "a fixed word can only be compared with a word, by `==` or `!=`",
                f"`{operator}` and {typed}",
                "a fact or value of type word on the other side",
                "declare a parameter with the day, and use its name"
                if typed.kind.is_calendar
                else "",
            )
        if quoted.word not in typed.words:
            report_unknown_word(quoted.word, quoted.span, list(typed.words), self.state.diagnostics)
            raise TypeCheckFailed
        terms = (Word(quoted.word), typed.term)
        first, second = terms if quoted is left else (terms[1], terms[0])
        return Compare(operator, first, second)

    def _membership(self, left: syntax.ExpressionNode, right: syntax.ExpressionNode) -> Test:
        left_term, right_term = self._check_operands(left, right)
        if left_term.kind.is_calendar and right_term.kind is Kind.PERIOD:
            return InPeriod(left_term.term, right_term.term, left_term.kind.value)
        if left_term.kind is not Kind.WORD or right_term.kind is not Kind.WORDS:
            reject(
                self.state,
                right.span,
                "`in` needs a word and a set of words, or a day and a period",
                f"{left_term} in {right_term}",
                "a word in a parameter of type words, or a day in one of type period",
            )
        self._check_common_words(left_term, right_term, right.span)
        return InSet(left_term.term, right_term.term)

    def _check_common_words(self, left: TypedTerm, right: TypedTerm, span: Span) -> None:
        if not set(left.words) & set(right.words):
            words = f"{listed(left.words, limit=4)} and {listed(right.words, limit=4)}"
            reject(
                self.state, span, "the two sides have no word in common", words, "words of one fact"
            )

    # Terms.

    def check_term(self, node: syntax.ExpressionNode) -> TypedTerm:
        """Type a term and lower it; raise `TypeCheckFailed` after reporting a fault."""
        match node:
            case syntax.Name(name, span):
                typed = resolve_name(self.state, self.scope, name, span)
                return typed if name not in self.present else _present(typed)
            case syntax.Constant(bool() as value):
                return TypedTerm(YesNo(value), Kind.YES_NO)
            case syntax.Constant(value):
                unit = None if value == 0 else PLAIN
                return TypedTerm(Number(int(value)), Kind.NUMBER, unit, is_whole=True)
            case syntax.Unary("-", operand):
                typed = self.check_number(operand)
                return attrs.evolve(typed, term=Negate(typed.term))
            case syntax.Binary(operator, left, right, span) if operator in "+-*/":
                return self._arithmetic(operator, left, right, span)
            case syntax.Call(function, arguments, span):
                return check_call(self, function, arguments, span)
            case syntax.PartAttribute(part, operand):
                return check_part(self.state, part, self.check_term(operand), operand)
            case syntax.RowOfDay():
                return check_row_of_day(self, node)
            case syntax.Generator(function) if function not in {"any", "all"}:
                return check_aggregate(self, node)
            case syntax.QuotedWord(word, span):
                reject(
                    self.state,
                    span,
                    "a fixed word is compared, or is the whole result of a value of type word",
                    f"`'{word}'`",
                    "a comparison with it by `==` or `!=`",
                )
            case _:
                reject(
                    self.state,
                    node.span,
                    "a test cannot be used as a figure",
                    "a test",
                    "a figure",
                )
        raise TypeCheckFailed

    def check_number(self, node: syntax.ExpressionNode) -> TypedTerm:
        """Type a number that is never `none`."""
        return self.check_figure(node, Kind.NUMBER)

    def check_figure(self, node: syntax.ExpressionNode, kind: Kind) -> TypedTerm:
        """Type a figure of one kind that is never `none`."""
        typed = self.check_term(node)
        check_kind(self.state, typed, node, kind)
        return typed

    def where(self, test: Test, *, is_held: bool = True) -> ExpressionChecker:
        """Return the checker for expressions read only where a test is held, or else has failed."""
        present = present_facts(test, is_held=is_held)
        return attrs.evolve(self, present=self.present | present) if present else self

    def inside_generator(self, scope: Scope) -> ExpressionChecker:
        """Return the checker of the expressions inside a generator."""
        return attrs.evolve(self, scope=scope, can_divide=False)

    def _check_operands(
        self, left: syntax.ExpressionNode, right: syntax.ExpressionNode
    ) -> tuple[TypedTerm, TypedTerm]:
        """Type both sides, so that a fault on one does not hide a fault on the other."""
        try:
            left_term = self.check_term(left)
        except TypeCheckFailed:
            self.check_term(right)
            raise
        return left_term, self.check_term(right)

    def _check_numbers(self, *operands: tuple[TypedTerm, syntax.ExpressionNode]) -> None:
        """Reject every operand that is not a number."""
        has_failed = False
        for typed, node in operands:
            try:
                check_kind(self.state, typed, node, Kind.NUMBER)
            except TypeCheckFailed:
                has_failed = True
        if has_failed:
            raise TypeCheckFailed

    def _arithmetic(
        self, operator: str, left: syntax.ExpressionNode, right: syntax.ExpressionNode, span: Span
    ) -> TypedTerm:
        left_term, right_term = self._check_operands(left, right)
        sum_ = check_calendar_arithmetic(
            self.state, operator, (left_term, left), (right_term, right)
        )
        if sum_ is not None:
            return sum_
        self._check_numbers((left_term, left), (right_term, right))
        term = Arithmetic(operator, left_term.term, right_term.term)
        is_whole = left_term.is_whole and right_term.is_whole and operator != "/"
        if operator in {"+", "-"}:
            check_same_unit(
                self.state,
                left_term,
                right_term,
                right.span,
                "added to" if operator == "+" else "taken from",
            )
            return TypedTerm(
                term,
                Kind.NUMBER,
                left_term.unit if left_term.unit is not None else right_term.unit,
                is_whole,
            )
        if operator == "/":
            self._check_division(right_term, span, right.span)
        if left_term.unit is None or right_term.unit is None:
            return TypedTerm(term, Kind.NUMBER, None, is_whole)
        unit = (
            left_term.unit * right_term.unit
            if operator == "*"
            else left_term.unit / right_term.unit
        )
        return TypedTerm(term, Kind.NUMBER, unit, is_whole)

    def _check_division(self, divisor: TypedTerm, span: Span, place: Span) -> None:
        if not self.can_divide:
            self.state.diagnostics.report(
                "bad-expression",
                span,
                "`/` is allowed only in the expression of a value",
                remedy="declare a value for the quotient, so that it has a name if it is undefined",
            )
            raise TypeCheckFailed
        if divisor.term == Number(0):
            self.state.diagnostics.report(
                "bad-expression",
                place,
                "a division by zero",
                found="`0`",
                remedy="divide by something else",
            )
            raise TypeCheckFailed


def _present(typed: TypedTerm) -> TypedTerm:
    """Return a fact that a guard says is not `none`."""
    match typed.term:
        case FactRef() as fact:
            return attrs.evolve(typed, term=attrs.evolve(fact, is_present=True), none=None)
        case FellowRef(FactRef() as fact) as fellow:
            read = attrs.evolve(fellow, reference=attrs.evolve(fact, is_present=True))
            return attrs.evolve(typed, term=read, none=None)
        case _:
            return typed
