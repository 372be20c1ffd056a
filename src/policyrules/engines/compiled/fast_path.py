"""Writes the plain function of a ruleset: for cases of which all that matters is known.

It computes with whole numbers and with truths, and gives up, by returning None, where ranges are
needed. What it returns is never otherwise than what ranges would say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from policyrules.engines.compiled.emitter import Lines, Names, bracketed, listed
from policyrules.engines.compiled.operands import Figure, Truth
from policyrules.engines.compiled.predicates import LEAVE, group_text
from policyrules.engines.compiled.rules import PlainRules
from policyrules.engines.compiled.terms import Place
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.nodes import Expression, Reference, Test, ValueRef
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import direct_dependencies, expressions_of, references

DOCUMENTED: Final = '''"""What is surely so of a case, in whole numbers; None where it takes ranges.

    The result is: eligible or not, every condition, then the amount and the amount before
    rounding, each as one number over another.
    """'''


GAPS: Final = '"""The same for a case with gaps: facts that are read and not known."""'


def write_plain(dated: DatedRuleset, header: Lines) -> tuple[list[str], list[str]]:
    """The lines of the functions `plain` and `plain_with_gaps`; their constants go to the header.

    Both take the situation. Most cases are complete, and without a look at what is missing
    they take half the time; the first leaves a case that is not to the second.
    """
    complete = _write(dated, header, Place("known", complete=True))
    plain = ["def plain(situation):", f"    {DOCUMENTED}", "    try:", *complete]
    plain += ["    except KeyError:", "        return plain_with_gaps(situation)"]
    gaps = ["def plain_with_gaps(situation):", f"    {GAPS}"]
    return plain, gaps + _write(dated, header, Place("known"))


def _write(dated: DatedRuleset, header: Lines, place: Place) -> list[str]:
    ruleset = dated.ruleset
    lines = Lines(Names(), depth=2 if place.complete else 1)
    lines.put("known = situation.known")
    rules = PlainRules(dated, lines, header, place, None)
    given = [ValueRef(value.name) for value in ruleset.values.values() if value.input_fact]
    tested = [one for condition in ruleset.conditions.values() for one in expressions_of(condition)]
    for name in values_needed(ruleset, [*given, *tested]):
        rules.value(name)
    truths = {name: rules.condition(name) for name in ruleset.conditions}
    texts_ = [truth.text for truth in truths.values()]
    lines.call("conditions = (", texts_, ",)" if len(texts_) == 1 else ")")
    group = ruleset.outcome.eligible
    if group.members == tuple(truths):
        is_open = any(truth.open for truth in truths.values())
        if not is_open and group.kind in {"all", "any"}:
            eligible = rules.joined(group.kind, list(truths.values()))
        else:
            text = group_text(group.kind, "conditions", group.n, is_open=is_open)
            eligible = Truth(text, open=is_open)
    else:
        eligible = rules.group(group)
    held = bracketed(eligible.text)
    if eligible.open:
        held = lines.assign("eligible", eligible.text)
        with lines.block("if eligible is None:"):
            lines.put(LEAVE)
    with lines.block(f"if not {held}:"):
        lines.put("return False, conditions, None, None, None, None")
    _write_amount(rules)
    return lines.lines


def _write_amount(rules: PlainRules) -> None:
    lines, outcome = rules.lines, rules.ruleset.outcome
    if outcome.amount is None:
        lines.put("return True, conditions, None, None, None, None")
        return
    for name in values_needed(rules.ruleset, [outcome.amount.expression]):
        rules.value(name)
    text = outcome.amount.expression
    exact = None if isinstance(text, Test) else rules.number(text)
    if exact is None:
        lines.put(LEAVE)
        return
    if exact.open:
        with lines.block(f"if {exact.over} is None:"):
            lines.put(LEAVE)
    if exact.unstated:
        with lines.block(f"if type({exact.over}) is Possible:"):
            lines.put(f"return True, conditions, {exact.over}, None, None, None")
    plain = Figure(exact.over, exact.under)
    rounded = plain
    if outcome.amount.rounding is not None:
        rounded = rules.rounded(plain, outcome.amount.rounding)
    figures = listed([rounded.over, rounded.under, plain.over, plain.under])
    lines.put(f"return True, conditions, {figures}")


def values_needed(ruleset: CheckedRuleset, read: Iterable[Expression]) -> list[str]:
    """The values of the case that expressions rest on, in their order."""
    needed = {name for node in read for name in _values_in(ruleset, references(node))}
    for name in reversed(tuple(ruleset.values)):
        if name in needed:
            needed.update(_values_in(ruleset, direct_dependencies(ruleset, ValueRef(name))))
    return [name for name in ruleset.values if name in needed]


def _values_in(ruleset: CheckedRuleset, read: Iterable[Reference]) -> set[str]:
    """The values of the case among references, and in the blocks and keys that they lead to."""
    found: set[str] = set()
    seen: set[Reference] = set()
    waiting = list(read)
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, ValueRef) and one.name in ruleset.values:
            found.add(one.name)
        else:
            waiting += direct_dependencies(ruleset, one)
    return found
