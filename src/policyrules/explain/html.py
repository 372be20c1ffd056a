"""Decisions and policies as HTML tables in both languages, for a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Final

from policyrules.explain.explanation import amount_lines
from policyrules.objects.representation import cut
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import LocalizedText

if TYPE_CHECKING:
    from policyrules.decisions.decision import Decision

_MAX_LENGTH: Final = 200
"""The number of characters of a text that a cell shows at most."""

_MAX_QUESTIONS: Final = 3
"""The number of questions that are shown at most; the others are counted."""


def decision_html(decision: Decision) -> str:
    """Return a decision as a table: the outcome, the amount, the conditions, and what to ask."""
    return _table(decision.title, _rows(decision))


def policy_html(
    title: LocalizedText,
    id_: str,
    in_force: tuple[date | None, date | None],
    *,
    conditions: int,
    facts: int,
) -> str:
    """Return a policy as a table: id, time in force, and the numbers of conditions and facts."""
    first, last = ("…" if day is None else day.isoformat() for day in in_force)
    return _table(
        title,
        (
            (LocalizedText("规则集", "Ruleset"), _same_in_both_languages(id_)),
            (
                LocalizedText("施行期间", "In force"),
                LocalizedText(f"{first} 至 {last}", f"{first} to {last}"),
            ),
            (LocalizedText("条件数", "Conditions"), _same_in_both_languages(str(conditions))),
            (LocalizedText("事实数", "Facts"), _same_in_both_languages(str(facts))),
        ),
    )


def _table(title: LocalizedText, rows: Iterable[tuple[LocalizedText, LocalizedText]]) -> str:
    """Return a table of names and texts, Chinese on the left and English on the right.

    Every text of a ruleset or a fact is escaped.
    """
    heads = "".join(f'<th colspan="2">{_escaped(text)}</th>' for text in (title.zh, title.en))
    lines = [
        "".join(f"<td>{_escaped(cell)}</td>" for cell in (name.zh, text.zh, name.en, text.en))
        for name, text in rows
    ]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in (heads, *lines))}</table>"


def _rows(decision: Decision) -> Iterator[tuple[LocalizedText, LocalizedText]]:
    """Yield the rows: day, outcome, amounts, conditions and the first questions."""
    yield LocalizedText("日期", "Date"), _same_in_both_languages(decision.on.isoformat())
    yield LocalizedText("结论", "Outcome"), decision.status_label
    for zh, en in zip(amount_lines(decision, "zh"), amount_lines(decision, "en"), strict=True):
        yield LocalizedText("金额", "Amount"), LocalizedText(zh[0], en[0])
    conditions = decision.conditions
    for name, ids in (
        (LocalizedText("满足", "Held"), conditions.held),
        (LocalizedText("不满足", "Failed"), (*conditions.failed, *conditions.excluded)),
        (LocalizedText("未知", "Not known"), conditions.unknown),
    ):
        titles = [decision.reasons[id_].title for id_ in ids]
        if titles:
            chinese, english = (title.zh for title in titles), (title.en for title in titles)
            yield name, LocalizedText("、".join(chinese), ", ".join(english))
    for missing in decision.missing[:_MAX_QUESTIONS]:
        yield LocalizedText("要问", "To ask"), missing.question
    rest = len(decision.missing) - _MAX_QUESTIONS
    if rest > 0:
        yield LocalizedText("要问", "To ask"), LocalizedText(f"另有 {rest} 个问题", f"{rest} more")


def _same_in_both_languages(text: str) -> LocalizedText:
    """Return a text that is the same in both languages."""
    return LocalizedText(text, text)


def _escaped(text: str) -> str:
    return escape(escape_control_characters(cut(text, _MAX_LENGTH)))
