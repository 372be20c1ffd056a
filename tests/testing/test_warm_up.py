"""Warm-up: the first decision is made before the first example of a test."""

import subprocess
import sys
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

import policyrules
from policyrules.engines.compiled import CompiledEngine
from policyrules.engines.forward.engine import ForwardEngine
from policyrules.testing import days_for, facts_for

pytestmark = pytest.mark.installed

REFUND: Final = "cn-nm/job-stabilisation-refund"
ON: Final = date(2022, 11, 25)

_IMPORTS = f"""
import sys
from datetime import date
import policyrules
from policyrules.testing import facts_for
refund = policyrules.load({REFUND!r})
facts_for(refund{{what}})
before = set(sys.modules)
for engine in ("forward", "reference", "compiled"):
    refund.on(date(2022, 11, 25)).decide({{{{}}}}, engine=engine).to_dict()
print(sorted(set(sys.modules) - before))
"""


@pytest.mark.slow
@pytest.mark.parametrize("what", ["", ".ruleset", ".on(date(2022, 11, 25))"])
def test_an_example_imports_nothing(what: str) -> None:
    code = _IMPORTS.format(what=what)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip() == "[]"


def refuse(*_: object) -> None:
    raise AssertionError("an example compiles")


@pytest.mark.parametrize("on", [None, ON])
def test_an_example_compiles_nothing(on: date | None, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = policyrules.load(REFUND)
    facts_for(policy if on is None else policy.on(on))
    monkeypatch.setattr(ForwardEngine, "__init__", refuse)
    monkeypatch.setattr(CompiledEngine, "__init__", refuse)
    for engine in ("forward", "reference", "compiled"):
        policy.on(ON).decide({}, engine=engine)


def test_a_policy_and_its_ruleset_are_drawn_alike() -> None:
    policy = policyrules.load(REFUND)
    drawn = repr(facts_for(policy.ruleset))
    assert repr(facts_for(policy)) == drawn
    assert repr(facts_for(policy.on(ON))) == drawn
    assert repr(facts_for(policy.on(ON).dated)) == drawn
    assert repr(days_for(policy)) == repr(days_for(policy.ruleset))


def test_no_profile_of_ours_has_a_deadline() -> None:
    for name in ("default", "long", "pages"):
        profile = settings.get_profile(name)
        assert profile.deadline is None, name
        assert HealthCheck.too_slow in profile.suppress_health_check, name
