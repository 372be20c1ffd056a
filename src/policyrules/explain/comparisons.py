"""The lines that say how a test came out: both sides, their figures, and how far they are apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.decisions.display import DisplayValue, places_among
from policyrules.decisions.numbers import number_text
from policyrules.decisions.reasons import Comparison, Margin, Operand, Operator, Reason
from policyrules.explain.messages import phrase
from policyrules.text.localized import Language
from policyrules.values.calendar import is_calendar
from policyrules.values.possible import WordSet

_MOST_KEYS: Final = 6
"""So many keys of items are named in one line."""

_SIGNS: Final[Mapping[Operator, tuple[str, str]]] = {
    Operator.LESS: ("<", "≥"),
    Operator.AT_MOST: ("≤", ">"),
    Operator.GREATER: (">", "≤"),
    Operator.AT_LEAST: ("≥", "<"),
    Operator.EQUAL: ("=", "≠"),
    Operator.NOT_EQUAL: ("≠", "="),
}
"""Each operator as a reader writes it, and its opposite."""

_IN_SET: Final[Mapping[bool | None, str]] = {True: "in", False: "not in", None: "perhaps in"}
_IN_PERIOD: Final[Mapping[bool | None, str]] = {
    True: "within",
    False: "not within",
    None: "perhaps within",
}
"""The phrase for each truth of `in`, of a set of words and of a period."""


class ComparisonText:
    """Writes the tests of reasons in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, key: str, /, **parts: str) -> str:
        """A phrase in the language."""
        return phrase(key, self.language, **parts)

    def test(self, test: Comparison, reason: Reason) -> str:
        """The comparison as it came out: `裁员率 约23.33% > 裁员率上限 20%`."""
        if test.right is None:
            title = test.left.title.in_(self.language)
            return self.say("label", name=title) + self.value(test.left.value)
        if test.operator is Operator.IN:
            return self._membership(test, test.right)
        places = places_among((test.left.value, test.right.value))
        left = self._side(test.left, reason, places)
        right = self._side(test.right, reason, places)
        same, opposite = _SIGNS[test.operator]
        if test.truth is None:
            return self.say("compared", left=left, sign=same, right=right)
        return f"{left} {same if test.truth else opposite} {right}"

    def _membership(self, test: Comparison, words: Operand) -> str:
        figures = words.value.possible.figures
        key = (_IN_PERIOD if words.value.kind == "period" else _IN_SET)[test.truth]
        if test.truth is None and isinstance(figures, WordSet) and figures.open_by:
            key = "perhaps in open"
        left = test.left.title.in_(self.language)
        return self.say("label", name=left) + self.say(
            key,
            word=self.value(test.left.value),
            name=words.title.in_(self.language),
            words=self.value(words.value),
        )

    def _side(self, side: Operand, reason: Reason, places: int) -> str:
        title, value = side.title.in_(self.language), self.value(side.value, places)
        if side.fact in reason.missing_facts and not side.value.possible.is_settled:
            # A fact that nobody gave: all of its declared range says less than that.
            return self.say("label", name=title) + self.say("unknown")
        # A bare figure, `0`, is called as it is written: it stands with its unit, and once.
        return value if side.is_bare else f"{title} {value}"

    def value(self, shown: DisplayValue, places: int | None = None) -> str:
        """What something is; a word or a yes/no that may be any is not known."""
        figures = shown.possible.figures
        if isinstance(figures, frozenset) and len(figures) > 1:
            every = {True, False} if shown.kind == "yes_no" else {*shown.words}
            if figures >= every:
                return self.say("unknown")
        return shown.text(self.language, places)

    def distance(self, margin: Margin) -> str:
        """How far the fact is from the limit: `：多 1 人`, `：余量 0.8 年`, `：正好达到`."""
        at_most = margin.bound == "at_most"
        met = margin.actual <= margin.limit if at_most else margin.actual >= margin.limit
        by = margin.distance_text(self.language)
        if met:
            return self.say("to spare", by=by) if margin.distance else self.say("just met")
        if is_calendar(margin.kind):
            return self.say("too late" if at_most else "too early", by=by)
        many, few = ("many", "few") if margin.kind == "count" else ("much", "little")
        return self.say("exceeds" if at_most else "falls short", by=by, many=many, few=few)

    def looked_into(self, test: Comparison) -> str:
        """What came of looking into a list: `招用人员：3 人中 2 人符合（p1、p3）`.

        Where not all hold the test that all must, those that do not are named.
        """
        name = test.left.title.in_(self.language)
        if test.items is None:
            return self.say("label", name=name) + self.say("unknown")
        if not test.items:
            return self.say("label", name=name) + self.say("no entry")
        shown = test.left.value

        def counted(number: int) -> str:
            title = shown.unit_title
            return number_text(number, "count", shown.unit, self.language, unit_title=title)

        is_broken = test.operator is Operator.ALL and test.truth is False
        held = [entry.key for entry in test.items if entry.truth is (not is_broken)]
        open_ = [entry.key for entry in test.items if entry.truth is None]
        held_text = str(len(held)) if self.language == "en" else counted(len(held))
        text = self.say(
            "not all of them" if is_broken else "of them",
            name=name,
            all=counted(len(test.items)),
            held=held_text,
            keys=self._keys(held),
        )
        if open_:
            text += self.say("open ones", open=counted(len(open_)), keys=self._keys(open_))
        return text

    def _keys(self, keys: list[str]) -> str:
        """The first few keys in brackets; nothing where there are none."""
        if not keys:
            return ""
        shown = self.say("and").join(keys[:_MOST_KEYS]) + ("…" if len(keys) > _MOST_KEYS else "")
        return self.say("in brackets", text=shown)
