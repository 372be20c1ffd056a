"""Decisions and errors as data without the facts of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from policyrules.decisions.assumed_facts import AssumedFact
from policyrules.decisions.decision import Decision
from policyrules.decisions.notices import Notice
from policyrules.errors import PolicyRulesError
from policyrules.text.fact_path import FactPath


def redacted_data(decision: Decision, language: str) -> dict[str, Any]:
    """Return a decision as data without its facts; the receipt keeps their hash.

    The outcome, the names of the conditions and the missing facts stay: they are the answer. The
    keys of items are removed, since a key may be the name of a person.
    """
    data = decision.to_dict(language)
    data["receipt"] = decision.receipt.redacted().to_dict()
    data["missing"] = _missing_without_item_keys(data["missing"])
    if decision.assumed:
        data["assumed"] = _assumed_without_values(decision.assumed)
    notices = [notice.redacted() for notice in decision.notices]
    data["warnings"] = list(dict.fromkeys(notice.text.get(language) for notice in notices))
    data["notices"] = _redacted_notices(notices)
    return {key: part for key, part in data.items() if key not in _PARTS_WITH_FACTS}


def redacted_error(error: PolicyRulesError) -> dict[str, Any]:
    """Return an error as data; a problem keeps its code, its place and the names of its facts.

    Messages may quote a given value, and remedies may contain its correction.
    """
    data = error.to_dict()
    if "problems" not in data:
        return data
    problems = [
        {key: part for key, part in problem.items() if key not in _KEYS_QUOTING_FACTS}
        | {"facts": _names_without_item_keys(problem["facts"])}
        for problem in data["problems"]
    ]
    message = "the facts are wrong; what was given is left out here"
    return data | {
        "message": message,
        "facts": _names_without_item_keys(data["facts"]),
        "problems": problems,
    }


def _missing_without_item_keys(missing: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the missing facts without the keys of items, each fact once.

    The question about an item is left out, since it names the item.
    """
    redacted: dict[str, dict[str, Any]] = {}
    for entry in missing:
        data = {**entry, "fact": _name_without_item_key(entry["fact"])}
        if data["fact"] != entry["fact"]:
            del data["question"]
        if "alternatives" in data:
            data["alternatives"] = _names_without_item_keys(data["alternatives"])
        redacted.setdefault(data["fact"], data)
    return list(redacted.values())


def _assumed_without_values(assumed: Iterable[AssumedFact]) -> list[dict[str, Any]]:
    """Return the assumed facts without values and without the keys of items, each fact once.

    A fact of items is to be confirmed if it is so for any of the items.
    """
    redacted: dict[str, bool] = {}
    for entry in assumed:
        name = _name_without_item_key(entry.fact)
        redacted[name] = redacted.get(name, False) or entry.to_confirm
    return [{"fact": name, "to_confirm": to_confirm} for name, to_confirm in redacted.items()]


def _redacted_notices(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """Return the redacted notices without the keys of items, equal ones once."""
    redacted: list[dict[str, Any]] = []
    for notice in notices:
        data = notice.to_dict()
        if "facts" in data:
            data["facts"] = _names_without_item_keys(data["facts"])
        if data not in redacted:
            redacted.append(data)
    return redacted


def _names_without_item_keys(facts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(_name_without_item_key, facts)))


def _name_without_item_key(fact: str) -> str:
    """Return the name of a fact; the key of an item is left out.

    >>> [
    ...     _name_without_item_key(name)
    ...     for name in ("hires[Zhang San].hired_on", "hires[p1]", "employer.laid_off")
    ... ]
    ['hires[].hired_on', 'hires[]', 'employer.laid_off']
    """
    path = FactPath.parse(fact)
    if path is None:
        # A text that is not a fact path may contain a key.
        list_, bracket, _ = fact.partition("[")
        return f"{list_}[]" if bracket else fact
    if path.item_key is None:
        return fact
    return f"{path.subject}[]" + (f".{path.fact}" if path.fact else "")


_PARTS_WITH_FACTS: Final = frozenset({"values", "reasons", "consequence_reasons", "items"})
"""The parts of a decision that contain figures of the case or keys of its items."""

_KEYS_QUOTING_FACTS: Final = frozenset({"message", "found", "remedy"})
"""The keys of a problem whose texts may quote the given facts."""
