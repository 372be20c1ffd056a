"""Generate Python code for tests, groups and quantifiers."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.engines.compiled.emitter import parenthesized, tuple_display
from policyrules.engines.compiled.loops import LoopWriter
from policyrules.engines.compiled.operands import (
    UNKNOWN,
    Operand,
    PeriodOperand,
    Rational,
    TruthOperand,
    WordOperand,
    WordSetOperand,
    comparison,
    disjunction,
    undefined_guards,
)
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Atom,
    BoolTest,
    Compare,
    DateShift,
    ElementRef,
    Expression,
    FactRef,
    FellowRef,
    InPeriod,
    InSet,
    IsNone,
    IsSameItem,
    Not,
    Or,
    ParameterRef,
    Quantifier,
    Test,
    WorkingDayTerm,
)
from policyrules.ir.ruleset import Group
from policyrules.ir.traverse import (
    children,
    eligibility_conditions,
    references,
)
from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible

GIVE_UP = "return None"
"""The statement that leaves a case to the reference engine."""


class PredicateWriter(LoopWriter):
    """A writer of the tests of one scope.

    None is the unknown truth, and also the result of a test that only intervals can decide. In a
    condition of the case the generated function gives up at once on such a test, which is then
    `strict`. In a value or an item it gives up only if the outcome depends on the test.
    """

    def group(self, group: Group) -> TruthOperand:
        """Return the truth of a group of conditions."""
        return self.combine_truths(
            group.kind, [self.condition(name) for name in group.members], group.n
        )

    # Tests.

    def test(self, node: Test, *, strict: bool) -> TruthOperand:
        """Return the truth of a test; a strict one gives up if only intervals can decide it."""
        match node:
            case Not(operand):
                truth = self.test(operand, strict=strict)
                if not truth.is_open:
                    return TruthOperand(f"not {parenthesized(truth.text)}")
                name = self.assign_name(truth)
                return TruthOperand(f"None if {name} is None else not {name}", is_open=True)
            case And(operands):
                return self._joined("all", operands, strict=strict)
            case Or(operands):
                return self._joined("any", operands, strict=strict)
            case _:
                key = ("atom", node, strict)
                return self.emitter.memoized(
                    key, lambda: self._atom(node, strict=strict), TruthOperand
                )

    def _joined(self, kind: str, operands: Sequence[Test], *, strict: bool) -> TruthOperand:
        """Return the truth of the tests of an `and` or an `or`.

        A test behind a guard such as `… is not none` may be undecided without any effect, so the
        tests of a guarded `and` or `or` are not strict, only the whole is.
        """
        is_guarded = any(
            isinstance(read, FactRef) and read.is_present
            for operand in operands
            for read in references(operand)
        )
        is_strict = strict and not is_guarded
        truth = self.combine_truths(
            kind, [self.test(operand, strict=is_strict) for operand in operands]
        )
        if not strict or is_strict or not truth.is_open:
            return truth
        name = self.assign_name(truth)
        with self.emitter.block(f"if {name} is None:"):
            self.emitter.emit(GIVE_UP)
        return TruthOperand(name)

    def assign_name(self, truth: TruthOperand, prefix: str = "test") -> str:
        """Return a variable that holds a truth; an expression is assigned to a new one."""
        if truth.text.isidentifier():
            return truth.text
        return self.emitter.assign(self.names.allocate(prefix), truth.text)

    def combine_truths(
        self, kind: str, members: Sequence[TruthOperand], n: int = 0
    ) -> TruthOperand:
        """Return the truth of a group whose members have these truths."""
        is_open = any(member.is_open for member in members)
        texts = [member.text for member in members]
        if not members:
            return TruthOperand(repr(kind in {"all", "none"} or (kind == "at_least" and n <= 0)))
        if len(members) == 1 and kind in {"all", "any"}:
            return members[0]
        if not is_open and kind in {"all", "any"}:
            word = " and " if kind == "all" else " or "
            return TruthOperand(word.join(map(parenthesized, texts)))
        name = self.names.allocate("members")
        self.emitter.emit_wrapped(f"{name} = [", texts, "]")
        return TruthOperand(group_expression(kind, name, n, is_open=is_open), is_open=is_open)

    def _atom(self, node: Atom, *, strict: bool) -> TruthOperand:
        guarded = self._atom_if_known(node)
        if guarded is None:
            if strict:
                self.emitter.emit(GIVE_UP)
            return TruthOperand(UNKNOWN, is_open=True)
        tests, truth = guarded
        if not tests:
            return truth
        is_constant, unknown = self._constant_if_unknown(node)
        if is_constant:
            is_open = unknown is None or truth.is_open
            return TruthOperand(_guarded(tests, repr(unknown), truth.text), is_open)
        if strict:
            with self.emitter.branch("if", tests):
                self.emitter.emit(GIVE_UP)
            return truth
        return TruthOperand(_guarded(tests, UNKNOWN, truth.text), is_open=True)

    def _constant_if_unknown(self, node: Atom) -> tuple[bool, Truth]:
        """Return whether one fact alone decides an atom, and the truth while it is unknown."""
        read = list(references(node))
        facts = [reference for reference in read if isinstance(reference, FactRef)]
        is_fixed = all(
            isinstance(reference, ParameterRef)
            and not self.ruleset.parameters[reference.name].by
            and self._states_one_figure(reference.name)
            for reference in read
            if not isinstance(reference, FactRef)
        )
        if (
            len(facts) != 1
            or not is_fixed
            or isinstance(node, Quantifier)
            or _may_be_undecided(node)
        ):
            return False, None
        type_ = self.ruleset.facts[facts[0].name].type
        if type_.none is not None and type_.kind.is_ordered and not isinstance(node, IsNone):
            return False, None
        terms = TermEvaluator(self.dated, Situation({}), _reject_value)
        return True, terms.atom(node).truth

    def _states_one_figure(self, name: str) -> bool:
        possible = self.dated.parameter_values[name]
        if not isinstance(possible, Possible) or possible.not_stated or possible.undefined:
            return False
        return not isinstance(possible.figures, frozenset) or len(possible.figures) == 1

    def _atom_if_known(self, node: Atom) -> tuple[list[str], TruthOperand] | None:
        """Return the tests that are true if an atom is undecided, and the truth if none is."""
        match node:
            case Compare(operator, left, right):
                return self._comparison(operator, self.term(left), self.term(right))
            case InSet(operand, words):
                return self._membership(self.term(operand), self.term(words))
            case InPeriod(operand, ParameterRef(name), kind):
                day, period = self.number(operand), self.period(name)
                if day is None or period is None:
                    return None
                return undefined_guards(day), _in_period(kind, day, period)
            case IsNone(FactRef(name)):
                known = self.known_fact(name)
                return [f"{known} is None"], TruthOperand(f"{known}.figure is None")
            case BoolTest(operand):
                word = self.term(operand)
                if not isinstance(word, WordOperand):
                    return None
                text = f"{word.text} is True" if word.may_be_absent else word.text
                return undefined_guards(word), TruthOperand(text)
            case Quantifier(is_universal):
                loop = self.emit_loop(node)
                if loop is None:
                    return None
                entries, list_ = loop
                text = group_expression("all" if is_universal else "any", entries, 0, is_open=False)
                undecided = f"None in {entries} and {not is_universal} not in {entries}"
                return [f"{list_} is None", undecided], TruthOperand(text)
            case IsSameItem():
                return [], TruthOperand(f"{self.scope.fellow} is {self.scope.item}")
            case InPeriod() | IsNone():
                return None

    def _comparison(
        self, operator: str, left: Operand | None, right: Operand | None
    ) -> tuple[list[str], TruthOperand] | None:
        if isinstance(left, Rational) and isinstance(right, Rational):
            return undefined_guards(left, right), TruthOperand(comparison(operator, left, right))
        if not isinstance(left, WordOperand) or not isinstance(right, WordOperand):
            return None
        text = f"{left.text} {operator} {right.text}"
        if left.may_be_absent and right.may_be_absent:  # an absence is not equal to another
            if operator == "==":
                text = f"{text} and {left.text} is not ABSENT"
            else:
                text = f"{text} or {left.text} is ABSENT"
        return undefined_guards(left, right), TruthOperand(text)

    def _membership(
        self, operand: Operand | None, words: Operand | None
    ) -> tuple[list[str], TruthOperand] | None:
        if not isinstance(operand, WordOperand) or not isinstance(words, WordSetOperand):
            return None
        tests = undefined_guards(operand, words)
        is_inside = f"{operand.text} in {words.text}"
        if not words.is_open_ended:
            return tests, TruthOperand(is_inside)
        absent = f"False if {operand.text} is ABSENT else " if operand.may_be_absent else ""
        # An open list may contain words that it does not name.
        return tests, TruthOperand(f"True if {is_inside} else {absent}None", is_open=True)

    # Items.

    def item_eligibility(self) -> WordOperand | None:
        """Return the operand that says whether the item is eligible by its block."""
        block = self.scope.block
        if block is None or block.eligible is None:
            return None
        for condition in eligibility_conditions(block):
            self.condition(condition.id)
        truth = self.group(block.eligible)
        return WordOperand(self.assign_name(truth, "eligible"), is_open=truth.is_open)


def _reject_value(name: str) -> Possible:
    raise TypeError(f"no value is read: {name}")


def _guarded(tests: Sequence[str], undecided: str, truth: str) -> str:
    """Return the expression of a truth that is `undecided` if one of the tests is true."""
    if undecided == UNKNOWN and list(tests) == [f"{truth} is None"]:
        return truth
    return f"{undecided} if {disjunction(tests)} else {parenthesized(truth)}"


def group_expression(kind: str, members: str, n: int, *, is_open: bool) -> str:
    """Return the truth of a group; `members` is the variable with the truths of its members.

    >>> group_expression("all", "members", 0, is_open=True)
    'False if False in members else None if None in members else True'
    """
    match kind:
        case "all":
            decisive, default = f"False in {members}", "True"
        case "any":
            decisive, default = f"True in {members}", "False"
        case "none":
            decisive, default = f"True in {members}", "True"
        case _:
            held, failed = f"{members}.count(True)", f"{members}.count(False)"
            size = f"len({members})"
            if not is_open:
                return f"{held} >= {n}"
            return f"True if {held} >= {n} else False if {size} - {failed} < {n} else None"
    first = "True" if kind == "any" else "False"
    if not is_open:
        return decisive if kind == "any" else f"not ({decisive})"
    return f"{first} if {decisive} else None if None in {members} else {default}"


def _may_be_undecided(node: Expression) -> bool:
    """Return whether an atom may be undecided although its fact is known."""
    if isinstance(node, (Arithmetic, DateShift, WorkingDayTerm, ElementRef, FellowRef, Aggregate)):
        return True
    return any(
        _may_be_undecided(child) for child in children(node) if isinstance(child, Expression)
    )


def _in_period(kind: str, day: Rational, period: PeriodOperand) -> TruthOperand:
    """Return the truth of `day in period`, which is unknown for a month or a year partly in it."""
    first, last = truncate(kind, period.first), truncate(kind, period.last)
    begins = first if first_day(kind, first) == period.first else first + 1
    ends = last if last_day(kind, last) == period.last else last - 1
    is_inside = f"{begins} <= {day.numerator} <= {ends}"
    partial = sorted({edge for edge in (first, last) if not begins <= edge <= ends})
    if not partial:
        return TruthOperand(is_inside)
    is_partial = f"{day.numerator} in {tuple_display([str(edge) for edge in partial])}"
    return TruthOperand(f"True if {is_inside} else None if {is_partial} else False", is_open=True)
