"""The account of a decision: what a reader is told, in one language and in order, without a layout.

`explanation` sets it as plain text and the command line as a page for a terminal, so both say the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs

from policyrules.decisions.decision import Amount, Decision, MissingFact, OpenPoint, Status
from policyrules.decisions.display import DisplayValue
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.numbers import number_text, places_of
from policyrules.decisions.reasons import Citation, Operator, Reason
from policyrules.decisions.receipt import Receipt
from policyrules.explain.comparisons import ComparisonText
from policyrules.explain.messages import phrase
from policyrules.explain.open_parts import OpenPart, open_parts
from policyrules.text.localized import Language, language_code
from policyrules.values.exact import Exact

MARKS: Final[Mapping[str, str]] = {
    "held": "✓",
    "failed": "✗",
    "excluded": "✗",
    "unknown": "?",
    "stated": "·",
}
"""The mark of a condition that is held, failed, failed as an exclusion, or unknown.

`stated` is an item of which values are stated and nothing is decided.
"""

MOST_IN_FULL: Final = 12
"""Of so many items each is told with its conditions; of more only how each came out."""


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
class Listing:
    """The items of one list, under its name."""

    heading: str
    items: tuple[Item, ...]


@attrs.frozen
class Account:
    """Everything that a reader is told, part by part; a part that has nothing to say is empty."""

    title: str
    on: str
    foreign_text: tuple[str, ...]
    status: str
    outcome: str
    amount: tuple[str, ...]
    conditions: str
    items: tuple[Item, ...]
    listings: tuple[Listing, ...]
    sections: tuple[Section, ...]
    receipt: str


def account(decision: Decision, language: str) -> Account:
    """The account of a decision in a language."""
    return _Teller(decision, language_code(language)).account()


def amount_lines(decision: Decision, language: str) -> tuple[str, ...]:
    """The lines of the account about the amount; none where the ruleset has none."""
    if decision.amount is None:
        return ()
    return tuple(_Teller(decision, language_code(language)).amount(decision.amount))


def what_is_open_besides(decision: Decision, language: str) -> Section:
    """The part of the account that says which consequences and items are open."""
    return _Teller(decision, language_code(language)).open_parts()


def what_stays_open(decision: Decision, language: str) -> Section:
    """The part of the account that says what no fact may be able to settle."""
    return _Teller(decision, language_code(language)).left_open()


class _Teller:
    """Puts one decision into one language."""

    def __init__(self, decision: Decision, language: Language) -> None:
        self.decision = decision
        self.language = language
        self.comparisons = ComparisonText(language)
        self._notes = {notice.id: notice for notice in decision.notices}

    def account(self) -> Account:
        decision = self.decision
        return Account(
            title=decision.title.in_(self.language),
            on=f"{self.say('date')}{decision.on.isoformat()}",
            foreign_text=tuple(self.foreign_text()),
            status=decision.status,
            outcome=decision.status_label.in_(self.language),
            amount=tuple(self.amount(decision.amount)) if decision.amount else (),
            conditions=self.say("conditions"),
            items=tuple(self.items()),
            listings=tuple(self.listings()),
            sections=tuple(section for section in self.sections() if section.entries),
            receipt=self.receipt(decision.receipt),
        )

    def say(self, key: str, /, **parts: str) -> str:
        """A phrase of the table below, with its parts put in."""
        return phrase(key, self.language, **parts)

    def foreign_text(self) -> Iterator[str]:
        """Yield a line for each other place whose text was used, with the titles of its rules."""
        for notice in self.decision.notices:
            if notice.kind == "foreign_text":
                titles = [title.in_(self.language) for title in notice.about]
                text = notice.text.in_(self.language)
                rules = self.say("and").join(titles)
                yield self.say("label", name=text) + rules if titles else text

    # --- the amount -------------------------------------------------------------------------

    def amount(self, amount: Amount) -> Iterator[str]:
        label = self.say("label", name=amount.title.in_(self.language))
        kind = "money" if "CNY" in amount.unit else "number"
        figures = (amount.value, amount.unrounded, amount.min, amount.max)
        places = places_of((one for one in figures if one is not None), kind)

        def written(number: Exact) -> str:
            return number_text(number, kind, amount.unit, self.language, places=places)

        bounds = self.bounds(amount, written)
        told = bounds or self.say("open amount")
        if amount.status == "exact" and amount.value is not None:
            yield label + written(amount.value)
        elif amount.status == "range":
            yield label + told
        elif amount.status == "undetermined" and amount.may_be_not_stated and not bounds:
            yield label + self.say("if eligible", amount=self.say("no figure"))
        elif amount.status == "undetermined":
            key = "not computed" if self.decision.status == "eligible" else "if eligible"
            yield label + self.say(key, amount=told)
        elif amount.status == "not_stated":
            yield label + self.say("no figure")
        else:
            yield label + self.say("no amount")
        if amount.status == "exact" and amount.unrounded not in {None, amount.value}:
            yield self.say("unrounded", amount=written(amount.unrounded or 0))
        if amount.may_be_not_stated and bounds:
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

    # --- the items of lists -------------------------------------------------------------------

    def listings(self) -> Iterator[Listing]:
        """Every list of which items are known, each item with what made it come out so."""
        for items in self.decision.items.values():
            told = [
                line
                for item in items.values()
                for line in self.of_item(item, in_full=len(items) <= MOST_IN_FULL)
            ]
            if told:
                title = next(iter(items.values())).list_title.in_(self.language)
                yield Listing(title, tuple(told))

    def of_item(self, item: ItemDecision, *, in_full: bool) -> Iterator[Item]:
        values = [self.stated(name, shown) for name, shown in item.values.items()]
        title = item.title.in_(self.language)
        if item.status is None:
            if values:
                yield Item("stated", 0, title, tuple(values), "")
            return
        state = _STATES[{"eligible": True, "ineligible": False, "undetermined": None}[item.status]]
        lines = [self.say(_STATUS_OF_ITEM[item.status]), *values]
        if item.routes:
            titles = [item.reasons[name].title.in_(self.language) for name in item.routes]
            lines[0] += self.say("by route", names=self.say("and").join(titles))
        lines += [self.notice(notice) for notice in item.notices]
        yield Item(state, 0, title, tuple(lines), "")
        if in_full:
            for name in (*item.held, *item.failed, *item.unknown, *item.excluded):
                yield from self.of_condition(item, name, item.status, 1, set())

    def stated(self, name: str, shown: DisplayValue) -> str:
        """A value of an item; while it is open, whether for want of a fact or of a text."""
        title = shown.title.in_(self.language) if shown.title else name
        label = self.say("label", name=title)
        possible = shown.possible
        if possible.is_settled:
            return label + self.comparisons.value(shown)
        reasons = sorted({one.reason for one in possible.dependencies.indeterminacies})
        why = self.say("and").join(map(self.say, reasons))
        return label + self.say("unknown") + (self.say("in brackets", text=why) if reasons else "")

    def of_condition(
        self, item: ItemDecision, name: str, status: str, depth: int, told: set[str]
    ) -> Iterator[Item]:
        """A condition of an item, if it came out as the item did; why an item fails is all told."""
        reason = item.reasons[name]
        wanted = {"eligible": True, "ineligible": False, "undetermined": None}[status]
        if reason.truth is not wanted or name in told:
            return
        told.add(name)
        state = "excluded" if name in item.excluded else _STATES[reason.truth]
        numbers = list(self.numbers(reason)) if not reason.members else []
        if reason.excludes is not None and reason.truth is False:
            numbers.append(self.say("excludes", name=reason.excludes.in_(self.language)))
        ground = self.ground(reason) if reason.truth is False and not reason.members else ""
        yield Item(state, depth, reason.title.in_(self.language), tuple(numbers), ground)
        for member in reason.members:
            yield from self.of_condition(item, member, status, depth + 1, told)

    # --- the numbers ------------------------------------------------------------------------

    def numbers(self, reason: Reason) -> Iterator[str]:
        # Of several comparisons those that made it come out so have a margin that matters.
        decisive = any(test.truth is reason.truth for test in reason.comparisons)
        failing = reason.truth is False and decisive and not reason.exceptions
        for test in reason.comparisons:
            if failing and test.truth is True:
                continue  # half of `a <= b <= c` that is no reason
            if test.operator in {Operator.ANY, Operator.ALL}:
                yield self.comparisons.looked_into(test)
            elif test.margin is None or (decisive and test.truth is not reason.truth):
                yield self.comparisons.test(test, reason)
            elif test.left.fact == test.margin.fact:
                # The comparison shows the fact itself: its margin needs no line of its own.
                yield self.comparisons.test(test, reason) + self.comparisons.distance(test.margin)
            else:
                yield self.comparisons.test(test, reason)
                yield test.margin.text(self.language) + self.comparisons.distance(test.margin)
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

    def ground(self, reason: Reason) -> str:
        if reason.citation is not None:
            return self.say("ground") + self.cited(reason.citation)
        notes = [self._notes[name] for name in reason.notes if name in self._notes]
        return self.say("ground") + self.notice(notes[0]) if notes else ""

    def cited(self, cited: Citation) -> str:
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
        if not decision.missing:
            yield self.open_parts()
        yield self.left_open()
        # What stands in a comparison above has been told there.
        in_items = (
            reason
            for items in decision.items.values()
            for item in items.values()
            for reason in item.reasons.values()
        )
        told = {
            side.expression
            for reason in (*decision.reasons.values(), *in_items)
            for test in reason.comparisons
            for side in (test.left, test.right)
            if side is not None
        }
        values = [(name, shown) for name, shown in decision.values.items() if name not in told]
        if decision.status == "ineligible":
            # What is open was not needed for the answer.
            values = [one for one in values if one[1].possible.is_settled]
        yield Section(self.say("values"), tuple(map(self.named, values)))
        for kind, heading in (("assumption", "assumptions"), ("warning", "warnings")):
            notices = tuple(
                (n.text.in_(self.language),) for n in decision.notices if n.kind == kind
            )
            yield Section(self.say(heading), notices)

    def named(self, entry: tuple[str, DisplayValue]) -> tuple[str, ...]:
        name, shown = entry
        title = shown.title.in_(self.language) if shown.title else name
        return (self.say("label", name=title) + self.comparisons.value(shown),)

    def missing(self, missing: MissingFact) -> tuple[str, ...]:
        question = self.say("question", text=missing.question.in_(self.language), fact=missing.fact)
        if not missing.alternatives:
            return (question,)
        return (question, self.say("or", facts=self.say("and").join(missing.alternatives)))

    def open_parts(self) -> Section:
        """What facts that are not asked for can still settle."""
        return Section(
            self.say("open parts"), tuple(map(self.open_part, open_parts(self.decision)))
        )

    def open_part(self, part: OpenPart) -> tuple[str, ...]:
        name = self.say("question", text=part.title.in_(self.language), fact=part.name)
        facts = self.say("and").join(part.facts)
        text = self.say("depends on", facts=facts) if facts else self.say("no fact settles")
        return (self.say("label", name=name) + text,)

    def left_open(self) -> Section:
        return Section(self.say("unsettled"), tuple(map(self.unsettled, self.decision.unsettled)))

    def unsettled(self, open_: OpenPoint) -> tuple[str, ...]:
        name = self.say("question", text=open_.title.in_(self.language), fact=open_.name)
        return (self.say("label", name=name) + self.say(open_.reason),)

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

_STATUS_OF_ITEM: Final[Mapping[Status, str]] = {
    "eligible": "item eligible",
    "ineligible": "item ineligible",
    "undetermined": "item undetermined",
}
"""The phrase for the status of an item."""
