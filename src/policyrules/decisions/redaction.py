"""What may be told of a decision where its facts must not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from policyrules.decisions.decision import Decision
from policyrules.decisions.notices import Notice
from policyrules.errors import PolicyRulesError
from policyrules.text.fact_path import FactPath


def redacted_data(decision: Decision, language: str) -> dict[str, Any]:
    """A decision as data, without what shows a fact; the receipt keeps the hash of the facts.

    The outcome, the names of the conditions and what is missing stay: they are the answer. Of the
    facts of items it says which are missing of some item, not of which: a key may be a name.
    """
    told = decision.to_dict(language)
    told["receipt"] = decision.receipt.redacted().to_dict()
    told["missing"] = _without_keys(told["missing"])
    notices = [notice.redacted() for notice in decision.notices]
    told["warnings"] = list(dict.fromkeys(notice.text.get(language) for notice in notices))
    told["notices"] = _without_facts(notices)
    return {key: part for key, part in told.items() if key not in _SHOW_FACTS}


def redacted_error(error: PolicyRulesError) -> dict[str, Any]:
    """An error as data; of what is wrong with facts, what kind of thing it is and where.

    A message about a fact may quote what was given, and a remedy may mend it: neither is told.
    """
    told = error.to_dict()
    if "problems" not in told:
        return told
    problems = [
        {key: part for key, part in problem.items() if key not in _QUOTE_FACTS}
        | {"facts": _names(problem["facts"])}
        for problem in told["problems"]
    ]
    message = "the facts are wrong; what was given is left out here"
    return told | {"message": message, "facts": _names(told["facts"]), "problems": problems}


def _without_keys(missing: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The questions, those about items once for all of them and without their words."""
    found: dict[str, dict[str, Any]] = {}
    for one in missing:
        told = {**one, "fact": _name(one["fact"])}
        if told["fact"] != one["fact"]:
            # The question names the item.
            del told["question"]
        if "alternatives" in told:
            told["alternatives"] = _names(told["alternatives"])
        found.setdefault(told["fact"], told)
    return list(found.values())


def _without_facts(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    """The notices, those about the facts of items once for all of them."""
    found: list[dict[str, Any]] = []
    for notice in notices:
        told = notice.to_dict()
        if "facts" in told:
            told["facts"] = _names(told["facts"])
        if told not in found:
            found.append(told)
    return found


def _names(facts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(_name, facts)))


def _name(fact: str) -> str:
    """The name of a fact; that of an item without its key.

    >>> _name("hires[Zhang San].hired_on"), _name("hires[p1]"), _name("employer.laid_off")
    ('hires[].hired_on', 'hires[]', 'employer.laid_off')
    """
    path = FactPath.parse(fact)
    if path is None:
        # What cannot be read may hold a key.
        list_, bracket, _ = fact.partition("[")
        return f"{list_}[]" if bracket else fact
    if path.item_key is None:
        return fact
    return f"{path.subject}[]" + (f".{path.fact}" if path.fact else "")


_SHOW_FACTS: Final = frozenset({"values", "reasons", "items"})
"""The parts of a decision that show figures of the case, or the keys of its items."""

_QUOTE_FACTS: Final = frozenset({"message", "found", "remedy"})
"""The parts of a problem that may repeat what was given."""
