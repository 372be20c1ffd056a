"""What is declared for nothing, what can only come out one way, and what may go below zero."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date

from policyrules.check.contradictions import constant_truth
from policyrules.check.names import all_conditions, all_values
from policyrules.check.state import CheckState
from policyrules.errors import NotInForce
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.lists import ItemScope, ListView, max_items, view_list
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import (
    TermEvaluator,
    apply_value_exceptions,
    evaluate_group,
    evaluate_test,
    resolve_value,
)
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
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset, Group, ItemRules
from policyrules.ir.traverse import (
    direct_dependencies,
    expressions_of,
    list_reference,
    references,
    value_dependencies,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span
from policyrules.values.exact import Exact, fraction_text
from policyrules.values.kleene import Verdict, apply_exceptions, to_value
from policyrules.values.possible import Interval, Possible


def report_unused(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Reports what a ruleset declares and no decision ever reads.

    What only an unused declaration reads is not reported: it goes with that one.
    """
    used = _used(ruleset)
    tree = state.tree
    declared: list[tuple[str, Scalar]] = [
        ("parameter", parameter.name) for parameter in tree.parameters
    ]
    declared += [("value", value.name) for _, value in all_values(state)]
    declared += [("condition", condition.name) for _, condition in all_conditions(state)]
    unused = [(what, name.text, name.span) for what, name in declared if name.text not in used]
    behind = {read for _, name, _ in unused for read in _reads(ruleset, name)}
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
    subjects = {name.partition(".")[0] for name in used | behind if "." in name}
    unused += [
        ("list" if name in state.all_lists else "subject", name, span)
        for name, span in state.subjects.items()
        if name not in subjects
    ]
    for what, name, span in unused:
        if name in behind:
            continue
        if state.is_inherited(span):
            if what in {"parameter", "value", "condition"}:
                _report_orphaned(state, what, name, span)
        else:
            state.diagnostics.report(
                "unused",
                span,
                f"nothing uses the {what} `{name}`",
                found=f"`{name}`",
                remedy=_use_remedy(state, what),
            )


def _use_remedy(state: CheckState, what: str) -> str:
    """Return how to use what nothing uses; a condition of an overlay joins a group of its base."""
    if state.composition is None or what != "condition":
        return "use it, or remove it"
    return "add `into: eligible`, or `into` with a group of the base; or use it, or remove it"


def _report_orphaned(state: CheckState, what: str, name: str, span: Span) -> None:
    """Reports what nothing reads since an overlay changed what did."""
    composition = state.composition
    if composition is None or name not in composition.orphaned_references:
        return  # nothing in the base reads it either, which was reported there
    state.diagnostics.report(
        "orphaned",
        composition.orphaned_references[name],
        f"nothing uses the {what} `{name}` of the base any more",
        found=f"`{name}`",
        remedy=f"remove `{name}` too, or use it",
        related=((span, "it is declared here in the base"),),
    )


def _used(ruleset: CheckedRuleset) -> set[str]:
    """Every name that the outcome or a note reads, however far behind; no depth exhausts it."""
    outcome = ruleset.outcome
    waiting = [*outcome.eligible.members, *outcome.consequences]
    for name, block in ruleset.item_rules.items():
        # The results of the entries of a list of figures stand in the decision and nowhere else.
        if "." in name and block.eligible is not None:
            waiting += [name, *block.eligible.members]
        elif "." in name:
            waiting.append(name)
    if outcome.amount is not None:
        waiting += _names_read(ruleset, outcome.amount.expression)
    for note in ruleset.notes.values():
        if note.when is not None:
            waiting += _names_read(ruleset, note.when)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _reads(ruleset, name)
    return found


def _reads(ruleset: CheckedRuleset, name: str) -> Iterator[str]:
    """The names that a condition, a value or a parameter reads directly."""
    condition = ruleset.all_conditions.get(name)
    if condition is not None:
        if isinstance(condition.test, Group):
            yield from condition.test.members
        for text in expressions_of(condition):
            yield from _names_read(ruleset, text)
    elif name in ruleset.all_values:
        value = ruleset.all_values[name]
        yield from [value.input_fact] if value.input_fact else []
        for text in expressions_of(value):
            yield from _names_read(ruleset, text)
    elif name in ruleset.parameters:
        yield from (read.name for read in direct_dependencies(ruleset, ParameterRef(name)))


def _names_read(ruleset: CheckedRuleset, node: Expression) -> Iterator[str]:
    """The names that an expression reads; an item's own result reads the conditions behind it."""
    for read in references(node):
        yield read.name
        if isinstance(read, EligibleRef):
            eligible = ruleset.item_rules[read.name].eligible
            yield from eligible.members if eligible is not None else ()


def report_constant_tests(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Reports tests that come out one way whatever the facts, and amounts that may be negative.

    Every fact is left unknown; what is settled then is settled for every case. A test is reported
    only if it is settled alike on every day in force.
    """
    eras = _Eras(ruleset)
    if not any(True for _ in eras):
        return
    reads = _Reads(ruleset)
    plain: frozenset[Expression] | None = None
    for expression, span, of in state.expressions:
        # A rule of the vocabulary about facts that the ruleset does not read says nothing here.
        if not isinstance(expression, Test) or not reads.all_of(expression):
            continue
        truth = _truth_in(eras, expression, of)
        if truth is None:
            continue
        if not any(True for _ in references(expression)):
            # `holds: true` in an exception, or a value that is `false`, says so plainly.
            plain = _said_plainly(ruleset) if plain is None else plain
            if expression in plain:
                continue
        state.diagnostics.report(
            "constant-test",
            span,
            f"this is always {'held' if truth else 'failed'}, whatever the facts",
            remedy="mend the test, the ranges of its facts, or leave it out",
        )
    _check_amount(state, ruleset, eras)


def _truth_in(eras: Iterable[_Unknown], test: Test, of: str) -> bool | None:
    """Return the result of a test that is the same in every era, else None."""
    truths: set[bool] = set()
    for era in eras:
        truth = era.seen_from(of).constant_truth(test)
        if truth is None:
            return None
        truths.add(truth)
        if len(truths) > 1:
            return None
    return truths.pop()


def _said_plainly(ruleset: CheckedRuleset) -> frozenset[Expression]:
    """What conditions and values are in their exceptions, and what values are without."""
    conditions, values = ruleset.all_conditions.values(), ruleset.all_values.values()
    plain = [exception.expression for condition in conditions for exception in condition.exceptions]
    for value in values:
        plain += [value.expression, *(exception.expression for exception in value.exceptions)]
    return frozenset(plain)


class _Reads:
    """Which expressions rest on nothing but facts that the ruleset reads.

    What is known of one parameter or value is known of it wherever it is read.
    """

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self._read = {*ruleset.facts, *ruleset.lists}
        self._known: set[Reference] = set()

    def all_of(self, expression: Expression) -> bool:
        """Return whether the ruleset reads every fact that an expression rests on."""
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


def _check_amount(state: CheckState, ruleset: CheckedRuleset, eras: Iterable[_Unknown]) -> None:
    amount, node = ruleset.outcome.amount, state.tree.outcome.amount
    if amount is None or node is None:
        return
    figures = [era.text(amount.expression).figures for era in eras]
    lows = [figures_node.low for figures_node in figures if isinstance(figures_node, Interval)]
    bounds = [low for low in lows if low is not None]
    if len(bounds) == len(lows) and min(bounds, default=0) >= 0:
        return
    unbounded = len(bounds) < len(lows)
    least = "no least figure" if unbounded else f"as little as {fraction_text(min(bounds))}"
    state.diagnostics.report(
        "negative-amount",
        node.is_.span,
        "the amount may be negative",
        found=least if unbounded else f"{least} {amount.type.unit}",
        expected="an amount of at least 0 for every case",
        remedy="`max(0, …)` where the text says so, or ranges that exclude it",
    )


def validity_segments(ruleset: CheckedRuleset) -> Iterator[DatedRuleset]:
    """The ruleset once for each stretch of days with the same rows."""
    starts = {row.from_ for parameter in ruleset.parameters.values() for row in parameter.rows}
    days = {day for day in starts if day is not None and day in ruleset.in_force}
    days.add(ruleset.in_force.from_ or date.min)
    for day in sorted(days):
        try:
            yield dated(ruleset, day)
        except NotInForce:
            continue


class _Eras:
    """The eras of a ruleset with every fact unknown, each made when it is first looked at."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self._made: list[_Unknown] = []
        self._rest = validity_segments(ruleset)

    def __iter__(self) -> Iterator[_Unknown]:
        yield from self._made
        for era in self._rest:
            self._made.append(_Unknown(era))
            yield self._made[-1]


class _Unknown:
    """One era, with every fact unknown; or an item of it, seen by the rules of its block."""

    def __init__(
        self,
        era: DatedRuleset,
        item: tuple[ItemRules, ItemScope] | None = None,
        outer: _Unknown | None = None,
    ) -> None:
        self.era = era
        self.rules: CheckedRuleset | ItemRules = era.ruleset if item is None else item[0]
        self.outer = outer
        self.values: dict[str, Possible] = {}
        self.conditions: dict[str, Verdict] = {}
        self.listed: dict[str, _Unknown] = {}
        situation, bindings = Situation({}), dict[str, Possible]()
        if item is not None:
            situation, bindings = item[1].situation, dict(item[1].bindings)
        self.terms = TermEvaluator(era, situation, self.value, self.items, bindings, self.eligible)
        if item is None:  # a block may read the very value of the case that is being evaluated
            self._evaluate(self.rules.values)
            for name in self.rules.conditions:
                self.condition(name)

    def value(self, name: str) -> Possible:
        """What a value may be; an item sees those of the case too."""
        if self.outer is not None and name not in self.rules.values:
            return self.outer.value(name)
        if name not in self.values:
            self._evaluate({name, *value_dependencies(self.era.ruleset, ValueRef(name))})
        return self.values[name]

    def _evaluate(self, names: Container[str]) -> None:
        """Values in their order, in which each needs only those before it: no recursion."""
        for name, value in self.rules.values.items():
            if name not in names or name in self.values:
                continue
            exceptions = [
                (self.test(exception.when), self.text(exception.expression))
                for exception in value.exceptions
            ]
            computed = apply_value_exceptions(name, self.text(value.expression), exceptions)
            stated = resolve_value(value, computed, Situation({}), self.era)
            self.values[name] = stated.possible

    def items(self, name: str) -> ListView[TermEvaluator]:
        most = max_items(self.era.ruleset.all_lists[name])
        return ListView(None, self.seen_from(name).terms, name, most)

    def seen_from(self, name: str) -> _Unknown:
        """The same, seen from an item of a list that may be any."""
        if not name:
            return self
        if name not in self.listed:
            block = self.era.ruleset.item_rules.get(name) or ItemRules(name, "", {}, {})
            view = view_list(
                self.era.ruleset, Situation({}), list_reference(block), block.item_name
            )
            (scope,) = view.items
            self.listed[name] = _Unknown(self.era, (block, scope), self)
        return self.listed[name]

    def eligible(self) -> Verdict:
        group = self.rules.eligible if isinstance(self.rules, ItemRules) else None
        if group is None:
            raise TypeError("nothing says when an item is eligible")
        return evaluate_group(group, [self.condition(name) for name in group.members])

    def condition(self, name: str) -> Verdict:
        if name not in self.conditions:
            condition = self.rules.conditions[name]
            rule = (
                evaluate_group(condition.test, [self.condition(m) for m in condition.test.members])
                if isinstance(condition.test, Group)
                else self.test(condition.test)
            )
            exceptions = [
                (self.test(exception.when), self.test(exception.expression))
                for exception in condition.exceptions
                if isinstance(exception.expression, Test)
            ]
            self.conditions[name] = apply_exceptions(name, rule, exceptions)
        return self.conditions[name]

    def test(self, node: Test) -> Verdict:
        return evaluate_test(node, self.terms.atom)

    def constant_truth(self, test: Test) -> bool | None:
        """How a test comes out for all facts alike, also by what it says twice."""
        truth = self.test(test).truth
        if truth is None and isinstance(test, And | Or | Not):
            truth = constant_truth(test, lambda atom: self.test(atom).truth, self._figure)
        return truth

    def _figure(self, term: Term) -> Exact | None:
        """The figure of a parameter, or of 0 or 1; what names nothing else may be no figure."""
        if not isinstance(term, ParameterRef | Number):
            return None
        figures = self.terms.term(term).figures
        return figures.low if isinstance(figures, Interval) and figures.is_point else None

    def text(self, node: Expression) -> Possible:
        return to_value(self.test(node)) if isinstance(node, Test) else self.terms.term(node)
