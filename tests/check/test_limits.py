"""Limits of the language: every engine agrees at the limit, and `check` reports one step more."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from tests.conformance.cases import BASE, FILES

from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import Engine, Policy, kernel_name
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import CompileResult, File
from policyrules.check.order import MAX_GROUPS, MAX_VALUES
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.syntax.expressions import MAX_DEPTH, MAX_LENGTH
from policyrules.testing import boundaries
from policyrules.testing.mutation.mutants import mutants

HEAD = (BASE / "head.yaml").read_text(encoding="utf-8")
ENGINES: list[tuple[Engine, str | None]] = [("reference", None), ("forward", "fixpoint")]
if kernel_name() == "durable_rules":
    ENGINES.append(("forward", "durable_rules"))
ENGINES.append(("compiled", None))

CAP = "parameters:\n  cap: {title: {zh: 上限, en: cap}, type: money, value: 9 CNY, cite: law}\n"
OUTCOME = "outcome:\n  eligible: {all: [c]}\n"
AMOUNT = '  amount: {name: due, is: "max(0, %s)", cite: law}\n'


def value(name: str, expression: str, rest: str = "") -> str:
    return f'  {name}: {{title: {{zh: 值, en: v}}, type: money, is: "{expression}"{rest}, cite: law}}\n'


def rule(name: str, expression: str) -> str:
    return f'  {name}: {{title: {{zh: 件, en: c}}, holds: "{expression}", cite: law}}\n'


def values(number: int) -> str:
    """Values of which each reads the next, the last one a fact."""
    text = HEAD + CAP + "values:\n"
    text += "".join(value(f"v{n}", f"v{n + 1}") for n in range(1, number))
    text += value(f"v{number}", "employer.premium")
    return text + "conditions:\n" + rule("c", "v1 < cap") + OUTCOME + AMOUNT % "v1"


def exceptions(number: int) -> str:
    """Values of which each has an exception that hangs on the next."""
    text = HEAD + CAP + "values:\n"
    for n in range(1, number):
        when = f"{{title: {{zh: 例, en: x}}, when: v{n + 1} < cap, is: cap, cite: law}}"
        text += value(f"v{n}", "employer.premium", f", except: {{x{n}: {when}}}")
    text += value(f"v{number}", "employer.premium")
    return text + "conditions:\n" + rule("c", "v1 < cap") + OUTCOME + AMOUNT % "v1"


def groups(number: int, kind: str = "all") -> str:
    """Groups of which each is a member of the one before, around one test."""
    text = HEAD + "conditions:\n"
    last = f"g{number}"
    for n in range(1, number):
        text += f"  g{n}: {{title: {{zh: 组, en: g}}, {kind}: [g{n + 1}]}}\n"
    text += rule(last, "employer.listed")
    return text + "outcome:\n  eligible: {all: [g1]}\n"


def expression(text: str) -> str:
    return (
        HEAD
        + CAP
        + "values:\n"
        + value("v", text)
        + "conditions:\n"
        + rule("c", "v < cap")
        + (OUTCOME + AMOUNT % "v")
    )


def condition(text: str) -> str:
    return HEAD + "conditions:\n" + rule("c", text) + OUTCOME


def compiled(text: str) -> CompileResult:
    others = [File(FILES[kind], (BASE / FILES[kind]).read_bytes()) for kind in list(FILES)[1:]]
    return compile_ruleset(File(FILES["ruleset"], text.encode()), *others)


def errors(text: str) -> list[str]:
    return [
        diagnostic.code
        for diagnostic in compiled(text).diagnostics
        if diagnostic.severity == "error"
    ]


def accepted(text: str) -> CheckedRuleset:
    made = compiled(text)
    assert made.ruleset is not None, made.diagnostics[0]
    return made.ruleset


FACTS = {"employer.premium": 3, "employer.listed": True}


def assert_every_engine_answers(ruleset: CheckedRuleset) -> None:
    for facts in (FACTS, {}):
        answers = []
        for engine, kernel in ENGINES:
            policy = Policy(ruleset, (), EngineCache(ruleset)).on(date(2022, 6, 1))
            decision = policy.decide(facts, engine=engine, kernel=kernel)
            data = decision.to_dict()
            data.pop("receipt", None)
            assert str(decision)
            answers.append(json.dumps(data, sort_keys=True))
        assert len(set(answers)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("text", [values, exceptions])
def test_a_thousand_values_rest_on_one_another(text: Callable[[int], str]) -> None:
    assert_every_engine_answers(accepted(text(MAX_VALUES)))


@pytest.mark.slow
@pytest.mark.parametrize("text", [values, exceptions])
@pytest.mark.parametrize("more", [1, 500])
def test_more_values_do_not(text: Callable[[int], str], more: int) -> None:
    assert errors(text(MAX_VALUES + more)) == ["long-chain"]


@pytest.mark.parametrize("kind", ["all", "any", "none"])
def test_a_hundred_conditions_lie_in_one_another(kind: str) -> None:
    assert_every_engine_answers(accepted(groups(MAX_GROUPS, kind)))


@pytest.mark.parametrize("more", [1, 1_000])
def test_more_conditions_do_not(more: int) -> None:
    assert errors(groups(MAX_GROUPS + more)) == ["long-chain"]


@pytest.mark.slow
def test_what_is_tested_goes_as_deep() -> None:
    ruleset = accepted(values(300))
    assert any(boundary.parameters == ("cap",) for boundary in boundaries(ruleset))
    assert sum(1 for _ in mutants(ruleset)) > 10
    text = values(300).replace(
        'is: "employer.premium"', 'is: "employer.premium + employer.premium"'
    )
    assert any(boundary.test == "c" for boundary in boundaries(accepted(text)))


def nested(number: int) -> dict[str, str]:
    """Expressions so deep, by what nests them."""
    choice = "employer.listed"
    for n in range(number):
        choice = f"({choice} {'and' if n % 2 else 'or'} employer.listed)"
    bound = "employer.premium"
    for n in range(number):
        bound = f"{'min' if n % 2 else 'max'}(0, {bound})"
    return {
        "not": condition("not " * number + "employer.listed"),
        "and-or": condition(choice),
        "any": condition(f"any({'not ' * (number - 1)}x == cap for x in y)"),
        "minus": expression("-" * number + "employer.premium"),
        "brackets": expression("-(" * number + "employer.premium" + ")" * number),
        "plus": expression(" + ".join(["employer.premium"] * (number + 1))),
        "min-max": expression(bound),
    }


DEEPEST = 58
"""Two levels less than the limit: a name and what reads it are levels too."""


@pytest.mark.parametrize("kind", [kind for kind in nested(1) if kind != "any"])
def test_an_expression_of_the_greatest_depth_is_decided(kind: str) -> None:
    assert_every_engine_answers(accepted(nested(DEEPEST)[kind]))


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 240, 5_000])
@pytest.mark.parametrize("kind", nested(1))
def test_a_deeper_expression_is_refused(kind: str, depth: int) -> None:
    assert errors(nested(depth)[kind]) == ["bad-expression"]


@pytest.mark.parametrize("depth", [199, 201, 900])
@pytest.mark.parametrize("sign", ["(", "[", "f(", "-(", "not (", "x[", "{", "lambda: ("])
def test_what_is_opened_very_often_is_refused(sign: str, depth: int) -> None:
    if len(sign) * depth <= MAX_LENGTH:
        assert errors(condition(sign * depth)) == ["bad-expression"]


@pytest.mark.parametrize("number", [100, 300, 2_000])
def test_a_long_chain_of_comparisons_is_decided_or_refused(number: int) -> None:
    text = condition(" < ".join(["employer.premium"] * number))
    if len(text) - len(condition("")) > MAX_LENGTH:
        assert errors(text) == ["bad-expression"]
    else:
        assert_every_engine_answers(accepted(text))
