"""Differential testing: decide the same cases with every engine, and compare the decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import attrs

from policyrules.api.policy import Engine, Policy, make_decider
from policyrules.cases.expected_value import format_amount
from policyrules.cases.run import DecideFacts, FactsData
from policyrules.decisions.decision import Decision
from policyrules.errors import FactsError, NotInForce
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.testing.change_days import start_days
from policyrules.testing.properties.shrink import shrink, to_facts_data

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

ENGINES: Final[tuple[Engine, ...]] = ("reference", "forward", "compiled")


def assert_engines_agree(
    ruleset: Policy | CheckedRuleset,
    *,
    cases: Iterable[FactsData] | SearchStrategy[FactsData] | None = None,
    on: date | None = None,
    engines: Sequence[Engine] | Mapping[str, DecideFacts] = ENGINES,
    examples: int = 100,
) -> int:
    """Decide the same cases with every engine, and fail at the first difference.

    An answer is the whole decision with its reasons, except for the name of the engine; or the
    error in its place. The facts of a difference are shrunk as far as it remains.

    Args:
        ruleset: the policy, or its ruleset.
        cases: the facts of each case, as `decide` takes them, or a hypothesis strategy for them;
            by default, facts drawn by `facts_for`. Drawing needs
            `pip install "policyrules[testing]"`.
        on: the day of every case. By default, drawn facts are decided on days drawn by `days_for`,
            other facts on each day on which the ruleset or a row of a parameter begins.
        engines: the names of engines; or functions that take a day and facts and return a
            `Decision`, by names that the caller chooses. The others are compared with the first.
        examples: how many cases are drawn.

    Returns:
        How many cases were decided, shrinking included.

    Raises:
        AssertionError: two answers differ; the message has the ruleset, the day, the facts, and
            the outcome of each engine.
        MissingExtra: cases are to be drawn, and hypothesis is not installed.
        ValueError: there is no case, or there are fewer than two engines.

    >>> from datetime import date
    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund")
    >>> firms = [{"employer.layoff_rate": "23%"}, {"employer.laid_off": 0}]
    >>> assert_engines_agree(refund, cases=firms, on=date(2022, 11, 25))
    2
    """
    rules = ruleset.ruleset if isinstance(ruleset, Policy) else ruleset
    if len(engines) < 2:
        raise ValueError("there is nothing to compare: name at least two engines")
    deciders: Mapping[str, DecideFacts]
    if isinstance(engines, Mapping):
        deciders = engines
    else:
        deciders = {name: make_decider(rules, name) for name in engines}
    run = _DifferentialRun(rules, deciders)
    if isinstance(cases, Iterable):
        days = [on] if on is not None else start_days(rules)
        dated_cases = ((day, facts) for facts in cases for day in days)
        difference = next((case for case in dated_cases if run.differ(*case)), None)
    else:
        difference = _find_drawn_difference(run, cases, on, examples)
    if difference is not None:
        raise AssertionError(run.describe(*difference))
    if not run.count:
        raise ValueError("there is no case to decide")
    return run.count


class _DifferentialRun:
    """Decides cases with each engine, and counts the cases."""

    def __init__(self, ruleset: CheckedRuleset, deciders: Mapping[str, DecideFacts]) -> None:
        self.ruleset = ruleset
        self.deciders = deciders
        self.count = 0

    def differ(self, on: date, facts: FactsData) -> bool:
        """Return whether any answer differs from the first."""
        self.count += 1
        first, *other_answers = (answer.data for answer in self.answers(on, facts).values())
        return any(answer != first for answer in other_answers)

    def answers(self, on: date, facts: FactsData) -> dict[str, _Answer]:
        """Return the answer of each engine, by its name."""
        return {name: _answer(decide, on, facts) for name, decide in self.deciders.items()}

    def describe(self, on: date, facts: FactsData) -> str:
        """Return the difference as a text, with as few facts as still cause it."""
        fewer = shrink(facts, lambda remaining: self.differ(on, remaining))
        answers = self.answers(on, fewer)
        first, *other_answers = answers.values()
        place = next(
            path
            for answer in other_answers
            if (path := _first_difference(first.data, answer.data)) is not None
        )
        width = max(map(len, answers))
        return "\n".join(
            [
                f"the engines disagree about {self.ruleset.id} on {on}",
                "facts:",
                *(_facts_text(to_facts_data(fewer)) or ["    none is known"]),
                "outcome:",
                *(f"    {name.ljust(width)}  {answers[name].outcome}" for name in answers),
                f"first difference, {'.'.join(place) or 'the whole'}:",
                *(
                    f"    {name.ljust(width)}  {_content_at(answers[name].data, place)}"
                    for name in answers
                ),
            ]
        )


@attrs.frozen
class _Answer:
    """The answer of an engine: as data to compare, and its outcome to show."""

    data: Any
    outcome: str


def _answer(decide: DecideFacts, on: date, facts: FactsData) -> _Answer:
    try:
        decision = decide(on, facts)
    except (FactsError, NotInForce) as error:
        return _Answer({"error": error.to_dict()}, f"error: {error.code}")
    except Exception as error:  # noqa: BLE001 - any other error is a difference
        # The error itself, which equals no other: two engines that crash do not agree.
        return _Answer(error, f"{type(error).__name__}: {error}")
    data = decision.to_dict()
    for key in ("engine", "kernel", "receipt_hash"):
        data["receipt"].pop(key, None)
    return _Answer(data, _outcome(decision))


def _outcome(decision: Decision) -> str:
    return ", ".join([decision.status, *map(format_amount, decision.amounts.values())])


def _find_drawn_difference(
    run: _DifferentialRun, cases: SearchStrategy[FactsData] | None, on: date | None, examples: int
) -> tuple[date, FactsData] | None:
    """Return the first drawn case with a difference, shrunk; None if there is none."""
    from policyrules.testing.properties.search import find_example
    from policyrules.testing.properties.strategies import days_and_facts_for

    return find_example(
        days_and_facts_for(run.ruleset, on, cases), lambda case: run.differ(*case), examples
    )


# --- the text of a difference --------------------------------------------------------------------


def _facts_text(facts: Mapping[str, Any], depth: int = 1) -> list[str]:
    lines: list[str] = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            lines += ["    " * depth + f"{name}:", *_facts_text(value, depth + 1)]
        else:
            lines.append("    " * depth + f"{name}: {value}")
    return lines


def _first_difference(first: Any, second: Any) -> tuple[str, ...] | None:
    """Return the path of keys to the first difference."""
    if first == second:
        return None
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        for key in {**first, **second}:
            inside = _first_difference(first.get(key), second.get(key))
            if inside is not None:
                return (str(key), *inside)
    return ()


def _content_at(data: Any, place: tuple[str, ...]) -> Any:
    for key in place:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data
