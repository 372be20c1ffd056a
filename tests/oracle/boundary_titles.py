"""Applications at the boundaries of the senior title for the grassroots, for `oracle.senior_title`.

`case` draws one at random, `every_boundary` lists them one by one with what the text answers, and
`to_package` writes the facts as the package takes them.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tests.oracle.boundary_cases import Boundary, day_of_decision, leave_out, some_of

FIELD, GRASSROOTS = "applicant.field", "applicant.at_grassroots_unit"
CONTRIBUTION = "applicant.long_service_and_outstanding_contribution"
PAPERS, EVIDENCE = "applicant.papers", "applicant.evidence"
SUBMITTED, LEVEL, USES = "application.submitted_on", "application.level", "title_uses"
FACTS = (FIELD, GRASSROOTS, CONTRIBUTION, PAPERS, EVIDENCE, SUBMITTED, LEVEL, USES)
THAT_DECIDE = (FIELD, GRASSROOTS, CONTRIBUTION, SUBMITTED, LEVEL)

HEALTH = "health"
FARMING, RELICS = ("agri_livestock", "forestry_grassland", "water"), "cultural_relics_museum"
LISTED = (HEALTH, "school_teacher", *FARMING, "ulan_muqir", RELICS)
UNLISTED = ("journalism", "law", "新闻出版")
LEVELS = ("senior", "middle", "junior")
PLACES = ("same_unit", "same_county", "same_province", "other_province")
REPORTS = ("inspection_report", "project_report", "extension_plan", "survey_report")
WORKS = ("exhibition_plan", "conservation_plan", "collection_appraisal")
UNLISTED_PIECES = ("performance", "lesson_plan")
PIECES = (*REPORTS, *WORKS, *UNLISTED_PIECES)

ARTICLE_DAY = date(2022, 11, 25)
IN_FORCE = (date(2016, 1, 1), date(2021, 12, 31), ARTICLE_DAY, date(2030, 2, 28))
OUTSIDE = (date(2015, 12, 31), date(2010, 6, 1))
# The days on which a year begins or ends that matters to a field.
EDGES = (date(2015, 12, 31), date(2016, 1, 1), date(2021, 12, 31), date(2022, 1, 1))


def good_application() -> dict[str, object]:
    """A vet of a sum applies for a senior title on the first day of 2022: in scope."""
    return {
        FIELD: "agri_livestock",
        GRASSROOTS: True,
        CONTRIBUTION: True,
        PAPERS: 0,
        EVIDENCE: ["survey_report"],
        SUBMITTED: date(2022, 1, 1),
        LEVEL: "senior",
        USES: [{"id": "u1", "place": "same_unit"}],
    }


# --- at random ------------------------------------------------------------------------------


def case(rng: random.Random) -> tuple[dict[str, object], date]:
    """An application near the boundaries and a day; about half leave facts unknown."""
    facts: dict[str, object] = {
        FIELD: rng.choices((*LISTED, *UNLISTED), [2] + [1] * 6 + [0.5] * 3)[0],
        GRASSROOTS: rng.random() < 0.93,
        CONTRIBUTION: rng.random() < 0.93,
        PAPERS: rng.choice((0, 1, 1000)),
        EVIDENCE: rng.sample(PIECES, rng.choice((0, 1, 2, 3, len(PIECES)))),
        SUBMITTED: _submitted(rng),
        LEVEL: rng.choices(LEVELS, (12, 1, 1))[0],
        USES: _uses(rng),
    }
    if rng.random() < 0.5:
        leave_out(rng, facts, some_of(rng, FACTS))
    return facts, day_of_decision(rng, IN_FORCE, OUTSIDE)


def _submitted(rng: random.Random) -> date:
    draw = rng.random()
    if draw < 0.45:
        return rng.choice(EDGES)
    if draw < 0.85:
        return date(2022, 1, 1) + timedelta(days=rng.randrange(365))
    return date(rng.randint(2012, 2025), rng.choice((1, 6, 12)), 28)


def _uses(rng: random.Random) -> list[dict[str, object]]:
    uses: list[dict[str, object]] = []
    for number in range(1, rng.choice((0, 1, 1, 2, 4)) + 1):
        use: dict[str, object] = {"id": f"u{number}", "place": rng.choice(PLACES)}
        if rng.random() < 0.1:
            leave_out(rng, use, ["place"])
        uses.append(use)
    return uses


# --- one by one -----------------------------------------------------------------------------


def every_boundary() -> Iterator[Boundary]:
    """Every field on every edge of a year; then each fact at its edge or unknown."""
    yield from _start_boundaries()
    yield from _other_boundaries()
    yield from _consequence_boundaries()
    for on in IN_FORCE:
        yield Boundary(f"on {on}", good_application(), on, "eligible")
    for on in OUTSIDE:
        yield Boundary(f"on {on}", good_application(), on, "not-yet-in-force")


def _case(name: str, expected: str, change: Mapping[str, object]) -> Boundary:
    return Boundary(name, good_application() | dict(change), ARTICLE_DAY, expected)


def _start_boundaries() -> Iterator[Boundary]:
    """Verdicts of the application in 2015, 2016, 2021 and 2022, and on a day unknown."""
    yes, no, open_ = "eligible", "ineligible", "undetermined"
    fields: list[tuple[str | None, tuple[str, str, str, str]]] = [
        (HEALTH, (no, yes, yes, yes)),
        *((field, (no, no, no, yes)) for field in LISTED if field != HEALTH),
        *((field, (no, no, no, open_)) for field in UNLISTED),  # 等: never ruled out as a field
        (None, (no, open_, open_, open_)),
    ]
    for field, verdicts in fields:
        for day, expected in zip(EDGES, verdicts, strict=True):
            yield _case(f"{field} on {day}", expected, {FIELD: field, SUBMITTED: day})
            of_field: dict[str, object] = {FIELD: field, SUBMITTED: day}
            yield _case(f"{field} on {day}, junior", no, of_field | {LEVEL: "junior"})
            open_level = no if expected == no else open_
            yield _case(f"{field} on {day}, level unknown", open_level, of_field | {LEVEL: None})
        yield _case(f"{field}, day unknown", open_, {FIELD: field, SUBMITTED: None})
        yield _case(f"{field} in 2100", verdicts[-1], {FIELD: field, SUBMITTED: date(2100, 12, 31)})
        yield _case(f"{field} in 1900", no, {FIELD: field, SUBMITTED: date(1900, 1, 1)})


def _other_boundaries() -> Iterator[Boundary]:
    for level in LEVELS:
        yield _case(level, "eligible" if level == "senior" else "ineligible", {LEVEL: level})
    for name in (GRASSROOTS, CONTRIBUTION):
        yield _case(f"{name} is no", "ineligible", {name: False})
    for name in THAT_DECIDE:
        yield _case(f"{name} unknown", "undetermined", {name: None})
        other = CONTRIBUTION if name == GRASSROOTS else GRASSROOTS
        yield _case(f"{name} unknown, not {other}", "ineligible", {name: None, other: False})
    for name in (PAPERS, EVIDENCE, USES):  # they are consequences, never conditions
        yield _case(f"{name} unknown", "eligible", {name: None})
    for papers in (0, 1, 1000):
        yield _case(f"{papers} papers", "eligible", {PAPERS: papers})
    yield Boundary("nothing known", {}, ARTICLE_DAY, "undetermined")


def _consequence_boundaries() -> Iterator[Boundary]:
    everywhere: list[dict[str, object]] = [
        {"id": f"u{number}", "place": place} for number, place in enumerate(PLACES, start=1)
    ]
    everywhere += [{"id": "u5"}, {"id": "u6", "place": None}]
    for field in (*LISTED, *UNLISTED, None):
        expected = "eligible" if field in LISTED else "undetermined"
        for pieces in (list(PIECES), [], *([piece] for piece in PIECES)):
            change: dict[str, object] = {FIELD: field, EVIDENCE: pieces, USES: everywhere}
            yield _case(f"{field} with {len(pieces)}: {pieces[:1]}", expected, change)
            elsewhere = change | {GRASSROOTS: False}
            yield _case(f"{field} with {pieces[:1]}, no grassroots", "ineligible", elsewhere)
    for uses in ([], everywhere[:1], everywhere[3:4], everywhere[4:]):
        yield _case(f"{len(uses)} uses: {uses[:1]}", "eligible", {USES: uses})


# --- for the package ------------------------------------------------------------------------


def to_package(facts: Mapping[str, object]) -> dict[str, object]:
    """The same facts as the package takes them; days of even number as a text."""
    written = dict(facts)
    day = written.get(SUBMITTED)
    if isinstance(day, date) and day.day % 2 == 0:
        written[SUBMITTED] = day.isoformat()
    return written
