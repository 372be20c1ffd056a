"""Figures that may be none, computed with under a guard: every completion of small cases."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import Any, Final

import pytest
from tests.support.engine_names import ENGINES
from tests.support.large import policy, title

from policyrules.api.policy import DatedPolicy

CAP: Final = 3
FULL: Final = 4
NONE: Final = "none"
FIGURES: Final = (NONE, "0", "1", "2", "3")
GRANTS: Final = (NONE, "0", "2")

ITEM_FIGURES: Final = {
    "total": "sum(hire.grant + employer.wage for hire in hires if hire.grant is not none)",
    "best": "max((hire.grant for hire in hires if hire.grant is not none), default=nothing)",
    "least": "min((hire.grant for hire in hires if hire.grant is not none), default=nothing)",
    "two": "sum_of_largest((hire.grant for hire in hires if hire.grant is not none), 1 + 1)",
}


@pytest.fixture(scope="module")
def guarded() -> DatedPolicy:
    """A ruleset with a guard of each kind."""

    def money(name: str, figure: int) -> str:
        return f"  {name}: {{{title(name)}, type: money, value: {figure} CNY, cite: law}}\n"

    facts = f"    wage: {{{title('wage')}, type: money, range: 0..3}}\n"
    none = "none: {zh: 无, en: none}"
    facts += f"    pension: {{{title('pension')}, type: money, range: 0..3, {none}}}\n"
    listed = f"    grant: {{{title('grant')}, type: money, range: 0..2, {none}}}\n"
    values = "".join(
        f'  {name}: {{{title(name)}, type: money, is: "{text}", cite: law}}\n'
        for name, text in ITEM_FIGURES.items()
    )
    tests = {
        "paid-little": "employer.pension is not none and employer.pension + employer.wage <= cap",
        "no-more": "employer.pension is none or employer.pension + employer.wage <= cap",
    }
    return policy(
        f"uses: [employer, hires]\nfacts:\n  employer:\n{facts}  hires:\n{listed}"
        f"parameters:\n{money('cap', CAP)}{money('full', FULL)}{money('nothing', 0)}"
        f"values:\n{values}  due: {{{title('due')}, type: money, is: full, cite: law, except: {{\n"
        f"    less: {{{title('less')}, when: employer.pension is not none,"
        " is: full - employer.pension, cite: law}}}\n"
        "conditions:\n"
        + "".join(
            f"  {name}: {{{title(name)}, holds: {text}, cite: law}}\n"
            for name, text in tests.items()
        )
        + "outcome:\n  eligible: {all: [paid-little, no-more]}\n"
        "  amount: {name: refund, is: due + total + best + least + two, cite: law}\n"
    )


def law(pension: str, wage: str, grants: Sequence[str]) -> tuple[bool, dict[str, int]]:
    """Whether a complete case is eligible, and its values."""
    known = sorted((int(grant) for grant in grants if grant != NONE), reverse=True)
    values = {
        "total": sum(grant + int(wage) for grant in known),
        "best": max(known, default=0),
        "least": min(known, default=0),
        "two": sum(known[:2]),
        "due": FULL if pension == NONE else FULL - int(pension),
    }
    return pension != NONE and int(pension) + int(wage) <= CAP, values


def facts_of(pension: str | None, wage: str | None, grants: Sequence[str | None]) -> dict[str, Any]:
    """The facts of a case; None is an unknown figure."""

    def stated(**figures: str | None) -> dict[str, Any]:
        return {
            name: figure if figure == NONE else int(figure)
            for name, figure in figures.items()
            if figure is not None
        }

    hires = [{"id": f"h{place}", **stated(grant=grant)} for place, grant in enumerate(grants)]
    return {"employer": stated(pension=pension, wage=wage), "hires": hires}


@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_a_complete_case_is_decided_by_the_figures_that_there_are(
    guarded: DatedPolicy, engine: Any, kernel: str | None
) -> None:
    for pension, wage in product(FIGURES, ("0", "1", "3")):
        for grants in ((), (NONE,), ("2", NONE), ("0", "2", NONE), ("2", "1", "2")):
            facts = facts_of(pension, wage, grants)
            decision = guarded.decide(facts, engine=engine, kernel=kernel)
            is_eligible, values = law(pension, wage, grants)
            assert decision.status == ("eligible" if is_eligible else "ineligible"), facts
            stated = {name: decision.values[name].text("en") for name in values}
            assert stated == {name: f"{value}.00 CNY" for name, value in values.items()}, facts
            if is_eligible:
                assert decision.amount is not None
                assert decision.amount.value == sum(values.values()), facts
            assert decision.explain("en")
            assert decision.explain("zh")


@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_an_unknown_figure_stays_open_until_every_completion_agrees(
    guarded: DatedPolicy, engine: Any, kernel: str | None
) -> None:
    open_grants: tuple[tuple[str | None, ...], ...] = ((), ("2", None), (NONE, None), (None, None))
    for pension, wage, grants in product((None, NONE, "0", "3"), (None, "0", "1"), open_grants):
        completions = [
            law(completion[0], completion[1], completion[2:])
            for completion in product(
                (pension,) if pension else FIGURES,
                (wage,) if wage else ("0", "1", "2", "3"),
                *((grant,) if grant else GRANTS for grant in grants),
            )
        ]
        facts = facts_of(pension, wage, grants)
        decision = guarded.decide(facts, engine=engine, kernel=kernel)
        verdicts = {is_eligible for is_eligible, _ in completions}
        status = {frozenset({True}): "eligible", frozenset({False}): "ineligible"}
        assert decision.status == status.get(frozenset(verdicts), "undetermined"), facts
        for name in completions[0][1]:
            figures = {values[name] for _, values in completions}
            ends = [
                Fraction(end) for end in re.findall(r"\d+\.\d\d", decision.values[name].text("en"))
            ]
            assert ends[0] <= min(figures) <= max(figures) <= ends[-1], (name, facts)


def test_the_margin_of_a_guarded_figure_is_its_distance_from_the_limit(
    guarded: DatedPolicy,
) -> None:
    decision = guarded.decide(facts_of("1", "1", ()))
    (margin,) = [
        comparison.margin
        for reason in decision.reasons.values()
        if reason.id == "no-more"
        for comparison in reason.comparisons
        if comparison.margin is not None
    ]
    assert (margin.actual, margin.limit, margin.bound) == (1, 2, "at_most")
    absent = guarded.decide(facts_of(NONE, "1", ()))
    assert not [
        comparison
        for reason in absent.reasons.values()
        for comparison in reason.comparisons
        if comparison.margin is not None
    ]
