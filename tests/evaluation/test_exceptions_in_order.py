"""Exceptions in order, against the first that is held of every completion of what is unknown."""

from collections.abc import Mapping
from functools import partial
from itertools import product

import attrs

from policyrules.evaluation.terms import (
    apply_value_exceptions,
    evaluate_guard,
    evaluate_test,
    is_replaced,
)
from policyrules.ir.nodes import And, Atom, BoolTest, FactRef, Not, ParameterRef
from policyrules.ir.ruleset import Provenance, RuleException, Value
from policyrules.ir.types import Kind, Type
from policyrules.text.localized import LocalizedText
from policyrules.values.kleene import Verdict, apply_exceptions
from policyrules.values.possible import Interval, number

TITLE = LocalizedText("题", "title")
TRUTHS = (True, False, None)


def value(*, is_ordered: bool, names: tuple[str, ...] = ("a", "b", "c")) -> Value:
    exceptions = tuple(
        RuleException(
            name, TITLE, BoolTest(FactRef(f"firm.{name}")), FactRef("firm.n"), Provenance()
        )
        for name in names
    )
    return Value(
        "share",
        Type(Kind.COUNT),
        TITLE,
        ParameterRef("cap"),
        Provenance(),
        exceptions=exceptions,
        is_ordered=is_ordered,
    )


def completions(truths: tuple[bool | None, ...]) -> list[tuple[bool, ...]]:
    return list(product(*((True, False) if truth is None else (truth,) for truth in truths)))


def test_the_first_exception_that_is_held_applies_and_unknown_ones_leave_what_may() -> None:
    ordered = value(is_ordered=True)
    for truths in product(TRUTHS, repeat=3):
        known = {f"firm.{name}": Verdict(truth) for name, truth in zip("abc", truths, strict=True)}

        def verdict(atom: Atom, known: Mapping[str, Verdict] = known) -> Verdict:
            assert isinstance(atom, BoolTest)
            assert isinstance(atom.operand, FactRef)
            return known[atom.operand.name]

        evaluate = partial(evaluate_test, atom=verdict)
        guards = [evaluate_guard(exception, evaluate) for exception in ordered.exceptions]
        first = [
            next((place for place, held in enumerate(whole) if held), 3)
            for whole in completions(truths)
        ]
        result = apply_value_exceptions(
            "share",
            number(3),
            [(guard, number(place)) for place, guard in enumerate(guards)],
            is_replaced=is_replaced(ordered, evaluate),
        )
        assert isinstance(result.figures, Interval)
        assert (result.figures.low, result.figures.high) == (min(first), max(first)), truths
        assert not result.dependencies.indeterminacies
        for verdicts in product((True, False), repeat=4):
            expected = {verdicts[place] for place in first}
            applied = apply_exceptions(
                "share",
                Verdict(verdicts[3]),
                [(guard, Verdict(verdicts[place])) for place, guard in enumerate(guards)],
                is_replaced=is_replaced(ordered, evaluate),
            )
            assert applied.truth == (expected.pop() if len(expected) == 1 else None)


def test_a_rule_links_its_exceptions_and_unlinks_them_again() -> None:
    ordered = value(is_ordered=True)
    first, second, third = ordered.exceptions
    assert first.guard == first.when
    assert third.guard == And((Not(first.when), Not(second.when), third.when))
    assert attrs.evolve(ordered, exceptions=(third, first)).exceptions[1].preceding == (third.when,)
    plain = attrs.evolve(ordered, is_ordered=False)
    assert [exception.guard for exception in plain.exceptions] == [
        exception.when for exception in ordered.exceptions
    ]
