"""The lines of an explanation for comparisons: operands, figures and margins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.decisions.reasons import (
    Comparison,
    ConsequenceReason,
    Margin,
    Operand,
    Operator,
    Reason,
)
from policyrules.display.numbers import number_text
from policyrules.display.value import DisplayValue, distinguishing_places_among
from policyrules.explain.messages import phrase
from policyrules.text.localized import Language
from policyrules.values.calendar import is_calendar
from policyrules.values.possible import WordSet

_MAX_KEYS: Final = 6
"""The number of item keys that one line names at most."""

_SIGNS: Final[Mapping[Operator, tuple[str, str]]] = {
    Operator.LESS: ("<", "≥"),
    Operator.AT_MOST: ("≤", ">"),
    Operator.GREATER: (">", "≤"),
    Operator.AT_LEAST: ("≥", "<"),
    Operator.EQUAL: ("=", "≠"),
    Operator.NOT_EQUAL: ("≠", "="),
}
"""The sign of each operator for a reader, and the sign of its opposite."""

_IN_SET: Final[Mapping[bool | None, str]] = {True: "in", False: "not in", None: "perhaps in"}
_IN_PERIOD: Final[Mapping[bool | None, str]] = {
    True: "within",
    False: "not within",
    None: "perhaps within",
}
"""The phrase for each truth of `in`, for a set of words and for a period."""


class ComparisonText:
    """Formats the comparisons of reasons in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def phrase(self, key: str, /, **parts: str) -> str:
        """Return a phrase in the language."""
        return phrase(key, self.language, **parts)

    def comparison(self, test: Comparison, reason: Reason | ConsequenceReason) -> str:
        """Return a comparison with the sign of its result: `裁员率 约23.33% > 裁员率上限 20%`."""
        if test.right is None:
            title = test.left.title.get(self.language)
            return self.phrase("label", name=title) + self.value(test.left.value)
        if test.operator is Operator.IN:
            return self._membership(test, test.right)
        places = distinguishing_places_among((test.left.value, test.right.value))
        left = self.operand(test.left, reason, places)
        right = self.operand(test.right, reason, places)
        same, opposite = _SIGNS[test.operator]
        if test.truth is None:
            return self.phrase("compared", left=left, sign=same, right=right)
        return f"{left} {same if test.truth else opposite} {right}"

    def _membership(self, test: Comparison, words: Operand) -> str:
        figures = words.value.possible.figures
        key = (_IN_PERIOD if words.value.kind == "period" else _IN_SET)[test.truth]
        if test.truth is None and isinstance(figures, WordSet) and figures.open_by:
            key = "perhaps in open"
        left = test.left.title.get(self.language)
        return self.phrase("label", name=left) + self.phrase(
            key,
            word=self.value(test.left.value),
            name=words.title.get(self.language),
            words=self.value(words.value),
        )

    def operand(
        self, operand: Operand, reason: Reason | ConsequenceReason, places: int | None = None
    ) -> str:
        """Return one side of a comparison, or a figure that was read, with its title."""
        title, value = operand.title.get(self.language), self.value(operand.value, places)
        if operand.fact in reason.missing_facts and not operand.value.possible.is_settled:
            # An unknown fact: "not known" is clearer than its whole declared range.
            return self.phrase("label", name=title) + self.phrase("unknown")
        # A bare figure such as `0` has no title, so only its value is shown.
        return value if operand.is_bare else f"{title} {value}"

    def value(self, value: DisplayValue, places: int | None = None) -> str:
        """Return a value for a reader; “not known” for a word or a yes/no that may be anything."""
        figures = value.possible.figures
        if isinstance(figures, frozenset) and len(figures) > 1:
            every = {True, False} if value.kind == "yes_no" else {*value.words}
            if figures >= every:
                return self.phrase("unknown")
        return value.text(self.language, places)

    def distance(self, margin: Margin) -> str:
        """Return the distance from the limit: `：多 1 人`, `：余量 0.8 年`, `：正好达到`."""
        at_most = margin.bound == "at_most"
        met = margin.actual <= margin.limit if at_most else margin.actual >= margin.limit
        distance = margin.distance_text(self.language)
        if met:
            return (
                self.phrase("to spare", distance=distance)
                if margin.distance
                else self.phrase("just met")
            )
        if is_calendar(margin.kind):
            return self.phrase("too late" if at_most else "too early", distance=distance)
        many, few = ("many", "few") if margin.kind == "count" else ("much", "little")
        return self.phrase(
            "exceeds" if at_most else "falls short", distance=distance, many=many, few=few
        )

    def quantifier_line(self, test: Comparison) -> str:
        """Return the result of an `any` or `all`: `招用人员：3 人中 2 人符合（p1、p3）`.

        If an `all` failed, the items that failed the test are named instead.
        """
        name = test.left.title.get(self.language)
        if test.items is None:
            return self.phrase("label", name=name) + self.phrase("unknown")
        if not test.items:
            return self.phrase("label", name=name) + self.phrase("no entry")
        count = test.left.value

        def format_count(number: int) -> str:
            title = count.unit_title
            return number_text(number, "count", count.unit, self.language, unit_title=title)

        is_broken = test.operator is Operator.ALL and test.truth is False
        held = [item.key for item in test.items if item.truth is (not is_broken)]
        open_ = [item.key for item in test.items if item.truth is None]
        held_text = str(len(held)) if self.language == "en" else format_count(len(held))
        text = self.phrase(
            "not all of them" if is_broken else "of them",
            name=name,
            all=format_count(len(test.items)),
            held=held_text,
            keys=self._bracketed_keys(held),
        )
        if open_:
            text += self.phrase(
                "open ones", open=format_count(len(open_)), keys=self._bracketed_keys(open_)
            )
        return text

    def _bracketed_keys(self, keys: list[str]) -> str:
        """Return the first keys in brackets, or an empty text for no keys."""
        if not keys:
            return ""
        shown = self.phrase("and").join(keys[:_MAX_KEYS]) + ("…" if len(keys) > _MAX_KEYS else "")
        return self.phrase("in brackets", text=shown)
