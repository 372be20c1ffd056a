"""Read the cases of a file from its tree: merge facts, look names up, read figures.

Every error that can be found before a case is decided is reported here, with its place. A misspelt
condition in `failed` would otherwise look like a ruleset that decides differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.cases.expectation import Expectation
from policyrules.cases.expectation_reader import read_expectation
from policyrules.cases.merge import apply_changes
from policyrules.cases.properties import Property, read_property
from policyrules.catalogue.result import File
from policyrules.check.calendar_literals import read_date
from policyrules.diagnostics import Diagnostics
from policyrules.errors import FactProblem, FactsError
from policyrules.intake import FactsFile, Intake, facts_of_node
from policyrules.intake.problems import UNKNOWN_IS_NULL
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.syntax import yaml
from policyrules.syntax.cases_grammar import NOT_IN_FORCE
from policyrules.syntax.cases_tree import CaseNode, CasesTree
from policyrules.syntax.reader import read_cases
from policyrules.syntax.yaml import Node, Scalar, decode
from policyrules.text.span import Span


@attrs.frozen
class Case:
    """One case: a sentence, a day, facts with their places, and the expectation.

    `assuming` are the facts that the case assumes where it lacks them, if any.
    """

    name: str
    on: date
    facts: FactsFile = attrs.field(repr=False)
    expect: Expectation
    span: Span = attrs.field(eq=False)
    assuming: FactsFile | None = attrs.field(default=None, repr=False)


@attrs.frozen
class CaseFile:
    """The cases and properties of a ruleset, in the order of the file.

    `facts` are those with which every case begins.
    """

    path: str
    ruleset: str
    cases: tuple[Case, ...]
    facts: FactsFile = attrs.field(repr=False)
    properties: tuple[Property, ...] = ()

    @property
    def all(self) -> tuple[Case | Property, ...]:
        """The cases, then the properties."""
        return (*self.cases, *self.properties)


def parse_cases(file: File, diagnostics: Diagnostics) -> CasesTree | None:
    """Parse a case file, or report the error and return None if too little of it can be read."""
    text = decode(file.data, file.path, diagnostics)
    return None if text is None else read_cases(text, file.path, diagnostics)


def read_case_file(tree: CasesTree, ruleset: CheckedRuleset, diagnostics: Diagnostics) -> CaseFile:
    """Read the cases and properties of a tree; one with an error is reported and left out."""
    reader = _CaseFileReader(tree, ruleset, diagnostics)
    cases, properties = tuple(reader.cases()), tuple(reader.properties())
    # Errors in the facts of the file are reported with the cases.
    facts = facts_of_node(yaml.Mapping(tree.facts, tree.span))
    return CaseFile(tree.span.path, ruleset.id, cases, facts, properties)


class _CaseFileReader:
    """Reads the cases of one file."""

    def __init__(self, tree: CasesTree, ruleset: CheckedRuleset, diagnostics: Diagnostics) -> None:
        self.tree = tree
        self.ruleset = ruleset
        self.diagnostics = diagnostics
        self.intake = Intake(ruleset)
        self._first: dict[str, Span] = {}

    def cases(self) -> Iterable[Case]:
        default = read_date(self.tree.on, self.diagnostics) if self.tree.on else None
        for node in self.tree.cases:
            name = self._name(node.name, "case")
            case = self._case(node, name, default)
            if case is not None:
                yield case

    def properties(self) -> Iterable[Property]:
        for node in self.tree.properties:
            self._name(node.name, "property")
            property_ = read_property(node, self.ruleset, self.diagnostics)
            if property_ is not None:
                yield property_

    def _name(self, scalar: Scalar, what: str) -> str:
        """Return the name of a case or a property; report a name that the file has already."""
        name, first = scalar.text.strip(), self._first
        if name in first:
            self.diagnostics.report(
                "duplicate-id",
                scalar.span,
                f"another {what} of the file has the same name",
                found=f"`{name[:60]}`",
                expected=f"a name that says which {what} it is",
                related=((first[name], "the first one is here"),),
                remedy="remove one, or say in what they differ",
            )
        first.setdefault(name, scalar.span)
        return name

    def _case(self, node: CaseNode, name: str, default: date | None) -> Case | None:
        diagnostics = Diagnostics()
        on = read_date(node.on, diagnostics) if node.on else default
        if node.on is None and self.tree.on is None:
            diagnostics.report(
                "missing-key",
                node.name.span,
                "the case has no day",
                expected="`on`: a date, here or for the whole file",
            )
        expect = read_expectation(node.expect, self.ruleset, diagnostics)
        facts = self._facts(node, expect, diagnostics)
        assuming = self._assuming(node, diagnostics)
        self.diagnostics.extend(diagnostics)
        if diagnostics.has_errors or on is None:
            return None
        return Case(name, on, facts, expect, node.name.span, assuming)

    def _assuming(self, node: CaseNode, diagnostics: Diagnostics) -> FactsFile | None:
        """Return the assumed facts of a case; report what is wrong with them."""
        if not node.assuming:
            return None
        whole = yaml.Mapping(node.assuming, node.span)
        assuming = facts_of_node(whole)
        try:
            self.intake.read_assumptions(assuming)
        except FactsError as error:
            spans = dict(_spans(whole))
            for problem in error.problems:
                _report_problem(problem, spans, node.span, diagnostics)
        return assuming

    def _facts(self, node: CaseNode, expect: Expectation, diagnostics: Diagnostics) -> FactsFile:
        """Return the facts of a case; report what is wrong, unless the case expects it."""
        lists = {name: declaration.key for name, declaration in self.ruleset.all_lists.items()}
        whole = apply_changes(self.tree.facts, node.change, lists, node.span, diagnostics)
        facts = facts_of_node(whole)
        if expect.error is not None and expect.error not in NOT_IN_FORCE:
            return facts
        try:
            self.intake.read(facts)
        except FactsError as error:
            spans = dict(_spans(whole))
            for problem in error.problems:
                # Facts that contradict each other can each be read: the case fails when it is run.
                if problem.code != "facts-disagree":
                    _report_problem(problem, spans, node.span, diagnostics)
        return facts


def _spans(node: Node) -> Iterable[tuple[str, Span]]:
    """Yield every span that a problem may name, with its text."""
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


_CODE_BY_PROBLEM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "unknown-fact": "unknown-name",
        "out-of-range": "out-of-range",
        "unknown-word": "unknown-word",
        "no-such-date": "no-such-date",
        "wrong-unit": "unit-mismatch",
        "given-twice": "duplicate-key",
    }
)
"""The diagnostic code for each code of a fact problem; every other one is a `bad-literal`."""


_UNKNOWN_REMEDY: Final = (
    "where it is not known, write `unknown` under `change`, or leave it out of `facts`"
)
"""The remedy in place of `UNKNOWN_IS_NULL`: a fact that a case leaves out keeps its base value."""


def _report_problem(
    problem: FactProblem, spans: Mapping[str, Span], default_span: Span, diagnostics: Diagnostics
) -> None:
    diagnostics.report(
        _CODE_BY_PROBLEM.get(problem.code, "bad-literal"),
        spans.get(problem.place, default_span),
        problem.message,
        found=problem.found,
        expected=problem.expected,
        remedy=problem.remedy.replace(UNKNOWN_IS_NULL, _UNKNOWN_REMEDY),
    )
