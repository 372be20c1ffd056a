"""Lints of a checked ruleset: unused declarations, constant tests and negative amounts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from policyrules.check.contradictions import constant_truth
from policyrules.check.names import all_conditions, all_values
from policyrules.check.state import CheckState
from policyrules.errors import NotInForce
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.lists import view_list
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import Situation
from policyrules.ir.nodes import (
    And,
    EligibleRef,
    Expression,
    FactRef,
    ListRef,
    Not,
    Number,
    Or,
    ParameterRef,
    Reference,
    Term,
    Test,
)
from policyrules.ir.ruleset import (
    AmountRule,
    CheckedRuleset,
    Condition,
    Group,
    ItemRules,
    Value,
)
from policyrules.ir.traverse import direct_dependencies, expressions_of, list_reference, references
from policyrules.syntax.tree import AmountNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import subject_of
from policyrules.text.span import Span
from policyrules.values.exact import Exact, fraction_text
from policyrules.values.possible import Interval


def report_unused(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Report declarations that no decision reads.

    A declaration that only an unused one reads is not reported: it is removed with that one.
    """
    used = _used_names(ruleset)
    tree = state.tree
    declared: list[tuple[str, Scalar]] = [
        ("parameter", parameter.name) for parameter in tree.parameters
    ]
    declared += [("value", value.name) for _, value in all_values(state)]
    declared += [("condition", condition.name) for _, condition in all_conditions(state)]
    unused = [(kind, name.text, name.span) for kind, name in declared if name.text not in used]
    read_by_unused = {read for _, name, _ in unused for read in _names_read_by(ruleset, name)}
    unused += [
        ("note", note.name.text, note.name.span)
        for note in tree.notes
        if note.name.text not in state.used_notes
    ]
    unused += [
        ("source", source.name.text, source.name.span)
        for source in tree.sources
        if source.name.text not in state.used_sources
    ]
    unused += [
        ("fact", f"{subject.text}.{fact.name.text}", fact.name.span)
        for subject, facts in tree.facts
        for fact in facts
        if f"{subject.text}.{fact.name.text}" not in used
    ]
    subjects = {subject_of(name) for name in used | read_by_unused if "." in name}
    unused += [
        ("list" if name in state.all_lists else "subject", name, span)
        for name, span in state.subjects.items()
        if name not in subjects
    ]
    for kind, name, span in unused:
        if name in read_by_unused:
            continue
        if state.is_inherited(span):
            if kind in {"parameter", "value", "condition"}:
                _report_orphaned(state, kind, name, span)
        else:
            state.diagnostics.report(
                "unused",
                span,
                f"nothing uses the {kind} `{name}`",
                found=f"`{name}`",
                remedy=_use_remedy(state, kind),
            )


def _use_remedy(state: CheckState, kind: str) -> str:
    """Return the remedy for an unused declaration; a condition of an overlay can join a group."""
    if state.composition is None or kind != "condition":
        return "use it, or remove it"
    return "add `into: eligible`, or `into` with a group of the base; or use it, or remove it"


def _report_orphaned(state: CheckState, kind: str, name: str, span: Span) -> None:
    """Report a declaration of the base whose last reader an overlay has changed or removed."""
    composition = state.composition
    if composition is None or name not in composition.orphaned_references:
        return  # The base does not read it either, which was reported there.
    state.diagnostics.report(
        "orphaned",
        composition.orphaned_references[name],
        f"nothing uses the {kind} `{name}` of the base any more",
        found=f"`{name}`",
        remedy=f"remove `{name}` too, or use it",
        related=((span, "it is declared here in the base"),),
    )


def _used_names(ruleset: CheckedRuleset) -> set[str]:
    """Return every name that the outcome or a note depends on, without recursion."""
    outcome = ruleset.outcome
    waiting = [*outcome.eligible.members, *outcome.consequences]
    for name, block in ruleset.item_rules.items():
        # The decision shows the results of the entries of a list of figures.
        if "." in name and block.eligible is not None:
            waiting += [name, *block.eligible.members]
        elif "." in name:
            waiting.append(name)
    for amount in outcome.amounts.values():
        waiting += _names_in(ruleset, amount.expression)
    for note in ruleset.notes.values():
        if note.when is not None:
            waiting += _names_in(ruleset, note.when)
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _names_read_by(ruleset, name)
    return used


def _names_read_by(ruleset: CheckedRuleset, name: str) -> Iterator[str]:
    """Yield the names that a condition, a value or a parameter reads directly."""
    condition = ruleset.all_conditions.get(name)
    if condition is not None:
        if isinstance(condition.test, Group):
            yield from condition.test.members
        for expression in expressions_of(condition):
            yield from _names_in(ruleset, expression)
    elif name in ruleset.all_values:
        value = ruleset.all_values[name]
        yield from [value.input_fact] if value.input_fact else []
        for expression in expressions_of(value):
            yield from _names_in(ruleset, expression)
    elif name in ruleset.parameters:
        reading = ruleset.parameters[name].reading
        yield from [] if reading is None else [reading.parameter]
        yield from (read.name for read in direct_dependencies(ruleset, ParameterRef(name)))


def _names_in(ruleset: CheckedRuleset, node: Expression) -> Iterator[str]:
    """Yield the names that an expression reads, and the members of the eligibility of an item."""
    for read in references(node):
        yield read.name
        if isinstance(read, EligibleRef):
            eligible = ruleset.item_rules[read.name].eligible
            yield from eligible.members if eligible is not None else ()


def report_constant_tests(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Report tests with one result for all facts, and amounts that may be negative.

    Every fact is left unknown; a result that is known then is the same in every case. A test is
    reported only if its result is the same on every day in force.
    """
    segments = _Segments(ruleset)
    if not any(True for _ in segments):
        return
    reads = _ReadFacts(ruleset)
    intended: frozenset[Expression] | None = None
    for expression, span, list_name in state.expressions:
        # A constraint about facts that the ruleset does not read is no concern of its author.
        if not isinstance(expression, Test) or not reads.covers(expression):
            continue
        truth = _constant_truth(segments, expression, list_name)
        if truth is None:
            continue
        if not any(True for _ in references(expression)):
            # A literal `true` or `false` as an exception or a value is intended.
            intended = _intended_constants(ruleset) if intended is None else intended
            if expression in intended:
                continue
        state.diagnostics.report(
            "constant-test",
            span,
            f"this is always {'held' if truth else 'failed'}, whatever the facts",
            remedy="mend the test, the ranges of its facts, or leave it out",
        )
    _report_unreached_exceptions(state, ruleset, segments)
    _check_amounts(state, ruleset, segments)


def _report_unreached_exceptions(
    state: CheckState, ruleset: CheckedRuleset, segments: Iterable[UnknownCase]
) -> None:
    """Report exceptions in order that never apply, as an earlier one applies to all their cases."""
    rules: list[Value | Condition] = [
        *ruleset.all_values.values(),
        *ruleset.all_conditions.values(),
    ]
    for rule in rules:
        name = rule.name if isinstance(rule, Value) else rule.id
        list_name = state.scopes.get(name, "")
        for exception in rule.exceptions:
            if not exception.preceding:
                continue
            if _constant_truth(segments, exception.guard, list_name) is not False:
                continue
            if _constant_truth(segments, exception.when, list_name) is not False:
                state.diagnostics.report(
                    "constant-test",
                    state.spans[exception.id],
                    f"`{exception.id}` never applies",
                    found="the exceptions before it take all its cases",
                    remedy="move it up, or remove it",
                )


def _constant_truth(segments: Iterable[UnknownCase], test: Test, list_name: str) -> bool | None:
    """Return the result of a test if it is the same in every validity segment, else None."""
    truths: set[bool] = set()
    for segment in segments:
        truth = segment.constant_truth(test, list_name)
        if truth is None:
            return None
        truths.add(truth)
        if len(truths) > 1:
            return None
    return truths.pop()


def _intended_constants(ruleset: CheckedRuleset) -> frozenset[Expression]:
    """Return the expressions of values and of all exceptions, where a constant is intended."""
    conditions, values = ruleset.all_conditions.values(), ruleset.all_values.values()
    intended = [
        exception.expression for condition in conditions for exception in condition.exceptions
    ]
    for value in values:
        intended += [value.expression, *(exception.expression for exception in value.exceptions)]
    return frozenset(intended)


class _ReadFacts:
    """The facts that a ruleset reads, to find expressions that depend on no others.

    Visited references are kept, so that each is followed once.
    """

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self._read = {*ruleset.facts, *ruleset.lists}
        self._known: set[Reference] = set()

    def covers(self, expression: Expression) -> bool:
        """Return whether the ruleset reads every fact that an expression depends on."""
        new: set[Reference] = set()
        waiting = list(references(expression))
        while waiting:
            reference = waiting.pop()
            if reference in new or reference in self._known:
                continue
            if isinstance(reference, (FactRef, ListRef)) and reference.name not in self._read:
                return False
            new.add(reference)
            waiting += direct_dependencies(self.ruleset, reference)
        self._known |= new
        return True


def _check_amounts(
    state: CheckState, ruleset: CheckedRuleset, segments: Iterable[UnknownCase]
) -> None:
    """Report each amount that may be negative, unless it is signed."""
    for node in state.tree.outcome.all_amounts:
        amount = ruleset.outcome.amounts[node.name.text]
        if not amount.signed:
            _check_amount(state, amount, node, segments)


def _check_amount(
    state: CheckState, amount: AmountRule, node: AmountNode, segments: Iterable[UnknownCase]
) -> None:
    evaluators = (segment.evaluator for segment in segments)
    figures = [evaluator.expression(amount.expression).figures for evaluator in evaluators]
    lows = [interval.low for interval in figures if isinstance(interval, Interval)]
    bounds = [low for low in lows if low is not None]
    if len(bounds) == len(lows) and min(bounds, default=0) >= 0:
        return
    unbounded = len(bounds) < len(lows)
    minimum = "no least figure" if unbounded else f"as little as {fraction_text(min(bounds))}"
    state.diagnostics.report(
        "negative-amount",
        node.is_.span,
        "the amount may be negative",
        found=minimum if unbounded else f"{minimum} {amount.type.unit}",
        expected="an amount of at least 0 for every case",
        remedy="`max(0, …)` where the text says so, ranges that exclude it, or `signed: true` "
        "if somebody may have to pay",
    )


def validity_segments(ruleset: CheckedRuleset) -> Iterator[DatedRuleset]:
    """Yield the dated ruleset of each period in which the same rows are in force.

    Only the first day of a period is evaluated, so the range of a past fact does not end there: on
    later days of the period it reaches further.
    """
    facts = {name: attrs.evolve(fact, is_past=False) for name, fact in ruleset.facts.items()}
    ruleset = attrs.evolve(ruleset, facts=facts)
    starts = {row.from_ for parameter in ruleset.parameters.values() for row in parameter.rows}
    days = {day for day in starts if day is not None and day in ruleset.in_force}
    days.add(ruleset.in_force.from_ or date.min)
    for day in sorted(days):
        try:
            yield dated(ruleset, day)
        except NotInForce:
            continue


class _Segments:
    """The validity segments of a ruleset with every fact unknown, each evaluated on demand."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self._evaluated: list[UnknownCase] = []
        self._remaining = validity_segments(ruleset)

    def __iter__(self) -> Iterator[UnknownCase]:
        yield from self._evaluated
        for segment in self._remaining:
            self._evaluated.append(UnknownCase(segment))
            yield self._evaluated[-1]


class UnknownCase:
    """A case of which no fact is known, in one validity segment."""

    def __init__(self, segment: DatedRuleset) -> None:
        self.dated = segment
        self.evaluator: RuleEvaluator = RuleEvaluator(segment, Situation({}))
        self.evaluator.evaluate_values(segment.ruleset.values)
        self.evaluator.evaluate_conditions()
        self._items: dict[str, RuleEvaluator] = {}

    def evaluator_of(self, list_name: str) -> RuleEvaluator:
        """Return the evaluator of an unknown item of a list, or of the case without a list."""
        if not list_name:
            return self.evaluator
        if list_name not in self._items:
            self._items[list_name] = self._item_evaluator(list_name)
        return self._items[list_name]

    def _item_evaluator(self, list_name: str) -> RuleEvaluator:
        ruleset = self.dated.ruleset
        if list_name in ruleset.item_rules:
            (evaluator,) = self.evaluator.item_evaluators(list_name).items
            return evaluator
        # A constraint of the vocabulary may be about items for which the ruleset has no rules.
        block = ItemRules(list_name, "", {}, {})
        (scope,) = view_list(ruleset, Situation({}), list_reference(block), block.item_name).items
        return RuleEvaluator(self.dated, scope.situation, {}, (block, scope), self.evaluator)

    def constant_truth(self, test: Test, list_name: str) -> bool | None:
        """Return the result that a test has for all facts, or None if it depends on them."""
        evaluator = self.evaluator_of(list_name)
        truth = evaluator.test(test).truth
        if truth is None and isinstance(test, And | Or | Not):
            return constant_truth(
                test,
                lambda atom: evaluator.test(atom).truth,
                lambda term: constant_figure(evaluator, term),
            )
        return truth


def constant_figure(evaluator: RuleEvaluator, term: Term) -> Exact | None:
    """Return the figure of a parameter or a number if it is the same for all facts."""
    if not isinstance(term, ParameterRef | Number):
        return None
    figures = evaluator.terms.term(term).figures
    return figures.low if isinstance(figures, Interval) and figures.is_point else None
