"""Properties that hold for all facts: read them, and look every name up in the ruleset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final, Literal

import attrs

from policyrules.cases.amount_names import AMOUNT, only_amount
from policyrules.check.calendar_literals import read_date
from policyrules.check.literals import read_number
from policyrules.diagnostics import Diagnostics, listed, name_remedy
from policyrules.ir.nodes import FactRef, ParameterRef, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind, Type
from policyrules.syntax.cases_grammar import PROPERTIES
from policyrules.syntax.cases_tree import PropertyNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import subject_of
from policyrules.text.span import Span
from policyrules.values.exact import Exact

STATUS: Final = "status"
"""The name for the status of a decision in properties."""

Direction = Literal["increasing", "decreasing"]
"""The direction in which a property varies its fact."""

Limit = Exact | FactRef | ParameterRef | ValueRef
"""The limit of a bound: a figure, or the fact, parameter or value to compare with."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


@attrs.frozen
class PropertyBound:
    """A limit that `target`, the name of an amount or of a value, must respect.

    `text` is the limit as the author wrote it.
    """

    target: str
    type: Type
    limit: Limit
    text: str


@attrs.frozen
class Property:
    """A property that the decisions of all facts have.

    `kind` is one of `never_increases`, `never_decreases`, `never_exceeds`, `never_falls_below` and
    `unchanged_by`. The first two say that `target` (an amount or `status`) is monotone in `fact`
    when the fact changes in `direction`; the last, that `fact` changes nothing; the others have
    `bounds`. `on` is the only day on which the property must hold, or None for every day in force.
    """

    name: str
    kind: str
    span: Span = attrs.field(eq=False)
    target: str = ""
    fact: str = ""
    direction: Direction = "increasing"
    bounds: tuple[PropertyBound, ...] = ()
    on: date | None = None


def read_property(
    node: PropertyNode, ruleset: CheckedRuleset, diagnostics: Diagnostics
) -> Property | None:
    """Read a property, or report the error and return None."""
    new_diagnostics = Diagnostics()
    read = _PropertyReader(ruleset, new_diagnostics).property(node)
    diagnostics.extend(new_diagnostics)
    return None if new_diagnostics.has_errors else read


@attrs.frozen
class _PropertyReader:
    """Reads one property."""

    ruleset: CheckedRuleset
    diagnostics: Diagnostics

    def property(self, node: PropertyNode) -> Property:
        kind = next(name for name in PROPERTIES if getattr(node, name) not in {None, ()})
        content = getattr(node, kind)
        varied, direction = self._varied_fact(node, kind)
        target, fact = "", ""
        bounds: tuple[PropertyBound, ...] = ()
        if kind == "unchanged_by":
            self._look_up(content, {**self.ruleset.vocabulary, **self.ruleset.facts}, "fact")
            fact = content.text
        elif isinstance(content, Scalar):
            target, fact = content.text, varied.text if varied else ""
            if target != STATUS:
                target = self._amount(content) or ""
        else:
            bounds = tuple(self._bounds(content))
        on = read_date(node.on, self.diagnostics) if node.on else None
        return Property(
            name=node.name.text.strip(),
            kind=kind,
            span=node.name.span,
            target=target,
            fact=fact,
            direction=direction,
            bounds=bounds,
            on=on,
        )

    def _varied_fact(self, node: PropertyNode, kind: str) -> tuple[Scalar | None, Direction]:
        """Return the fact that is varied and its direction; report a wrong combination of keys."""
        given = [
            scalar for scalar in (node.when_increasing, node.when_decreasing) if scalar is not None
        ]
        for scalar in given:
            self._check_ordered(scalar)
        if kind not in {"never_increases", "never_decreases"}:
            for scalar in given:
                self.diagnostics.report(
                    "unknown-key",
                    scalar.span,
                    f"`{kind}` takes no fact that changes",
                    expected="`never_increases` or `never_decreases` with it",
                    remedy="leave it out",
                )
        elif len(given) != 1:
            self.diagnostics.report(
                "unknown-key" if given else "missing-key",
                given[1].span if given else node.name.span,
                "only one fact may change" if given else f"`{kind}` names no fact that changes",
                expected="exactly one of `when_increasing` and `when_decreasing`",
            )
        direction: Direction = "increasing" if node.when_decreasing is None else "decreasing"
        return (given[0] if given else None), direction

    def _check_ordered(self, scalar: Scalar) -> None:
        fact = self._look_up(scalar, self.ruleset.facts, "fact that the ruleset reads")
        if fact is not None and not fact.type.kind.is_ordered:
            self.diagnostics.report(
                "type-mismatch",
                scalar.span,
                f"`{scalar.text}` has no order, so it cannot increase or decrease",
                found=f"a fact of type {fact.type.kind}",
                expected="a count, a number, a ratio, money, a date, a month or a year",
            )

    def _look_up(self, scalar: Scalar, facts: Mapping[str, Fact], what: str) -> Fact | None:
        if scalar.text not in facts:
            self._report_unknown(scalar, what, facts)
        return facts.get(scalar.text)

    def _amount(self, scalar: Scalar) -> str | None:
        """Return the name of an amount that is named, or called `amount` as the only one."""
        names = self.ruleset.outcome.amounts
        if scalar.text == AMOUNT and AMOUNT not in names:
            return only_amount(scalar, self.ruleset, self.diagnostics, "write the name of one")
        if scalar.text in names:
            return scalar.text
        known = [AMOUNT] if len(names) == 1 else [*names]
        self._report_unknown(scalar, "amount", [*known, STATUS])
        return None

    def _bounds(self, pairs: Iterable[tuple[Scalar, Scalar]]) -> Iterator[PropertyBound]:
        numeric = {
            name: value.type
            for name, value in self.ruleset.values.items()
            if value.type.kind.is_numeric
        }
        for name, scalar in pairs:
            amounts = self.ruleset.outcome.amounts
            if name.text == AMOUNT or name.text in amounts:
                target = self._amount(name)
                type_ = None if target is None else amounts[target].type
            else:
                target, type_ = name.text, numeric.get(name.text)
                if type_ is None:
                    known = [*amounts] if len(amounts) > 1 else [AMOUNT]
                    self._report_unknown(name, "numeric value", [*known, *numeric])
            if target is not None and type_ is not None:
                limit = self._limit(scalar, type_) if self._check_distinct(name, scalar) else None
                if limit is not None:
                    yield PropertyBound(target, type_, limit, scalar.text)

    def _check_distinct(self, name: Scalar, limit: Scalar) -> bool:
        """Return whether a limit differs from its target; report a target that limits itself."""
        if name.text != limit.text:
            return True
        self.diagnostics.report(
            "type-mismatch",
            limit.span,
            f"`{name.text}` is limited by itself, which no facts can break",
            found=f"`{limit.text}`",
            expected="a figure, or another parameter, value or fact",
        )
        return False

    def _limit(self, scalar: Scalar, type_: Type) -> Limit | None:
        if not _NAME.fullmatch(scalar.text):
            return read_number(scalar, type_, self.diagnostics)
        name, ruleset = scalar.text, self.ruleset
        types = {
            **{
                declaration.name: declaration.type
                for declaration in ruleset.parameters.values()
                if all(map(self._is_case_level, declaration.by))
            },
            **{declaration.name: declaration.type for declaration in ruleset.values.values()},
            **{
                declaration.name: declaration.type
                for declaration in ruleset.facts.values()
                if self._is_case_level(declaration)
            },
        }
        if name not in types:
            self._report_unknown(scalar, "parameter, value or fact", types)
            return None
        limit_type = types[name]
        if not _are_comparable(type_, limit_type):
            self.diagnostics.report(
                "type-mismatch",
                scalar.span,
                f"`{name}` cannot be a limit here",
                found=str(limit_type),
                expected=str(type_),
            )
            return None
        if name in ruleset.parameters:
            return ParameterRef(name)
        return ValueRef(name) if name in ruleset.values else FactRef(name)

    def _is_case_level(self, declaration: object) -> bool:
        """Return whether a fact, or a key of a table, is one of the case and not of an item."""
        if isinstance(declaration, (Fact, FactRef)):
            return subject_of(declaration.name) not in self.ruleset.lists
        return not isinstance(declaration, ValueRef) or declaration.name in self.ruleset.values

    def _report_unknown(self, scalar: Scalar, what: str, names: Iterable[str]) -> None:
        known = list(names)
        self.diagnostics.report(
            "unknown-name",
            scalar.span,
            f"there is no {what} `{scalar.text[:60]}`",
            found=f"`{scalar.text[:60]}`",
            expected=listed(known) if known else "nothing: the ruleset has none",
            remedy=name_remedy(scalar.text, known),
        )


def _are_comparable(type_: Type, other_type: Type) -> bool:
    if not other_type.kind.is_numeric or (Kind.RATIO in {type_.kind, other_type.kind}) != (
        type_.kind is other_type.kind is Kind.RATIO
    ):
        return False
    return type_.unit == other_type.unit
