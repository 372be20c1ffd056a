"""Provenance: the conditions, values, parameters and notes that a decision rests on, and no others."""

from collections.abc import Iterator, Mapping

import pytest
from tests.conformance.cases import Case
from tests.support.situations import TRUTHS, cases, check_answers

from policyrules.evaluation.result import Evaluation
from policyrules.outcome.provenance import ProvenanceWalker, values_read


def described(evaluation: Evaluation) -> Iterator[str]:
    """What the decision rests on; behind `item`, what the result of each item rests on."""
    support = ProvenanceWalker(evaluation).walk_decision()
    yield TRUTHS[evaluation.eligible.truth]
    yield from _walked(support)
    values, parameters = values_read(evaluation)
    if values or parameters:
        shown = [name for name in evaluation.dated.ruleset.values if name in values]
        yield f"shown: {', '.join([*shown, *parameters])}"
    for (list_, key), seen in support.items.items():
        yield from (f"through {list_}[{key or '?'}] {line}" for line in _walked(seen))
    for list_, items in evaluation.items.items():
        for item in items.items:
            seen = ProvenanceWalker(evaluation).item_walker(list_, item).walk_item()
            yield from (f"item {list_}[{item.key or '?'}] {line}" for line in _walked(seen))


def _walked(support: ProvenanceWalker) -> Iterator[str]:
    parts: Mapping[str, Mapping[str, None]] = {
        "conditions": support.conditions,
        "values": support.values,
        "parameters": support.parameters,
    }
    for kind, names in parts.items():
        if names:
            yield f"{kind}: {', '.join(names)}"
    for note in support.applicable_notes():
        titles = dict.fromkeys(title.en for title in support.titles_of_rules_with(note.id))
        yield f"note: {note.id}" + (f" of {', '.join(titles)}" if titles else "")


@pytest.mark.parametrize("case", cases("outcome/provenance"), ids=str)
def test_a_decision_rests_on_what_the_case_says(case: Case) -> None:
    check_answers(case, described)
