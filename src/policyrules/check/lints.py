"""What is declared for nothing, what can only come out one way, and what may go below zero."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policyrules.check.draft import Draft
from policyrules.errors import NotInForce
from policyrules.ir.dated import DatedRuleset, dated
from policyrules.ir.nodes import Expression, FactRef, ParameterRef, Test, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, Group, RuleException
from policyrules.ir.situation import Situation
from policyrules.ir.terms import Terms, stated_value, test_verdict, text_in_force
from policyrules.ir.traverse import references
from policyrules.source import Span
from policyrules.values.kleene import Verdict, as_possible
from policyrules.values.possible import Possible


def report_unused(draft: Draft, ruleset: CheckedRuleset) -> None:
    """Reports what a ruleset declares and no decision ever reads."""
    used = _Used(ruleset)
    tree = draft.tree
    unused: list[tuple[str, str, Span]] = [
        ("parameter", one.name.text, one.name.span)
        for one in tree.parameters
        if one.name.text not in used.names
    ]
    unused += [
        ("value", one.name.text, one.name.span)
        for one in tree.values
        if one.name.text not in used.names
    ]
    unused += [
        ("condition", one.name.text, one.name.span)
        for one in tree.conditions
        if one.name.text not in used.names
    ]
    unused += [
        ("note", one.name.text, one.name.span)
        for one in tree.notes
        if one.name.text not in draft.used_notes
    ]
    unused += [
        ("source", one.name.text, one.name.span)
        for one in tree.sources
        if one.name.text not in draft.used_sources
    ]
    unused += [
        ("fact", f"{subject.text}.{one.name.text}", one.name.span)
        for subject, facts in tree.facts
        for one in facts
        if f"{subject.text}.{one.name.text}" not in used.names
    ]
    subjects = {name.partition(".")[0] for name in used.names if "." in name}
    unused += [
        ("subject", name, span) for name, span in draft.subjects.items() if name not in subjects
    ]
    for what, name, span in unused:
        draft.diagnostics.report(
            "unused", span, f"nothing uses the {what} `{name}`", remedy="use it, or remove it"
        )


class _Used:
    """Walks from the outcome to all that it reads."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self.names: set[str] = set()
        for member in ruleset.outcome.eligible.members:
            self.condition(member)
        if ruleset.outcome.amount is not None:
            self.expression(ruleset.outcome.amount.text)
        for name in ruleset.outcome.consequences:
            self.expression(ValueRef(name))
        for note in ruleset.notes.values():
            if note.when is not None:
                self.expression(note.when)

    def condition(self, name: str) -> None:
        if name in self.names:
            return
        self.names.add(name)
        condition = self.ruleset.conditions[name]
        if isinstance(condition.test, Group):
            for member in condition.test.members:
                self.condition(member)
        else:
            self.expression(condition.test)
        self.exceptions(condition.exceptions)

    def exceptions(self, exceptions: tuple[RuleException, ...]) -> None:
        for exception in exceptions:
            self.expression(exception.when)
            self.expression(exception.text)

    def expression(self, node: Expression) -> None:
        for reference in references(node):
            if reference.name in self.names:
                continue
            self.names.add(reference.name)
            match reference:
                case ParameterRef(name):
                    by = self.ruleset.parameters[name].by
                    if by is not None:
                        self.expression(by)
                case ValueRef(name):
                    value = self.ruleset.values[name]
                    self.expression(value.text)
                    self.exceptions(value.exceptions)
                    if value.given is not None:
                        self.names.add(value.given)
                case FactRef():
                    pass


def report_foregone(draft: Draft, ruleset: CheckedRuleset) -> None:
    """Reports tests that come out one way whatever the facts, and amounts that may be negative.

    Every fact is left unknown; what is settled then is settled for every case. A test is reported
    only if it is settled alike on every day in force.
    """
    eras = [_Unknown(era) for era in eras_of(ruleset)]
    if not eras:
        return
    for expression, span in draft.expressions:
        if not isinstance(expression, Test):
            continue
        truths = {era.test(expression).truth for era in eras}
        if truths in ({True}, {False}):
            _report_foregone(draft, ruleset, expression, span, held=True in truths)
    for era in eras:
        _check_amount(draft, ruleset, era)


def _report_foregone(
    draft: Draft, ruleset: CheckedRuleset, test: Test, span: Span, *, held: bool
) -> None:
    if not any(True for _ in references(test)):
        # `holds: true` in an exception says plainly that it always holds.
        exceptions = [one.text for cond in ruleset.conditions.values() for one in cond.exceptions]
        if test in exceptions:
            return
    draft.diagnostics.report(
        "never-applies",
        span,
        f"this is always {'held' if held else 'failed'}, whatever the facts",
        remedy="mend the test, the ranges of its facts, or leave it out",
    )


def _check_amount(draft: Draft, ruleset: CheckedRuleset, era: _Unknown) -> None:
    amount, node = ruleset.outcome.amount, draft.tree.outcome.amount
    if amount is None or node is None:
        return
    found = era.text(amount.text)
    if found.figures is None:
        return
    low = found.interval.low
    if low is None or low < 0:
        draft.diagnostics.report(
            "negative-amount",
            node.is_.span,
            "the amount may be negative",
            found=f"as little as {low if low is not None else 'no bound'}",
            expected="an amount of at least 0 for every case",
            remedy="max(0, …) where the text says so, or ranges that exclude it",
        )


def eras_of(ruleset: CheckedRuleset) -> Iterator[DatedRuleset]:
    """The ruleset once for each stretch of days with the same rows."""
    starts = {row.from_ for one in ruleset.parameters.values() for row in one.rows}
    days = {day for day in starts if day is not None and day in ruleset.in_force}
    days.add(ruleset.in_force.from_ or date.min)
    for day in sorted(days):
        try:
            yield dated(ruleset, day)
        except NotInForce:
            continue


class _Unknown:
    """One era, with every fact unknown."""

    def __init__(self, era: DatedRuleset) -> None:
        self.era = era
        self.values: dict[str, Possible] = {}
        self.terms = Terms(era, Situation({}), self.values.__getitem__)
        for name, value in era.ruleset.values.items():
            exceptions = [(self.test(one.when), self.text(one.text)) for one in value.exceptions]
            computed = text_in_force(name, self.text(value.text), exceptions)
            self.values[name] = stated_value(value, computed, Situation({}), era).possible

    def test(self, node: Test) -> Verdict:
        return test_verdict(node, self.terms.atom)

    def text(self, node: Expression) -> Possible:
        return as_possible(self.test(node)) if isinstance(node, Test) else self.terms.term(node)
