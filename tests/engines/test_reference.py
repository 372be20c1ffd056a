"""The reference engine: every value, condition, exception, test and item as it was evaluated."""

from collections.abc import Iterator

import pytest
from tests.conformance.cases import Case
from tests.support.situations import cases, check_answers, possible_text, verdict_text

from policyrules.evaluation.result import Evaluation, RuleResults
from policyrules.ir.unparse import unparse


def described(evaluation: Evaluation) -> Iterator[str]:
    """The outcome, each amount before and after rounding, and each part in its order."""
    yield f"eligible: {verdict_text(evaluation.eligible)}"
    for name, amount in evaluation.amounts.items():
        of_name = f" {name}" if len(evaluation.amounts) > 1 else ""
        yield f"unrounded{of_name}: {possible_text(amount.unrounded)}"
        yield f"amount{of_name}: {possible_text(amount.rounded)}"
    yield from _parts(evaluation)
    for name, items in evaluation.items.items():
        assert (items.known is None) == (items.representative is not None)
        if items.known == ():
            yield f"{name}: empty"
        for item in items.items:
            place = f"{name}[{'?' if item.key is None else item.key}]"
            result = "" if item.eligible is None else f": {verdict_text(item.eligible)}"
            yield f"{place}{result}"
            yield from (
                f"{place} {each} = {possible_text(possible)}"
                for each, possible in item.bindings.items()
            )
            yield from (f"{place} {line}" for line in _parts(item))


def _parts(evaluated: RuleResults) -> Iterator[str]:
    for name, possible in sorted(evaluated.values.items()):
        yield f"value {name} = {possible_text(possible)}"
    for name, verdict in sorted(evaluated.conditions.items()):
        yield f"condition {name}: {verdict_text(verdict)}"
    for name, verdict in sorted(evaluated.exception_guards.items()):
        yield f"when {name}: {verdict_text(verdict)}"
    yield from sorted(
        f"test {unparse(atom)}: {verdict_text(verdict)}"
        for atom, verdict in evaluated.atoms.items()
    )


@pytest.mark.parametrize("case", cases("engines/reference"), ids=str)
def test_everything_is_evaluated_as_the_case_says(case: Case) -> None:
    check_answers(case, described)
