"""Compare a decision, or the error in its place, with what a case expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from policyrules.cases.amount_names import AMOUNT, displayed_name
from policyrules.cases.expectation import AmountExpected, Expectation, ItemExpected, Names
from policyrules.cases.expected_value import (
    ExpectedValue,
    amount_value,
    format_amount,
    format_value,
)
from policyrules.cases.result import Difference
from policyrules.decisions.decision import Amount, Decision
from policyrules.decisions.items import ItemDecision
from policyrules.display.value import DisplayValue
from policyrules.errors import FactsError, NotInForce, PolicyRulesError
from policyrules.text.fact_path import FactPath, fold_key, same_key


def differences(expect: Expectation, decision: Decision) -> tuple[Difference, ...]:
    """Return the differences of a decision from the expected one, in the order of a decision."""
    if expect.error is not None:
        return (Difference("error", expect.error, f"none: {decision.status}"),)
    return tuple(_decision_differences(expect, decision))


def error_differences(expect: Expectation, error: PolicyRulesError) -> tuple[Difference, ...]:
    """Return the differences of an error from the expected one."""
    codes = [error.code]
    facts: tuple[str, ...] = ()
    if isinstance(error, FactsError):
        codes = list(dict.fromkeys(problem.code for problem in error.problems))
        facts = error.facts
    differences_ = []
    if codes != [expect.error]:
        differences_.append(Difference("error", expect.error or "none", ", ".join(codes)))
    if (
        not isinstance(error, NotInForce)
        and expect.facts is not None
        and set(expect.facts) != set(facts)
    ):
        differences_.append(Difference("facts", _join_names(expect.facts), _join_names(facts)))
    return tuple(differences_)


def _decision_differences(expect: Expectation, decision: Decision) -> Iterator[Difference]:
    if expect.status is not None and expect.status != decision.status:
        yield Difference("status", expect.status, decision.status)
    # Only the parts that the case expects are read: the others are computed lazily.
    for name, expected in expect.amounts.items():
        shown = displayed_name(name, decision.amounts)
        key = shown if shown == AMOUNT else f"amounts {name}"
        yield from _compare_amount(expected, decision.amounts.get(name), key)
    for key, names in expect.names.items():
        if key == "warnings":
            yield from _compare_warnings(key, names, [notice.id for notice in decision.notices])
        elif key in {"missing", "assumed"}:
            entries = decision.missing if key == "missing" else decision.assumed
            folded = {_fold_item_key(entry.fact): entry.fact for entry in entries}
            same = tuple(folded.get(_fold_item_key(name), name) for name in names)
            yield from _compare_names(key, same, folded.values())
        elif key == "unsettled":
            yield from _compare_names(key, names, [entry.name for entry in decision.unsettled])
        else:
            yield from _compare_names(key, names, getattr(decision.conditions, key))
    for group, names in expect.met_by.items():
        yield from _compare_names(
            f"met_by {group}", names, decision.conditions.met_by.get(group, ())
        )
    if expect.values:
        yield from _compare_values("values", expect.values, decision.values)
    if expect.consequences:
        yield from _compare_consequences("consequences", expect.consequences, decision.consequences)
    if expect.items:
        yield from _compare_items(expect.items, decision.items)


def _compare_amount(
    expected: AmountExpected, amount: Amount | None, key: str
) -> Iterator[Difference]:
    if amount is not None and expected.status == amount.status:
        value = amount_value(amount)
        if value is None or expected.figure is None or expected.figure.matches(value):
            return
    yield Difference(key, expected.text, format_amount(amount))


def _compare_names(what: str, expected: Names, found: Iterable[str]) -> Iterator[Difference]:
    if set(expected) != set(found):
        yield Difference(what, _join_names(expected), _join_names(found))


def _compare_warnings(what: str, expected: Names, found: list[str]) -> Iterator[Difference]:
    missing = [name for name in expected if name not in found]
    if missing:
        yield Difference(what, _join_names(missing), _join_names(found))


def _compare_values(
    what: str,
    expected: Mapping[str, ExpectedValue],
    found: Mapping[str, DisplayValue],
    *,
    bare: bool = False,
) -> Iterator[Difference]:
    """Compare values; `bare` omits the units, as for the values of items."""
    for name, value in expected.items():
        if name not in found:
            yield Difference(f"{what} {name}", value.text, "not in the decision")
        elif not value.matches(found[name].possible):
            yield Difference(f"{what} {name}", value.text, format_value(found[name], bare=bare))


def _compare_consequences(
    what: str,
    expected: Mapping[str, ExpectedValue],
    found: Mapping[str, DisplayValue],
    *,
    bare: bool = False,
) -> Iterator[Difference]:
    """Compare consequences; one that is expected as `not_applicable` must not be stated."""
    stated = {name: value for name, value in expected.items() if not value.is_absent}
    yield from _compare_values(what, stated, found, bare=bare)
    for name, value in expected.items():
        if value.is_absent and name in found:
            yield Difference(f"{what} {name}", value.text, format_value(found[name], bare=bare))


def _compare_items(
    expected: Mapping[str, Mapping[str, ItemExpected]],
    found: Mapping[str, Mapping[str, ItemDecision]],
) -> Iterator[Difference]:
    for list_, items in expected.items():
        if list_ not in found:
            yield Difference(f"items {list_}", _join_names(items), "the list is unknown")
            continue
        for key, item in items.items():
            what = str(FactPath(list_, item_key=key))
            actual = next(
                (entry for entry_key, entry in found[list_].items() if same_key(entry_key, key)),
                None,
            )
            if actual is None:
                yield Difference(what, "an item", "none")
            else:
                yield from _compare_item(what, item, actual)


def _compare_item(what: str, expected: ItemExpected, found: ItemDecision) -> Iterator[Difference]:
    if expected.status is not None and expected.status != found.status:
        yield Difference(f"{what} status", expected.status, str(found.status or "none"))
    for key, names in expected.names.items():
        if key == "warnings":
            yield from _compare_warnings(
                f"{what} {key}", names, [note.id for note in found.notices]
            )
        else:
            yield from _compare_names(f"{what} {key}", names, getattr(found, key))
    yield from _compare_values(f"{what} values", expected.values, found.values, bare=True)
    yield from _compare_consequences(
        f"{what} consequences", expected.consequences, found.values, bare=True
    )


def _fold_item_key(name: str) -> str:
    """Return the path of a fact with the key of its item folded, as keys are compared."""
    path = FactPath.parse(name)
    if path is None or path.item_key is None:
        return name
    return str(attrs.evolve(path, item_key=fold_key(path.item_key)))


def _join_names(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
