"""Merge the facts of a case: the facts of the file, with the changes of the case.

Facts are merged as YAML nodes, before they are read. So a change may hold whatever a facts file may
hold, and a problem has its place in the case file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostics, listed, name_remedy
from policyrules.syntax import yaml
from policyrules.syntax.yaml import Mapping, Node, Scalar, is_null
from policyrules.text.fact_path import FactPath, same_key
from policyrules.text.span import Span

UNKNOWN: Final = "unknown"
"""The text that a change states in place of a fact to make it unknown."""


def apply_changes(
    base: Sequence[tuple[Scalar, Node]],
    change: Iterable[tuple[Scalar, Node]],
    lists: MappingOf[str, str],
    span: Span,
    diagnostics: Diagnostics,
) -> Mapping:
    """Apply the changes of a case to the facts of the file; `lists` maps each list to its key.

    A change names a fact (`employer.laid_off`), a subject or a list, a fact of an item
    (`hires[p1].born_on`) or an item (`hires[p1]`), which is added if the list has no item with this
    key. `unknown` removes a fact; it keeps the key of an item.

    A path that leads nowhere is reported; the intake reports an unknown fact.
    """
    facts = Mapping(tuple(base), span)
    before: list[Scalar] = []
    for path, value in change:
        _report_shadowed(before, path, diagnostics)
        before.append(path)
        facts = _apply_change(facts, path, value, lists, diagnostics)
    return facts


def _report_shadowed(before: Iterable[Scalar], path: Scalar, diagnostics: Diagnostics) -> None:
    """Report changes that a later change of a whole subject, list or item would undo."""
    whole = FactPath.parse(path.text)
    if whole is None:
        return
    for earlier in before:
        part = FactPath.parse(earlier.text)
        if part is not None and whole.contains(part):
            diagnostics.report(
                "duplicate-key",
                path.span,
                f"`{path.text}` is changed as a whole after a part of it",
                found=f"`{path.text}` after `{earlier.text}`",
                expected="the whole first, then its parts",
                related=((earlier.span, "the part is changed here"),),
            )


def _apply_change(
    facts: Mapping,
    path: Scalar,
    value: Node,
    lists: MappingOf[str, str],
    diagnostics: Diagnostics,
) -> Mapping:
    address = FactPath.parse(path.text)
    if address is None:
        diagnostics.report(
            "bad-name",
            path.span,
            f"`{path.text[:60]}` is not the path of a fact",
            found=f"`{path.text[:60]}`",
            expected="a fact, such as `employer.laid_off` or `hires[p1].born_on`",
        )
        return facts
    head, item, fact = address.subject, address.item_key, address.fact
    if isinstance(value, Scalar) and value.text == UNKNOWN:
        value = Scalar("", value.span)
    if item is not None and head not in lists:
        diagnostics.report(
            "unknown-name",
            path.span,
            f"there is no list `{head}`",
            found=f"`{path.text}`",
            expected="one of " + listed(lists) if lists else "a fact: there are no lists",
            remedy=name_remedy(head, lists),
        )
        return facts
    if item is not None:
        step = _ItemStep(path, head, lists[head], item, fact)
        return _apply_item_change(facts, step, value, diagnostics)
    if not fact:
        return _set(_remove_fact(facts, f"{head}."), Scalar(head, path.span), value)
    if head in lists:
        diagnostics.report(
            "bad-name",
            path.span,
            f"`{head}` is a list: the path does not say of which item",
            found=f"`{path.text}`",
            expected=f"an item by its key, such as `{head}[p1].{fact}`",
        )
        return facts
    facts = _remove_fact(facts, path.text)
    content = facts.get(head)
    facts_of_subject = content if isinstance(content, Mapping) else Mapping((), path.span)
    return _set(
        facts, Scalar(head, path.span), _set(facts_of_subject, Scalar(fact, path.span), value)
    )


@attrs.frozen
class _ItemStep:
    """The path of an item of a list, or of a fact of the item, in its parts."""

    path: Scalar
    head: str
    key: str
    item: str
    fact: str


def _apply_item_change(
    facts: Mapping, step: _ItemStep, value: Node, diagnostics: Diagnostics
) -> Mapping:
    content = facts.get(step.head)
    items: tuple[Node, ...] = content.items if isinstance(content, yaml.Sequence) else ()
    if content is not None and not isinstance(content, yaml.Sequence) and not is_null(content):
        return facts  # the intake reports that this is not a list
    keys = [_key_of(item, step.key) for item in items]
    places = (place for place, key in enumerate(keys) if same_key(key, step.item))
    place = next(places, None)
    old = items[place] if place is not None else None
    new = _build_item(step, old, value, keys, diagnostics)
    if new is None:
        return facts
    before, after = (items, ()) if place is None else (items[:place], items[place + 1 :])
    items = (*before, new, *after)
    # A list of the file keeps its place; a new list has the place of the first change.
    key = next((name for name, _ in facts.entries if name.text == step.head), None)
    return _set(
        facts, key or Scalar(step.head, step.path.span), yaml.Sequence(items, step.path.span)
    )


def _build_item(
    step: _ItemStep, old: Node | None, value: Node, keys: list[str], diagnostics: Diagnostics
) -> Mapping | None:
    named = Mapping(
        ((Scalar(step.key, step.path.span), Scalar(step.item, step.path.span)),), value.span
    )
    if not step.fact and isinstance(value, Mapping):
        rest = Mapping(
            tuple(entry for entry in value.entries if entry[0].text != step.key), value.span
        )
        key = value.get(step.key)
        if key is None or (isinstance(key, Scalar) and same_key(key.text, step.item)):
            return Mapping((*named.entries, *rest.entries), value.span)
        diagnostics.report(
            "bad-name",
            key.span,
            "the item has another key than its path",
            found=f"`{key.text}`" if isinstance(key, Scalar) else "",
            expected=f"`{step.item}`, or no `{step.key}` at all",
        )
        return None
    if not isinstance(old, Mapping):
        known = [key for key in keys if key]
        diagnostics.report(
            "unknown-name",
            step.path.span,
            f"the list `{step.head}` has no item `{step.item}`",
            found=f"`{step.path.text}`",
            expected=listed(known) if known else "an item of the list",
            remedy=name_remedy(step.item, known)
            or f"add it: `{FactPath(step.head, item_key=step.item)}` with its facts",
        )
        return None
    if step.fact:
        return _set(old, Scalar(step.fact, step.path.span), value)
    if is_null(value):
        return named
    diagnostics.report(
        "wrong-shape",
        value.span,
        "an item is a mapping of its facts",
        expected="its facts, or `unknown`",
    )
    return None


def _key_of(item: Node, name: str) -> str:
    key = item.get(name) if isinstance(item, Mapping) else None
    return key.text.strip() if isinstance(key, Scalar) else ""


def _set(mapping: Mapping, key: Scalar, value: Node) -> Mapping:
    """Return the mapping with other content of a key, in the same position."""
    entries = [(key, value) if name.text == key.text else (name, n) for name, n in mapping.entries]
    if mapping.get(key.text) is None:
        entries.append((key, value))
    return Mapping(tuple(entries), mapping.span)


def _remove_fact(facts: Mapping, name: str) -> Mapping:
    """Return the facts without a full name, or without those of a subject (`employer.`)."""
    kept = [
        (key, node)
        for key, node in facts.entries
        if key.text != name and not (name.endswith(".") and key.text.startswith(name))
    ]
    return Mapping(tuple(kept), facts.span)
