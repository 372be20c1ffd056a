"""Why a condition is held, failed or unknown: both sides, the margin, the quote and its source."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NoReturn

import attrs

from policyrules.decisions.display import DisplayValue
from policyrules.decisions.numbers import digits_text, number_text, places_of
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.localized import Title, language_code
from policyrules.values.calendar import figure_text, is_calendar
from policyrules.values.exact import Exact, decimal_text, fraction_text

TRUTHS: Final[Mapping[bool | None, str]] = {True: "held", False: "failed", None: "unknown"}
"""The word for each truth."""


@attrs.frozen(repr=False)
class Operand:
    """One side of a test: how the ruleset writes it, its title, and what it is.

    `fact` is the name by which the side is asked for, where it is a fact or a list. `is_bare` says
    that it is a figure or a word that stands in the test itself, and so has no name.
    """

    __repr__ = short_repr

    text: str
    title: Title
    shown: DisplayValue
    fact: str = ""
    is_bare: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"text": self.text, "title": self.title.to_dict(), "value": self.shown.data()}


@attrs.frozen(repr=False)
class Margin:
    """How far a fact is from where the test would turn, in the fact's own unit.

    `now` is the fact and `limit` the last figure at which the test is held; `bound` says on which
    side of it (`at_most`, `at_least`). `by` is how far the two are apart: what is lacking where the
    test failed, what is to spare where it is held (nothing where it is just met). All else stays
    equal. `unit_title` is what a reader calls the unit, where its declaration says so.
    """

    __repr__ = short_repr

    fact: str
    title: Title
    kind: str
    unit: str
    now: Exact
    limit: Exact
    bound: str
    by: Exact
    unit_title: Title | None = None

    def to_dict(self) -> dict[str, Any]:
        """As data; numbers are texts, a ratio is `n/d`."""
        text = fraction_text if self.kind == "ratio" else decimal_text
        now, limit = text(self.now), text(self.limit)
        if is_calendar(self.kind):
            now, limit = (figure_text(self.kind, int(one)) for one in (self.now, self.limit))
        return {
            "fact": self.fact,
            "unit": CALENDAR_UNITS.get(self.kind, self.unit),
            "now": now,
            self.bound: limit,
            "by": text(self.by),
        }

    def text(self, language: str) -> str:
        """For a reader: `裁员人数 7 人，最多 6 人`."""
        places = places_of((self.now, self.limit), self.kind)
        now, limit = (self._written(one, language, places) for one in (self.now, self.limit))
        words = _BOUNDS_IN_TIME if is_calendar(self.kind) else _BOUNDS
        word = words[self.bound].in_(language)
        if language_code(language) == "zh":
            return f"{self.title.zh} {now}，{word} {limit}"
        return f"{self.title.en} {now}, {word} {limit}"

    def by_text(self, language: str) -> str:
        """How far it is, for a reader: `1 人`, `0.5 percentage points`, `3 天`."""
        unit = CALENDAR_UNITS.get(self.kind)
        if unit is not None:
            return number_text(self.by, "count", unit, language)
        places = places_of((0, self.by), self.kind)
        if self.kind == "ratio":
            code = language_code(language)
            digits = digits_text(self.by, self.kind, code, places)
            return f"{digits} {_PERCENTAGE_POINTS.in_(code)}"
        return self._written(self.by, language, places)

    def _written(self, number: Exact, language: str, places: int) -> str:
        title = self.unit_title
        return number_text(number, self.kind, self.unit, language, unit_title=title, places=places)


_PERCENTAGE_POINTS: Final = Title("个百分点", "percentage points")

_BOUNDS: Final[Mapping[str, Title]] = {
    "at_most": Title("最多", "at most"),
    "at_least": Title("至少", "at least"),
}
_BOUNDS_IN_TIME: Final[Mapping[str, Title]] = {
    "at_most": Title("最晚", "at the latest"),
    "at_least": Title("最早", "at the earliest"),
}

CALENDAR_UNITS: Final[Mapping[str, str]] = {
    "date": "day",
    "month": "month",
    "calendar_year": "year",
}
"""What two figures of the calendar are apart in."""


@attrs.frozen(repr=False)
class ItemResult:
    """One entry of a list, by its key, and how it came out."""

    __repr__ = short_repr

    key: str
    truth: bool | None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("an entry", "compare `.truth is True`")


class Operator(StrEnum):
    """The operator of a test; its value is the text that data has for it."""

    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    NOT_EQUAL = "!="
    IN = "in"
    HOLDS = "holds"
    IS_NONE = "is none"
    ANY = "any"
    ALL = "all"


@attrs.frozen(repr=False)
class Comparison:
    """One comparison inside a condition.

    `operator` is one of `<`, `<=`, `>`, `>=`, `==`, `!=` and `in`, with two sides, or `holds`,
    `is none`, `any` and `all`, with the left one only; it is a text and an `Operator`. `truth` is
    that of this comparison as its operator says, whatever `not` may stand before it: of
    `not (a <= b)` it is the truth of `a <= b`. Of `any` and `all` the left side is how many entries
    of the list hold the test, and `entries` has each of them; it is None where the list is not
    known.
    """

    __repr__ = short_repr

    truth: bool | None
    operator: Operator = attrs.field(converter=Operator)
    left: Operand
    right: Operand | None = None
    margin: Margin | None = None
    entries: tuple[ItemResult, ...] | None = None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a test", "compare `.truth is True`")

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "truth": TRUTHS[self.truth],
            "operator": self.operator.value,
            "left": self.left.to_dict(),
            "right": self.right.to_dict() if self.right else None,
            "margin": self.margin.to_dict() if self.margin else None,
        } | (
            {}
            if self.entries is None
            else {"entries": {one.key: TRUTHS[one.truth] for one in self.entries}}
        )


@attrs.frozen(repr=False)
class Citation:
    """The ground of a node: its quote, and the document that it is from."""

    __repr__ = short_repr

    quote: str
    source: str
    source_title: str
    issued: str

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return attrs.asdict(self)


@attrs.frozen(repr=False)
class AppliedException:
    """An exception that replaced a rule, or may have while its `when` is open."""

    __repr__ = short_repr

    id: str
    title: Title


@attrs.frozen(repr=False)
class Reason:
    """Why one condition came out as it did.

    A group names its `members` and, held, those that met it; a test shows its `tests`. `exceptions`
    are those that replaced the rule or a value that it tests (or may have). `excludes` is the other
    benefit that the condition keeps apart, where it is there for that.
    """

    __repr__ = short_repr

    id: str
    title: Title
    truth: bool | None
    test: str
    tests: tuple[Comparison, ...] = ()
    members: tuple[str, ...] = ()
    met_by: tuple[str, ...] = ()
    exceptions: tuple[AppliedException, ...] = ()
    cited: Citation | None = None
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    excludes: Title | None = None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a reason", "compare `.truth is True`")

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "title": self.title.to_dict(),
            "truth": TRUTHS[self.truth],
            "test": self.test,
            "tests": [test.to_dict() for test in self.tests],
            "members": list(self.members),
            "met_by": list(self.met_by),
            "exceptions": [exception.id for exception in self.exceptions],
            "ground": self.cited.to_dict() if self.cited else None,
            "notes": list(self.notes),
            "missing": list(self.facts),
        } | ({} if self.excludes is None else {"excludes": self.excludes.to_dict()})
