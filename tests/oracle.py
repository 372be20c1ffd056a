"""The job-stabilisation refund of Inner Mongolia for 2022, decided by hand.

Nothing here is the package's. Facts are exact, under flat names; absent or None is unknown; the
size 'none' is "not classed"; a layoff rate is a Fraction or (Fraction, places): 23.33 % has four.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from operator import not_
from typing import Any

PREMIUM_AT_MOST = 100_000_000_000  # yuan
SMALL_FIRM_CAP, TARGET = Fraction(20, 100), Fraction(55, 1000)
THIRTY, FIFTY, NINETY = Fraction(30, 100), Fraction(50, 100), Fraction(90, 100)
BODIES = {"social_group", "foundation", "social_service_org", "law_firm", "accounting_firm"}
Rate = Fraction | tuple[Fraction, int] | None
LAYOFFS = ("employer.layoff_rate", "employer.laid_off", "employer.insured_headcount")
SUBJECTS = BODIES | {"enterprise", "individual_business_unit_insured"}


def refund(facts: Mapping[str, object], on: date) -> dict[str, Any]:
    """Status, conditions and amount (in yuan) of one firm on one day, or the error."""
    if not date(2022, 1, 1) <= on <= date(2022, 12, 31):
        return {"error": "not_yet_in_force" if on.year < 2022 else "ended"}
    fact: Callable[[str], Any] = facts.get

    def known(name: str, test: Callable[[Any], bool]) -> bool | None:
        return None if fact(name) is None else test(fact(name))

    conditions = {
        "subject": known("employer.kind", SUBJECTS.__contains__),
        "fund-reserve": known("pooling_area.fund_reserve_years", lambda years: years >= 1),
        "paid-12-months": known("employer.full_paid_months", lambda months: months >= 12),
        "layoffs": few_layoffs(*map(fact, LAYOFFS)),
        "not-dishonest": known("employer.dishonesty_listed", not_),
        "not-zombie": known("employer.zombie_listed", not_),
        "environment": known("employer.environment_compliant", bool),
    }
    if conditions["layoffs"] == "facts-disagree":
        return {"error": "facts-disagree"}
    words = {"held": True, "failed": False, "unknown": None}
    found = {w: sorted(c for c, v in conditions.items() if v is words[w]) for w in words}
    status = "ineligible" if found["failed"] else "undetermined" if found["unknown"] else "eligible"
    rates = possible_rates(fact("employer.kind"), fact("employer.size"), on)
    paid = amount(status, fact("employer.premium_paid"), rates)
    return {"status": status, **found, "amount": paid}


def few_layoffs(given: Rate, laid_off: int | None, headcount: int | None) -> bool | str | None:
    """Nobody was laid off, or the rate keeps to the limit; None: not known."""
    if given is None:
        if laid_off and headcount:
            return within_limit(Fraction(laid_off, headcount), headcount)
        return True if laid_off == 0 else None  # else any rate, or one of nobody insured
    rate, places = given if isinstance(given, tuple) else (given, None)
    disagree = laid_off == 0 and rate != 0
    if laid_off and headcount:
        exact = Fraction(laid_off, headcount)
        two_verdicts = within_limit(exact, headcount) != within_limit(rate, headcount)
        disagree = half_up(exact, places) != rate or two_verdicts
    return "facts-disagree" if disagree else within_limit(rate, headcount)


def within_limit(rate: Fraction, headcount: int | None) -> bool | None:
    if headcount is None:  # either limit may be the firm's
        return True if rate <= TARGET else False if rate > SMALL_FIRM_CAP else None
    return rate <= (SMALL_FIRM_CAP if headcount <= 30 else TARGET)


def possible_rates(kind: str | None, size: str | None, on: date) -> set[Any]:
    """The rates that the firm may have; None among them: the text states none."""
    early, late = on <= date(2022, 6, 13), on >= date(2022, 11, 10)  # the switch: not published
    large: set[Any] = {THIRTY} if early else {FIFTY} if late else {THIRTY, FIFTY}
    by_size: dict[Any, set[Any]] = {"large": large, "none": {None}, None: large | {NINETY, None}}
    if kind is None or kind == "enterprise":
        rates = by_size.get(size, {NINETY})
        return rates if kind else rates | {NINETY, None}  # or another body, subject or not
    return {NINETY} if kind in SUBJECTS else {None}


def amount(status: str, premium: Fraction | None, rates: set[Any]) -> dict[str, Any]:
    money: dict[str, Any] = dict.fromkeys(["value", "min", "max"]) | {"may_be_not_stated": False}
    if status == "ineligible" or (status == "eligible" and rates == {None}):
        return {**money, "status": "not_stated" if status == "eligible" else "not_applicable"}
    least, most = (0, PREMIUM_AT_MOST) if premium is None else (premium, premium)
    if figures := rates - {None}:
        money["min"], money["max"] = half_up(least * min(figures)), half_up(most * max(figures))
    if status == "eligible" and money["min"] == money["max"] and figures == rates:
        return {**money, "status": "exact", "value": money["min"], "min": None, "max": None}
    money["may_be_not_stated"] = figures != rates
    return {**money, "status": "range" if status == "eligible" else status}


def half_up(exact: Fraction, places: int | None = 2) -> Fraction:
    return exact if places is None else Fraction((2 * exact * 10**places + 1) // 2, 10**places)
