"""Overrides: the nodes in which a ruleset differs from its base, and those that read them."""

from typing import Final

import attrs
from tests.support.shipped import shipped

from policyrules.ir.lens import replace_node
from policyrules.ir.nodes import Number
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.testing.overrides import OverrideSet

BASE: Final = shipped("cn-nm/job-stabilisation-refund").ruleset


def affected(changed: CheckedRuleset, base: CheckedRuleset = BASE) -> set[str]:
    """Return the nodes that the overrides affect."""
    overrides = OverrideSet(changed, (base,))
    places = [*base.conditions, *base.all_values, *base.parameters, *base.notes, "in_force"]
    places += [exception.id for value in base.all_values.values() for exception in value.exceptions]
    return {place for place in places if overrides.affects(place)}


def with_parameter(name: str) -> CheckedRuleset:
    """Return the base with an override of a parameter."""
    parameter = BASE.parameters[name]
    rows = tuple(attrs.evolve(row, from_=None, to=None) for row in parameter.rows)
    changed = attrs.evolve(parameter, open=not parameter.open, rows=rows)
    return attrs.evolve(BASE, parameters={**BASE.parameters, name: changed})


def test_a_ruleset_that_equals_its_base_overrides_nothing() -> None:
    assert affected(BASE) == set()
    assert set(OverrideSet(BASE, (BASE,)).inherited_ids) == {*OverrideSet(BASE)._content}


def test_a_ruleset_without_a_base_overrides_everything() -> None:
    assert OverrideSet(BASE).inherited_ids == ()


def test_an_override_affects_a_condition_that_compares_with_the_parameter() -> None:
    assert affected(with_parameter("paid_months_min")) == {"paid_months_min", "paid-12-months"}


def test_an_override_affects_a_condition_whose_value_reads_the_parameter() -> None:
    # `layoffs` compares with `layoff_limit`, whose exception gives `small_employer_cap`.
    assert affected(with_parameter("small_employer_cap")) == {
        "small_employer_cap",
        "small-employer",
        "layoffs",
    }


def test_an_override_affects_a_condition_through_two_values() -> None:
    # `layoffs` compares `layoff_rate`, which divides `layoffs_counted`.
    value = attrs.evolve(BASE.values["layoffs_counted"], expression=Number(0))
    assert affected(replace_node(BASE, "layoffs_counted", value)) >= {
        "layoffs_counted",
        "layoffs",
        "nobody-laid-off",
    }


def test_an_override_affects_nothing_that_does_not_read_it() -> None:
    changed = affected(with_parameter("small_employer_cap"))
    assert not changed & {"subject", "fund-reserve", "paid-12-months", "environment"}
