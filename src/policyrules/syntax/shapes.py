"""Shapes: the allowed content of a file, which the reader, the printer and the schema share.

A shape reads a YAML node into the tree, writes a tree node as YAML, and returns its JSON Schema.
There is one description, so the three cannot diverge.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

import attrs

from policyrules.diagnostics import listed, name_remedy
from policyrules.syntax import yaml
from policyrules.syntax.misplaced_keys import synonym_remedy
from policyrules.syntax.read_state import ReadFailed, ReadState, check_name, wrong_shape
from policyrules.syntax.shape_remedies import (
    Remedy,
    dash_before_entry,
    keys_for_entries,
    list_of_names,
    no_remedy,
    only_entry,
)
from policyrules.syntax.spelling import SNAKE
from policyrules.syntax.split_texts import lacks_colon, split_text_remedy
from policyrules.syntax.unprintable import report_control_character
from policyrules.syntax.yaml import Node, Scalar, is_null
from policyrules.text.punctuation import to_ascii
from policyrules.text.span import Span

_NO_SPAN: Final = Span.empty_at("")


class Shape(Protocol):
    """The allowed content at one position of a file."""

    def read(self, node: Node, state: ReadState) -> Any:
        """Read a YAML node into the tree; report and raise `ReadFailed` if it does not fit."""

    def write(self, value: Any) -> Node:
        """Write a tree node as a YAML node."""

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the shape."""


@attrs.frozen
class Text:
    """A scalar: a text, literal, expression or name. `check` assigns the type later.

    `reserved_words` belong to the language, but this version does not support them. Only an
    expression may span several lines. `foreign_words` has remedies for words of other languages,
    `shape_remedy` is the remedy for a node of another shape.
    """

    expected: str = "a text"
    one_of: tuple[str, ...] = ()
    reserved_words: tuple[str, ...] = ()
    may_break: bool = False
    foreign_words: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    shape_remedy: Remedy = only_entry

    def read(self, node: Node, state: ReadState) -> Scalar:
        if not isinstance(node, Scalar) or is_null(node) or not node.text.strip():
            raise wrong_shape(node, state, self.expected, self.shape_remedy(node))
        if not self.may_break:
            report_control_character(node, state.diagnostics)
        if self.one_of and node.text not in self.one_of + self.reserved_words:
            state.diagnostics.report(
                "bad-literal",
                node.span,
                f"`{node.text[:60]}` is not {self.expected}",
                found=f"`{node.text}`",
                expected=listed(self.one_of, limit=20),
                remedy=self.foreign_words.get(node.text.strip().lower())
                or name_remedy(node.text, self.one_of, may_be_several=False),
            )
            raise ReadFailed
        return node

    def write(self, value: Scalar) -> Node:
        return value

    def schema(self) -> dict[str, Any]:
        if self.one_of:
            # JSON Schema distinguishes `true` from the text "true"; the reader does not.
            truths = [word == "true" for word in self.one_of if word in {"true", "false"}]
            return {"enum": [*self.one_of, *truths]}
        types = ["string", "number", "boolean"]
        return {"type": types, "pattern": r"\S", "description": self.expected}


@attrs.frozen
class ListOf:
    """A list whose entries all have one shape, with at least `min_items` entries."""

    item: Shape
    min_items: int = 1

    def read(self, node: Node, state: ReadState) -> tuple[Any, ...]:
        if not isinstance(node, yaml.Sequence):
            raise wrong_shape(node, state, "a list", self._remedy(node))
        if len(node.items) < self.min_items:
            minimum = (
                "at least one entry"
                if self.min_items == 1
                else f"at least {self.min_items} entries"
            )
            if not node.items:
                raise wrong_shape(node, state, minimum)
            state.diagnostics.report(
                "wrong-shape",
                node.span,
                "the list is too short",
                found=f"{len(node.items)} of them",
                expected=minimum,
            )
            raise ReadFailed
        return _read_all(self.item, node.items, state)

    def _remedy(self, node: Node) -> str:
        if isinstance(self.item, Record):
            return dash_before_entry(node, self.item.fields)
        return list_of_names(node) if isinstance(self.item, Text | IdentifierScalar) else ""

    def write(self, value: Sequence[Any]) -> Node:
        return yaml.Sequence(tuple(self.item.write(item) for item in value), _NO_SPAN)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(), "minItems": self.min_items}


def _read_all(shape: Shape, nodes: Sequence[Node], state: ReadState) -> tuple[Any, ...]:
    """Read every node, so that several errors are reported at once."""
    results, failed = [], False
    for node in nodes:
        try:
            results.append(shape.read(node, state))
        except ReadFailed:
            failed = True
    if failed:
        raise ReadFailed
    return tuple(results)


@attrs.frozen
class StringMap:
    """A mapping with keys chosen by the author and values of one shape, read as pairs."""

    item: Shape
    style: re.Pattern[str] | None = SNAKE
    expected: str = "a mapping"
    shape_remedy: Remedy = keys_for_entries

    def read(self, node: Node, state: ReadState) -> tuple[tuple[Scalar, Any], ...]:
        if not isinstance(node, yaml.Mapping):
            raise wrong_shape(node, state, self.expected, self.shape_remedy(node))
        if not node.entries:
            raise wrong_shape(node, state, "at least one entry")
        pairs, failed = [], False
        for key, under in node.entries:
            try:
                check_name(key, self.style, state)
                pairs.append((key, self.item.read(under, state)))
            except ReadFailed:
                failed = True
        if failed:
            raise ReadFailed
        return tuple(pairs)

    def write(self, value: Sequence[tuple[Scalar, Any]]) -> Node:
        return yaml.Mapping(tuple((key, self.item.write(under)) for key, under in value), _NO_SPAN)

    def schema(self) -> dict[str, Any]:
        return _map_schema(self.item, self.style)


@attrs.frozen
class IdentifierScalar:
    """A scalar that declares a name."""

    style: re.Pattern[str]

    def read(self, node: Node, state: ReadState) -> Scalar:
        name = Text("a name").read(node, state)
        check_name(name, self.style, state)
        return name

    def write(self, value: Scalar) -> Node:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{self.style.pattern}$"}


def _map_schema(item: Shape, style: re.Pattern[str] | None) -> dict[str, Any]:
    schema = {"type": "object", "additionalProperties": item.schema(), "minProperties": 1}
    if style is not None:
        schema["propertyNames"] = {"pattern": f"^{style.pattern}$"}
    return schema


@attrs.frozen
class NamedRecords:
    """A mapping of declarations: the key is the name of a record. Unreadable ones are skipped.

    `misplaced_names` maps the spellings of names that belong elsewhere to their remedies.
    """

    item: Record
    style: re.Pattern[str]
    misplaced_names: Mapping[re.Pattern[str], str] = attrs.field(factory=dict, hash=False)

    def read(self, node: Node, state: ReadState) -> tuple[Any, ...]:
        if not isinstance(node, yaml.Mapping):
            keys = self.item.exactly_one or self.item.required or tuple(self.item.fields)
            below = f"its own keys, such as `{keys[0]}`"
            raise wrong_shape(node, state, "a mapping of names", keys_for_entries(node, below))
        if not node.entries:
            raise wrong_shape(node, state, "at least one entry, or nothing at all")
        records = []
        for key, under in node.entries:
            try:
                check_name(key, self.style, state, self.misplaced_names)
                records.append(self.item.read_named(key, under, state))
            except ReadFailed:
                # References use the correct spelling, so both spellings count as declared.
                joined = to_ascii(key.text).lower().replace("-", "_")
                state.broken.update({key.text, joined, joined.replace("_", "-")})
        return tuple(records)

    def write(self, value: Sequence[Any]) -> Node:
        entries = tuple((item.name, self.item.write(item)) for item in value)
        return yaml.Mapping(entries, _NO_SPAN, has_declarations=True)

    def schema(self) -> dict[str, Any]:
        return _map_schema(self.item, self.style)


@attrs.frozen
class Field:
    """One key of a record."""

    shape: Shape
    required: bool = False
    description: str = ""


def attribute(key: str) -> str:
    """Return the attribute for a key; a Python keyword gets an underscore."""
    return f"{key}_" if keyword.iskeyword(key) else key


@attrs.frozen
class Record:
    """A mapping with fixed keys, read into one class of the tree.

    Exactly one of the keys in `exactly_one` must be present. `reserved_keys` belong to the
    language, but this version does not support them. `fallbacks` make values for keys that could
    not be read, so that the rest is still checked; the error has been reported by then.
    `misplaced_keys` has remedies for keys that belong in another kind of file, `shape_remedy` is
    the remedy for a node of another shape, `remedy_if_incomplete` that for a missing key.
    """

    node: Callable[..., Any]
    fields: Mapping[str, Field]
    exactly_one: tuple[str, ...] = ()
    reserved_keys: tuple[str, ...] = ()
    title: str = ""
    fallbacks: Mapping[str, Callable[[Span], Any]] = attrs.field(factory=dict, hash=False)
    misplaced_keys: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    shape_remedy: Remedy = no_remedy
    remedy_if_incomplete: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        """Return the required keys."""
        return tuple(key for key, field in self.fields.items() if field.required)

    def read(self, node: Node, state: ReadState) -> Any:
        return self._read(None, node, state)

    def read_named(self, key: Scalar, node: Node, state: ReadState) -> Any:
        """Read a record whose name is the key above it."""
        return self._read(key, node, state)

    def _read(self, name: Scalar | None, node: Node, state: ReadState) -> Any:
        if not isinstance(node, yaml.Mapping):
            expected = f"a mapping with {listed(self.fields)}"
            raise wrong_shape(node, state, expected, self.shape_remedy(node))
        place = name.span if name else node.span
        intended = self._unknown_keys(node, state)
        failed = intended is not None and not (self.fallbacks and self._are_unknown_scalars(node))
        failed |= self._missing_keys(node, place, state, intended or frozenset())
        values: dict[str, Any] = {} if name is None else {"name": name}
        for key, under in node.entries:
            if key.text in self.fields:
                try:
                    values[attribute(key.text)] = self.fields[key.text].shape.read(under, state)
                except ReadFailed:
                    failed |= key.text not in self.fallbacks
                    state.broken.add(key.text)
        if failed:
            raise ReadFailed
        for absent, fallback in self.fallbacks.items():
            if attribute(absent) not in values:
                values[attribute(absent)] = fallback(place)
        return self.node(span=place, **values)

    def _are_unknown_scalars(self, node: yaml.Mapping) -> bool:
        """Return whether unknown keys have only scalars, so that they declare nothing."""
        unknown = [under for key, under in node.entries if key.text not in self.fields]
        return all(isinstance(under, Scalar) for under in unknown)

    def _unknown_keys(self, node: yaml.Mapping, state: ReadState) -> frozenset[str] | None:
        """Report the unknown keys; return the known keys they may stand for, or None.

        The result is None if every key is known.
        """
        intended: set[str] = set()
        failed = False
        for key, under in node.entries:
            if key.text in self.fields:
                continue
            failed = True
            if key.text in self.reserved_keys:
                state.diagnostics.report(
                    "unsupported",
                    key.span,
                    f"this version of the library does not support `{key.text}`",
                    found=f"`{key.text}`",
                    remedy="leave it out, or use a later version",
                )
                intended.update(self.exactly_one)
                continue
            remedy = self.misplaced_keys.get(key.text, "") or synonym_remedy(key.text, self.fields)
            if not remedy and state.diagnostics.has_room("unknown-key", key.span.path):
                remedy = name_remedy(key.text, self.fields, may_be_several=False)
            before = key.text.partition("：")[0].strip()
            intended.update(
                field for field in self.fields if f"`{field}`" in remedy or field == before
            )
            if before == key.text and lacks_colon(key, under):
                remedy = split_text_remedy(node)
            state.diagnostics.report(
                "unknown-key",
                key.span,
                f"there is no key `{key.text}` here",
                found=f"`{key.text}`",
                expected=listed(self.fields, limit=20),
                remedy=remedy,
            )
        return frozenset(intended) if failed else None

    def _missing_keys(
        self, node: yaml.Mapping, place: Span, state: ReadState, intended: frozenset[str]
    ) -> bool:
        """Report the missing keys, except those that an unknown key probably stands for."""
        accounted_for = {key.text for key, _ in node.entries} | intended
        missing = [
            key for key, field in self.fields.items() if field.required and key not in accounted_for
        ]
        for key in missing:
            field = self.fields[key]
            description = field.description or getattr(field.shape, "expected", "")
            state.diagnostics.report(
                "missing-key",
                place,
                f"the key `{key}` is missing",
                expected=f"`{key}`" + (f": {description}" if description else ""),
                remedy=self.remedy_if_incomplete,
            )
        places = [key.span for key, _ in node.entries if key.text in self.exactly_one]
        if self.exactly_one and not places and not intended & set(self.exactly_one):
            state.diagnostics.report(
                "missing-key",
                place,
                "a key is missing",
                expected=f"exactly one of {listed(self.exactly_one)}",
            )
            return True
        if len(places) > 1:
            chosen = listed(key for key in self.exactly_one if key in accounted_for)
            state.diagnostics.report(
                "unknown-key",
                places[1],
                f"only one of {chosen} is allowed here",
                found=chosen,
                expected=f"exactly one of {listed(self.exactly_one)}",
            )
            return True
        present = {key.text for key, _ in node.entries}
        absent = [
            key for key, field in self.fields.items() if field.required and key not in present
        ]
        # Also for a misspelt key: the fallback for its value causes no further diagnostics.
        state.broken.update(key for key in absent if key in self.fallbacks)
        return any(key not in self.fallbacks for key in absent)

    def write(self, value: Any) -> Node:
        entries = []
        for key, field in self.fields.items():
            under = getattr(value, attribute(key))
            if under is not None and under != ():
                entries.append((Scalar(key, _NO_SPAN), field.shape.write(under)))
        return yaml.Mapping(tuple(entries), _NO_SPAN)

    def schema(self) -> dict[str, Any]:
        properties = {}
        for key, field in self.fields.items():
            properties[key] = field.shape.schema()
            if field.description:
                properties[key] = {**properties[key], "description": field.description}
        schema: dict[str, Any] = {"type": "object", "properties": properties}
        schema["additionalProperties"] = False
        if self.required:
            schema["required"] = list(self.required)
        if self.exactly_one:
            schema["oneOf"] = [{"required": [key]} for key in self.exactly_one]
        if self.title:
            schema["title"] = self.title
        return schema


@attrs.frozen
class Choice:
    """One of several shapes, chosen by the kind of node: scalar, list or mapping.

    A mapping with the key `either` has the shape `either`, every other one the shape `mapping`.
    """

    scalar: Shape
    sequence: Shape | None = None
    either: Shape | None = None
    mapping: Shape | None = None
    expected: str = "a value"
    classes: tuple[tuple[type, str], ...] = ()

    def read(self, node: Node, state: ReadState) -> Any:
        shape = self._shape(node)
        if shape is None:
            raise wrong_shape(node, state, self.expected)
        return shape.read(node, state)

    def _shape(self, node: Node) -> Shape | None:
        if isinstance(node, Scalar):
            return self.scalar
        if isinstance(node, yaml.Sequence):
            return self.sequence
        if node.get("either") is not None and self.either is not None:
            return self.either
        return self.mapping

    def write(self, value: Any) -> Node:
        for class_, name in self.classes:
            if isinstance(value, class_):
                shape: Shape = getattr(self, name)
                return shape.write(value)
        return self.scalar.write(value)

    def schema(self) -> dict[str, Any]:
        shapes = [self.scalar, self.sequence, self.either]
        schemas = [shape.schema() for shape in shapes if shape is not None]
        if self.mapping is not None:
            schemas.append({**self.mapping.schema(), "not": {"required": ["either"]}})
        return {"anyOf": schemas}


@attrs.frozen
class Wrapped:
    """A shape whose result becomes one attribute of a tree node."""

    node: Callable[..., Any]
    attribute: str
    shape: Shape

    def read(self, node: Node, state: ReadState) -> Any:
        return self.node(span=node.span, **{self.attribute: self.shape.read(node, state)})

    def write(self, value: Any) -> Node:
        return self.shape.write(getattr(value, self.attribute))

    def schema(self) -> dict[str, Any]:
        return self.shape.schema()
