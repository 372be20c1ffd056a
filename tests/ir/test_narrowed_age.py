"""A narrowed expression keeps every field of its nodes."""

from policyrules.ir.narrowing import _narrow_term
from policyrules.ir.nodes import DateDiff, FactRef


def test_an_age_stays_an_age_under_the_guard_of_an_exception() -> None:
    age = DateDiff("year", FactRef("person.born_on"), FactRef("person.hired_on"), is_age=True)
    assert _narrow_term(age, {}) == age
