"""Where a decision is not the one that a case expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from policyrules.cases.expectation import AmountExpected, Expectation, ItemExpected, Names
from policyrules.cases.expected_value import ExpectedValue, format_value
from policyrules.cases.result import Difference
from policyrules.decisions.decision import Decision
from policyrules.decisions.display import DisplayValue
from policyrules.decisions.items import ItemDecision
from policyrules.errors import FactsError, NotInForce, PolicyRulesError
from policyrules.text.fact_path import FactPath, fold_key, same_key


def differences(expect: Expectation, decision: Decision) -> tuple[Difference, ...]:
    """Everything in which the decision is not as expected, in the order of a decision."""
    if expect.error is not None:
        return (Difference("error", expect.error, f"none: {decision.status}"),)
    return tuple(_differences(expect, decision))


def error_differences(expect: Expectation, error: PolicyRulesError) -> tuple[Difference, ...]:
    """Everything in which an error is not as expected."""
    codes = [error.code]
    facts: tuple[str, ...] = ()
    if isinstance(error, FactsError):
        codes = list(dict.fromkeys(problem.code for problem in error.problems))
        facts = error.facts
    found = []
    if codes != [expect.error]:
        found.append(Difference("error", expect.error or "none", ", ".join(codes)))
    if (
        not isinstance(error, NotInForce)
        and expect.facts is not None
        and set(expect.facts) != set(facts)
    ):
        found.append(Difference("facts", _listed(expect.facts), _listed(facts)))
    return tuple(found)


def _differences(expect: Expectation, decision: Decision) -> Iterator[Difference]:
    if expect.status is not None and expect.status != decision.status:
        yield Difference("status", expect.status, decision.status)
    # Part by part and not `to_dict()`, which would write out reasons that no case states.
    if expect.amount is not None:
        amount = decision.amount
        yield from _amount(expect.amount, None if amount is None else amount.to_dict())
    for key, names in expect.names.items():
        if key == "warnings":
            yield from _warnings(key, names, [notice.id for notice in decision.notices])
        elif key == "missing":
            folded = {_fold(one.fact): one.fact for one in decision.missing}
            same = tuple(folded.get(_fold(name), name) for name in names)
            yield from _names(key, same, folded.values())
        elif key == "unsettled":
            yield from _names(key, names, [one.name for one in decision.unsettled])
        else:
            yield from _names(key, names, getattr(decision.conditions, key))
    for group, names in expect.met_by.items():
        yield from _names(f"met_by {group}", names, decision.conditions.met_by.get(group, ()))
    if expect.values:
        yield from _figures("values", expect.values, decision.values)
    if expect.consequences:
        yield from _figures("consequences", expect.consequences, decision.consequences)
    if expect.items:
        yield from _items(expect.items, decision.items)


def _amount(expected: AmountExpected, amount: Mapping[str, Any] | None) -> Iterator[Difference]:
    if amount is None:
        yield Difference("amount", expected.text, "none")
        return
    found: object = amount["value"]
    if amount["status"] == "range":
        flags = {"not_stated": True} if amount.get("may_be_not_stated") else {}
        found = {"min": amount["min"], "max": amount["max"], **flags}
    figure = expected.figure
    if expected.status != amount["status"] or not (figure is None or figure.matches(found)):
        text = amount["status"] if found is None else format_value(found, "money", amount["unit"])
        yield Difference("amount", expected.text, text)


def _names(what: str, expected: Names, found: Iterable[str]) -> Iterator[Difference]:
    if set(expected) != set(found):
        yield Difference(what, _listed(expected), _listed(found))


def _warnings(what: str, expected: Names, found: list[str]) -> Iterator[Difference]:
    missing = [name for name in expected if name not in found]
    if missing:
        yield Difference(what, _listed(missing), _listed(found))


def _figures(
    what: str,
    expected: Mapping[str, ExpectedValue],
    found: Mapping[str, DisplayValue],
    *,
    bare: bool = False,
) -> Iterator[Difference]:
    """`bare` figures are told without their units, as those of items are."""
    for name, figure in expected.items():
        if name not in found:
            yield Difference(f"{what} {name}", figure.text, "not told")
            continue
        shown = found[name]
        data = shown.data()
        if not figure.matches(data):
            text = format_value(data) if bare else format_value(data, shown.kind, shown.unit)
            yield Difference(f"{what} {name}", figure.text, text)


def _items(
    expected: Mapping[str, Mapping[str, ItemExpected]],
    found: Mapping[str, Mapping[str, ItemDecision]],
) -> Iterator[Difference]:
    for of, items in expected.items():
        if of not in found:
            yield Difference(f"items {of}", _listed(items), "the list is unknown")
            continue
        for key, item in items.items():
            what = str(FactPath(of, item_key=key))
            item_found = next((one for own, one in found[of].items() if same_key(own, key)), None)
            if item_found is None:
                yield Difference(what, "an item", "none")
            else:
                yield from _item(what, item, item_found)


def _item(what: str, expected: ItemExpected, found: ItemDecision) -> Iterator[Difference]:
    if expected.status is not None and expected.status != found.status:
        yield Difference(f"{what} status", expected.status, str(found.status or "none"))
    for key, names in expected.names.items():
        if key == "warnings":
            yield from _warnings(f"{what} {key}", names, [one.id for one in found.notices])
        else:
            yield from _names(f"{what} {key}", names, getattr(found, key))
    yield from _figures(f"{what} values", expected.values, found.values, bare=True)


def _fold(name: str) -> str:
    """Return the address of a fact with the key of its item as keys are compared."""
    path = FactPath.parse(name)
    if path is None or path.item_key is None:
        return name
    return str(attrs.evolve(path, item_key=fold_key(path.item_key)))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
