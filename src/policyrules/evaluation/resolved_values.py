"""Resolve values: round the computed figure, and compare it with the fact that may state it."""

from __future__ import annotations

from fractions import Fraction

import attrs

from policyrules.display.value import distinguishing_places_among
from policyrules.errors import FactsError, facts_disagree
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.display_values import display_value
from policyrules.evaluation.situation import KnownFact, Situation, known_value, unknown_value
from policyrules.ir.nodes import ValueRef
from policyrules.ir.ruleset import Fact, Value
from policyrules.ir.traverse import expressions_of, fact_dependencies, has_division
from policyrules.values.dependencies import Dependencies, Indeterminacy, MissingInput
from policyrules.values.exact import is_rounding_of
from policyrules.values.possible import Interval, Possible, hull, rounded, with_indeterminacy


@attrs.frozen
class ResolvedValue:
    """A value after rounding and after comparison with the fact that may be given for it.

    If the given figure is a rounding of the computed one, `rounding_candidates` has both, the given
    one first. If they contradict each other, `possible` is the given one, and `error` is the
    contradiction, which the engine raises with those of other values.
    """

    possible: Possible
    rounding_candidates: tuple[Possible, Possible] | None = None
    error: FactsError | None = None


def resolve_value(
    value: Value,
    computed: Possible,
    situation: Situation,
    dated: DatedRuleset,
    row: Possible | None = None,
) -> ResolvedValue:
    """Round a value, and use its input fact if that is given; `row` is that of a table."""
    result = computed
    if value.rounding is not None:
        result = rounded(result, value.rounding.step, value.rounding.mode)
    if result.undefined and any(map(has_division, expressions_of(value))):
        division = Dependencies(
            indeterminacies=frozenset({Indeterminacy(value.name, "division_by_zero")})
        )
        result = with_indeterminacy(result, division)
    if row is not None and (row.not_stated or row.undefined):
        result = _without_row(result, row)
    if value.input_fact is None:
        return ResolvedValue(result)
    known = situation.known.get(value.input_fact)
    if known is None:
        return ResolvedValue(_with_input_alternative(dated.ruleset.facts[value.input_fact], result))
    return _resolve_given_figure(value, known, result, situation, dated)


def _without_row(computed: Possible, row: Possible) -> Possible:
    """Return a value that may be not stated or undefined, because a key of its table may be."""
    if row.figures is None:
        return row
    return attrs.evolve(
        computed,
        not_stated=computed.not_stated or row.not_stated,
        undefined=computed.undefined or row.undefined,
        dependencies=computed.dependencies | row.dependencies,
        definedness=None,
    )


def _with_input_alternative(fact: Fact, computed: Possible) -> Possible:
    """Add the input fact, which is not given, to the dependencies of the computed value."""
    if not computed.dependencies:
        return computed
    others = sorted(
        {name for need in computed.dependencies.missing_inputs for name in need.facts} - {fact.name}
    )
    dependencies = Dependencies(
        frozenset({MissingInput(fact.name, tuple(others))}), computed.dependencies.indeterminacies
    )
    if computed.undefined or computed.not_stated:
        # Without a computed figure there is none to contradict: the fact may have any figure.
        computed = hull([computed, unknown_value(fact)])
    return attrs.evolve(computed, dependencies=dependencies, definedness=None)


def _resolve_given_figure(
    value: Value, known: KnownFact, computed: Possible, situation: Situation, dated: DatedRuleset
) -> ResolvedValue:
    """Compare a given figure with the computed value, and return the value that results."""
    given = situation.possible(dated.ruleset.facts[value.input_fact or ""])
    figure = known.figure
    if not isinstance(computed.figures, Interval) or isinstance(figure, (str, bool, tuple)):
        agree = computed.undefined or computed.not_stated or _may_agree(given, computed)
        if not agree:
            return ResolvedValue(
                given, error=contradiction_error(value, known, computed, situation, dated)
            )
        return ResolvedValue(given)
    if figure is None or computed.undefined or computed.not_stated:
        return ResolvedValue(given)
    low, high = computed.figures.low, computed.figures.high
    if (low is None or low <= figure) and (high is None or figure <= high):
        return ResolvedValue(given)
    nearest = low if low is not None and figure < low else high
    if nearest is None or not is_rounding_of(nearest, figure, known.places):
        return ResolvedValue(
            given, error=contradiction_error(value, known, computed, situation, dated)
        )
    if not computed.figures.is_point:
        return ResolvedValue(given)
    between = Possible(Interval(min(figure, nearest), max(figure, nearest)))
    return ResolvedValue(between, (given, computed))


def _may_agree(given: Possible, computed: Possible) -> bool:
    """Return whether a given word may equal the computed one."""
    if given.may_be_none and computed.may_be_none:
        return True
    return bool(given.choices & computed.choices)


def contradiction_error(
    value: Value, known: KnownFact, computed: Possible, situation: Situation, dated: DatedRuleset
) -> FactsError:
    """Return the error for a given figure that contradicts the one computed from facts."""
    others = [
        name
        for name in fact_dependencies(dated.ruleset, ValueRef(value.name), through_inputs=False)
        if name in situation.known and name != value.input_fact
    ]
    values = [display_value(possible, value.type) for possible in (known_value(known), computed)]
    places = distinguishing_places_among(values)
    return facts_disagree(
        value.name,
        [value.input_fact or "", *others],
        *(value_shown.text("en", places) for value_shown in values),
        by_rounding=_is_rounding(known, computed),
    )


def _is_rounding(known: KnownFact, computed: Possible) -> bool:
    """Return whether the two differ by less than one unit of the last written place."""
    figure, exact = known_value(known).point(), computed.point()
    if figure is None or exact is None or known.places is None:
        return False
    apart_by = figure - exact if figure > exact else exact - figure
    return 0 < apart_by < Fraction(1, 10**known.places)
