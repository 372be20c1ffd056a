"""The explanation of a decision: every text for a reader, in one language and without a layout.

`plain_text` prints it as plain text and the command line as a page for a terminal, so both have the
same content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from policyrules.decisions.decision import Decision, MissingFact, OpenPoint
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import Citation, ConsequenceReason, Operator, Reason
from policyrules.decisions.receipt import Receipt
from policyrules.decisions.status import Status
from policyrules.display.value import DisplayValue, slab_text
from policyrules.explain.amounts import lines_of_amount
from policyrules.explain.comparisons import ComparisonText
from policyrules.explain.consequences import by_heading, lines_of
from policyrules.explain.messages import phrase
from policyrules.explain.open_results import OpenResult, has_final_answer, open_results
from policyrules.text.localized import Language, language_code

MARKS: Final[Mapping[str, str]] = {
    "held": "✓",
    "failed": "✗",
    "excluded": "✗",
    "unknown": "?",
    "stated": "·",
}
"""The mark for each state of a condition or an item.

`excluded` is a condition that failed as an exclusion, `stated` an item that has values only.
"""

MAX_ITEMS_IN_FULL: Final = 12
"""Items of a longer list are listed with their status only, without their conditions."""


@attrs.frozen
class ConditionLine:
    """A condition or an item: its state, its depth in groups, its figures and its justification."""

    state: str
    depth: int
    title: str
    numbers: tuple[str, ...]
    justification: str


@attrs.frozen
class Section:
    """A list under a heading; each entry is one line and the lines that belong to it."""

    heading: str
    entries: tuple[tuple[str, ...], ...]


@attrs.frozen
class ItemsSection:
    """The items of one list under its title."""

    heading: str
    lines: tuple[ConditionLine, ...]


@attrs.frozen
class Explanation:
    """Every text of the explanation, part by part; a part without content is empty."""

    title: str
    on: str
    foreign_text: tuple[str, ...]
    status: str
    outcome: str
    amounts: tuple[tuple[str, ...], ...]
    conditions_heading: str
    conditions: tuple[ConditionLine, ...]
    items: tuple[ItemsSection, ...]
    sections: tuple[Section, ...]
    receipt: str


def build_explanation(decision: Decision, language: str) -> Explanation:
    """Return the explanation of a decision in a language."""
    return _ExplanationBuilder(decision, language_code(language)).build()


def amount_lines(decision: Decision, language: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines about each amount, of which the first has its title."""
    code = language_code(language)
    return tuple(
        tuple(lines_of_amount(amount, decision.status, code))
        for amount in decision.amounts.values()
    )


def open_results_section(decision: Decision, language: str) -> Section:
    """Return the section about consequences and items that more facts can settle."""
    return _ExplanationBuilder(decision, language_code(language)).open_results()


def unresolved_section(decision: Decision, language: str) -> Section:
    """Return the section about the names that no fact may be able to settle."""
    return _ExplanationBuilder(decision, language_code(language)).unresolved()


class _ExplanationBuilder:
    """Builds the explanation of one decision in one language."""

    def __init__(self, decision: Decision, language: Language) -> None:
        self.decision = decision
        self.language = language
        self.comparisons = ComparisonText(language)
        self._notes = {notice.id: notice for notice in decision.notices}

    def build(self) -> Explanation:
        """Return the whole explanation."""
        decision = self.decision
        return Explanation(
            title=decision.title.get(self.language),
            on=f"{self.phrase('date')}{decision.on.isoformat()}",
            foreign_text=tuple(self.foreign_text()),
            status=decision.status,
            outcome=decision.status_label.get(self.language),
            amounts=amount_lines(decision, self.language),
            conditions_heading=self.phrase("conditions"),
            conditions=tuple(self.conditions()),
            items=tuple(self.items()),
            sections=tuple(section for section in self.sections() if section.entries),
            receipt=self.receipt(decision.receipt),
        )

    def phrase(self, key: str, /, **parts: str) -> str:
        """Return a phrase in the language, with its placeholders filled in."""
        return phrase(key, self.language, **parts)

    def foreign_text(self) -> Iterator[str]:
        """Yield a line for each other place whose text was used, with the titles of its rules."""
        for notice in self.decision.notices:
            if notice.kind == "foreign_text":
                titles = [title.get(self.language) for title in notice.about]
                text = notice.text.get(self.language)
                rules = self.phrase("and").join(titles)
                yield self.phrase("label", name=text) + rules if titles else text

    # --- the conditions ---------------------------------------------------------------------

    def conditions(self) -> Iterator[ConditionLine]:
        """Yield the members of the outcome in the order of the ruleset, groups with members."""
        conditions = self.decision.conditions
        top = {*conditions.held, *conditions.failed, *conditions.unknown, *conditions.excluded}
        already_shown: set[str] = set()
        for name in self.decision.reasons:
            if name in top:
                yield from self.condition(name, 0, already_shown)

    def condition(self, name: str, depth: int, already_shown: set[str]) -> Iterator[ConditionLine]:
        """Yield a condition and its members; a member of two groups is shown in full once."""
        reason = self.decision.reasons.get(name)
        if reason is None:
            return
        state = _STATES[reason.truth]
        if name in self.decision.conditions.excluded:
            state = "excluded"
        title = reason.title.get(self.language)
        if name in already_shown:
            yield ConditionLine(state, depth, title, (), "")
            return
        already_shown.add(name)
        yield ConditionLine(
            state, depth, title, tuple(self.numbers(reason)), self.justification(reason)
        )
        for member in reason.members:
            yield from self.condition(member, depth + 1, already_shown)

    # --- the items of lists -------------------------------------------------------------------

    def items(self) -> Iterator[ItemsSection]:
        """Yield a section for each list of which items are known."""
        for items in self.decision.items.values():
            lines = [
                line
                for item in items.values()
                for line in self.item(item, in_full=len(items) <= MAX_ITEMS_IN_FULL)
            ]
            if lines:
                title = next(iter(items.values())).list_title.get(self.language)
                yield ItemsSection(title, tuple(lines))

    def item(self, item: ItemDecision, *, in_full: bool) -> Iterator[ConditionLine]:
        """Yield an item with its status and values, and in full the conditions that decided it."""
        values: list[str] = []
        for name, value in item.values.items():
            values += [self.item_value(name, value), *self.slabs(value)]
            if in_full and name in item.consequence_reasons:
                reason = item.consequence_reasons[name]
                values += lines_of(reason, self.comparisons, self.language)
        title = item.title.get(self.language)
        if item.status is None:
            if values:
                yield ConditionLine("stated", 0, title, tuple(values), "")
            return
        state = _STATES[_TRUTH_OF_STATUS[item.status]]
        lines = [self.phrase(_STATUS_OF_ITEM[item.status]), *values]
        if item.routes:
            titles = [item.reasons[name].title.get(self.language) for name in item.routes]
            lines[0] += self.phrase("by route", names=self.phrase("and").join(titles))
        lines += [self.notice(notice) for notice in item.notices]
        yield ConditionLine(state, 0, title, tuple(lines), "")
        if in_full:
            for name in (*item.held, *item.failed, *item.unknown, *item.excluded):
                yield from self.item_condition(item, name, item.status, 1, set())

    def item_value(self, name: str, value: DisplayValue) -> str:
        """Return a value of an item; if it is open, the reasons that no fact can remove."""
        title = value.title.get(self.language) if value.title else name
        label = self.phrase("label", name=title)
        if value.possible.is_settled:
            return label + self.comparisons.value(value)
        reasons = sorted({entry.reason for entry in value.possible.dependencies.indeterminacies})
        text = self.phrase("and").join(map(self.phrase, reasons))
        return (
            label
            + self.phrase("unknown")
            + (self.phrase("in brackets", text=text) if reasons else "")
        )

    def item_condition(
        self, item: ItemDecision, name: str, status: Status, depth: int, already_shown: set[str]
    ) -> Iterator[ConditionLine]:
        """Yield a condition of an item and its members, if its truth agrees with the status.

        Only a condition that failed shows its justification.
        """
        reason = item.reasons[name]
        if reason.truth is not _TRUTH_OF_STATUS[status] or name in already_shown:
            return
        already_shown.add(name)
        state = "excluded" if name in item.excluded else _STATES[reason.truth]
        numbers = list(self.numbers(reason)) if not reason.members else []
        if reason.excludes is not None and reason.truth is False:
            numbers.append(self.phrase("excludes", name=reason.excludes.get(self.language)))
        justification = (
            self.justification(reason) if reason.truth is False and not reason.members else ""
        )
        title = reason.title.get(self.language)
        yield ConditionLine(state, depth, title, tuple(numbers), justification)
        for member in reason.members:
            yield from self.item_condition(item, member, status, depth + 1, already_shown)

    # --- the numbers ------------------------------------------------------------------------

    def numbers(self, reason: Reason) -> Iterator[str]:
        """Yield the comparisons of a condition with their margins, and what met or replaced it."""
        # If some comparisons agree with the condition, only their margins matter.
        decisive = any(test.truth is reason.truth for test in reason.comparisons)
        failing = reason.truth is False and decisive and not reason.exceptions
        for test in reason.comparisons:
            if failing and test.truth is True:
                continue  # the half of `a <= b <= c` that did not fail
            if test.operator in {Operator.ANY, Operator.ALL}:
                yield self.comparisons.quantifier_line(test)
            elif test.margin is None or (decisive and test.truth is not reason.truth):
                yield self.comparisons.comparison(test, reason)
            elif test.left.fact == test.margin.fact:
                # The comparison shows the fact itself, so its margin fits on the same line.
                yield self.comparisons.comparison(test, reason) + self.comparisons.distance(
                    test.margin
                )
            else:
                yield self.comparisons.comparison(test, reason)
                yield test.margin.text(self.language) + self.comparisons.distance(test.margin)
        if reason.met_by:
            titles = [
                self.decision.reasons[name].title.get(self.language)
                for name in reason.met_by
                if name in self.decision.reasons
            ]
            yield self.phrase("met by", names=self.phrase("and").join(titles))
        if reason.exceptions:
            titles = [exception.title.get(self.language) for exception in reason.exceptions]
            yield self.phrase("exceptions", names=self.phrase("and").join(titles))

    def justification(self, reason: Reason | ConsequenceReason) -> str:
        """Return the citation of a condition or a consequence, or else its first note."""
        if reason.citation is not None:
            return self.phrase("ground") + self.citation(reason.citation)
        notes = [self._notes[name] for name in reason.notes if name in self._notes]
        return self.phrase("ground") + self.notice(notes[0]) if notes else ""

    def citation(self, citation: Citation) -> str:
        """Return the quote with the title and the date of its source."""
        source = ", ".join(part for part in (citation.source_title, citation.issued) if part)
        if self.language == "zh":
            source = citation.source_title + (f"（{citation.issued}）" if citation.issued else "")
        return f"“{citation.quote}”{self.phrase('dash')}{source}" if citation.quote else source

    # --- the rest ---------------------------------------------------------------------------

    def sections(self) -> Iterator[Section]:
        """Yield the sections below the conditions; some may be empty."""
        decision = self.decision
        yield from self.consequences()
        asked = (missing for missing in decision.missing if not missing.to_confirm)
        yield Section(self.phrase("missing"), tuple(map(self.missing_fact, asked)))
        yield from self.assumed_facts()
        if has_final_answer(decision):  # else an answer may settle these as well
            yield self.open_results()
        yield self.unresolved()
        yield Section(self.phrase("values"), tuple(map(self.named_value, self.unshown_values())))
        for kind, heading in (("assumption", "assumptions"), ("warning", "warnings")):
            notices = tuple(
                (notice.text.get(self.language),)
                for notice in decision.notices
                if notice.kind == kind
            )
            yield Section(self.phrase(heading), notices)

    def assumed_facts(self) -> Iterator[Section]:
        """Yield the assumed facts: those to be confirmed, then those without effect."""
        for heading, to_confirm in (("to confirm", True), ("assumed without effect", False)):
            entries = (
                (
                    self.phrase(
                        "assumed fact",
                        title=fact.title.get(self.language),
                        value=fact.text.get(self.language),
                        fact=fact.fact,
                    ),
                )
                for fact in self.decision.assumed
                if fact.to_confirm is to_confirm
            )
            yield Section(self.phrase(heading), tuple(entries))

    def consequences(self) -> Iterator[Section]:
        """Yield the consequences with their reasons, under a heading for whom they hold."""
        for heading, reasons in by_heading(self.decision).items():
            entries = []
            for reason in reasons:
                first = self.named_value((reason.name, reason.value))
                lines = lines_of(reason, self.comparisons, self.language)
                ground = self.justification(reason)
                entries.append((*first, *lines, *((ground,) if ground else ())))
            yield Section(self.phrase(heading), tuple(entries))

    def unshown_values(self) -> list[tuple[str, DisplayValue]]:
        """Return the values that no comparison and no consequence above has shown.

        If the case is ineligible, values that are still open were not needed and are left out.
        """
        decision = self.decision
        in_items = (
            reason
            for items in decision.items.values()
            for item in items.values()
            for reason in item.reasons.values()
        )
        consequences = tuple(decision.consequence_reasons.values())
        reasons: list[Reason | ConsequenceReason] = [*decision.reasons.values(), *in_items]
        shown = {
            operand.expression
            for reason in (*reasons, *consequences)
            for comparison in reason.comparisons
            for operand in (comparison.left, comparison.right)
            if operand is not None
        }
        shown |= {operand.expression for reason in consequences for operand in reason.operands}
        return [
            (name, value)
            for name, value in decision.values.items()
            if (name not in shown or value.row is not None or value.slabs)
            and (decision.status != "ineligible" or value.possible.is_settled)
        ]

    def named_value(self, entry: tuple[str, DisplayValue]) -> tuple[str, ...]:
        """Return the line of a value with its title."""
        name, value = entry
        title = value.title.get(self.language) if value.title else name
        text = self.phrase("label", name=title) + self.comparisons.value(value)
        row = value.row and self.phrase("in brackets", text=value.row.get(self.language))
        return (text + (row or ""), *self.slabs(value))

    def slabs(self, value: DisplayValue) -> Iterator[str]:
        """Yield a line for the part of a figure in each bracket of a scale."""
        for slabs in value.slabs:
            yield from (slab_text(slab, value.unit, self.language) for slab in slabs)

    def missing_fact(self, missing: MissingFact) -> tuple[str, ...]:
        """Return the lines of a question and its alternatives."""
        question = self.phrase(
            "question", text=missing.question.get(self.language), fact=missing.fact
        )
        if not missing.alternatives:
            return (question,)
        return (question, self.phrase("or", facts=self.phrase("and").join(missing.alternatives)))

    def open_results(self) -> Section:
        """Return the section about consequences and items that more facts can settle."""
        return Section(
            self.phrase("open results"), tuple(map(self.open_result, open_results(self.decision)))
        )

    def open_result(self, result: OpenResult) -> tuple[str, ...]:
        """Return the line of an open result and the facts that it depends on."""
        name = self.phrase("question", text=result.title.get(self.language), fact=result.name)
        facts = self.phrase("and").join(result.facts)
        text = self.phrase("depends on", facts=facts) if facts else self.phrase("no fact settles")
        return (self.phrase("label", name=name) + text,)

    def unresolved(self) -> Section:
        """Return the section about the names that no fact may be able to settle."""
        points = tuple(map(self.open_point, self.decision.unsettled))
        return Section(self.phrase("unsettled"), points)

    def open_point(self, point: OpenPoint) -> tuple[str, ...]:
        """Return the line of an open point and its reason."""
        name = self.phrase("question", text=point.title.get(self.language), fact=point.name)
        return (self.phrase("label", name=name) + self.phrase(point.reason),)

    def notice(self, notice: Notice) -> str:
        """Return the text of a notice under its kind."""
        return self.phrase("label", name=self.phrase(notice.kind)) + notice.text.get(self.language)

    def receipt(self, receipt: Receipt) -> str:
        """Return the line of the receipt, with the first digits of its hash."""
        algorithm, _, digits = receipt.content_hash.rpartition(":")
        return self.phrase(
            "receipt",
            ruleset=receipt.ruleset,
            hash=f"{algorithm}:{digits[:12]}".lstrip(":"),
            library=receipt.library,
            engine=receipt.engine,
            kernel=receipt.kernel,
        )


_STATES: Final[Mapping[bool | None, str]] = {True: "held", False: "failed", None: "unknown"}

_TRUTH_OF_STATUS: Final[Mapping[Status, bool | None]] = {
    "eligible": True,
    "ineligible": False,
    "undetermined": None,
}

_STATUS_OF_ITEM: Final[Mapping[Status, str]] = {
    "eligible": "item eligible",
    "ineligible": "item ineligible",
    "undetermined": "item undetermined",
}
"""The phrase for the status of an item."""
