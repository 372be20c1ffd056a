"""The four policies of Inner Mongolia of 2022, decided by hand.

Nothing here is the package's. Facts are exact, under flat names, a list as a list; absent or None
is unknown, an empty list is known to be empty. A month is written `2022-09`. `none` is a known
absence: of a size class, of a graduation. A layoff rate is a Fraction or (Fraction, places).

A truth is True, False or None: not known. Of each policy the answer has the status, and the
conditions by what became of them; outside its time, or of facts that cannot be, it is an error.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from fractions import Fraction
from operator import not_
from typing import Any

Facts = Mapping[str, Any]
Truth = bool | None
STATUS: dict[Truth, str] = {True: "eligible", False: "ineligible", None: "undetermined"}
STATES: dict[str, Truth] = {"held": True, "failed": False, "unknown": None}

BODIES = {"social_group", "foundation", "social_service_org", "law_firm", "accounting_firm"}
SUBJECTS = BODIES | {"enterprise", "individual_business_unit_insured"}
ANY_DAY = (date(1900, 1, 1), date(2100, 12, 31))  # what an unknown day stands for


def all_of(*truths: Truth) -> Truth:
    return False if False in truths else None if None in truths else True


def any_of(*truths: Truth) -> Truth:
    return True if True in truths else None if None in truths else False


def known(fact: Any, test: Callable[[Any], bool]) -> Truth:
    return None if fact is None else test(fact)


def in_2022(day: date) -> bool:
    return date(2022, 1, 1) <= day <= date(2022, 12, 31)


def report(conditions: Mapping[str, Truth], exclusions: Collection[str] = ()) -> dict[str, Any]:
    """The status that all conditions together give, and what became of each of them.

    A failed condition that only keeps another benefit away is reported as `excluded`.
    """
    names = {s: sorted(c for c, v in conditions.items() if v is STATES[s]) for s in STATES}
    excluded = [name for name in names["failed"] if name in exclusions]
    names["failed"] = [name for name in names["failed"] if name not in exclusions]
    return {"status": STATUS[all_of(*conditions.values())], **names, "excluded": excluded}


def good_standing(facts: Facts) -> dict[str, Truth]:
    """未列入严重违法失信黑名单、未列入出清名单僵尸企业、符合当地环保政策."""
    return {
        "not-dishonest": known(facts.get("employer.dishonesty_listed"), not_),
        "not-zombie": known(facts.get("employer.zombie_listed"), not_),
        "environment": facts.get("employer.environment_compliant"),
    }


# --- 失业保险稳岗返还: the job-stabilisation refund -----------------------------------------------

SMALL_FIRM_CAP, TARGET = Fraction(20, 100), Fraction(55, 1000)
THIRTY, FIFTY, NINETY = Fraction(30, 100), Fraction(50, 100), Fraction(90, 100)
Rate = Fraction | tuple[Fraction, int] | None
LAYOFFS = ("employer.layoff_rate", "employer.laid_off", "employer.insured_headcount")


def refund(facts: Facts, on: date) -> dict[str, Any]:
    """Status, conditions and amount (in yuan) of one firm on one day, or the error."""
    if not in_2022(on):
        return {"error": "not-yet-in-force" if on.year < 2022 else "ended"}
    kind, size = facts.get("employer.kind"), facts.get("employer.size")
    layoffs = few_layoffs(*map(facts.get, LAYOFFS))
    if layoffs == "facts-disagree":
        return {"error": "facts-disagree"}
    conditions: dict[str, Any] = {
        "subject": known(kind, SUBJECTS.__contains__),
        "fund-reserve": known(facts.get("pooling_area.fund_reserve_years"), lambda y: y >= 1),
        "paid-12-months": known(facts.get("employer.full_paid_months"), lambda m: m >= 12),
        "layoffs": layoffs,
        **good_standing(facts),
    }
    answer = report(conditions)
    rates = possible_rates(kind, size, on)
    return answer | {"amount": amount(answer["status"], facts.get("employer.premium_paid"), rates)}


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
    figures = rates - {None}
    if figures and premium is not None:  # of any premium there may be, nothing bounds the refund
        money["min"], money["max"] = (
            half_up(premium * min(figures)),
            half_up(premium * max(figures)),
        )
    if status == "eligible" and None not in (money["min"], *rates) and money["min"] == money["max"]:
        return {**money, "status": "exact", "value": money["min"], "min": None, "max": None}
    money["may_be_not_stated"] = figures != rates
    return {**money, "status": "range" if status == "eligible" else status}


def half_up(exact: Fraction, places: int | None = 2) -> Fraction:
    return exact if places is None else Fraction((2 * exact * 10**places + 1) // 2, 10**places)


def no_figure(status: str) -> dict[str, Any]:
    """The amount where the text states no standard, whatever the headcount."""
    return amount(status, None, {None})


# --- 一次性留工培训补助: the retention and training subsidy ------------------------------------------

FIVE_INDUSTRIES = {"catering", "retail", "tourism", "civil_aviation", "road_water_rail_transport"}


def retention_subsidy(facts: Facts, on: date) -> dict[str, Any]:
    """Status, conditions, routes met and amount of one body on one day, or the error."""
    if on.year not in {2022, 2023}:  # no text closes the decision itself: an assumption
        return {"error": "not-yet-in-force" if on.year < 2022 else "ended"}
    kind, industry = facts.get("employer.kind"), facts.get("employer.industry")
    # 2022年1月1日至12月31日,累计出现1个(含)以上; the second route as printed: 出现, not 未出现.
    days = facts.get("pooling_area.risk_area_dates")
    risk_area = known(days, lambda days: sum(in_2022(day) for day in days) >= 1)
    stopped = facts.get("employer.stopped_by_epidemic")
    insured_body = all_of(facts.get("employer.insured"), known(kind, SUBJECTS.__contains__))
    listed_industry = known(industry, FIVE_INDUSTRIES.__contains__)
    enterprise = known(kind, lambda kind: kind == "enterprise")  # 5个行业企业: no other body
    routes = {
        "route-stopped": all_of(risk_area, stopped, insured_body),
        "route-industry": all_of(risk_area, listed_industry, enterprise),
    }
    conditions = {
        "fund-reserve": known(facts.get("pooling_area.fund_reserve_years"), lambda y: y >= 2),
        "route": any_of(*routes.values()),
        **good_standing(facts),
    }
    answer = report(conditions)
    met = sorted(route for route in routes if routes[route])
    return answer | {"routes": met, "amount": no_figure(answer["status"])}


# --- 一次性扩岗补助: the job-expansion subsidy ------------------------------------------------------

HIRES_AT_MOST = 10_000
EXCLUSIONS = ("no-hiring-subsidy", "not-claimed-elsewhere")


def expansion_subsidy(facts: Facts, on: date) -> dict[str, Any]:
    """Status, conditions and amount of one employer on one day, or the error.

    `hires` has the answer for each person, `count` the least and the most that are eligible.
    """
    if on.year not in {2022, 2023}:  # no text closes the decision itself: an assumption
        return {"error": "not-yet-in-force" if on.year < 2022 else "ended"}
    hires = facts.get("hires")
    dates = [(hire.get("born_on"), hire.get("hired_on")) for hire in hires or ()]
    if any(born and hired and born >= hired for born, hired in dates):
        return {"error": "facts-disagree"}
    decided = {hire["id"]: one_hire(hire) for hire in hires or ()}
    statuses = [hire["status"] for hire in decided.values()]
    eligible, may_be = statuses.count("eligible"), len(statuses) - statuses.count("ineligible")
    any_hire = True if eligible else None if may_be or hires is None else False
    # 企业: no other body.
    subject = known(facts.get("employer.kind"), lambda kind: kind == "enterprise")
    answer = report({"subject": subject, "any-hire": any_hire})
    answer["count"] = (0, HIRES_AT_MOST) if hires is None else (eligible, may_be)
    return answer | {"hires": decided, "amount": no_figure(answer["status"])}


def one_hire(hire: Facts) -> dict[str, Any]:
    """Status and conditions of one person hired, and the routes met (任一条件)."""
    hired_in_2022 = known(hire.get("hired_on"), in_2022)
    paid_1_month = known(hire.get("ui_paid_months"), lambda months: months >= 1)
    graduated_in_2022 = known(hire.get("graduation_year"), lambda year: year == 2022)
    # 2022年9月(含)以后: any one month from then on.
    months = hire.get("ui_normal_months")
    normal = known(months, lambda months: any(month >= "2022-09" for month in months))
    contract, registered = hire.get("contract_signed"), hire.get("registered_unemployed")
    aged = aged_16_to_24(hire.get("born_on"), hire.get("hired_on"))
    routes = {
        "graduate-of-2022": all_of(hired_in_2022, graduated_in_2022, contract, paid_1_month),
        "recent-graduate": all_of(hire.get("unemployed_graduate"), normal),
        "unemployed-youth": all_of(hired_in_2022, registered, aged, paid_1_month),
    }
    conditions = {
        "route": any_of(*routes.values()),
        "no-hiring-subsidy": known(hire.get("hiring_subsidy_paid"), not_),
        "not-claimed-elsewhere": known(hire.get("claimed_by_other_employer"), not_),
    }
    met = sorted(route for route in routes if routes[route])
    return report(conditions, EXCLUSIONS) | {"routes": met}


def aged_16_to_24(born: date | None, hired: date | None) -> Truth:
    """On the day of hire the 16th birthday has come, and the 25th has not."""
    first_born, last_born = (born, born) if born else ANY_DAY
    first_hired, last_hired = (hired, hired) if hired else ANY_DAY
    if last_hired < birthday(first_born, 16) or birthday(last_born, 25) <= first_hired:
        return False
    for_certain = birthday(last_born, 16) <= first_hired and last_hired < birthday(first_born, 25)
    return True if for_certain else None


def birthday(born: date, age: int) -> date:
    """The day on which a year of life is completed: for 29 February 1 March in common years."""
    year = born.year + age
    leap_year = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if (born.month, born.day) == (2, 29) and not leap_year:
        return date(year, 3, 1)
    return born.replace(year=year)


# --- 职称“双定向”: directed evaluation and use of senior titles at the grassroots ------------------

FARMING = {"agri_livestock", "forestry_grassland", "water"}
FIELDS = FARMING | {"health", "school_teacher", "ulan_muqir", "cultural_relics_museum"}
REPORTS = {"inspection_report", "project_report", "extension_plan", "survey_report"}
RELICS = {"exhibition_plan", "conservation_plan", "collection_appraisal"}
VALID = {"same_unit": True, "other_province": False}  # 限当地有效; what lies between is not said


def senior_title(facts: Facts, on: date) -> dict[str, Any]:
    """Status and conditions of one application on one day, and what follows; or the error.

    `valid` is said of each use of the title, `evidence` of each piece; no list of them is closed.
    Of who is out of scope nothing of all this is said.
    """
    if on < date(2016, 1, 1):
        return {"error": "not-yet-in-force"}
    field = facts.get("applicant.field")
    conditions = {
        "field": True if field in FIELDS else None,  # 等: others are not ruled out
        "in-effect": in_effect(field, facts.get("application.submitted_on")),
        "grassroots": facts.get("applicant.at_grassroots_unit"),
        "senior-level": known(facts.get("application.level"), lambda level: level == "senior"),
        "contribution": facts.get("applicant.long_service_and_outstanding_contribution"),
    }
    answer = report(conditions)
    # 对论文不作硬性要求; 不占总的专业技术岗位结构比例. Nothing follows for who is out of scope.
    follows = {"paper_required": False, "counts_toward_general_post_ratio": False}
    uses, pieces = facts.get("title_uses") or (), facts.get("applicant.evidence") or ()
    if answer["status"] == "ineligible":
        follows, uses, pieces = {}, (), ()
    return answer | {
        "consequences": follows,
        "valid": {use["id"]: VALID.get(use.get("place")) for use in uses},
        "evidence": {piece: listed(field, piece) for piece in pieces},
    }


def listed(field: str | None, piece: str) -> Truth:
    """Whether the text names the piece for the field; 等: what it does not name is not ruled out."""
    named = REPORTS if field in FARMING else RELICS if field == "cultural_relics_museum" else set()
    return True if piece in named else None


def in_effect(field: str | None, submitted: date | None) -> Truth:
    """Of the year of the start or later: 2016 for health, 2022 (今年) for the other fields."""
    starts = {2016, 2022} if field is None else {2016} if field == "health" else {2022}
    days = [submitted] if submitted else ANY_DAY
    truths = {day.year >= start for day in days for start in starts}
    return truths.pop() if len(truths) == 1 else None
