"""The days on which a ruleset, or a row of a parameter, begins or ends."""

from datetime import date

import attrs

import policyrules
from policyrules.ir.lens import replace_node
from policyrules.testing.change_days import edge_days, start_days

REFUND = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
FIRST, LAST = REFUND.in_force.from_, REFUND.in_force.to


def test_a_row_adds_the_days_on_which_it_begins_and_ends() -> None:
    assert FIRST is not None
    assert LAST is not None
    parameter = REFUND.parameters["small_employer_max"]
    row = attrs.evolve(parameter.rows[0], from_=date(2022, 7, 1), to=date(2023, 6, 30))
    changed = replace_node(REFUND, parameter.name, attrs.evolve(parameter, rows=(row,)))
    assert set(edge_days(changed)) >= {FIRST, LAST, date(2022, 7, 1), date(2023, 6, 30)}
    assert list(edge_days(changed)) == sorted(edge_days(changed))
    assert start_days(changed) == tuple(sorted({*start_days(REFUND), date(2022, 7, 1)}))


def test_a_row_that_begins_while_the_ruleset_is_not_in_force_adds_no_start() -> None:
    parameter = REFUND.parameters["small_employer_max"]
    row = attrs.evolve(parameter.rows[0], from_=date(2030, 1, 1), to=None)
    changed = replace_node(REFUND, parameter.name, attrs.evolve(parameter, rows=(row,)))
    assert date(2030, 1, 1) in edge_days(changed)
    assert date(2030, 1, 1) not in start_days(changed)


def test_a_ruleset_that_names_no_day_has_one_start_all_the_same() -> None:
    forever = attrs.evolve(REFUND.in_force, from_=None, to=None)
    parameters = {
        name: attrs.evolve(
            parameter, rows=tuple(attrs.evolve(row, from_=None, to=None) for row in parameter.rows)
        )
        for name, parameter in REFUND.parameters.items()
    }
    changed = attrs.evolve(REFUND, in_force=forever, parameters=parameters)
    assert edge_days(changed) == ()
    [day] = start_days(changed)
    assert day in changed.in_force
