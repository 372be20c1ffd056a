"""A ruleset's own: what it says differently from its base, and what rests on that."""

from typing import Final

import attrs
from tests.support.shipped import shipped

from policyrules.ir.lens import replace_node
from policyrules.ir.nodes import Number
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.testing.overrides import OverrideSet

BASE: Final = shipped("cn-nm/job-stabilisation-refund").ruleset


def touched(changed: CheckedRuleset, base: CheckedRuleset = BASE) -> set[str]:
    """The places that are the ruleset's own, or rest on one that is."""
    own = OverrideSet(changed, (base,))
    places = [*base.conditions, *base.all_values, *base.parameters, *base.notes, "in_force"]
    places += [one.id for value in base.all_values.values() for one in value.exceptions]
    return {place for place in places if own.affects(place)}


def with_parameter(name: str) -> CheckedRuleset:
    """The base with another figure in a parameter: its row is half as long."""
    parameter = BASE.parameters[name]
    rows = tuple(attrs.evolve(row, from_=None, to=None) for row in parameter.rows)
    changed = attrs.evolve(parameter, open=not parameter.open, rows=rows)
    return attrs.evolve(BASE, parameters={**BASE.parameters, name: changed})


def test_nothing_is_the_own_of_a_ruleset_that_says_what_its_base_says() -> None:
    assert touched(BASE) == set()
    assert set(OverrideSet(BASE, (BASE,)).inherited_ids) == {*OverrideSet(BASE)._content}


def test_everything_is_the_own_of_a_ruleset_without_a_base() -> None:
    assert OverrideSet(BASE).inherited_ids == ()


def test_a_condition_is_touched_by_a_parameter_that_it_compares_with() -> None:
    assert touched(with_parameter("paid_months_min")) == {"paid_months_min", "paid-12-months"}


def test_a_condition_is_touched_by_a_parameter_behind_the_value_that_it_compares() -> None:
    # `layoffs` compares with `layoff_limit`, whose exception gives `small_employer_cap`.
    assert touched(with_parameter("small_employer_cap")) == {
        "small_employer_cap",
        "small-employer",
        "layoffs",
    }


def test_a_condition_is_touched_by_a_value_behind_a_value() -> None:
    # `layoffs` compares `layoff_rate`, which divides `layoffs_counted`.
    value = attrs.evolve(BASE.values["layoffs_counted"], expression=Number(0))
    assert touched(replace_node(BASE, "layoffs_counted", value)) >= {
        "layoffs_counted",
        "layoffs",
        "nobody-laid-off",
    }


def test_what_rests_on_nothing_that_changed_is_not_touched() -> None:
    changed = touched(with_parameter("small_employer_cap"))
    assert not changed & {"subject", "fund-reserve", "paid-12-months", "environment"}
