"""Remedies for keys and words that belong elsewhere or are called otherwise in this language."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from policyrules.syntax.spelling import KEBAB, LIST

FOREIGN_GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "at_most": "a group is `all`, `any`, `none` or `at_least`: for at most n of m conditions, "
        "declare the opposite of each, and write `at_least` m - n of these",
        **dict.fromkeys(("not", "neither", "nor"), "the group is called `none`"),
        **dict.fromkeys(("and", "both"), "the group is called `all`"),
        **dict.fromkeys(("or", "one_of", "any_of"), "the group is called `any`"),
    }
)
"""Remedies for kinds of groups that the language does not have."""

RENAMED_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "chosen": "the key is called `selection`: write `selection: by_id`",
        "consistent": "the key is called `constraints`",
        "says": "the key is called `labels`",
    }
)
"""Remedies for keys by their former names."""

FOREIGN_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("bool", "boolean", "yesno", "flag"), "write `yes_no`"),
        **dict.fromkeys(("int", "integer"), "write `count`"),
        **dict.fromkeys(("decimal", "float", "double", "numeric"), "write `number`"),
        **dict.fromkeys(("percent", "percentage", "rate"), "write `ratio`"),
        **dict.fromkeys(("currency", "amount", "yuan"), "write `money`"),
        **dict.fromkeys(
            ("text", "string", "str", "enum"), "write `word`, with the `words` that it may be"
        ),
        **dict.fromkeys(("day", "datetime"), "write `date`"),
        "year": "write `calendar_year`, or `count` with `unit: year` for a number of years",
        "array": "write `list`",
    }
)
"""Remedies for the type names of other languages."""

FOREIGN_STATUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "not eligible",
                "not_eligible",
                "not-eligible",
                "non-eligible",
                "uneligible",
                "不符合条件",
            ),
            "write `ineligible`",
        ),
        **dict.fromkeys(("符合条件",), "write `eligible`"),
        **dict.fromkeys(("unknown", "undecided", "尚不能确定"), "write `undetermined`"),
    }
)
"""Remedies for a status that is written as an explanation prints it."""

KEYS_UNDER_REPLACE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "amount": "the key is called `amounts`, with one amount too",
        "parameters": "a parameter is changed under `set`",
        "facts": "an overlay cannot change a fact: add one under `facts`",
        "outcome": "replace the conditions and the amount that it names, or use `into: eligible`",
    }
)
"""Remedies for keys under `replace` that are changed by other means."""

EXCEPTION_UNDER_REPLACE: Final = (
    "add an exception under `exceptions` with `into`; those of the base stay where they are"
)
"""The remedy for exceptions under a replaced rule."""

CASE_FILE_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(
        ("cases", "cases_of", "properties"),
        "it belongs in a file of its own beside the ruleset: `x.cases.yaml` for `x.yaml`",
    )
)
"""Remedies for the keys of a case file in a ruleset."""

NAMES_UNDER_SET: Final[Mapping[re.Pattern[str], str]] = MappingProxyType(
    {
        KEBAB: "a condition is changed under `replace.conditions`, "
        "an exception under `replace.exceptions`"
    }
)
"""Remedies for names under `set` that are not spelt as parameters."""

NAMES_UNDER_REMOVE: Final[Mapping[re.Pattern[str], str]] = MappingProxyType(
    {LIST: "a fact is removed together with the last rule that reads it: leave it out"}
)
"""Remedies for names under `remove` that are not spelt as rules."""


def unchangeable_keys(keys: Iterable[str]) -> dict[str, str]:
    """Map the keys that `set` cannot change to their remedies.

    >>> unchangeable_keys(["places"])
    {'places': 'an overlay cannot change `places`: leave it out'}
    """
    identity = dict.fromkeys(
        ("title", "type", "unit"), "an overlay cannot change title, type or unit: leave it out"
    )
    return {
        key: identity.get(key, f"an overlay cannot change `{key}`: leave it out") for key in keys
    }


_SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("source", "citation", "reference"), "cite"),
        **dict.fromkeys(("until", "end", "through"), "to"),
        **dict.fromkeys(("start", "since", "begin"), "from"),
        **dict.fromkeys(("formula", "expression"), "is"),
        "label": "title",
        "then": "expect",
        "override": "set",
    }
)
"""The keys of other notations, and what the language calls them."""


def synonym_remedy(key: str, known: Container[str]) -> str:
    """Return the remedy for a key of another notation, if its synonym is one of `known`.

    >>> synonym_remedy("until", {"from", "to"}), synonym_remedy("until", {"value"})
    ('the key is called `to`', '')
    """
    name = _SYNONYMS.get(key, "")
    return f"the key is called `{name}`" if name in known else ""
