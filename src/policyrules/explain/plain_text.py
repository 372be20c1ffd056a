"""The explanation of a decision as plain text, for a letter, a log or a screen reader."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.decisions.decision import Decision
from policyrules.explain.explanation import MARKS, ConditionLine, Explanation, build_explanation
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import Language, language_code


def explanation_text(decision: Decision, language: str) -> str:
    """Return the explanation as text: outcome, amount, conditions with figures and citations.

    The missing facts, the open points, the assumptions and the receipt follow. The text is the
    same for the same decision. It has no colour, and its lines are not wrapped.

    Args:
        decision: any decision.
        language: `zh` or `en`; quotes stay in the language of their source.
    """
    code = language_code(language)
    lines = map(escape_control_characters, _lines(build_explanation(decision, code), code))
    return "\n".join(lines) + "\n"


def _condition_lines(conditions: tuple[ConditionLine, ...]) -> Iterator[str]:
    for condition in conditions:
        indent = "  " * condition.depth
        yield f"{indent}{MARKS[condition.state]} {condition.title}"
        yield from (f"{indent}    {line}" for line in condition.numbers)
        if condition.justification:
            yield f"{indent}    {condition.justification}"


def _lines(explanation: Explanation, language: Language) -> Iterator[str]:
    yield explanation.title
    yield explanation.on
    yield from explanation.foreign_text
    yield ("结论：" if language == "zh" else "Outcome: ") + explanation.outcome
    for first, *more in explanation.amounts:
        yield first
        yield from (f"  {line}" for line in more)
    if explanation.conditions:
        yield ""
        yield explanation.conditions_heading
    yield from _condition_lines(explanation.conditions)
    for items in explanation.items:
        yield ""
        yield items.heading
        yield from _condition_lines(items.lines)
    for section in explanation.sections:
        yield ""
        yield section.heading
        for first, *more in section.entries:
            yield f"- {first}"
            yield from (f"  {line}" for line in more)
    yield ""
    yield explanation.receipt
