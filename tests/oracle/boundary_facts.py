"""Firms at the boundaries of the job-stabilisation refund, in the form of `oracle.refund`.

`firm` draws one at random, `every_boundary` lists them one by one with what the text answers,
and `to_package` writes the facts as the package takes them.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracle.boundary_cases import Boundary

BODIES = (
    "social_group",
    "foundation",
    "social_service_org",
    "law_firm",
    "accounting_firm",
    "individual_business_unit_insured",
)
OUTSIDERS = ("individual_business_not_unit_insured", "public_institution", "other")
KINDS = ("enterprise", *BODIES, *OUTSIDERS)
SIZES = ("large", "medium", "small", "micro", "none")

RESERVE, KIND, SIZE = "pooling_area.fund_reserve_years", "employer.kind", "employer.size"
HEADCOUNT, LAID_OFF = "employer.insured_headcount", "employer.laid_off"
RATE, MONTHS, PREMIUM = "employer.layoff_rate", "employer.full_paid_months", "employer.premium_paid"
DISHONEST, ZOMBIE = "employer.dishonesty_listed", "employer.zombie_listed"
ENVIRONMENT = "employer.environment_compliant"
FACTS = (
    *(RESERVE, KIND, SIZE, HEADCOUNT, LAID_OFF, RATE),
    *(MONTHS, PREMIUM, DISHONEST, ZOMBIE, ENVIRONMENT),
)

ARTICLE_DAY = date(2022, 11, 25)
IN_FORCE = (date(2022, 1, 1), date(2022, 12, 31))
OUTSIDE = (date(2021, 12, 31), date(2023, 1, 1), date(2019, 6, 1), date(2024, 2, 29))
SWITCHES = (date(2022, 6, 13), date(2022, 6, 14), date(2022, 11, 9), date(2022, 11, 10))

PEOPLE_AT_MOST = 10_000_000
# 5.5 % of a multiple of 200 is a whole number of persons: the limit can be met exactly.
HEADCOUNTS = [0, 1, 2, 4, 5, 10, 15, 18, 19, 20, 25, 28, 29, 30, 31, 32, 33, 36, 37, 54, 55, 90, 91]
HEADCOUNTS += [181, 182, 199, 200, 201, 400, 600, 1000, 1001, 9999, 10_000, 20_000, 99_999]
HEADCOUNTS += [1_000_000, 9_999_800, 9_999_999, PEOPLE_AT_MOST]
LIMITS = (Fraction(55, 1000), Fraction(20, 100))
# In fen. Of 1, 3 and 5 fen, 90 % or 50 % lies at or beside half a fen.
PREMIUMS = [0, 1, 2, 3, 4, 5, 6, 15, 25, 35, 45, 99, 100, 101, 10_000_000, 12_345_675]
PREMIUMS += [9_999_999_999_995, 10_000_000_000_000]


def good_firm() -> dict[str, object]:
    """A firm of 30 that laid off 6: it meets every condition, three of them at the edge."""
    return {
        RESERVE: Fraction(1),
        KIND: "enterprise",
        SIZE: "small",
        HEADCOUNT: 30,
        LAID_OFF: 6,
        MONTHS: 12,
        PREMIUM: Fraction(100_000),
        DISHONEST: False,
        ZOMBIE: False,
        ENVIRONMENT: True,
    }


# --- at random ------------------------------------------------------------------------------


def firm(rng: random.Random) -> tuple[dict[str, object], date]:
    """A firm near the boundaries and a day; about half of the firms leave facts unknown."""
    facts: dict[str, object] = {
        RESERVE: _reserve(rng),
        KIND: rng.choices([*KINDS, "enterprise"], [1] * len(BODIES) + [0.4] * 4 + [len(BODIES)])[0],
        SIZE: rng.choice(SIZES),
        MONTHS: rng.choices((12, 13, 1200, 11, 0), (8, 6, 2, 1, 0.5))[0],
        PREMIUM: _premium(rng),
        DISHONEST: rng.random() < 0.04,
        ZOMBIE: rng.random() < 0.04,
        ENVIRONMENT: rng.random() >= 0.04,
    }
    facts |= _layoffs(rng)
    if rng.random() < 0.45:
        # Size and premium twice: left out alone, they make the amount a range.
        names = (*FACTS, SIZE, PREMIUM)
        for name in rng.sample(names, rng.choice((1, 1, 1, 2, 2, 3, 5, len(names)))):
            if name in facts and rng.random() < 0.2:
                facts[name] = None  # unknown, and said so
            else:
                facts.pop(name, None)
    return facts, _day(rng)


def _reserve(rng: random.Random) -> Fraction:
    steps = rng.choices((0, 1, 5, 10_000, 990_000, -1, -10_000), (24, 4, 4, 4, 1, 2, 1))[0]
    return 1 + Fraction(steps, 10_000)


def _premium(rng: random.Random) -> Fraction:
    fen = rng.choice(PREMIUMS) if rng.random() < 0.5 else rng.randrange(10 ** rng.randint(1, 13))
    return Fraction(fen, 100)


def _day(rng: random.Random) -> date:
    draw = rng.random()
    if draw < 0.05:
        return rng.choice(OUTSIDE)
    if draw < 0.35:
        return rng.choice((*IN_FORCE, *SWITCHES))
    if draw < 0.6:
        return ARTICLE_DAY
    return IN_FORCE[0] + timedelta(days=rng.randrange(365))


def _layoffs(rng: random.Random) -> dict[str, object]:
    headcount = rng.choice(HEADCOUNTS)
    if rng.random() < 0.2:
        headcount = min(200 * rng.randint(1, 10 ** rng.randint(1, 5)), PEOPLE_AT_MOST)
    laid_off = _laid_off(rng, headcount)
    counts: dict[str, object] = {HEADCOUNT: headcount, LAID_OFF: laid_off}
    draw = rng.random()
    if draw < 0.55:
        return counts
    if draw < 0.75:  # the rate beside both counts
        return {**counts, RATE: _rate(rng, laid_off, headcount)}
    rate = _rate(rng, laid_off, headcount) if rng.random() < 0.5 else _rounded(rng, _limit(rng))
    if draw < 0.9:  # the rate with no count of layoffs, and perhaps no headcount
        return {RATE: rate} if rng.random() < 0.5 else {RATE: rate, HEADCOUNT: headcount}
    return {RATE: rate, LAID_OFF: laid_off}


def _laid_off(rng: random.Random, headcount: int) -> int:
    limit_of_size = LIMITS[1] if headcount <= 30 else LIMITS[0]
    limit = limit_of_size if rng.random() < 0.75 else rng.choice(LIMITS)
    at_limit = int(limit * headcount)
    draw = rng.random()
    if draw < 0.2:
        return 0
    if draw < 0.85:
        return max(at_limit + rng.choice((-1, 0, 0, 0, 1)), 0)
    if draw < 0.95:
        return rng.randint(0, headcount)
    return rng.choice((1, 7, headcount, min(headcount + 1, PEOPLE_AT_MOST), PEOPLE_AT_MOST))


def _limit(rng: random.Random) -> Fraction:
    limit = rng.choice(LIMITS)
    return limit + Fraction(rng.choice((-1, 0, 0, 1)), 10 ** rng.randint(3, 8))


def _rate(rng: random.Random, laid_off: int, headcount: int) -> object:
    """The rate of the counts, exact or rounded; one time in five another rate."""
    exact = Fraction(laid_off, headcount) if headcount else Fraction(0)
    if exact > 1 or rng.random() < 0.2:
        exact = rng.choice((_limit(rng), Fraction(0), Fraction(1), Fraction(rng.randint(0, 8), 7)))
        exact = min(exact, Fraction(1))
    return exact if rng.random() < 0.3 else _rounded(rng, exact)


def _rounded(rng: random.Random, exact: Fraction) -> tuple[Fraction, int]:
    """The rate as a decimal; now and then one unit of its last place off."""
    places = rng.choice((2, 3, 4, 4, 4, 5, 6, 8))
    units = (2 * exact * 10**places + 1) // 2
    if rng.random() < 0.1:
        units += rng.choice((-1, 1))
    return Fraction(min(max(units, 0), 10**places), 10**places), places


# --- one by one -----------------------------------------------------------------------------


def every_boundary() -> Iterator[Boundary]:
    """Each threshold at, below and above; the layoff limits for every kind and size."""
    for kind in KINDS:
        for size in SIZES:
            for boundary in _layoff_boundaries():
                facts = boundary.facts | {KIND: kind, SIZE: size}
                expected = "ineligible" if kind in OUTSIDERS else boundary.expected
                yield Boundary(f"{kind}, {size}: {boundary.name}", facts, boundary.on, expected)
    yield from _rate_boundaries()
    yield from _other_boundaries()
    yield from _date_boundaries()


def _case(name: str, expected: str, change: Mapping[str, object]) -> Boundary:
    return Boundary(name, good_firm() | dict(change), ARTICLE_DAY, expected)


def _layoff_boundaries() -> Iterator[Boundary]:
    at_limit = {0: 0, 1: 0, 4: 0, 5: 1, 29: 5, 30: 6, 31: 1, 32: 1, 36: 1, 37: 2, 199: 10, 200: 11}
    at_limit |= {201: 11, 400: 22, 9_999_800: 549_989, PEOPLE_AT_MOST: 550_000}
    for headcount, most in at_limit.items():
        for laid_off in sorted({0, max(most - 1, 0), most}):
            firm_of = {HEADCOUNT: headcount, LAID_OFF: laid_off}
            yield _case(f"{laid_off} of {headcount} laid off", "eligible", firm_of)
        firm_of = {HEADCOUNT: headcount, LAID_OFF: most + 1}
        expected = "ineligible" if headcount else "undetermined"  # somebody out of nobody
        yield _case(f"{most + 1} of {headcount} laid off", expected, firm_of)
    yield _case("6 of 31 laid off", "ineligible", {HEADCOUNT: 31, LAID_OFF: 6})
    yield _case("nobody laid off, headcount unknown", "eligible", {HEADCOUNT: None, LAID_OFF: 0})
    yield _case("1 laid off, headcount unknown", "undetermined", {HEADCOUNT: None, LAID_OFF: 1})
    yield _case("layoffs of 30 unknown", "undetermined", {LAID_OFF: None})


def _rate_boundaries() -> Iterator[Boundary]:
    """The rate alone: (rate in units of 0.001 %, verdict at 30, at 31, at a headcount unknown)."""
    yes, no, open_ = "eligible", "ineligible", "undetermined"
    for units, *verdicts in (
        (0, yes, yes, yes),
        (5_499, yes, yes, yes),
        (5_500, yes, yes, yes),
        (5_501, yes, no, open_),
        (20_000, yes, no, open_),
        (20_001, no, no, no),
        (23_000, no, no, no),
        (100_000, no, no, no),
    ):
        exact = Fraction(units, 100_000)
        for headcount, expected in zip((30, 31, None), verdicts, strict=True):
            for rate in (exact, (exact, 5)):
                change = {RATE: rate, HEADCOUNT: headcount, LAID_OFF: None}
                yield _case(f"rate {units / 1000} %, headcount {headcount}", expected, change)


def _other_boundaries() -> Iterator[Boundary]:
    for reserve, expected in (("0.9999", "ineligible"), ("1", "eligible"), ("1.0001", "eligible")):
        yield _case(f"reserve of {reserve} years", expected, {RESERVE: Fraction(reserve)})
    for months, expected in ((11, "ineligible"), (12, "eligible"), (13, "eligible")):
        yield _case(f"{months} months paid", expected, {MONTHS: months})
    for name, wrong in ((DISHONEST, True), (ZOMBIE, True), (ENVIRONMENT, False)):
        yield _case(f"{name} is {wrong}", "ineligible", {name: wrong})
    for name in (RESERVE, KIND, MONTHS, DISHONEST, ZOMBIE, ENVIRONMENT):
        yield _case(f"{name} unknown", "undetermined", {name: None})
        yield _case(f"{name} unknown, 7 laid off", "ineligible", {name: None, LAID_OFF: 7})
    for name in (SIZE, PREMIUM):  # they decide the amount, never the status
        yield _case(f"{name} unknown", "eligible", {name: None})
    yield Boundary("nothing known", {}, ARTICLE_DAY, "undetermined")


def _date_boundaries() -> Iterator[Boundary]:
    for size in SIZES:
        for on in (*IN_FORCE, *SWITCHES):
            yield Boundary(f"{size} on {on}", good_firm() | {SIZE: size}, on, "eligible")
    for on in OUTSIDE:
        expected = "ended" if on > IN_FORCE[1] else "not-yet-in-force"
        yield Boundary(f"on {on}", good_firm(), on, expected)


# --- for the package ------------------------------------------------------------------------


def to_package(facts: Mapping[str, object]) -> dict[str, object]:
    """The same facts as the package takes them, under dotted names.

    A rate written with places becomes a string in per cent (`"23.33%"`) or, with fewer than two
    places, a Decimal; an exact rate stays a Fraction. Reserve and premium become Decimals, the
    premium with its fen. None stays None: unknown, and said so.
    """
    return {name: _for_package(name, value) for name, value in facts.items()}


def _for_package(name: str, value: object) -> object:
    if isinstance(value, tuple):
        rate, places = value
        return f"{_decimal(rate * 100, places - 2)}%" if places >= 2 else _decimal(rate, places)
    if isinstance(value, Fraction) and name != RATE:
        return _decimal(value, 2 if name == PREMIUM else 4)
    return value


def _decimal(exact: Fraction, places: int) -> Decimal:
    units = exact * 10**places
    if units.denominator != 1:
        raise ValueError(f"{exact} has more than {places} places")
    return Decimal(units.numerator).scaleb(-places)
