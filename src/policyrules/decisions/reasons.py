"""Why a condition is held, failed or unknown: both sides, the margin, the quote and its source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from policyrules.decisions.shown import Shown, number_text
from policyrules.titles import Language, Title
from policyrules.values.exact import Exact, decimal_text, fraction_text

TRUTHS: Final[Mapping[bool | None, str]] = {True: "held", False: "failed", None: "unknown"}
"""The word for each truth."""


@attrs.frozen
class Side:
    """One side of a test: how the ruleset writes it, its title, and what it is."""

    text: str
    title: Title
    shown: Shown

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"text": self.text, "title": self.title.to_dict(), "value": self.shown.data()}


@attrs.frozen
class Margin:
    """How far a fact is from where the test would turn, in the fact's own unit.

    `now` is the fact and `limit` the last figure at which the test is held; `bound` says on which
    side of it (`at_most`, `at_least`). `by` is how far the two are apart: what is lacking where the
    test failed, what is to spare where it is held (nothing where it is just met). All else stays
    equal.
    """

    fact: str
    title: Title
    kind: str
    unit: str
    now: Exact
    limit: Exact
    bound: str
    by: Exact

    def to_dict(self) -> dict[str, Any]:
        """As data; numbers are texts, a ratio is `n/d`."""
        text = fraction_text if self.kind == "ratio" else decimal_text
        return {
            "fact": self.fact,
            "unit": self.unit,
            "now": text(self.now),
            self.bound: text(self.limit),
            "by": text(self.by),
        }

    def text(self, language: Language) -> str:
        """For a reader: `裁员人数 7 人，最多 6 人`."""
        now = number_text(self.now, self.kind, self.unit, language)
        limit = number_text(self.limit, self.kind, self.unit, language)
        if language == "zh":
            word = "最多" if self.bound == "at_most" else "至少"
            return f"{self.title.zh} {now}，{word} {limit}"
        word = "at most" if self.bound == "at_most" else "at least"
        return f"{self.title.en} {now}, {word} {limit}"


@attrs.frozen
class TestReason:
    """One comparison inside a condition.

    `operator` is one of `<`, `<=`, `>`, `>=`, `==`, `!=` and `in`, with two sides, or `holds` and
    `is none`, with the left one only. `truth` is that of this comparison as its operator says,
    whatever `not` may stand before it: of `not (a <= b)` it is the truth of `a <= b`.
    """

    truth: bool | None
    operator: str
    left: Side
    right: Side | None = None
    margin: Margin | None = None

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "truth": TRUTHS[self.truth],
            "operator": self.operator,
            "left": self.left.to_dict(),
            "right": self.right.to_dict() if self.right else None,
            "margin": self.margin.to_dict() if self.margin else None,
        }


@attrs.frozen
class Cited:
    """The ground of a node: its quote, and the document that it is from."""

    quote: str
    source: str
    source_title: str
    issued: str

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return attrs.asdict(self)


@attrs.frozen
class Replacement:
    """An exception that replaced a rule, or may have while its `when` is open."""

    id: str
    title: Title


@attrs.frozen
class Reason:
    """Why one condition came out as it did.

    A group names its `members` and, held, those that met it; a test shows its `tests`. `exceptions`
    are those that replaced the rule or a value that it tests (or may have).
    """

    id: str
    title: Title
    truth: bool | None
    test: str
    tests: tuple[TestReason, ...] = ()
    members: tuple[str, ...] = ()
    met_by: tuple[str, ...] = ()
    exceptions: tuple[Replacement, ...] = ()
    cited: Cited | None = None
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

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
        }
