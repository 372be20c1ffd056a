"""From the tree of a case file to its cases: facts merged, names looked up, figures read.

Everything that can be said before a case is decided is said here, with its place: a misspelt
condition in `failed` must not look like a ruleset that decides otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.cases.expectation import (
    AMOUNT_STATUSES,
    AmountExpected,
    Expectation,
    ItemExpected,
    Names,
)
from policyrules.cases.figures import Figure, read_figure
from policyrules.cases.merge import merged
from policyrules.check.literals import read_date
from policyrules.compiler import File
from policyrules.diagnostics import Diagnostics, did_you_mean, listed
from policyrules.errors import FactProblem, FactsError
from policyrules.intake import FactsFile, Intake, facts_of_node
from policyrules.ir.ruleset import CheckedRuleset, Group
from policyrules.ir.types import Type
from policyrules.source import Span
from policyrules.syntax import yaml
from policyrules.syntax.cases_grammar import NOT_IN_FORCE
from policyrules.syntax.cases_tree import (
    CaseNode,
    CasesTree,
    ExpectNode,
    ItemNode,
    ItemsNode,
    NamesNode,
)
from policyrules.syntax.reader import read_cases
from policyrules.syntax.yaml import Node, Scalar, decode


@attrs.frozen
class Case:
    """One case: a sentence, a day, facts with their places, and what is expected."""

    name: str
    on: date
    facts: FactsFile = attrs.field(repr=False)
    expect: Expectation
    span: Span = attrs.field(eq=False)


@attrs.frozen
class CaseFile:
    """The cases of a ruleset, in the order of the file."""

    path: str
    ruleset: str
    cases: tuple[Case, ...]


def parse_cases(file: File, diagnostics: Diagnostics) -> CasesTree | None:
    """The tree of a case file, or None where too little of it can be read."""
    text = decode(file.data, file.path, diagnostics)
    return None if text is None else read_cases(text, file.path, diagnostics)


def read_case_file(tree: CasesTree, ruleset: CheckedRuleset, diagnostics: Diagnostics) -> CaseFile:
    """The cases of a tree for their ruleset; a case with a finding is left out."""
    reader = _Reader(tree, ruleset, diagnostics)
    return CaseFile(tree.span.path, ruleset.id, tuple(reader.cases()))


class _Reader:
    """Reads the cases of one file."""

    def __init__(self, tree: CasesTree, ruleset: CheckedRuleset, diagnostics: Diagnostics) -> None:
        self.tree = tree
        self.ruleset = ruleset
        self.diagnostics = diagnostics
        self.intake = Intake(ruleset)

    def cases(self) -> Iterable[Case]:
        default = read_date(self.tree.on, self.diagnostics) if self.tree.on else None
        first: dict[str, Span] = {}
        for node in self.tree.cases:
            name = node.name.text.strip()
            if name in first:
                self.diagnostics.report(
                    "duplicate-id",
                    node.name.span,
                    "another case of the file has the same name",
                    found=f"`{name[:60]}`",
                    expected="a name that says which case it is",
                    related=((first[name], "it stands here first"),),
                    remedy="remove one, or say in what they differ",
                )
            first.setdefault(name, node.name.span)
            case = self._case(node, name, default)
            if case is not None:
                yield case

    def _case(self, node: CaseNode, name: str, default: date | None) -> Case | None:
        found = Diagnostics()
        on = read_date(node.on, found) if node.on else default
        if node.on is None and self.tree.on is None:
            found.report(
                "missing-key",
                node.name.span,
                "the case has no day",
                expected="`on`: a date, here or for the whole file",
            )
        expect = _Expecting(self.ruleset, found).expectation(node.expect)
        facts = self._facts(node, expect, found)
        self.diagnostics.extend(found.sorted())
        if found.has_errors or on is None:
            return None
        return Case(name, on, facts, expect, node.name.span)

    def _facts(self, node: CaseNode, expect: Expectation, found: Diagnostics) -> FactsFile:
        """The facts of the case; what is wrong with them is a finding, unless it is expected."""
        whole = merged(self.tree.facts, node.change, node.span, found)
        facts = facts_of_node(whole)
        if expect.error is not None and expect.error not in NOT_IN_FORCE:
            return facts
        try:
            self.intake.read(facts)
        except FactsError as error:
            spans = dict(_spans(whole))
            for problem in error.problems:
                _report_problem(problem, spans, node.span, found)
        return facts


def _spans(node: Node) -> Iterable[tuple[str, Span]]:
    """Every place that a problem may name, by its text."""
    if isinstance(node, yaml.Mapping):
        for key, under in node.entries:
            yield str(key.span), key.span
            yield from _spans(under)
    elif isinstance(node, yaml.Sequence):
        for item in node.items:
            yield str(item.span), item.span
            yield from _spans(item)
    else:
        yield str(node.span), node.span


_CODES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown-fact": "unknown-name",
        "out-of-range": "out-of-range",
        "unknown-word": "unknown-word",
        "no-such-date": "no-such-date",
        "wrong-unit": "unit-mismatch",
        "given-twice": "duplicate-key",
    }
)
"""The findings for problems of facts; all others are literals that do not fit."""


def _report_problem(
    problem: FactProblem, spans: Mapping[str, Span], otherwise: Span, found: Diagnostics
) -> None:
    found.report(
        _CODES.get(problem.code, "bad-literal"),
        spans.get(problem.place, otherwise),
        problem.message,
        found=problem.found,
        expected=problem.expected,
        remedy=problem.remedy,
    )


# --- expectations --------------------------------------------------------------------------------


@attrs.frozen
class _Expecting:
    """Reads what cases expect of one ruleset."""

    ruleset: CheckedRuleset
    diagnostics: Diagnostics

    def expectation(self, node: ExpectNode) -> Expectation:
        stated = [name for name, under in _stated(node) if under is not None and under != ()]
        if not stated:
            self.diagnostics.report(
                "missing-key",
                node.span,
                "the case expects nothing",
                expected="at least one of `status`, `amount`, `failed`, `error` and the others",
            )
        if node.error is not None:
            return self._error(node, node.error, stated)
        if node.facts is not None:
            self._beside(
                node.facts.span, "`facts` goes with `error`", "`missing`, for facts still asked for"
            )
        return Expectation(
            span=node.span,
            status=node.status.text if node.status else None,
            amount=self._amount(node.amount) if node.amount else None,
            names=self._names(node),
            met_by={
                group.text: names
                for group, under in node.met_by
                if (names := self._met_by(group, under)) is not None
            },
            values=self._figures(node.values, self._value_types, "value or parameter"),
            consequences=self._figures(
                node.consequences, self._consequence_types, "consequence of the outcome"
            ),
            items=self._items(node),
        )

    def _error(self, node: ExpectNode, error: Scalar, stated: list[str]) -> Expectation:
        others = [name for name in stated if name not in {"error", "facts"}]
        if others:
            message = "nothing is decided where there is an error"
            self._beside(error.span, message, "`error` alone, or with `facts`", listed(others))
        facts = None
        if node.facts is not None and error.text in NOT_IN_FORCE:
            self._beside(node.facts.span, f"the error `{error.text}` names no facts", "")
        elif node.facts is not None:
            facts = tuple(name.text for name in node.facts.names)
            if error.text != "unknown-fact":
                self._known(node.facts, self._all_facts, "fact", "")
        return Expectation(span=node.span, error=error.text, facts=facts)

    def _beside(self, span: Span, message: str, expected: str, found: str = "") -> None:
        self.diagnostics.report("unknown-key", span, message, found=found, expected=expected)

    def _amount(self, scalar: Scalar) -> AmountExpected | None:
        amount = self.ruleset.outcome.amount
        if amount is None:
            self.diagnostics.report(
                "unknown-name", scalar.span, "the ruleset states no amount", remedy="leave it out"
            )
            return None
        if scalar.text in AMOUNT_STATUSES:
            return AmountExpected(scalar.text, scalar.text)
        figure = read_figure(scalar, amount.type, self.diagnostics)
        if figure is None:
            return None
        return AmountExpected(scalar.text, "exact" if figure.is_one else "range", figure)

    def _names(self, node: ExpectNode) -> Mapping[str, Names]:
        members = self.ruleset.outcome.eligible.members
        inner = [name for name in self.ruleset.conditions if name not in members]
        unread = [name for name in self._all_facts if name not in self._read_facts]
        condition = (members, "condition", inner, "a condition inside another")
        lists: Mapping[str, tuple[NamesNode | None, _Known]] = {
            "held": (node.held, condition),
            "failed": (node.failed, condition),
            "unknown": (node.unknown, condition),
            "excluded": (node.excluded, condition),
            "missing": (
                node.missing,
                (self._read_facts, "fact", unread, "a fact that the ruleset does not read"),
            ),
            "unsettled": (node.unsettled, (self._open_names, "parameter or value", (), "")),
            "warnings": (node.warnings, (self.ruleset.notes, "note", (), "")),
        }
        result = {}
        for key, (names, (known, what, others, which)) in lists.items():
            if names is not None:
                self._known(names, known, what, which, others)
                result[key] = tuple(name.text for name in names.names)
        return MappingProxyType(result)

    def _met_by(self, group: Scalar, under: NamesNode) -> Names | None:
        groups = {
            name: condition.test.members
            for name, condition in self.ruleset.conditions.items()
            if isinstance(condition.test, Group) and condition.test.kind in {"any", "at_least"}
        }
        if group.text not in groups:
            self._unknown(group, groups, "group of alternatives")
            return None
        self._known(under, groups[group.text], f"member of `{group.text}`", "")
        return tuple(name.text for name in under.names)

    def _figures(
        self, pairs: Iterable[tuple[Scalar, Scalar]], types: Mapping[str, Type], what: str
    ) -> Mapping[str, Figure]:
        result = {}
        for name, scalar in pairs:
            if name.text not in types:
                self._unknown(name, types, what)
                continue
            figure = read_figure(scalar, types[name.text], self.diagnostics)
            if figure is not None:
                result[name.text] = figure
        return MappingProxyType(result)

    def _items(self, node: ExpectNode) -> Mapping[str, Mapping[str, ItemExpected]]:
        result: dict[str, dict[str, ItemExpected]] = {}
        for name, under in node.items:
            if isinstance(under, ItemsNode):
                inner = {key.text: self._item(item) for key, item in under.items}
                result.setdefault(name.text, {}).update(inner)
            else:
                result.setdefault("", {})[name.text] = self._item(under)
        return MappingProxyType(result)

    def _item(self, node: ItemNode) -> ItemExpected:
        figures = {
            name.text: read_figure(scalar, None, self.diagnostics) for name, scalar in node.values
        }
        names = {
            key: tuple(name.text for name in under.names)
            for key, under in _stated(node)
            if isinstance(under, NamesNode)
        }
        return ItemExpected(
            status=node.status.text if node.status else None,
            names=MappingProxyType(names),
            values=MappingProxyType({name: one for name, one in figures.items() if one}),
        )

    # --- names -----------------------------------------------------------------------------------

    @property
    def _read_facts(self) -> Collection[str]:
        return self.ruleset.facts

    @property
    def _all_facts(self) -> Collection[str]:
        return {**self.ruleset.facts, **self.ruleset.vocabulary}

    @property
    def _open_names(self) -> Collection[str]:
        ruleset = self.ruleset
        amount = [ruleset.outcome.amount.name] if ruleset.outcome.amount else []
        return [*ruleset.parameters, *ruleset.values, *ruleset.conditions, *amount]

    @property
    def _value_types(self) -> Mapping[str, Type]:
        parameters = {name: one.type for name, one in self.ruleset.parameters.items()}
        return parameters | {name: one.type for name, one in self.ruleset.values.items()}

    @property
    def _consequence_types(self) -> Mapping[str, Type]:
        names = self.ruleset.outcome.consequences
        return {name: self.ruleset.values[name].type for name in names}

    def _known(
        self,
        under: NamesNode,
        known: Collection[str],
        what: str,
        which: str,
        others: Collection[str] = (),
    ) -> None:
        for name in under.names:
            # The fact of an item, `hires[p1].born_on`, is known by the fact of its list.
            if re.sub(r"\[[^\[\]]*\]", "", name.text) not in known:
                self._unknown(name, known, what, which if name.text in others else "")

    def _unknown(self, name: Scalar, known: Collection[str], what: str, which: str = "") -> None:
        self.diagnostics.report(
            "unknown-name",
            name.span,
            f"`{name.text[:60]}` never stands here"
            if which
            else f"there is no {what} `{name.text[:60]}`",
            found=f"`{name.text[:60]}`" + (f", which is {which}" if which else ""),
            expected=listed(known) if known else "nothing: the ruleset has none",
            remedy=did_you_mean(name.text, known),
        )


_Known = tuple[Collection[str], str, Collection[str], str]
"""The names that may stand, what they are, others that look alike, and what those are."""


def _stated(node: ExpectNode | ItemNode) -> Iterable[tuple[str, object]]:
    """The keys of a node with what stands under them."""
    for field in attrs.fields(type(node)):
        if field.name != "span":
            yield field.name, getattr(node, field.name)
