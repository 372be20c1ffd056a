"""Remedies for a node of the wrong shape: its content, rewritten in the expected shape.

A remedy keeps every part of the content and adds no name or figure. If that is impossible, the
remedy is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from policyrules.syntax import yaml
from policyrules.syntax.yaml import Node, Scalar, is_null

Remedy = Callable[[Node], str]
"""A function that suggests a rewrite of a node, or returns an empty text if none is certain."""

_MAX_LENGTH: Final = 60
_SEPARATORS: Final = re.compile(r"\s*[,;，、；]\s*")
_NAME: Final = re.compile(r"[^\s,;:{}\[\]#&*!|>'\"%@`，、；：]+")
_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DAYS: Final = re.compile(rf"({_DAY})(?:\s*(?:\.\.|至|to|~)\s*({_DAY}))?")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_RANGE_KEYS: Final = (("min", "max"), ("from", "to"), ("low", "high"), ("least", "most"))


def no_remedy(_: Node) -> str:
    """Suggest nothing."""
    return ""


def list_of_names(node: Node) -> str:
    """Suggest a list for names in one text, or for the bare keys of a mapping.

    >>> from policyrules.text.span import Span
    >>> list_of_names(Scalar("household, employer", Span.empty_at("")))
    'write `[household, employer]`'
    """
    names = _names(node)
    return f"write `[{', '.join(names)}]`" if names else ""


def dash_before_entry(node: Node, keys: Collection[str]) -> str:
    """Suggest a dash before keys that belong to an entry of a list."""
    if not isinstance(node, yaml.Mapping) or not node.entries:
        return ""
    if any(key.text not in keys for key, _ in node.entries):
        return ""
    return f"a list has a dash before each entry: write `- {node.entries[0][0].text}: …`"


def group_of_conditions(node: Node) -> str:
    """Suggest `all` or `any` for conditions that have neither."""
    names = _names(node)
    if not names:
        return ""
    listed = f"[{', '.join(names)}]"
    if len(names) == 1:
        return f"write `{{all: {listed}}}`"
    return f"write `{{all: {listed}}}` if all have to hold, `{{any: {listed}}}` if one is enough"


def always_or_conditions(node: Node) -> str:
    """Suggest `always` for a yes, and a group for conditions that have none."""
    if isinstance(node, Scalar) and node.text.strip().lower() in _YES:
        return "write `always` if no condition has to hold"
    return group_of_conditions(node)


def conditions_of_items(node: Node) -> str:
    """Suggest a group for conditions of items that have none; items need no `always`."""
    if isinstance(node, Scalar) and node.text.strip().lower() in {*_YES, "always"}:
        return "leave `eligible` out: without it, the rules of items only state values"
    return group_of_conditions(node)


_YES: Final = frozenset({"true", "yes", "everybody", "everyone", "anybody", "是"})


def title_in_both_languages(node: Node) -> str:
    """Suggest `{zh, en}` for a title without these keys."""
    texts = [node] if isinstance(node, Scalar) else _scalars(node)
    if not 1 <= len(texts) <= 2 or not all(map(_is_short, texts)):
        return ""
    chinese = [title.text for title in texts if _HAN.search(title.text)]
    english = [title.text for title in texts if not _HAN.search(title.text)]
    if len(chinese) > 1 or len(english) > 1:
        return ""
    zh, en = (_flow(title[0]) if title else "…" for title in (chinese, english))
    return f"write it in both languages: `{{zh: {zh}, en: {en}}}`"


def days_in_force(node: Node) -> str:
    """Suggest `{from, to}` for one or two dates without these keys."""
    match = _DAYS.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        return ""
    return (
        f"write `{{from: {match[1]}, to: {match[2]}}}`"
        if match[2]
        else (f"write `{{from: {match[1]}}}` if it begins on that day")
    )


def row_of_value(node: Node) -> str:
    """Suggest `value`, with provenance, for a figure without it."""
    if not isinstance(node, Scalar) or is_null(node) or not _is_short(node):
        return ""
    row = f"{{value: {_flow(node.text)}, quote: …}}"
    return f"put it under `value`, with its quote or source beside it: `{row}`"


def ends_of_range(node: Node) -> str:
    """Suggest `low..high` for a list of two figures, or for those under `min` and `max`."""
    ends = _scalars(node)
    if isinstance(node, yaml.Mapping):
        under = {key.text: text for key, text in node.entries}
        keys = next((pair for pair in _RANGE_KEYS if set(pair) == set(under)), None)
        ends = [text for key in keys or () if isinstance(text := under[key], Scalar)]
    if len(ends) != 2 or not all(map(_is_short, ends)):
        return ""
    return f"write `{ends[0].text}..{ends[1].text}`"


def pinned_base(node: Node) -> str:
    """Suggest pins for the ids of bases that have none."""
    names = _names(node)
    if not names:
        return ""
    pinned = ", ".join(f"{name}: new" for name in names)
    return f"write `{{{pinned}}}`, and let `policyrules pin` write the hash"


def limit_of_amount(node: Node) -> str:
    """Suggest `{amount: …}` for a limit without a target."""
    if not isinstance(node, Scalar) or is_null(node) or not _is_short(node):
        return ""
    return f"name what it limits: `{{amount: {_flow(node.text)}}}`"


def keys_for_entries(node: Node, keys_below: str = "") -> str:
    """Suggest keys for the entries of a list; `keys_below` are the keys below each entry."""
    if isinstance(node, Scalar) and not is_null(node):
        names = _names(node)
        return _as_keys(names, keys_below)
    if not isinstance(node, yaml.Sequence) or not node.items:
        return ""
    if all(isinstance(name, yaml.Mapping) for name in node.items):
        return _without_dashes([name for name in node.items if isinstance(name, yaml.Mapping)])
    return _as_keys(_names(node), keys_below)


def only_entry(node: Node) -> str:
    """Suggest the only entry of a list without brackets or dash."""
    texts = _scalars(node)
    if len(texts) != 1 or not _is_short(texts[0]):
        return ""
    return f"leave out the brackets or the dash: write `{texts[0].text}`"


def _as_keys(names: list[str], keys_below: str) -> str:
    if not names or not keys_below:
        return ""
    return f"write `{names[0]}:` as a key, and below it {keys_below}"


def _without_dashes(entries: list[yaml.Mapping]) -> str:
    first = entries[0].entries
    if not first:
        return ""
    key, under = first[0]
    if len(first) > 1 and key.text in {"id", "name", "key"} and isinstance(under, Scalar):
        return (
            f"leave out the dash and `{key.text}:`, and write `{under.text[:_MAX_LENGTH]}:` as a "
            "key with the rest below it"
        )
    if len({entry.entries[0][0].text for entry in entries if entry.entries}) < len(entries):
        return ""
    return "leave out the dashes: each name is a key"


def _names(node: Node) -> list[str]:
    """Return the names in a text, a list or the keys of a mapping; empty if one is not a name."""
    texts: list[str] = []
    if isinstance(node, Scalar) and not is_null(node):
        texts = [name for name in _SEPARATORS.split(node.text.strip()) if name]
    elif isinstance(node, yaml.Sequence):
        texts = [name.text for name in _scalars(node)]
    elif isinstance(node, yaml.Mapping) and all(is_null(under) for _, under in node.entries):
        texts = [key.text for key, _ in node.entries]
    is_short = sum(map(len, texts)) <= 2 * _MAX_LENGTH
    return texts if is_short and all(map(_NAME.fullmatch, texts)) else []


def _scalars(node: Node) -> list[Scalar]:
    """Return the scalars of a list; empty if any entry is not a scalar."""
    if not isinstance(node, yaml.Sequence):
        return []
    texts = [item for item in node.items if isinstance(item, Scalar) and not is_null(item)]
    return texts if len(texts) == len(node.items) else []


def _is_short(node: Scalar) -> bool:
    return 0 < len(node.text.strip()) <= _MAX_LENGTH and node.text.isprintable()


def _flow(text: str) -> str:
    """Return a text as it is written inside { }, quoted if it has YAML indicators."""
    is_plain = re.fullmatch(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^,\[\]{}#:\"\\]*", text)
    return text if is_plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
