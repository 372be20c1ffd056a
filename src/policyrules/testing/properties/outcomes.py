"""Compare the decisions of a property, and write the outcomes of a counterexample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from policyrules.cases.amount_names import displayed_name
from policyrules.cases.expected_value import format_amount
from policyrules.cases.properties import STATUS, Property
from policyrules.cases.result import Difference
from policyrules.decisions.decision import Amount, Decision
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.ir.nodes import FactRef, ParameterRef, ValueRef
from policyrules.ir.ruleset import AmountRule
from policyrules.ir.types import Kind, Type
from policyrules.values.exact import Exact, decimal_text, percent_text
from policyrules.values.possible import Interval

STATUSES: Final = ("ineligible", "undetermined", "eligible")
"""The statuses in rising order."""


def monotonicity_violation(
    property_: Property, before: Decision, after: Decision, rules: Mapping[str, AmountRule]
) -> tuple[Difference, ...] | None:
    """Return the violation of a monotone property; None if the amount has no figure."""
    falls = property_.kind == "never_decreases"
    less, more = (after, before) if falls else (before, after)
    word = "at least" if falls else "at most"
    if property_.target == STATUS:
        if STATUSES.index(more.status) <= STATUSES.index(less.status):
            return ()
        return (Difference("status", f"{word} {before.status}", after.status),)
    rule = rules[property_.target]
    least, most = (
        benefit_interval(each.amounts[rule.name], is_signed=rule.signed) for each in (more, less)
    )
    if least is None or most is None:
        return None
    if not is_less(most.high, least.low):
        return ()
    expected, actual = (least, most) if more is before else (most, least)
    shown = displayed_name(rule.name, rules)
    return (
        Difference(
            shown, f"{word} {interval_text(expected, rule.type)}", interval_text(actual, rule.type)
        ),
    )


def decision_differences(first: Decision, second: Decision) -> Iterator[Difference]:
    """Yield the differences of status, amounts and conditions."""
    if first.status != second.status:
        yield Difference("status", first.status, second.status)
    for name, amount in first.amounts.items():
        if amount != second.amounts[name]:
            shown = displayed_name(name, first.amounts)
            yield from _amount_differences(shown, amount, second.amounts[name])
    before, after = first.conditions.to_dict(), second.conditions.to_dict()
    for key in before:
        if before[key] != after[key]:
            yield Difference(key, _names_text(before[key]), _names_text(after[key]))


def _amount_differences(shown: str, before: Amount, after: Amount) -> Iterator[Difference]:
    """Yield the difference of two amounts, or of their fields if both have the same text."""
    before_text, after_text = format_amount(before), format_amount(after)
    if before_text != after_text:
        yield Difference(shown, before_text, after_text)
        return
    unit = before.unit if before.unit == after.unit else ""
    first, second = before.to_dict(), after.to_dict()
    for name in dict.fromkeys((*first, *second)):
        if first.get(name) != second.get(name):
            texts = (_field_text(data.get(name, False), unit) for data in (first, second))
            yield Difference(f"{shown} {name}", *texts)


def _field_text(field: object, unit: str) -> str:
    if field is None:
        return "not known"
    return str(field).lower() if isinstance(field, bool) else f"{field} {unit}".rstrip()


def benefit_interval(amount: Amount, *, is_signed: bool) -> Interval | None:
    """Return what the case receives, 0 if it is ineligible; None without a figure."""
    if amount.may_be_not_stated or amount.status == "not_stated":
        return None
    if amount.status == "not_applicable":
        return Interval(0, 0)
    if amount.status == "undetermined":
        low = amount.min if is_signed else 0
        high = amount.max
        return Interval(
            None if low is None else min(low, 0), None if high is None else max(high, 0)
        )
    return amount_interval(amount)


def amount_interval(amount: Amount) -> Interval | None:
    """Return the amount of an eligible case; None if it has no figure."""
    if amount.status not in {"exact", "range"} or amount.may_be_not_stated:
        return None
    if amount.status == "exact":
        return Interval(amount.value, amount.value)
    return Interval(amount.min, amount.max)


def figures_of_name(
    evaluator: RuleEvaluator, reference: FactRef | ParameterRef | ValueRef
) -> Interval | None:
    """Return the figures of a name; None unless it surely has figures."""
    possible = evaluator.terms.term(reference)
    if possible.may_be_none or possible.not_stated or possible.undefined:
        return None
    return possible.figures if isinstance(possible.figures, Interval) else None


def is_less(end: Exact | None, limit: Exact | None) -> bool:
    """Return whether one end is surely less than another; None is an unknown end."""
    return end is not None and limit is not None and end < limit


def outcome_text(decision: Decision, bound_texts: Mapping[str, str]) -> str:
    """Return the outcome as a case file writes it."""
    parts = [f"status: {decision.status}"]
    for name, amount in decision.amounts.items():
        parts.append(f"{displayed_name(name, decision.amounts)}: {format_amount(amount)}")
    parts += [f"{name}: {figures}" for name, figures in bound_texts.items()]
    failed = decision.conditions.to_dict()["failed"]
    return ", ".join([*parts, *([f"failed: {_names_text(failed)}"] if failed else [])])


def interval_text(figures: Interval | None, type_: Type | None) -> str:
    """Return figures with their unit; a ratio as a percentage."""
    if figures is None or type_ is None:
        return "not known"

    def number_text(number: Exact | None) -> str:
        if number is None:
            return ""
        if type_.kind is Kind.RATIO:
            return percent_text(number).replace(" ", "")
        return decimal_text(number, places=2 if type_.kind is Kind.MONEY else 0)

    low, high = number_text(figures.low), number_text(figures.high)
    unit = "" if type_.unit.is_plain else f" {type_.unit}"
    return (low if figures.is_point else f"{low}..{high}") + unit


def _names_text(names: object) -> str:
    if isinstance(names, Mapping):
        return "; ".join(f"{name}: {_names_text(under)}" for name, under in names.items()) or "none"
    return ", ".join(map(str, names)) or "none" if isinstance(names, (list, tuple)) else str(names)
