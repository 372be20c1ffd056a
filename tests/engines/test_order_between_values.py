"""Values of the case and of items may read each other in turn, as long as none needs itself."""

from typing import Any

import pytest
from tests.support.engine_names import ENGINES
from tests.support.large import policy, title

from policyrules.api.policy import DatedPolicy

N_STEPS = 150
KNOWN = [{"id": "a", "wage": 3}, {"id": "b", "wage": 0}]


@pytest.fixture(scope="module")
def in_turn() -> DatedPolicy:
    """Each value of the case sums the items that are above the sum before it, the last first."""
    of_case = [
        f"  sum{n}: {{{title(f'sum{n}')}, type: money, is: 'sum(part{n} for hire in hires)', cite: law}}\n"
        for n in range(N_STEPS)
    ]
    of_items = [
        f"      part{n}: {{{title(f'part{n}')}, type: money, is: '{text}', cite: law}}\n"
        for n, text in enumerate(
            ["hire.wage", *(f"max(hire.wage, sum{n} - sum{n})" for n in range(N_STEPS - 1))]
        )
    ]
    return policy(
        "uses: [hires]\n"
        "values:\n" + "".join(reversed(of_case)) + "lists:\n  hires:\n    each: hire\n"
        "    values:\n"
        + "".join(reversed(of_items))
        + f"conditions:\n  c-0: {{{title('c0')}, holds: sum{N_STEPS - 1} > 0, cite: law}}\n"
        "outcome:\n  eligible: {all: [c-0]}\n"
        f"  amount: {{name: due, is: sum{N_STEPS - 1}, cite: law}}\n"
    )


@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_a_long_chain_through_items_is_computed(
    in_turn: DatedPolicy, engine: Any, kernel: str | None
) -> None:
    known = in_turn.decide({"hires": KNOWN}, engine=engine, kernel=kernel)
    assert known.amount is not None
    assert (known.status, known.amount.value) == ("eligible", 3)
    in_part = in_turn.decide({"hires": [*KNOWN, {"id": "c"}]}, engine=engine, kernel=kernel)
    assert [missing.fact for missing in in_part.missing] == ["hires[c].wage"]
    unknown = in_turn.decide({}, engine=engine, kernel=kernel)
    assert [missing.fact for missing in unknown.missing] == ["hires"]
