"""Figures of more than 600 digits: `check` reports them, so that no engine meets one."""

from typing import Any

import pytest
from tests.support.engine_names import ENGINES
from tests.support.large import X, checked, eligible, policy, values

import policyrules
from policyrules.catalogue.discovery import ruleset_paths
from policyrules.catalogue.store import shipped_folder
from policyrules.check.digits import MOST_DIGITS, _Sizes


def codes(body: str) -> list[str]:
    _, diagnostics = checked(body)
    return [diagnostic.code for diagnostic in diagnostics]


def chain(step: str, n_values: int) -> str:
    """Each value is made of the one before it: `{v}` in the step."""
    steps = [step.replace("{v}", f"v{n}") for n in range(n_values)]
    return X + values(["employer.x + 1", *steps]) + eligible(f"v{n_values} > 0")


def digits(data: object) -> int:
    """The most digits that stand one behind another in data."""
    if isinstance(data, dict):
        return max(map(digits, data.values()), default=0)
    if isinstance(data, (list, tuple)):
        return max(map(digits, data), default=0)
    return max(map(len, "".join(c if c.isdigit() else " " for c in str(data)).split()), default=0)


GROWING = [
    "{v} * {v}",
    "{v} * {v} + 1",
    "{v} / ({v} + 1) + {v}",
    "{v} + {v} / ({v} * 1)",
    "-{v} * {v}",
]
STEADY = ["{v} + 1", "{v} + employer.x", "min({v}, employer.x)", "max({v}, 1) - 1", "{v} - {v}"]


@pytest.mark.parametrize("step", GROWING)
def test_what_doubles_its_digits_is_found_where_it_begins(step: str) -> None:
    for n_values in (20, 100):
        assert codes(chain(step, n_values)) == ["too-many-digits"]


@pytest.mark.parametrize("step", STEADY)
def test_what_only_adds_up_is_not_found(step: str) -> None:
    assert "too-many-digits" not in codes(chain(step, 60))


@pytest.mark.parametrize("step", GROWING)
def test_the_longest_chain_that_is_taken_is_written_by_every_engine(step: str) -> None:
    n_values = max(n for n in range(1, 12) if "too-many-digits" not in codes(chain(step, n)))
    dated = policy(chain(step, n_values))
    for x in ("999999.999999999", "0.000000001", None):
        answers: list[dict[str, Any]] = []
        for engine, kernel in ENGINES:
            decision = dated.decide({"employer.x": x}, engine=engine, kernel=kernel)  # type: ignore[arg-type]
            data = decision.to_dict()
            assert decision.explain("en")
            assert decision.receipt.to_dict()
            del data["receipt"]
            answers.append(data)
        assert answers == answers[:1] * len(ENGINES)
        assert digits(answers[0]) <= 4 * MOST_DIGITS  # a decimal has more than its fraction


RATES = """\
parameters:
  rate: {title: {zh: 利率, en: Rate}, type: ratio, range: 0..100%, value: 3%, cite: law}
  parts: {title: {zh: 份数, en: Parts}, type: number, range: 1..100, value: 7, cite: law}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", ["{v} + {v} * rate", "{v} + {v} / parts", "{v} * rate - {v} / parts + {v}"]
)
def test_interest_on_interest_is_computed_in_no_time(step: str) -> None:
    # Over the product of denominators, where one would do, it would double its digits each time.
    dated = policy(chain(step, 50).replace("values:", RATES + "values:", 1))
    exact = dated._decider._exact
    for x in ("12345.678901234", "0", None):
        answers: list[dict[str, Any]] = []
        facts = {"employer.x": x}
        for engine, kernel in ENGINES:
            data = dated.decide(facts, engine=engine, kernel=kernel).to_dict()  # type: ignore[arg-type]
            del data["receipt"]
            answers.append(data)
        assert answers == answers[:1] * len(ENGINES)
        if x is not None:
            assert exact(dated.policy.intake.read(facts)) is not None


def test_a_value_that_is_rounded_on_the_way_grows_no_further() -> None:
    text = X + "values:\n"
    text += "  v0: {title: {zh: v, en: v}, type: number, is: employer.x, cite: law}\n"
    text += "".join(
        f"  v{n}:\n    title: {{zh: v, en: v}}\n    type: number\n    is: v{n - 1} / (v{n - 1} + 1)\n"
        "    round: {to: '0.01', mode: half_up, cite: law}\n    cite: law\n"
        for n in range(1, 40)
    )
    assert "too-many-digits" not in codes(text + eligible("v39 >= 0"))


def test_a_sum_of_quotients_by_a_few_months_is_taken() -> None:
    assert "too-many-digits" not in codes(
        values(["sum(hire.wage / hire.wage for hire in hires)"]) + eligible("v0 > 0")
    )


@pytest.mark.slow
def test_no_shipped_ruleset_comes_near() -> None:
    paths = list(ruleset_paths(shipped_folder()))
    assert len(paths) > 10
    for path in paths:
        ruleset = policyrules.load(path).ruleset
        sizes = _Sizes(ruleset).values.values()
        assert max((size.numerator_bits for size in sizes), default=0) < 400, path
