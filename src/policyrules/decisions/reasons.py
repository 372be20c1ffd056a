"""The reasons for truths of conditions and for consequences: comparisons, margins, citations."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NoReturn

import attrs

from policyrules.display.numbers import digits_text, distinguishing_places, number_text
from policyrules.display.value import DisplayValue
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.localized import LocalizedText, language_code
from policyrules.values.calendar import figure_text, is_calendar
from policyrules.values.exact import Exact, decimal_text, fraction_text

TRUTHS: Final[Mapping[bool | None, str]] = {True: "held", False: "failed", None: "unknown"}
"""The word for each truth value, as JSON has it."""


@attrs.frozen(repr=False)
class Operand:
    """One side of a comparison: its expression in the ruleset, its title and its value.

    `fact` is the name of the fact or list, and empty for any other operand. `is_bare` is true for
    a figure or a word that is written in the test itself and so has no name.
    """

    __repr__ = short_repr

    expression: str
    title: LocalizedText
    value: DisplayValue
    fact: str = ""
    is_bare: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the operand as plain data."""
        return {
            "expression": self.expression,
            "title": self.title.to_dict(),
            "value": self.value.data(),
        }


@attrs.frozen(repr=False)
class Margin:
    """The distance of a fact from the figure at which a comparison would flip.

    `actual` is the figure of the fact, `limit` the last figure at which the comparison is held,
    all else equal. `bound` is `at_most` or `at_least`: the fact may be at most, or must be at
    least, the limit. `distance` is the difference between the two, in the unit of the fact: the
    shortfall if the comparison failed, the room that is left if it is held. `unit_title` is the
    declared name of the unit for readers.
    """

    __repr__ = short_repr

    fact: str
    title: LocalizedText
    kind: str
    unit: str
    actual: Exact
    limit: Exact
    bound: str
    distance: Exact
    unit_title: LocalizedText | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the margin as plain data; numbers are texts, a ratio is `n/d`."""
        text = fraction_text if self.kind == "ratio" else decimal_text
        actual, limit = text(self.actual), text(self.limit)
        if is_calendar(self.kind):
            actual, limit = (
                figure_text(self.kind, int(number)) for number in (self.actual, self.limit)
            )
        return {
            "fact": self.fact,
            "unit": CALENDAR_UNITS.get(self.kind, self.unit),
            "actual": actual,
            self.bound: limit,
            "distance": text(self.distance),
        }

    def text(self, language: str) -> str:
        """Return the fact and its limit for a reader: `裁员人数 7 人，最多 6 人`."""
        places = distinguishing_places((self.actual, self.limit), self.kind)
        actual, limit = (
            self._format(number, language, places) for number in (self.actual, self.limit)
        )
        words = _BOUNDS_IN_TIME if is_calendar(self.kind) else _BOUNDS
        word = words[self.bound].get(language)
        if language_code(language) == "zh":
            return f"{self.title.zh} {actual}，{word} {limit}"
        return f"{self.title.en} {actual}, {word} {limit}"

    def distance_text(self, language: str) -> str:
        """Return the distance for a reader: `1 人`, `0.5 percentage points`, `3 天`."""
        unit = CALENDAR_UNITS.get(self.kind)
        if unit is not None:
            return number_text(self.distance, "count", unit, language)
        places = distinguishing_places((0, self.distance), self.kind)
        if self.kind == "ratio":
            code = language_code(language)
            digits = digits_text(self.distance, self.kind, code, places)
            return f"{digits} {_PERCENTAGE_POINTS.get(code)}"
        return self._format(self.distance, language, places)

    def _format(self, number: Exact, language: str, places: int) -> str:
        title = self.unit_title
        return number_text(number, self.kind, self.unit, language, unit_title=title, places=places)


_PERCENTAGE_POINTS: Final = LocalizedText("个百分点", "percentage points")

_BOUNDS: Final[Mapping[str, LocalizedText]] = {
    "at_most": LocalizedText("最多", "at most"),
    "at_least": LocalizedText("至少", "at least"),
}
_BOUNDS_IN_TIME: Final[Mapping[str, LocalizedText]] = {
    "at_most": LocalizedText("最晚", "at the latest"),
    "at_least": LocalizedText("最早", "at the earliest"),
}

CALENDAR_UNITS: Final[Mapping[str, str]] = {
    "date": "day",
    "month": "month",
    "calendar_year": "year",
}
"""The unit of the distance between two figures of each calendar kind."""


@attrs.frozen(repr=False)
class ItemResult:
    """The truth of a test for one item of a list."""

    __repr__ = short_repr

    key: str
    truth: bool | None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("the result of an item", "compare `.truth is True`")


class Operator(StrEnum):
    """The operator of a comparison; the value of each member is its text in JSON."""

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

    `operator` is `<`, `<=`, `>`, `>=`, `==`, `!=` or `in`, with two operands, or `holds`,
    `is none`, `any` or `all`, with the left operand only. `truth` is the truth value of the
    comparison itself, before any `not` in front of it is applied: for `not (a <= b)` it is the
    truth of `a <= b`. For `any` and `all` the left operand is the number of items that pass the
    test, and `items` has the result for each item, or None if the list is not known.
    """

    __repr__ = short_repr

    truth: bool | None
    operator: Operator = attrs.field(converter=Operator)
    left: Operand
    right: Operand | None = None
    margin: Margin | None = None
    items: tuple[ItemResult, ...] | None = None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a comparison", "compare `.truth is True`")

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        data = {
            "truth": TRUTHS[self.truth],
            "operator": self.operator.value,
            "left": self.left.to_dict(),
            "right": self.right.to_dict() if self.right else None,
            "margin": self.margin.to_dict() if self.margin else None,
        }
        if self.items is not None:
            data["items"] = {item.key: TRUTHS[item.truth] for item in self.items}
        return data


@attrs.frozen(repr=False)
class Citation:
    """The provision that a condition rests on: a verbatim quote and its source document."""

    __repr__ = short_repr

    quote: str
    source: str
    source_title: str
    issued: str

    def to_dict(self) -> dict[str, Any]:
        """Return the citation as plain data."""
        return attrs.asdict(self)


@attrs.frozen(repr=False)
class AppliedException:
    """An exception that replaced a rule, or may have replaced it while its `when` is unknown."""

    __repr__ = short_repr

    id: str
    title: LocalizedText


@attrs.frozen(repr=False)
class Reason:
    """The reason for the truth value of one condition.

    A group has `members` and, if held, `met_by`, the members that met it; any other condition has
    `comparisons`. `exceptions` replaced the rule or a value that it tests, or may have done so.
    `missing_facts` are the unknown facts that can still settle the condition. An exclusion names
    in `excludes` the other benefit.
    """

    __repr__ = short_repr

    id: str
    title: LocalizedText
    truth: bool | None
    test: str
    comparisons: tuple[Comparison, ...] = ()
    members: tuple[str, ...] = ()
    met_by: tuple[str, ...] = ()
    exceptions: tuple[AppliedException, ...] = ()
    citation: Citation | None = None
    notes: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    excludes: LocalizedText | None = None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a reason", "compare `.truth is True`")

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as plain data; exceptions are listed by id."""
        return {
            "title": self.title.to_dict(),
            "truth": TRUTHS[self.truth],
            "test": self.test,
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "members": list(self.members),
            "met_by": list(self.met_by),
            "exceptions": [exception.id for exception in self.exceptions],
            "citation": self.citation.to_dict() if self.citation else None,
            "notes": list(self.notes),
            "missing_facts": list(self.missing_facts),
        } | ({} if self.excludes is None else {"excludes": self.excludes.to_dict()})


@attrs.frozen(repr=False)
class ConsequenceReason:
    """The reason for the figure of one consequence, of the case or of an item.

    `stated_for` are the statuses for which it is stated. `expression` is the rule that computes it.
    `operands` are the figures that are read by the rule or by an exception that may apply.
    `comparisons` are the tests that decide it: those of its expression, and those that decide which
    exception applies. `exceptions` replaced its expression, or may have done so. `missing_facts`
    are the unknown facts that can still change it.
    """

    __repr__ = short_repr

    name: str
    title: LocalizedText
    value: DisplayValue
    stated_for: tuple[str, ...]
    expression: str
    operands: tuple[Operand, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    exceptions: tuple[AppliedException, ...] = ()
    citation: Citation | None = None
    notes: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a reason", "read `.value`")

    def to_dict(self) -> dict[str, Any]:
        """Return the reason as plain data; exceptions are listed by id."""
        return {
            "title": self.title.to_dict(),
            "value": self.value.data(),
            "for": list(self.stated_for),
            "expression": self.expression,
            "operands": [operand.to_dict() for operand in self.operands],
            "comparisons": [comparison.to_dict() for comparison in self.comparisons],
            "exceptions": [exception.id for exception in self.exceptions],
            "citation": self.citation.to_dict() if self.citation else None,
            "notes": list(self.notes),
            "missing_facts": list(self.missing_facts),
        }
