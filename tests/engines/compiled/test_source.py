"""The generated source of the compiled engine: readable, and free of text from authors."""

import ast
import os
import re
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Final

import attrs
import pytest
from tests.engines.compiled.sample_policies import FIRM, hiring, many_conditions, policy_of

import policyrules
from policyrules.api.policy import DatedPolicy
from policyrules.engines.compiled.emitter import Emitter, NameAllocator
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.ir.nodes import And, Arithmetic, Compare, FactRef, Not, Or, Word
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.text.localized import LocalizedText

ON: Final = date(2022, 11, 25)
HOSTILE: Final = (
    "'); import os #",
    '"""); __import__("os") #',
    "a\nimport os\n",
    "\\",
    "{0!r}",
    "％'\u2028\x00\ud800",
)


def refund() -> CheckedRuleset:
    return policyrules.load("cn-nm/job-stabilisation-refund").ruleset


def sources() -> dict[str, str]:
    return {
        "refund": policy_of(refund()).on(ON).python_source(),
        "hiring": hiring().on(ON).python_source(),
    }


@pytest.mark.parametrize("name", ["refund", "hiring"])
def test_the_same_ruleset_gives_the_same_source(name: str) -> None:
    assert sources()[name] == sources()[name]


@pytest.mark.slow
def test_the_source_does_not_hang_on_the_order_of_sets() -> None:
    script = (
        "import policyrules, datetime;"
        "on = policyrules.load('cn-nm/job-stabilisation-refund').on(datetime.date(2022, 11, 25));"
        "print(on.python_source())"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(written) == 1


def test_days_with_the_same_rows_share_one_program() -> None:
    policy = policy_of(refund())
    first, last, later = (
        policy.on(day)._decider.program
        for day in (date(2022, 6, 14), date(2022, 11, 9), date(2022, 11, 10))
    )
    assert first is last
    assert first is not later


@pytest.mark.parametrize("name", ["refund", "hiring"])
def test_the_exact_function_has_whole_numbers_only_and_never_divides(name: str) -> None:
    tree = ast.parse(sources()[name])
    (exact,) = (
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "exact"
    )
    for node in ast.walk(exact):
        assert not isinstance(node, ast.Div)
        if isinstance(node, ast.Constant):
            assert isinstance(node.value, (int, str, type(None)))
        if isinstance(node, ast.Name):
            assert node.id != "Fraction"


@pytest.mark.parametrize("name", ["refund", "hiring"])
def test_a_source_has_assignments_branches_loops_and_calls(name: str) -> None:
    """No import, no attribute that is written, no comprehension, nothing nested."""
    allowed = (
        *(ast.Module, ast.Expr, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Lambda),
        *(ast.Assign, ast.AugAssign, ast.If, ast.For, ast.Break, ast.Continue, ast.IfExp),
        *(ast.Try, ast.ExceptHandler),
        *(ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.Call, ast.keyword, ast.Constant),
        *(ast.Attribute, ast.Subscript, ast.Name, ast.List, ast.Tuple, ast.Dict),
        *(ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop),
    )
    node_types = {type(node) for node in ast.walk(ast.parse(sources()[name]))}
    assert not [kind for kind in node_types if not issubclass(kind, allowed)]


@pytest.mark.parametrize("name", ["refund", "hiring"])
def test_nearly_every_line_fits_a_screen(name: str) -> None:
    emitter = sources()[name].splitlines()
    assert sum(len(line) > 100 for line in emitter) * 20 < len(emitter)
    assert max(map(len, emitter)) < 240


# --- what an author may try ------------------------------------------------------------------


def bent(hostile: str) -> CheckedRuleset:
    """The refund with a text of an author wherever there may be one, and where there may not."""
    ruleset = refund()
    title = LocalizedText(hostile, hostile)
    subject = ruleset.conditions["subject"]
    test = Compare("==", FactRef("employer.kind"), Word(hostile))
    conditions = {
        name: attrs.evolve(condition, title=title) for name, condition in ruleset.conditions.items()
    }
    del conditions["subject"]
    conditions[hostile] = attrs.evolve(subject, id=hostile, title=title, test=test)
    members = (*(name for name in ruleset.outcome.eligible.members if name != "subject"), hostile)
    eligible = attrs.evolve(ruleset.outcome.eligible, members=members)
    return attrs.evolve(
        ruleset,
        id=hostile,
        title=title,
        conditions=conditions,
        outcome=attrs.evolve(ruleset.outcome, eligible=eligible),
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_word_stays_a_word(hostile: str) -> None:
    dated = policy_of(bent(hostile)).on(ON)
    source = dated.python_source()
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names)
    assert not names & {"os", "import", "__import__"}
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    constants = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert hostile in constants
    case = {name: value for name, value in FIRM.items() if name != "employer.kind"}
    situation = dated.policy.intake.read(case)
    for kind in (hostile, "enterprise"):
        known = {**situation.known, "employer.kind": KnownFact(kind)}
        answers = [
            dated.decide(Situation(known), engine=engine).conditions
            for engine in ("reference", "compiled")
        ]
        assert answers[0] == answers[1]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_title_reaches_the_source(hostile: str) -> None:
    ruleset = refund()
    title = LocalizedText(f"zzz{hostile}", f"zzz{hostile}")
    conditions = {
        name: attrs.evolve(condition, title=title) for name, condition in ruleset.conditions.items()
    }
    titled = attrs.evolve(ruleset, title=title, conditions=conditions)
    assert policy_of(titled).on(ON).python_source() == policy_of(ruleset).on(ON).python_source()


def test_a_name_is_made_of_letters_digits_and_underscores() -> None:
    names = NameAllocator()
    made = [names.allocate("fact", text) for text in ("a.b", "a-b", "名", "x" * 500, "", "a\nb")]
    assert all(re.fullmatch(r"fact[a-z0-9_]*", name) for name in made)
    assert len(set(made)) == len(made)


def test_what_was_written_in_a_branch_is_forgotten_behind_it() -> None:
    emitter = Emitter(NameAllocator())
    with emitter.block("if a:"):
        emitter.memoized("x", lambda: emitter.assign("x", "1"), str)
    emitter.memoized("x", lambda: emitter.assign("x", "2"), str)
    assert emitter.lines == ["if a:", "    x = 1", "x = 2"]


# --- size --------------------------------------------------------------------------------------


def test_a_test_as_deep_as_the_language_allows_is_written() -> None:
    ruleset = refund()
    few, some = FactRef("employer.laid_off"), FactRef("employer.insured_headcount")
    sum_ = few
    for _ in range(40):
        sum_ = Arithmetic("+", sum_, Arithmetic("*", few, some))  # type: ignore[assignment]
    test = Compare("<", sum_, some)
    for number in range(60):
        other = Compare("<", few, some)
        test = Not(test) if number % 3 == 0 else (And if number % 3 == 1 else Or)((test, other))  # type: ignore[assignment]
    condition = attrs.evolve(ruleset.conditions["subject"], test=test)
    deep = attrs.evolve(ruleset, conditions={**ruleset.conditions, "subject": condition})
    dated = policy_of(deep).on(ON)
    for facts in ({}, {"employer.laid_off": 3}, FIRM):
        same = [
            dated.decide(facts, engine=engine).conditions for engine in ("reference", "compiled")
        ]
        assert same[0] == same[1]


def calls_to_compile(n_conditions: int) -> int:
    """How many Python functions are called until the first decision: work, not seconds."""
    dated = many_conditions(n_conditions).on(ON)
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        decision = dated.decide(FIRM, engine="compiled")
    finally:
        sys.setprofile(None)
    assert len(decision.conditions.held) == n_conditions
    return calls


def test_ten_times_the_conditions_are_ten_times_the_work() -> None:
    calls_to_compile(1)  # what is imported at first use is no work of the second
    assert calls_to_compile(1_000) < 12 * calls_to_compile(100)


# --- at work -----------------------------------------------------------------------------------


def test_a_traceback_shows_the_line() -> None:
    dated: DatedPolicy = policy_of(refund()).on(ON)
    broken = Situation({"employer.full_paid_months": KnownFact("twelve")})
    try:
        dated.decide(broken, engine="compiled")
    except TypeError as error:
        text = "".join(traceback.format_exception(error))
    assert "fact_full_paid_months >= 12" in text


@pytest.mark.slow
def test_threads_share_a_policy() -> None:
    policy = hiring()
    cases = [
        {"employer": {"kind": kind, "headcount": n}}
        for kind in ("enterprise", "union")
        for n in range(20)
    ]
    days = [date(2022, 5, 1), date(2022, 8, 1)]

    def decide(number: int) -> list[object]:
        dated = policy.on(days[number % 2])
        return [dated.decide(case, engine="compiled").to_dict()["conditions"] for case in cases]

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(decide, range(16)))
    assert statuses == [statuses[0], statuses[1]] * 8
