"""Bodies at the boundaries of the retention and training subsidy, for `oracle.retention_subsidy`.

`case` draws one at random, `every_boundary` lists them one by one with what the text answers, and
`to_package` writes the facts as the package takes them.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import product

from tests.oracle.boundary_cases import Boundary, day_of_decision, leave_out, some_of
from tests.oracle.boundary_facts import BODIES, KINDS, OUTSIDERS

RESERVE, RISK_DATES = "pooling_area.fund_reserve_years", "pooling_area.risk_area_dates"
KIND, INDUSTRY = "employer.kind", "employer.industry"
INSURED, STOPPED = "employer.insured", "employer.stopped_by_epidemic"
HEADCOUNT = "employer.insured_headcount"
DISHONEST, ZOMBIE = "employer.dishonesty_listed", "employer.zombie_listed"
ENVIRONMENT = "employer.environment_compliant"
FACTS = (
    *(RESERVE, RISK_DATES, KIND, INDUSTRY, INSURED, STOPPED),
    *(HEADCOUNT, DISHONEST, ZOMBIE, ENVIRONMENT),
)

FIVE = ("catering", "retail", "tourism", "civil_aviation", "road_water_rail_transport")
INDUSTRIES = (*FIVE, "other")
ARTICLE_DAY = date(2022, 11, 25)
IN_FORCE = (date(2022, 1, 1), ARTICLE_DAY, date(2022, 12, 31), date(2023, 1, 1), date(2023, 12, 31))
OUTSIDE = (date(2021, 12, 31), date(2019, 6, 1), date(2024, 1, 1), date(2025, 3, 1))
FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)  # the window of the risk areas
BEFORE, AFTER = date(2021, 12, 31), date(2023, 1, 1)


def good_body() -> dict[str, object]:
    """A caterer of 30 that meets both routes, the reserve and the one risk area at the edge."""
    return {
        RESERVE: Decimal(2),
        RISK_DATES: [FIRST],
        KIND: "enterprise",
        INDUSTRY: "catering",
        INSURED: True,
        STOPPED: True,
        HEADCOUNT: 30,
        DISHONEST: False,
        ZOMBIE: False,
        ENVIRONMENT: True,
    }


def only_stopped() -> dict[str, object]:
    """A body that meets the first route alone."""
    return good_body() | {INDUSTRY: "other"}


def only_industry() -> dict[str, object]:
    """A body that meets the second route alone."""
    return good_body() | {STOPPED: False}


# --- at random ------------------------------------------------------------------------------


def case(rng: random.Random) -> tuple[dict[str, object], date]:
    """A body near the boundaries and a day; about half of the bodies leave facts unknown."""
    steps = rng.choices((0, 1, 5, 10_000, 980_000, -1, -10_000, -20_000), (20, 4, 3, 3, 1, 3, 1, 1))
    facts: dict[str, object] = {
        RESERVE: 2 + Decimal(steps[0]).scaleb(-4),
        RISK_DATES: _dates(rng),
        KIND: rng.choices([*KINDS, "enterprise"], [1] * len(BODIES) + [0.6] * 4 + [len(BODIES)])[0],
        INDUSTRY: rng.choice((*FIVE, "other", "other", "other")),
        INSURED: rng.random() < 0.9,
        STOPPED: rng.random() < 0.7,
        HEADCOUNT: rng.choice((0, 1, 30, 31, 500, 10_000_000)),
        DISHONEST: rng.random() < 0.04,
        ZOMBIE: rng.random() < 0.04,
        ENVIRONMENT: rng.random() >= 0.04,
    }
    if rng.random() < 0.5:
        leave_out(rng, facts, some_of(rng, FACTS))
    return facts, day_of_decision(rng, IN_FORCE, OUTSIDE)


def _dates(rng: random.Random) -> list[date]:
    """No day, or some: the first and the last of the window, those beside it, any in between."""
    edges = (FIRST, LAST, BEFORE, AFTER, date(2020, 2, 29))
    n_days = rng.choices((0, 1, 2, 3, 6), (1, 5, 3, 1, 0.5))[0]
    days = {
        rng.choice(edges) if rng.random() < 0.7 else FIRST + timedelta(days=rng.randrange(365))
        for _ in range(n_days)
    }
    return rng.sample(sorted(days), len(days))


# --- one by one -----------------------------------------------------------------------------


def every_boundary() -> Iterator[Boundary]:
    """The routes for every kind, industry and risk area; then each fact at its edge or unknown."""
    yield from _route_boundaries()
    yield from _date_boundaries()
    yield from _unknown_boundaries()
    for reserve, expected in (
        *(("0", "ineligible"), ("1", "ineligible"), ("1.9999", "ineligible")),
        *(("2", "eligible"), ("2.0001", "eligible"), ("100", "eligible")),
    ):
        yield _case(f"reserve of {reserve} years", expected, {RESERVE: Decimal(reserve)})
    for name, wrong in ((DISHONEST, True), (ZOMBIE, True), (ENVIRONMENT, False)):
        yield _case(f"{name} is {wrong}", "ineligible", {name: wrong})
    for headcount in (None, 0, 1, 10_000_000):  # no figure to multiply it with
        yield _case(f"headcount {headcount}", "eligible", {HEADCOUNT: headcount})
    for on in IN_FORCE:
        yield Boundary(f"on {on}", good_body(), on, "eligible")
    for on in OUTSIDE:
        error = "ended" if on > IN_FORCE[-1] else "not-yet-in-force"
        yield Boundary(f"on {on}", good_body(), on, error)


def _case(name: str, expected: str, change: Mapping[str, object]) -> Boundary:
    return Boundary(name, good_body() | dict(change), ARTICLE_DAY, expected)


def _route_boundaries() -> Iterator[Boundary]:
    truths = (True, False)
    for kind, industry, insured, stopped in product(KINDS, INDUSTRIES, truths, truths):
        first = stopped and insured and kind not in OUTSIDERS
        second = kind == "enterprise" and industry != "other"
        change = {KIND: kind, INDUSTRY: industry, INSURED: insured, STOPPED: stopped}
        name = f"{kind}, {industry}, {insured=}, {stopped=}"
        yield _case(name, "eligible" if first or second else "ineligible", change)
        yield _case(f"{name}, no risk area", "ineligible", change | {RISK_DATES: [BEFORE, AFTER]})


def _date_boundaries() -> Iterator[Boundary]:
    for days, expected in (
        ([], "ineligible"),
        ([BEFORE], "ineligible"),
        ([FIRST], "eligible"),
        ([LAST], "eligible"),
        ([AFTER], "ineligible"),
        ([BEFORE, AFTER], "ineligible"),
        ([BEFORE, FIRST], "eligible"),
        ([AFTER, LAST], "eligible"),
        ([date(2022, 2, 28), date(2022, 6, 30)], "eligible"),
        ([date(2020, 2, 29), date(2021, 6, 30), date(2023, 6, 30)], "ineligible"),
        ([FIRST + timedelta(days=place) for place in range(365)], "eligible"),
        ([FIRST - timedelta(days=place) for place in range(1, 366)], "ineligible"),
    ):
        for name, body in (("stopped", only_stopped()), ("industry", only_industry())):
            at = f"{name}, {len(days)} risk areas: {', '.join(map(str, days[:3]))}"
            yield Boundary(at, body | {RISK_DATES: days}, ARTICLE_DAY, expected)


def _unknown_boundaries() -> Iterator[Boundary]:
    yield Boundary("nothing known", {}, ARTICLE_DAY, "undetermined")
    for name in (RESERVE, RISK_DATES, KIND, DISHONEST, ZOMBIE, ENVIRONMENT):
        yield _case(f"{name} unknown", "undetermined", {name: None})
        yield _case(
            f"{name} unknown, no route",
            "ineligible",
            {name: None, STOPPED: False, INDUSTRY: "other"},
        )
    for name in (INDUSTRY, INSURED, STOPPED):  # the other route holds
        yield _case(f"{name} unknown", "eligible", {name: None})
    for name in (INSURED, STOPPED, KIND):
        body = only_stopped() | {name: None}
        yield Boundary(f"first route, {name} unknown", body, ARTICLE_DAY, "undetermined")
        no_area = body | {RISK_DATES: []}
        yield Boundary(f"no risk area, {name} unknown", no_area, ARTICLE_DAY, "ineligible")
    for name in (INDUSTRY, KIND):
        body = only_industry() | {name: None}
        yield Boundary(f"second route, {name} unknown", body, ARTICLE_DAY, "undetermined")
    for kind in OUTSIDERS:  # neither route is open to them, whatever else is so
        change = {KIND: kind, INDUSTRY: None, INSURED: None, STOPPED: None, RISK_DATES: None}
        yield _case(f"{kind}, all else unknown", "ineligible", change)
    for kind in BODIES:  # the second route names enterprises only
        not_stopped = {KIND: kind, INDUSTRY: None, STOPPED: False}
        yield _case(f"{kind} not stopped, industry unknown", "ineligible", not_stopped)
        yield _case(f"{kind}, stop unknown", "undetermined", {KIND: kind, STOPPED: None})


# --- for the package ------------------------------------------------------------------------


def to_package(facts: Mapping[str, object]) -> dict[str, object]:
    """The same facts as the package takes them; every second day of the list as a text."""
    written = dict(facts)
    days = written.get(RISK_DATES)
    if isinstance(days, list):
        written[RISK_DATES] = [
            day.isoformat() if place % 2 else day for place, day in enumerate(days)
        ]
    return written
