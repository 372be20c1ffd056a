"""Rulesets beyond a limit of the forward engine: `check` reports them, others decide them."""

from pathlib import Path

import pytest
from tests.conformance.cases import BASE, FILES, HERE, Case, ruleset_text
from tests.support.large import conditions, policy, yes_no_facts

import policyrules
from policyrules.engines.forward.horn import ProgramTooLarge

MEMBERS = ", ".join(f"c-{n}" for n in range(8))
LARGE = (
    yes_no_facts(8)
    + "conditions:\n"
    + conditions(f"employer.f{n}" for n in range(8))
    + "".join(
        f"  k-{n}: {{title: {{zh: k, en: k}}, at_least: {{n: 4, of: [{MEMBERS}]}}}}\n"
        for n in range(30)
    )
    + f"outcome:\n  eligible: {{all: [{', '.join(f'k-{n}' for n in range(30))}]}}\n"
)
FACTS: dict[str, object] = {f"employer.f{n}": n < 5 for n in range(8)}


def test_a_ruleset_past_a_limit_is_decided_by_the_engines_without_one() -> None:
    dated = policy(LARGE)
    assert dated.decide(FACTS, engine="reference").status == "eligible"
    assert dated.decide(FACTS, engine="compiled").status == "eligible"
    statuses = [getattr(answer, "status", "refused") for answer in dated.decide_many([FACTS, {}])]
    assert statuses == ["eligible", "undetermined"]


@pytest.mark.parametrize("kernel", [None, "fixpoint"])
def test_the_forward_engine_refuses_it_with_its_own_error(kernel: str | None) -> None:
    dated = policy(LARGE)
    for _ in range(2):
        with pytest.raises(ProgramTooLarge, match="at most 4,000 rules"):
            dated.decide(FACTS, kernel=kernel)


def test_check_finds_it_and_load_takes_it(tmp_path: Path) -> None:
    for kind in ("vocabulary", "sources"):
        (tmp_path / FILES[kind]).write_bytes((BASE / FILES[kind]).read_bytes())
    path = tmp_path / FILES["ruleset"]
    path.parent.mkdir()
    path.write_text(ruleset_text(Case(HERE, "", (("ruleset", LARGE),))), encoding="utf-8")
    (diagnostic,) = policyrules.check_rulesets([path]).diagnostics
    assert (diagnostic.code, str(diagnostic.severity)) == ("program-too-large", "warning")
    assert "4,000" in diagnostic.expected
    assert policyrules.load(path).id == "cn-nm/refund"


@pytest.mark.slow
def test_no_shipped_ruleset_is_past_a_limit() -> None:
    codes = {diagnostic.code for diagnostic in policyrules.check_rulesets().diagnostics}
    assert "program-too-large" not in codes
