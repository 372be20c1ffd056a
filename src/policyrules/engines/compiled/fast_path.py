"""Generate the functions that decide a case in whole numbers, `exact` and `exact_with_unknowns`.

`exact` takes every fact that it reads for known; if one is not, it calls `exact_with_unknowns`,
which decides a case if the unknown facts do not matter. Both return None for a case that needs
intervals, and else the result of the reference engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from policyrules.engines.compiled.emitter import (
    Emitter,
    NameAllocator,
    parenthesized,
)
from policyrules.engines.compiled.inputs import ReadScope
from policyrules.engines.compiled.operands import Rational, TruthOperand
from policyrules.engines.compiled.predicates import GIVE_UP, group_expression
from policyrules.engines.compiled.rules import RuleWriter
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.nodes import Expression, Reference, Test, ValueRef
from policyrules.ir.ruleset import AmountRule, CheckedRuleset, Rounding
from policyrules.ir.traverse import direct_dependencies, expressions_of, references

_EXACT_DOCSTRING: Final = '''"""Decide a case in whole numbers; return None if that needs intervals.

    The result is: eligible or not, the truth of every condition, then, if eligible, each amount
    and the amount before rounding as a numerator and a denominator.
    """'''


_PARTS_OF_AMOUNT: Final = ("denom", "unrounded", "unrounded_denom")
"""The figures of an amount behind its numerator."""

_UNKNOWNS_DOCSTRING: Final = '"""Decide a case with unknown facts as `exact` does."""'


def generate_functions(dated: DatedRuleset, header: Emitter) -> tuple[list[str], list[str]]:
    """Return the lines of `exact` and of `exact_with_unknowns`; emit their constants to the header.

    There are two functions because most cases are complete, and one that does not test for unknown
    facts takes half the time.
    """
    complete = _generate(dated, header, ReadScope("known", is_complete=True))
    exact = ["def exact(situation):", f"    {_EXACT_DOCSTRING}", "    try:", *complete]
    exact += ["    except KeyError:", "        return exact_with_unknowns(situation)"]
    with_unknowns = ["def exact_with_unknowns(situation):", f"    {_UNKNOWNS_DOCSTRING}"]
    return exact, with_unknowns + _generate(dated, header, ReadScope("known"))


def _generate(dated: DatedRuleset, header: Emitter, scope: ReadScope) -> list[str]:
    ruleset = dated.ruleset
    emitter = Emitter(NameAllocator(), depth=2 if scope.is_complete else 1)
    emitter.emit("known = situation.known")
    rules = RuleWriter(dated, emitter, header, scope, None)
    input_values = [ValueRef(value.name) for value in ruleset.values.values() if value.input_fact]
    condition_tests = [
        expression
        for condition in ruleset.conditions.values()
        for expression in expressions_of(condition)
    ]
    for name in values_to_generate(ruleset, [*input_values, *condition_tests]):
        rules.value(name)
    truths = {name: rules.condition(name) for name in ruleset.conditions}
    members = [truth.text for truth in truths.values()]
    emitter.emit_wrapped("conditions = (", members, ",)" if len(members) == 1 else ")")
    group = ruleset.outcome.eligible
    if group.members == tuple(truths):
        is_open = any(truth.is_open for truth in truths.values())
        if not is_open and group.kind in {"all", "any"}:
            eligible = rules.combine_truths(group.kind, list(truths.values()))
        else:
            text = group_expression(group.kind, "conditions", group.n, is_open=is_open)
            eligible = TruthOperand(text, is_open=is_open)
    else:
        eligible = rules.group(group)
    held = parenthesized(eligible.text)
    if eligible.is_open:
        held = emitter.assign("eligible", eligible.text)
        with emitter.block("if eligible is None:"):
            emitter.emit(GIVE_UP)
    with emitter.block(f"if not {held}:"):
        emitter.emit("return False, conditions")
    _emit_amounts(rules)
    return emitter.lines


def _emit_amounts(rules: RuleWriter) -> None:
    emitter, amounts = rules.emitter, rules.ruleset.outcome.amounts.values()
    for name in values_to_generate(rules.ruleset, [amount.expression for amount in amounts]):
        rules.value(name)
    figures: list[str] = []
    for amount in amounts:
        figures_of_amount = _emit_amount(rules, amount)
        if figures_of_amount is None:
            return
        figures += figures_of_amount
    emitter.emit_wrapped("return (", ["True", "conditions", *figures], ")")


def _emit_amount(rules: RuleWriter, amount: AmountRule) -> list[str] | None:
    """Return the figures of an amount as texts, or None if every case needs intervals."""
    emitter, expression = rules.emitter, amount.expression
    exact = None if isinstance(expression, Test) else rules.number(expression)
    if exact is None:
        emitter.emit(GIVE_UP)
        return None
    if exact.is_open:
        with emitter.block(f"if {exact.numerator} is None:"):
            emitter.emit(GIVE_UP)
    unrounded = Rational(exact.numerator, exact.denominator)
    if not exact.is_not_stated:
        return _figures(rules, unrounded, amount.rounding)
    name = emitter.names.allocate("amount", amount.name)
    names = [name, *(emitter.names.allocate(name, suffix) for suffix in _PARTS_OF_AMOUNT)]
    with emitter.block(f"if type({exact.numerator}) is Possible:"):
        emitter.assign(name, exact.numerator)
        emitter.assign(" = ".join(names[1:]), "None")
    with emitter.block("else:"):
        for part, figure in zip(names, _figures(rules, unrounded, amount.rounding), strict=True):
            emitter.assign(part, figure)
    return names


def _figures(rules: RuleWriter, unrounded: Rational, rounding: Rounding | None) -> list[str]:
    amount = unrounded if rounding is None else rules.rounded(unrounded, rounding)
    return [amount.numerator, amount.denominator, unrounded.numerator, unrounded.denominator]


def values_to_generate(ruleset: CheckedRuleset, read: Iterable[Expression]) -> list[str]:
    """Return the values of the case that expressions depend on, in the order of the ruleset."""
    needed = {name for node in read for name in _values_reached(ruleset, references(node))}
    for name in reversed(tuple(ruleset.values)):
        if name in needed:
            needed.update(_values_reached(ruleset, direct_dependencies(ruleset, ValueRef(name))))
    return [name for name in ruleset.values if name in needed]


def _values_reached(ruleset: CheckedRuleset, read: Iterable[Reference]) -> set[str]:
    """Return the values of the case that are read directly, by rules of items or by a table key."""
    values: set[str] = set()
    seen: set[Reference] = set()
    waiting = list(read)
    while waiting:
        reference = waiting.pop()
        if reference in seen:
            continue
        seen.add(reference)
        if isinstance(reference, ValueRef) and reference.name in ruleset.values:
            values.add(reference.name)
        else:
            waiting += direct_dependencies(ruleset, reference)
    return values
