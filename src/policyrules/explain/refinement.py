"""The lines about the split of unknown facts: what holds either way, and what was not settled."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.decisions.decision import Decision
from policyrules.explain.messages import phrase
from policyrules.text.localized import Language


def refinement_lines(decision: Decision, language: Language) -> Iterator[tuple[str]]:
    """Yield what holds in all pieces of the unknown facts, and what the budget cut off."""
    refinement = decision.refinement
    if refinement is None:
        return
    if "eligible" in refinement.either_way:
        yield (phrase("same outcome", language),)
    conditions = decision.conditions
    failed = {*conditions.failed, *conditions.excluded}
    for key, members in (("held", {*conditions.held}), ("failed", failed)):
        names = [name for name in refinement.either_way if name in members]
        titles = [decision.reasons[name].title.get(language) for name in names]
        if titles:
            names_text = phrase("and", language).join(titles)
            yield (phrase(f"{key} either way", language, names=names_text),)
    if refinement.cut_off:
        parts = [phrase(f"cut off {name}", language) for name in refinement.cut_off]
        names_text, budget = phrase("and", language).join(parts), str(refinement.budget)
        yield (phrase("cut off", language, budget=budget, names=names_text),)
