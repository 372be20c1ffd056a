"""The account of a decision: what a reader is told, in one language and in order, without a layout.

`explanation` sets it as plain text and the command line as a page for a terminal, so both say the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs

from policyrules.decisions.decision import Amount, Decision, Missing, Notice, UnsettledName
from policyrules.decisions.reasons import Cited, Margin, Reason, Side, TestReason
from policyrules.decisions.receipt import Receipt
from policyrules.decisions.shown import Shown, number_text
from policyrules.titles import Language, Title
from policyrules.values.exact import Exact, fraction_text
from policyrules.values.possible import Interval

MARKS: Final[Mapping[str, str]] = {"held": "✓", "failed": "✗", "excluded": "✗", "unknown": "?"}
"""The mark of a condition that is held, failed, failed as an exclusion, or unknown."""


@attrs.frozen
class Item:
    """A condition: its state, its depth among groups, the numbers, and what it rests on."""

    state: str
    depth: int
    title: str
    numbers: tuple[str, ...]
    ground: str


@attrs.frozen
class Section:
    """A list under a heading: each entry is a line and the lines that belong to it."""

    heading: str
    entries: tuple[tuple[str, ...], ...]


@attrs.frozen
class Account:
    """Everything that a reader is told, part by part; a part that has nothing to say is empty."""

    title: str
    on: str
    status: str
    outcome: str
    amount: tuple[str, ...]
    conditions: str
    items: tuple[Item, ...]
    sections: tuple[Section, ...]
    receipt: str


def account(decision: Decision, language: Language) -> Account:
    """The account of a decision in a language."""
    return _Teller(decision, language).account()


class _Teller:
    """Puts one decision into one language."""

    def __init__(self, decision: Decision, language: Language) -> None:
        self.decision = decision
        self.language = language
        self._notes = {notice.id: notice for notice in decision.warnings}

    def account(self) -> Account:
        decision = self.decision
        return Account(
            title=decision.title.in_(self.language),
            on=f"{self.say('date')}{decision.on.isoformat()}",
            status=decision.status,
            outcome=decision.says.in_(self.language),
            amount=tuple(self.amount(decision.amount)) if decision.amount else (),
            conditions=self.say("conditions"),
            items=tuple(self.items()),
            sections=tuple(section for section in self.sections() if section.entries),
            receipt=self.receipt(decision.receipt),
        )

    def say(self, phrase: str, **parts: str) -> str:
        """A phrase of the table below, with its parts put in."""
        return _PHRASES[phrase].in_(self.language).format(**parts)

    # --- the amount -------------------------------------------------------------------------

    def amount(self, amount: Amount) -> Iterator[str]:
        label = self.say("label", name=amount.title.in_(self.language))
        kind = "money" if "CNY" in amount.unit else "number"

        def written(number: Exact) -> str:
            return number_text(number, kind, amount.unit, self.language)

        bounds = self.bounds(amount, written) or self.say("open amount")
        if amount.status == "exact" and amount.value is not None:
            yield label + written(amount.value)
        elif amount.status == "range":
            yield label + bounds
        elif amount.status == "undetermined":
            phrase = "not computed" if self.decision.status == "eligible" else "if eligible"
            yield label + self.say(phrase, amount=bounds)
        elif amount.status == "not_stated":
            yield label + self.say("no figure")
        else:
            yield label + self.say("no amount")
        if amount.status == "exact" and amount.unrounded not in {None, amount.value}:
            yield self.say("unrounded", amount=written(amount.unrounded or 0))
        if amount.may_be_not_stated:
            yield self.say("perhaps no figure")

    def bounds(self, amount: Amount, written: Callable[[Exact], str]) -> str:
        if amount.value is not None:
            return written(amount.value)
        if amount.min is not None and amount.min == amount.max:
            return written(amount.min)
        parts = []
        if amount.min is not None:
            parts.append(self.say("at least", amount=written(amount.min)))
        if amount.max is not None:
            parts.append(self.say("at most", amount=written(amount.max)))
        return self.say("comma").join(parts)

    # --- the conditions ---------------------------------------------------------------------

    def items(self) -> Iterator[Item]:
        """The members of the outcome in the order of the ruleset, each group with its members."""
        conditions = self.decision.conditions
        top = {*conditions.held, *conditions.failed, *conditions.unknown, *conditions.excluded}
        told: set[str] = set()
        for name in self.decision.reasons:
            if name in top:
                yield from self.item(name, 0, told)

    def item(self, name: str, depth: int, told: set[str]) -> Iterator[Item]:
        reason = self.decision.reasons.get(name)
        if reason is None:
            return
        state = _STATES[reason.truth]
        if name in self.decision.conditions.excluded:
            state = "excluded"
        title = reason.title.in_(self.language)
        if name in told:
            # A member of two groups is told once in full.
            yield Item(state, depth, title, (), "")
            return
        told.add(name)
        yield Item(state, depth, title, tuple(self.numbers(reason)), self.ground(reason))
        for member in reason.members:
            yield from self.item(member, depth + 1, told)

    def numbers(self, reason: Reason) -> Iterator[str]:
        for test in reason.tests:
            if test.margin is None:
                yield self.test(test, reason)
            elif test.left.text == test.margin.fact:
                # The comparison shows the fact itself: its margin needs no line of its own.
                yield self.test(test, reason) + self.distance(test.margin)
            else:
                yield self.test(test, reason)
                yield test.margin.text(self.language) + self.distance(test.margin)
        if reason.met_by:
            titles = [
                self.decision.reasons[name].title.in_(self.language)
                for name in reason.met_by
                if name in self.decision.reasons
            ]
            yield self.say("met by", names=self.say("and").join(titles))
        if reason.exceptions:
            titles = [exception.title.in_(self.language) for exception in reason.exceptions]
            yield self.say("exceptions", names=self.say("and").join(titles))

    def test(self, test: TestReason, reason: Reason) -> str:
        """The comparison as it came out: `裁员率 7/30 ≈ 23.33 % > 裁员率上限 20 %`."""
        if test.right is None:
            title = test.left.title.in_(self.language)
            return self.say("label", name=title) + self.value(test.left.shown)
        if test.operator == "in":
            return self.membership(test, test.right)
        left, right = self.side(test.left, reason), self.side(test.right, reason)
        same, opposite = _SIGNS[test.operator]
        if test.truth is None:
            return self.say("compared", left=left, sign=same, right=right)
        return f"{left} {same if test.truth else opposite} {right}"

    def membership(self, test: TestReason, words: Side) -> str:
        phrase = {True: "in", False: "not in", None: "perhaps in"}[test.truth]
        left = test.left.title.in_(self.language)
        return self.say("label", name=left) + self.say(
            phrase,
            word=self.value(test.left.shown),
            name=words.title.in_(self.language),
            words=self.value(words.shown),
        )

    def side(self, side: Side, reason: Reason) -> str:
        title, value = side.title.in_(self.language), self.value(side.shown)
        if side.text in reason.facts and not side.shown.possible.is_settled:
            # A fact that nobody gave: all of its declared range says less than that.
            return self.say("label", name=title) + self.say("unknown")
        return f"{title} {value}" if title and title != value else value

    def value(self, shown: Shown) -> str:
        """What something is; a ratio that no decimal writes also as the fraction that it is."""
        figures = shown.possible.figures
        text = shown.text(self.language)
        if isinstance(figures, Interval) and figures.is_point and text.startswith("≈"):
            return f"{fraction_text(figures.low or 0)} ≈ {text[1:]}"
        if isinstance(figures, frozenset) and len(figures) > 1:
            every = {True, False} if shown.kind == "yes_no" else {*shown.words}
            if figures >= every:
                return self.say("unknown")
        return text

    def distance(self, margin: Margin) -> str:
        """How far the fact is from the limit: `：多 1 人`, `：余量 0.8 年`, `：正好`."""
        at_most = margin.bound == "at_most"
        met = margin.now <= margin.limit if at_most else margin.now >= margin.limit
        by = number_text(margin.by, margin.kind, margin.unit, self.language)
        if margin.kind == "ratio":
            by = by.replace(" %", self.say("points"))
        if met:
            return self.say("to spare", by=by) if margin.by else self.say("just met")
        phrase = "exceeds" if at_most else "falls short"
        many, few = ("many", "few") if margin.kind == "count" else ("much", "little")
        return self.say(phrase, by=by, many=many, few=few)

    def ground(self, reason: Reason) -> str:
        if reason.cited is not None:
            return self.say("ground") + self.cited(reason.cited)
        notes = [self._notes[name] for name in reason.notes if name in self._notes]
        return self.say("ground") + self.notice(notes[0]) if notes else ""

    def cited(self, cited: Cited) -> str:
        source = ", ".join(part for part in (cited.source_title, cited.issued) if part)
        if self.language == "zh":
            source = cited.source_title + (f"（{cited.issued}）" if cited.issued else "")
        return f"“{cited.quote}”{self.say('dash')}{source}" if cited.quote else source

    # --- the rest ---------------------------------------------------------------------------

    def sections(self) -> Iterator[Section]:
        decision = self.decision
        heading = "if eligible too" if decision.status == "undetermined" else "consequences"
        if decision.status != "ineligible":
            consequences = tuple(map(self.named, decision.consequences.items()))
            yield Section(self.say(heading), consequences)
        yield Section(self.say("missing"), tuple(map(self.missing, decision.missing)))
        yield Section(self.say("unsettled"), tuple(map(self.unsettled, decision.unsettled)))
        # What stands in a comparison above has been told there.
        told = {
            side.text
            for reason in decision.reasons.values()
            for test in reason.tests
            for side in (test.left, test.right)
            if side is not None
        }
        values = [(name, shown) for name, shown in decision.values.items() if name not in told]
        yield Section(self.say("values"), tuple(map(self.named, values)))
        for kind in ("assumption", "warning"):
            notices = tuple(
                (n.text.in_(self.language),) for n in decision.warnings if n.kind == kind
            )
            yield Section(self.say(f"{kind}s"), notices)

    def named(self, entry: tuple[str, Shown]) -> tuple[str, ...]:
        name, shown = entry
        title = shown.title.in_(self.language) if shown.title else name
        return (self.say("label", name=title) + self.value(shown),)

    def missing(self, missing: Missing) -> tuple[str, ...]:
        question = self.say("question", text=missing.question.in_(self.language), fact=missing.fact)
        if not missing.alternatives:
            return (question,)
        return (question, self.say("or", facts=self.say("and").join(missing.alternatives)))

    def unsettled(self, open_: UnsettledName) -> tuple[str, ...]:
        name = self.say("question", text=open_.title.in_(self.language), fact=open_.name)
        return (self.say("label", name=name) + self.say(open_.why),)

    def notice(self, notice: Notice) -> str:
        return self.say("label", name=self.say(notice.kind)) + notice.text.in_(self.language)

    def receipt(self, receipt: Receipt) -> str:
        algorithm, _, digits = receipt.content_hash.rpartition(":")
        return self.say(
            "receipt",
            ruleset=receipt.ruleset,
            hash=f"{algorithm}:{digits[:12]}".lstrip(":"),
            library=receipt.library,
            engine=receipt.engine,
            kernel=receipt.kernel,
        )


_STATES: Final[Mapping[bool | None, str]] = {True: "held", False: "failed", None: "unknown"}

_SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    "<": ("<", "≥"),
    "<=": ("≤", ">"),
    ">": (">", "≤"),
    ">=": ("≥", "<"),
    "==": ("=", "≠"),
    "!=": ("≠", "="),
}
"""Each operator as a reader writes it, and its opposite."""

_PHRASES: Final[Mapping[str, Title]] = {
    "label": Title("{name}：", "{name}: "),
    "comma": Title("，", ", "),
    "and": Title("、", ", "),
    "dash": Title("——", " — "),
    "date": Title("日期：", "Date: "),
    # The amount.
    "at least": Title("最少 {amount}", "at least {amount}"),
    "at most": Title("最多 {amount}", "at most {amount}"),
    "if eligible": Title("未定；如符合条件：{amount}", "not determined; if eligible: {amount}"),
    "not computed": Title("未定；{amount}", "not determined; {amount}"),
    "open amount": Title("数额未知", "the figure is not known"),
    "no figure": Title("文本未说明金额", "the text states no figure"),
    "no amount": Title("无", "none"),
    "unrounded": Title("舍入前：{amount}", "before rounding: {amount}"),
    "perhaps no figure": Title(
        "视未知的事实而定，文本也可能没有给出金额",
        "depending on the unknown facts, the text may state no figure at all",
    ),
    # The conditions.
    "conditions": Title("条件", "Conditions"),
    "unknown": Title("未知", "not known"),
    "in": Title("{word}，属于{name}（{words}）", "{word}, among {name} ({words})"),
    "not in": Title("{word}，不属于{name}（{words}）", "{word}, not among {name} ({words})"),
    "perhaps in": Title("{word}；{name}：{words}", "{word}; {name}: {words}"),
    "compared": Title("{left}（{sign} {right}？）", "{left} ({sign} {right}?)"),
    "points": Title(" 个百分点", " percentage points"),
    "exceeds": Title("：多 {by}", ": {by} too {many}"),
    "falls short": Title("：少 {by}", ": {by} too {few}"),
    "to spare": Title("：余量 {by}", ": {by} to spare"),
    "just met": Title("：正好达到", ": just met"),
    "met by": Title("因此满足：{names}", "met by: {names}"),
    "exceptions": Title("涉及的例外：{names}", "exceptions involved: {names}"),
    "ground": Title("依据：", "Ground: "),
    # The rest.
    "values": Title("计算所用的数值", "Figures used"),
    "consequences": Title("由此确定", "What follows"),
    "if eligible too": Title("如符合条件", "What follows if eligible"),
    "missing": Title("还需要知道（最有用的在前）", "Still needed, most useful first"),
    "question": Title("{text}（{fact}）", "{text} ({fact})"),
    "or": Title("或者提供：{facts}", "or instead: {facts}"),
    "unsettled": Title("补充事实后仍可能不确定的事项", "What may stay open whatever the facts"),
    "not_stated": Title("文本没有说明", "the text does not state it"),
    "pending": Title("尚未确定，只知道其范围", "still pending; only its range is known"),
    "either": Title(
        "是几个数值之一，文本无法判断是哪一个",
        "one of several figures; the text does not tell which",
    ),
    "division_by_zero": Title(
        "除数可能为零，那样就无法计算", "where the divisor is zero it cannot be computed"
    ),
    "conflict": Title(
        "同时适用的规定互相矛盾", "provisions that apply together contradict each other"
    ),
    "assumption": Title("假设", "assumption"),
    "warning": Title("提示", "warning"),
    "assumptions": Title("本决定所依据的假设", "Assumptions that this decision rests on"),
    "warnings": Title("提示", "Warnings"),
    "receipt": Title(
        "凭证：规则集 {ruleset}，{hash}；policyrules {library}，引擎 {engine}，内核 {kernel}",
        "Receipt: ruleset {ruleset}, {hash}; "
        "policyrules {library}, engine {engine}, kernel {kernel}",
    ),
}
