"""Where a decision is not the one that a case expects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from policyrules.cases.expectation import AmountExpected, Expectation, ItemExpected, Names
from policyrules.cases.figures import Figure, told
from policyrules.cases.result import Difference
from policyrules.decisions.decision import Decision
from policyrules.decisions.shown import Shown
from policyrules.errors import FactsError, NotInForce, PolicyRulesError


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
    data = decision.to_dict()
    if expect.amount is not None:
        yield from _amount(expect.amount, data["amount"])
    found: Mapping[str, Iterable[str]] = {
        **data["conditions"],
        "missing": [one["fact"] for one in data["missing"]],
        "unsettled": [one["name"] for one in data["unsettled"]],
    }
    for key, names in expect.names.items():
        if key == "warnings":
            yield from _warnings(key, names, [notice.id for notice in decision.warnings])
        else:
            yield from _names(key, names, found[key])
    for group, names in expect.met_by.items():
        yield from _names(f"met_by {group}", names, data["conditions"]["met_by"].get(group, ()))
    yield from _figures("values", expect.values, data["values"], decision.values)
    yield from _figures(
        "consequences", expect.consequences, data["consequences"], decision.consequences
    )
    yield from _items(expect.items, data["items"])


def _amount(expected: AmountExpected, amount: Mapping[str, Any] | None) -> Iterator[Difference]:
    if amount is None:
        yield Difference("amount", expected.text, "none")
        return
    found: object = amount["value"]
    if amount["status"] == "range":
        flags = {"not_stated": True} if amount.get("may_be_not_stated") else {}
        found = {"min": amount["min"], "max": amount["max"], **flags}
    figure = expected.figure
    if expected.status != amount["status"] or not (figure is None or figure.agrees(found)):
        text = amount["status"] if found is None else told(found, "money", amount["unit"])
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
    expected: Mapping[str, Figure],
    data: Mapping[str, Any],
    shown: Mapping[str, Shown] | None = None,
) -> Iterator[Difference]:
    for name, figure in expected.items():
        if name not in data:
            yield Difference(f"{what} {name}", figure.text, "not told")
        elif not figure.agrees(data[name]):
            one = shown[name] if shown is not None else None
            text = told(data[name], one.kind, one.unit) if one else told(data[name])
            yield Difference(f"{what} {name}", figure.text, text)


def _items(
    expected: Mapping[str, Mapping[str, ItemExpected]], data: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for of, items in expected.items():
        if of not in data:
            yield Difference(f"items {of}", _listed(items), "the list is unknown")
            continue
        for key, item in items.items():
            what = f"{of}[{key}]"
            if key not in data[of]:
                yield Difference(what, "an item", "none")
            else:
                yield from _item(what, item, data[of][key])


def _item(what: str, expected: ItemExpected, data: Mapping[str, Any]) -> Iterator[Difference]:
    status = data.get("status")
    if expected.status is not None and expected.status != status:
        yield Difference(f"{what} status", expected.status, str(status or "none"))
    for key, names in expected.names.items():
        if key == "warnings":
            yield from _warnings(
                f"{what} {key}", names, [one["id"] for one in data.get("notes", ())]
            )
        else:
            yield from _names(f"{what} {key}", names, data.get(key, ()))
    yield from _figures(f"{what} values", expected.values, data.get("values", {}))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
