"""The shipped case files: every ruleset has one, and it holds on every engine.

That they are enough, `policyrules test --coverage --mutate` says of all of them: `just cases`.
"""

import re
from typing import Final

import pytest

import policyrules
from policyrules.api.policy import Engine

# On the forward engine they run where the command without a path is tested, and in `just cases`.
ENGINES: Final[tuple[Engine, ...]] = ("reference", "compiled")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_every_shipped_case_is_decided_as_it_says(engine: Engine) -> None:
    report = policyrules.run_cases(engine=engine)
    assert not [str(diagnostic) for diagnostic in report.diagnostics]
    assert not [result for result in report.results if not result.passed]
    assert report.passed
    assert report.collected == report.selected == len(report.results) > 50
    assert not report.without_cases
    for result in report.results:
        assert "，" in result.name
        if isinstance(result, policyrules.CaseResult):  # a property holds on every day
            day = f"{result.on.year}年{result.on.month}月{result.on.day}日"
            assert re.search(rf"(?<!\d){day}", result.name), result.name
