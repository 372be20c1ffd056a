"""Employers and hires at the boundaries of job expansion, for `oracle.expansion_subsidy`.

`case` draws an employer at random, `every_boundary` lists them one by one with what the text
answers, and `to_package` writes the facts as the package takes them.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from tests.oracle.boundary_cases import Boundary, day_of_decision, leave_out, some_of
from tests.oracle.boundary_facts import KINDS

KIND, HIRES = "employer.kind", "hires"
HIRED, BORN, GRADUATED = "hired_on", "born_on", "graduation_year"
CONTRACT, PAID, NORMAL = "contract_signed", "ui_paid_months", "ui_normal_months"
UNEMPLOYED, REGISTERED = "unemployed_graduate", "registered_unemployed"
SUBSIDISED, CLAIMED = "hiring_subsidy_paid", "claimed_by_other_employer"
FACTS_OF_A_HIRE = (
    *(HIRED, BORN, GRADUATED, CONTRACT, PAID),
    *(NORMAL, UNEMPLOYED, REGISTERED, SUBSIDISED, CLAIMED),
)

ARTICLE_DAY = date(2022, 11, 25)
IN_FORCE = (
    date(2022, 1, 1),
    ARTICLE_DAY,
    date(2022, 12, 31),
    date(2023, 1, 10),
    date(2023, 12, 31),
)
OUTSIDE = (date(2021, 12, 31), date(2019, 6, 1), date(2024, 1, 1), date(2025, 3, 1))
FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)  # the window of hiring
BEFORE, AFTER = date(2021, 12, 31), date(2023, 1, 1)
DAY = timedelta(days=1)
# Of the months, 2022-09 is the first that counts.
MONTHS: list[list[str]] = [[], ["2022-08"], ["2022-09"], ["2022-10"], ["2021-12"], ["2023-01"]]
MONTHS += [["2022-08", "2022-09"], ["2022-09", "2022-08"], ["2021-09", "2022-07", "2022-08"]]

Hire = dict[str, object]


def nobody(key: str = "p1") -> Hire:
    """A person hired in the window who meets no route, and of whom everything is known."""
    return {
        "id": key,
        HIRED: date(2022, 7, 15),
        BORN: date(2000, 7, 16),
        GRADUATED: "none",
        CONTRACT: True,
        PAID: 1,
        NORMAL: ["2022-08"],
        UNEMPLOYED: False,
        REGISTERED: False,
        SUBSIDISED: False,
        CLAIMED: False,
    }


def graduate(key: str = "p1") -> Hire:
    """A graduate of 2022, hired in the window; no other route."""
    return nobody(key) | {GRADUATED: 2022}


def recent_graduate(key: str = "p1") -> Hire:
    """A graduate of earlier years, hired before the window without a contract; no other route."""
    return nobody(key) | {
        HIRED: date(2021, 3, 1),
        GRADUATED: 2020,
        CONTRACT: False,
        PAID: 0,
        UNEMPLOYED: True,
        NORMAL: ["2022-09"],
    }


def youth(key: str = "p1") -> Hire:
    """A registered youth, 16 on the day of hire; no other route."""
    return nobody(key) | {BORN: date(2006, 7, 15), CONTRACT: False, REGISTERED: True}


PERSONS = {
    "graduate-of-2022": graduate,
    "recent-graduate": recent_graduate,
    "unemployed-youth": youth,
}


def employer_of(*hires: Hire) -> dict[str, object]:
    """An enterprise with these hires."""
    return {KIND: "enterprise", HIRES: list(hires)}


# --- at random ------------------------------------------------------------------------------


def case(rng: random.Random) -> tuple[dict[str, object], date]:
    """An employer near the boundaries and a day; about half of the employers leave facts unknown.

    Unknown are facts of the employer, the whole list, or facts of some of the hires: of a hire
    perhaps everything but its key.
    """
    n_hires = rng.choices((0, 1, 2, 3, 4), (1, 8, 4, 2, 1))[0]
    hires = [_hire(rng, f"p{number}") for number in range(1, n_hires + 1)]
    facts: dict[str, object] = {KIND: rng.choice([*KINDS, *["enterprise"] * 30]), HIRES: hires}
    draw = rng.random()
    if draw < 0.05:
        leave_out(rng, facts, [rng.choice((KIND, HIRES))])
    elif draw < 0.5:
        for hire in rng.sample(hires, rng.randint(1, n_hires) if n_hires else 0):
            leave_out(rng, hire, some_of(rng, FACTS_OF_A_HIRE))
    return facts, day_of_decision(rng, IN_FORCE, OUTSIDE)


def _hire(rng: random.Random, key: str) -> Hire:
    """One person: often near a route, sometimes on two or three, sometimes on none."""
    hired = _hired_on(rng)
    near = rng.choice(("graduate", "recent", "youth", "any"))
    return {
        "id": key,
        HIRED: hired,
        BORN: _born_on(rng, hired),
        GRADUATED: 2022 if near == "graduate" else rng.choice((2022, 2021, 2023, 1900, "none")),
        CONTRACT: rng.random() < 0.85,
        PAID: rng.choices((0, 1, 2, 600), (2, 6, 2, 1))[0],
        NORMAL: list(rng.choice(MONTHS)),
        UNEMPLOYED: rng.random() < (0.9 if near == "recent" else 0.2),
        REGISTERED: rng.random() < (0.95 if near == "youth" else 0.2),
        SUBSIDISED: rng.random() < 0.07,
        CLAIMED: rng.random() < 0.07,
    }


def _hired_on(rng: random.Random) -> date:
    draw = rng.random()
    if draw < 0.35:
        return rng.choice((FIRST, LAST, BEFORE, AFTER))
    if draw < 0.45:  # where birthdays of 29 February fall
        return rng.choice((date(2022, 2, 28), date(2022, 3, 1), date(2024, 2, 29)))
    if draw < 0.92:
        return FIRST + rng.randrange(365) * DAY
    return date(rng.randint(2015, 2026), 6, 30)


def _born_on(rng: random.Random, hired: date) -> date:
    """On, before or after the 16th or the 25th birthday that falls on the day of hire."""
    draw = rng.random()
    if draw < 0.008:
        return hired + rng.choice((0, 1, 400)) * DAY  # cannot be: born when hired, or later
    if draw < 0.1:
        return date(rng.choice((1996, 2000, 2004, 2008)), 2, 29)
    if draw < 0.7:
        return _years_before(hired, rng.choice((16, 25))) + rng.choice((-1, 0, 0, 1)) * DAY
    return date(rng.randint(1960, 2008), rng.randint(1, 12), rng.randint(1, 28))


def _years_before(day: date, years: int) -> date:
    """The day of birth whose birthday is the day: 1 March where the year has no 29 February."""
    year = day.year - years
    if (day.month, day.day) == (2, 29) and year % 4:
        return date(year, 3, 1)
    return day.replace(year=year)


# --- one by one -----------------------------------------------------------------------------


def every_boundary() -> Iterator[Boundary]:
    """Every route at each of its edges and with each fact unknown; then lists of several hires."""
    yield from _window_boundaries()
    yield from _route_boundaries()
    yield from _age_boundaries()
    yield from _exclusion_boundaries()
    yield from _list_boundaries()
    yield from _impossible_dates()
    for route, person in PERSONS.items():
        for kind in KINDS:
            expected = "eligible" if kind == "enterprise" else "ineligible"
            facts = employer_of(person()) | {KIND: kind}
            yield Boundary(f"{route} hired by {kind}", facts, ARTICLE_DAY, expected)
        for on in IN_FORCE:
            yield Boundary(f"{route}, decided on {on}", employer_of(person()), on, "eligible")
        for on in OUTSIDE:
            error = "ended" if on > IN_FORCE[-1] else "not-yet-in-force"
            yield Boundary(f"{route}, decided on {on}", employer_of(person()), on, error)


def _case(name: str, expected: str, *hires: Hire) -> Boundary:
    return Boundary(name, employer_of(*hires), ARTICLE_DAY, expected)


def _window_boundaries() -> Iterator[Boundary]:
    for hired in (FIRST, LAST, BEFORE, AFTER, date(2022, 7, 15), date(2020, 2, 29)):
        inside = "eligible" if hired.year == 2022 else "ineligible"
        change: Hire = {HIRED: hired, BORN: date(2002, 1, 31)}
        for route, person in PERSONS.items():  # the recent graduate has no window
            expected = "eligible" if person is recent_graduate else inside
            yield _case(f"{route} hired on {hired}", expected, person() | change)


def _route_boundaries() -> Iterator[Boundary]:
    """For each route: each fact that it needs, wrong, right and unknown; what it does not need."""
    rows: list[tuple[Callable[[], Hire], Hire, str]] = [
        (graduate, {GRADUATED: 2021}, "ineligible"),
        (graduate, {GRADUATED: 2023}, "ineligible"),
        (graduate, {GRADUATED: "none"}, "ineligible"),
        (graduate, {GRADUATED: None}, "undetermined"),
        (graduate, {CONTRACT: False}, "ineligible"),
        (graduate, {CONTRACT: None}, "undetermined"),
        (graduate, {PAID: 0}, "ineligible"),
        (graduate, {PAID: 2}, "eligible"),
        (graduate, {PAID: 600}, "eligible"),
        (graduate, {PAID: None}, "undetermined"),
        (graduate, {HIRED: None}, "undetermined"),
        (graduate, {HIRED: None, CONTRACT: False}, "ineligible"),
        (graduate, {BORN: None, NORMAL: None, UNEMPLOYED: None, REGISTERED: None}, "eligible"),
        (graduate, {BORN: date(1960, 1, 1)}, "eligible"),
        (recent_graduate, {NORMAL: None}, "undetermined"),
        (recent_graduate, {UNEMPLOYED: False}, "ineligible"),
        (recent_graduate, {UNEMPLOYED: None}, "undetermined"),
        (recent_graduate, {UNEMPLOYED: None, NORMAL: []}, "ineligible"),
        (recent_graduate, {UNEMPLOYED: False, NORMAL: None}, "ineligible"),
        (recent_graduate, {HIRED: None, BORN: None, GRADUATED: None, PAID: None}, "eligible"),
        (youth, {REGISTERED: False}, "ineligible"),
        (youth, {REGISTERED: None}, "undetermined"),
        (youth, {PAID: 0}, "ineligible"),
        (youth, {PAID: 2}, "eligible"),
        (youth, {PAID: None}, "undetermined"),
        (youth, {HIRED: None}, "undetermined"),
        (youth, {BORN: None}, "undetermined"),
        (youth, {HIRED: None, BORN: None}, "undetermined"),
        (youth, {HIRED: BEFORE, BORN: None}, "ineligible"),
        (youth, {CONTRACT: None, NORMAL: [], UNEMPLOYED: None}, "eligible"),
        # Whoever is born in 2090 is 16 in 2106, later than any day may be.
        (youth, {HIRED: None, BORN: date(2090, 1, 1)}, "ineligible"),
        (nobody, {GRADUATED: None}, "undetermined"),
        (nobody, {REGISTERED: None}, "undetermined"),
        (nobody, {UNEMPLOYED: None}, "ineligible"),
        (nobody, {UNEMPLOYED: None, NORMAL: None}, "undetermined"),
        (nobody, {}, "ineligible"),
        (nobody, dict.fromkeys(FACTS_OF_A_HIRE), "undetermined"),
    ]
    for person, change, expected in rows:
        changes = ", ".join(f"{name} {value}" for name, value in change.items())
        yield _case(f"{person.__name__}: {changes}", expected, person() | change)
    for months in MONTHS:
        expected = "eligible" if {"2022-09", "2022-10", "2023-01"} & {*months} else "ineligible"
        yield _case(f"normal in {months}", expected, recent_graduate() | {NORMAL: months})


def _age_boundaries() -> Iterator[Boundary]:
    days = (FIRST, LAST, date(2022, 2, 28), date(2022, 3, 1), date(2022, 7, 15))
    for hired in days:
        for years, offset, expected in (
            (16, DAY, "ineligible"),  # the 16th birthday is tomorrow
            (16, 0 * DAY, "eligible"),
            (16, -DAY, "eligible"),
            (20, 0 * DAY, "eligible"),
            (25, DAY, "eligible"),  # the 25th birthday is tomorrow
            (25, 0 * DAY, "ineligible"),
            (25, -DAY, "ineligible"),
            (40, 0 * DAY, "ineligible"),
        ):
            born = hired.replace(year=hired.year - years) + offset
            person = youth() | {HIRED: hired, BORN: born}
            yield _case(f"youth born on {born}, hired on {hired}", expected, person)
    for born, expected in (
        (date(2008, 2, 29), "ineligible"),
        (date(2004, 2, 29), "eligible"),
        (date(2000, 2, 29), "eligible"),
        (date(1996, 2, 29), "ineligible"),
    ):
        for hired in days:
            person = youth() | {HIRED: hired, BORN: born}
            yield _case(f"youth born on {born}, hired on {hired}", expected, person)


def _exclusion_boundaries() -> Iterator[Boundary]:
    for route, person in PERSONS.items():
        for name in (SUBSIDISED, CLAIMED):
            yield _case(f"{route}, {name}", "ineligible", person() | {name: True})
            yield _case(f"{route}, {name} unknown", "undetermined", person() | {name: None})
        both: Hire = {SUBSIDISED: True, CLAIMED: True}
        yield _case(f"{route}, both", "ineligible", person() | both)
        subsidised: Hire = {SUBSIDISED: True, CLAIMED: None}
        yield _case(f"{route}, one and perhaps the other", "ineligible", person() | subsidised)
    for name in (SUBSIDISED, CLAIMED):
        yield _case(f"no route, {name} unknown", "ineligible", nobody() | {name: None})
        excluded: Hire = {"id": "p1", name: True}
        yield _case(f"nothing known but {name}", "ineligible", excluded)


def _list_boundaries() -> Iterator[Boundary]:
    open_: Hire = {"id": "p2"}
    every_route = graduate("p3") | {UNEMPLOYED: True, NORMAL: ["2022-09"], REGISTERED: True}
    four = [nobody("p1"), nobody("p2"), nobody("p3"), youth("p4")]
    for name, hires, expected in (
        ("nobody", [], "ineligible"),
        ("one of whom nothing is known", [open_], "undetermined"),
        ("one without a route, one unknown", [nobody(), open_], "undetermined"),
        ("one eligible, one unknown", [graduate(), open_], "eligible"),
        ("one eligible, one excluded", [graduate(), youth("p2") | {CLAIMED: True}], "eligible"),
        ("one of each route", [graduate(), recent_graduate("p2"), youth("p3")], "eligible"),
        ("one on every route", [every_route], "eligible"),
        ("the last of four", four, "eligible"),
        ("three of four", four[:3], "ineligible"),
        ("three and one unknown", [*four[:1], open_, *four[2:3]], "undetermined"),
    ):
        yield _case(f"hires: {name}", expected, *hires)
        other = employer_of(*hires) | {KIND: "law_firm"}
        yield Boundary(f"law firm, hires: {name}", other, ARTICLE_DAY, "ineligible")
        unknown = employer_of(*hires) | {KIND: None}
        at_best = "ineligible" if expected == "ineligible" else "undetermined"
        yield Boundary(f"kind unknown, hires: {name}", unknown, ARTICLE_DAY, at_best)
    for kind in ("enterprise", "law_firm", None):
        expected = "ineligible" if kind == "law_firm" else "undetermined"
        no_list: dict[str, object] = {KIND: kind, HIRES: None}
        yield Boundary(f"{kind}, hires unknown", no_list, ARTICLE_DAY, expected)
    yield Boundary("nothing known", {}, ARTICLE_DAY, "undetermined")


def _impossible_dates() -> Iterator[Boundary]:
    error = "facts-disagree"
    for days, description in ((0, "that day"), (1, "a day later"), (400, "a year later")):
        hired = date(2022, 7, 15)
        never: Hire = {HIRED: hired, BORN: hired + days * DAY}
        yield _case(f"hired, and born {description}", error, graduate() | never)
        yield _case(
            f"the second born {description}", error, graduate(), recent_graduate("p2") | never
        )
        bare: Hire = {"id": "p1", **never}
        yield _case(f"born {description}, nothing else known", error, bare)
        other = employer_of(bare) | {KIND: "law_firm"}
        yield Boundary(f"law firm, born {description}", other, ARTICLE_DAY, error)
    day_old = graduate() | {BORN: date(2022, 7, 14)}
    yield _case("hired the day after birth", "eligible", day_old)  # odd, yet no contradiction


# --- for the package ------------------------------------------------------------------------


def to_package(facts: Mapping[str, object]) -> dict[str, object]:
    """The same facts as the package takes them; days of birth as a text."""
    written = dict(facts)
    hires = written.get(HIRES)
    if isinstance(hires, list):
        written[HIRES] = [_for_package(hire) for hire in hires]
    return written


def _for_package(hire: Hire) -> Hire:
    born = hire.get(BORN)
    return hire | {BORN: born.isoformat()} if isinstance(born, date) else dict(hire)
