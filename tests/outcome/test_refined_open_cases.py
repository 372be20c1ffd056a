"""Split cases of generated rulesets, with unknown items and whole lists, against completions."""

from functools import cache

import pytest
from tests.generated.exhaustive import Tally, examine
from tests.support.scale import scaled

N_RULESETS = scaled(40, long=1_000)

pytestmark = pytest.mark.slow

# These two laws are about the ranges of unknown facts, and a case that is not split breaks them
# as well: a consequence may be open though the case is ineligible, and one open point hides another.
LAWS = {
    "the answer covers every completion",
    "a fact not asked for never matters",
    "one more fact never takes an answer back",
    "an open case asks for something",
    "a known fact is never asked for",
    "nothing is missing of a complete case",
    "no checked ruleset fails at run time",
}


@cache
def tally() -> Tally:
    total = Tally()
    for seed in range(50_000, 50_000 + N_RULESETS):
        total.add(examine(seed, 3, splits=True))
    return total


def test_no_completion_contradicts_a_split_case() -> None:
    broken = [broken for broken in tally().broken if broken.law in LAWS]
    assert not broken, str(broken[0])


def test_facts_of_items_and_whole_lists_were_left_out() -> None:
    counts = tally().counts
    assert counts["cases with an unknown list of items"] >= N_RULESETS // 8
    assert counts["cases with an unknown fact of an item"] >= N_RULESETS // 8
    assert counts["completions"] >= 20 * N_RULESETS
