"""Margins: how far a fact is from the point where a test flips, and in which direction."""

from collections.abc import Iterator

import pytest
from tests.conformance.cases import Case
from tests.support.situations import TRUTHS, cases, check_answers

from policyrules.decisions.reasons import Margin
from policyrules.evaluation.result import Evaluation
from policyrules.ir.unparse import unparse
from policyrules.outcome.margins import margin


def described(evaluation: Evaluation) -> Iterator[str]:
    """The margin of every test of the case and of its items."""
    for (list_, key, atom), verdict in evaluation.all_atoms():
        item = None
        if list_:
            item = next(entry for entry in evaluation.items[list_].items if entry.key == key)
        place = f"{list_}[{key or '?'}] " if list_ else ""
        text = _text(margin(evaluation, atom, item))
        yield f"{place}{unparse(atom)}: {TRUTHS[verdict.truth]}, {text}"


def _text(margin: Margin | None) -> str:
    if margin is None:
        return "no margin"
    fact, unit, *figures = margin.to_dict().items()
    figures_text = " ".join(f"{key} {figure}" for key, figure in figures)
    return f"{fact[1]} ({margin.title.en}) in {unit[1]}: {figures_text}"


@pytest.mark.parametrize("case", cases("outcome/margins"), ids=str)
def test_a_margin_is_where_the_test_turns(case: Case) -> None:
    check_answers(case, described)
