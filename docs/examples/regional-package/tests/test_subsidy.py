"""What holds of the city's subsidy whatever the facts: the cases have the figures."""

from collections.abc import Mapping
from datetime import date

from hypothesis import HealthCheck, given, settings

import policyrules
from policyrules.testing import facts_for

# A law says nothing about speed: a busy machine must not make it fail.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

DAY = date(2022, 11, 25)
CITY = policyrules.load_for("retention-training-subsidy", "cn-nm-xx", DAY)
REGION = policyrules.load_for("retention-training-subsidy", "cn-nm", DAY)


def test_the_city_has_a_ruleset_of_its_own() -> None:
    assert CITY.id == "cn-nm-xx/retention-training-subsidy"
    assert CITY.ruleset.extends == (REGION.id,)


@given(facts_for(CITY))
def test_who_is_eligible_in_the_city_is_eligible_in_the_region(
    facts: Mapping[str, object],
) -> None:
    if CITY.on(DAY).decide(facts).status == "eligible":
        known = {name: value for name, value in facts.items() if name in REGION.ruleset.vocabulary}
        assert REGION.on(DAY).decide(known).status == "eligible"


@given(facts_for(CITY, unknown=False))
def test_apprentices_never_bring_more_than_600_yuan(facts: Mapping[str, object]) -> None:
    with_them = CITY.on(DAY).decide(facts)
    without = CITY.on(DAY).decide({**facts, "employer.apprentices": 0})
    if with_them.status == "eligible":
        assert with_them.amount is not None
        assert without.amount is not None
        assert with_them.amount.value is not None
        assert without.amount.value is not None
        assert 0 <= with_them.amount.value - without.amount.value <= 600
