"""The whole decision as plain text, for a letter, a log or a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.decisions.decision import Decision
from policyrules.explain.explanation import MARKS, Account, Item, account
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import Language, language_code


def explanation(decision: Decision, language: str) -> str:
    """The decision as a text: outcome, amount, every condition with its numbers and its ground.

    Then what is still needed, what no fact can settle, the assumptions and the receipt. The text
    is the same for the same decision, has no colour, and leaves the breaking of lines to whoever
    shows it.

    Args:
        decision: any decision, decided or not.
        language: `zh` or `en`; quotes stay in the language of their source.
    """
    code = language_code(language)
    lines = map(escape_control_characters, _lines(account(decision, code), code))
    return "\n".join(lines) + "\n"


def _items(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        indent = "  " * item.depth
        yield f"{indent}{MARKS[item.state]} {item.title}"
        yield from (f"{indent}    {line}" for line in item.numbers)
        if item.ground:
            yield f"{indent}    {item.ground}"


def _lines(told: Account, language: Language) -> Iterator[str]:
    yield told.title
    yield told.on
    yield from told.foreign_text
    yield ("结论：" if language == "zh" else "Outcome: ") + told.outcome
    if told.amount:
        first, *more = told.amount
        yield first
        yield from (f"  {line}" for line in more)
    if told.items:
        yield ""
        yield told.conditions
    yield from _items(told.items)
    for listing in told.listings:
        yield ""
        yield listing.heading
        yield from _items(listing.items)
    for section in told.sections:
        yield ""
        yield section.heading
        for first, *more in section.entries:
            yield f"- {first}"
            yield from (f"  {line}" for line in more)
    yield ""
    yield told.receipt
