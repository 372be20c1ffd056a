"""Generate the JSON Schema of a facts file from the declarations of the facts."""

from __future__ import annotations

from typing import Any

from policyrules.intake.problems import expected_text
from policyrules.ir.ruleset import CheckedRuleset, Fact, ListDeclaration
from policyrules.ir.types import Kind
from policyrules.text.fact_path import split_name


def facts_schema(ruleset: CheckedRuleset) -> dict[str, Any]:
    """Return the schema of the facts of a ruleset, by subject and by full name.

    The schema describes the form of a figure only; the intake checks the figure itself.
    """
    facts = {**ruleset.vocabulary, **ruleset.facts}
    subjects: dict[str, dict[str, Any]] = {}
    for name, fact in facts.items():
        subject, inner = split_name(name)
        subjects.setdefault(subject, {})[inner] = _fact_schema(fact)
    lists = ruleset.all_lists
    by_subject = {
        subject: {"type": ["object", "null"], "additionalProperties": False, "properties": inner}
        for subject, inner in subjects.items()
        if subject not in lists
    }
    by_list = {
        name: _list_schema(item_list, subjects.get(name, {})) for name, item_list in lists.items()
    }
    by_name = {
        name: _fact_schema(fact) for name, fact in facts.items() if fact.subject not in lists
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Facts for {ruleset.id}",
        "description": "The facts of one case; what is left out or null is unknown.",
        "type": "object",
        "additionalProperties": False,
        "properties": by_subject | by_list | by_name,
    }


def _list_schema(item_list: ListDeclaration, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": f"{item_list.title.zh} / {item_list.title.en}",
        "type": ["array", "null"],
        "maxItems": item_list.max_items,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": [item_list.key],
            "properties": {item_list.key: {"type": ["string", "integer"]}, **facts},
        },
    }


def _fact_schema(fact: Fact) -> dict[str, Any]:
    questions = "".join(f"\n{text}" for text in (fact.ask.zh, fact.ask.en) if text)
    result: dict[str, Any] = {
        "title": f"{fact.title.zh} / {fact.title.en}",
        "description": f"{expected_text(fact)}{questions}",
    }
    kind, none = fact.type.kind, fact.type.none
    if kind is Kind.YES_NO:
        return result | {"enum": [True, False, "true", "false", None, *(["none"] if none else [])]}
    if kind is Kind.LIST:
        entries = _words_or_text(fact)
        return result | {"type": ["array", "null"], "maxItems": fact.max_items, "items": entries}
    if kind.is_calendar:
        types = ["string", "null", *(["integer"] if kind is Kind.CALENDAR_YEAR else [])]
        return result | {"type": types}
    if fact.type.open:
        return result | {"type": ["string", "null"]}
    if not kind.is_numeric:
        titles = [text for title in fact.type.words.values() for text in (title.zh, title.en)]
        absent = ["none", none.zh, none.en] if none else []
        return result | {"enum": list(dict.fromkeys([*fact.type.words, *titles, *absent, None]))}
    bounds = (("minimum", fact.low), ("maximum", fact.high))
    number = {
        "type": "integer" if kind is Kind.COUNT else "number",
        **{key: bound for key, bound in bounds if isinstance(bound, int)},
    }
    return result | {"anyOf": [number, {"type": "string"}, {"type": "null"}]}


def _words_or_text(fact: Fact) -> dict[str, Any]:
    """Return the schema of one entry of a list."""
    if fact.type.entry_kind is not Kind.WORD or fact.type.open:
        return {"type": "string"}
    titles = [text for title in fact.type.words.values() for text in (title.zh, title.en)]
    return {"enum": list(dict.fromkeys([*fact.type.words, *titles]))}
