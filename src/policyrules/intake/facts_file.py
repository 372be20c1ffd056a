"""Read a facts file, JSON or YAML, with the position and the exact text of each fact."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.errors import FactProblem, FactsError
from policyrules.intake.json_text import read_json
from policyrules.intake.other_formats import format_remedy
from policyrules.syntax import yaml
from policyrules.syntax.yaml import MAX_CHARACTERS, Node, Scalar, Sequence, decode, is_null
from policyrules.text.fact_path import FactPath, same_key
from policyrules.text.punctuation import full_width_remedy
from policyrules.text.span import Span
from policyrules.text.words import with_article

MAX_BYTES: Final = 4 * MAX_CHARACTERS
"""The maximum size of a facts file; one case needs a thousandth of it."""


@attrs.frozen
class FactsFile(Mapping[str, object]):
    """The facts of a file, as a mapping to decide on, with their positions.

    Every figure is still its source text. `places` maps the keys that lead to a fact, such as
    `("employer", "laid_off")`, to `file:line:column`.
    """

    facts: Mapping[str, object] = attrs.field(hash=False)
    places: Mapping[tuple[str, ...], str] = attrs.field(hash=False)

    def place_of(self, names: Iterable[str]) -> str:
        """Return the positions of facts by full name, and of items by key."""
        places = (self._place(FactPath.parse(name)) for name in names)
        return ", ".join(dict.fromkeys(place for place in places if place))

    def _place(self, path: FactPath | None) -> str:
        if path is None:
            return ""
        if path.item_key is not None:
            return self._place_in_item(path, path.item_key)
        full = (path.declared_name,)
        return self.places.get(full) or self.places.get((path.subject, path.fact), "")

    def _place_in_item(self, path: FactPath, item_key: str) -> str:
        items = self.facts.get(path.subject)
        for number, item in enumerate(items if isinstance(items, tuple) else ()):
            keys = item.values() if isinstance(item, Mapping) else ()
            if any(isinstance(key, str) and same_key(key, item_key) for key in keys):
                parent_keys = (path.subject, str(number))
                return self.places.get((*parent_keys, path.fact)) or self.places.get(
                    parent_keys, ""
                )
        return ""

    def __getitem__(self, key: str) -> object:
        return self.facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)


def read_facts_file(data: bytes | str, path: str) -> FactsFile:
    """Read a facts file: JSON if its name or its first characters say so, YAML otherwise.

    Nothing is rounded: `0.055` is that decimal. Facts are checked when they are decided on, and a
    problem then gives its position in the file.

    Args:
        data: the bytes of the file, UTF-8 with or without a byte-order mark, or its text.
        path: the name of the file, for messages and for its suffix.

    Raises:
        FactsError: the file cannot be read, or does not hold facts.
        TypeError: it is neither bytes nor text.

    >>> facts = read_facts_file(b'{"employer": {"layoff_rate": 0.055}}', "firm.json")
    >>> facts["employer"]
    mappingproxy({'layoff_rate': '0.055'})
    """
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    if not isinstance(data, bytes):
        raise TypeError(
            "the facts are given as the bytes or the text of a file, "
            f"not as {with_article(f'`{type(data).__name__}`')}: " + _remedy_for_type(data)
        )
    if len(data) > MAX_BYTES:
        raise too_large(path)
    diagnostics = Diagnostics()
    text = decode(data, path, diagnostics)
    node = None
    if text is not None and not text.strip():
        diagnostics.report("empty-file", Span.empty_at(path), "the file is empty")
    elif text is not None:
        read = read_json if _is_json(text, path) else yaml.read_yaml
        node = read(text, path, diagnostics)
    if node is None or diagnostics.has_errors:
        if format_error := _format_error(text or "", path):
            raise format_error
        lines = (text or "").splitlines()
        raise FactsError(
            [_unreadable_problem(diagnostic, lines) for diagnostic in diagnostics.sorted()]
        )
    if not isinstance(node, yaml.Mapping) and (format_error := _format_error(text or "", path)):
        raise format_error
    return facts_of_node(node)


def _format_error(text: str, path: str) -> FactsError | None:
    """Return the error for a text in a known foreign format, or None."""
    remedy = format_remedy(text, path)
    if not remedy:
        return None
    message, expected = "the file does not hold facts", "JSON or YAML"
    problem = FactProblem("unreadable-file", (), message, "", expected, remedy, place=path)
    return FactsError([problem])


def _remedy_for_type(data: object) -> str:
    if isinstance(data, PurePath):
        return "give `.read_bytes()` of it"
    if isinstance(data, Mapping):
        return "facts in a mapping need no reading"
    return "give what `.read()` returns" if hasattr(data, "read") else "give `bytes` or `str`"


def colon_remedy(text: str) -> str:
    """Return how to write a key and its value, for a text without the blank after `:`.

    >>> colon_remedy("kind:enterprise")
    'write a blank after the colon: `kind: enterprise`'
    >>> colon_remedy("kind：enterprise")
    '`：` is a full-width colon: write `:` and a blank'
    """
    match = _KEY_AND_COLON.match(text)
    if match is None:
        return full_width_remedy(text) if "：" in text else ""
    if match[2] == "：":
        return full_width_remedy("：")
    rest = text[match.end() :].strip()
    example = f": `{match[1]}: {rest}`" if rest.isprintable() and len(rest) <= 40 else ""
    return f"write a blank after the colon{example}"


def separator_remedy(text: str, names: Container[str]) -> str:
    """Return how to write a fact and its figure, which a text has with another sign between them.

    >>> separator_remedy("laid_off = 6", {"laid_off"}), separator_remedy("about 6", {"laid_off"})
    ('write a colon and a blank: `laid_off: 6`', '')
    """
    match = _NAME_AND_FIGURE.fullmatch(text)
    if match is None or match[1] not in names or not match[2].isprintable():
        return ""
    return f"write a colon and a blank: `{match[1]}: {match[2]}`"


_NAME_AND_FIGURE: Final = re.compile(r"\s*([^\W\d]\w*)(?:\s*(?:=|->|,)\s*|\s+)(\S[^\n:=]{0,39})")

_KEY_AND_COLON: Final = re.compile(r"\s*([^\W\d][\w.]*)(：|:(?=[^\s/]))")


def with_places(error: FactsError, facts: object) -> FactsError:
    """Add to each problem its position in the facts file."""
    if not isinstance(facts, FactsFile):
        return error
    problems = [
        problem if problem.place else attrs.evolve(problem, place=facts.place_of(problem.facts))
        for problem in error.problems
    ]
    return FactsError(problems, error.left_out)


def too_large(path: str) -> FactsError:
    """Return the error for a file above `MAX_BYTES`, which need not be read whole."""
    return FactsError(
        [
            FactProblem(
                "unreadable-file",
                (),
                "the file is too large",
                found=f"more than {MAX_BYTES:,} bytes",
                expected="the facts of one case",
                remedy="is this the right file?",
                place=path,
            )
        ]
    )


def _is_json(text: str, path: str) -> bool:
    suffix = PurePath(path).suffix.lower()
    if suffix in {".json", ".yaml", ".yml"}:
        return suffix == ".json"
    # YAML has braces too, but its keys are rarely quoted.
    start = text[:200].replace(" ", "").replace("\n", "").replace("\t", "")
    return start.startswith(('{"', "{}", "["))


def _unreadable_problem(diagnostic: Diagnostic, lines: list[str]) -> FactProblem:
    expected = "facts by their subjects" if diagnostic.code == "empty-file" else diagnostic.expected
    first = "; ".join(f"{text}, {span}" for span, text in diagnostic.related)
    return FactProblem(
        "unreadable-file",
        (),
        diagnostic.message,
        diagnostic.found or first,
        expected,
        _missing_blank_remedy(diagnostic, lines) or diagnostic.remedy,
        place=str(diagnostic.span),
    )


def _missing_blank_remedy(diagnostic: Diagnostic, lines: list[str]) -> str:
    """Return the remedy for a key on a line above without a blank after its colon."""
    if "key where none" not in diagnostic.found:
        return ""
    for line in reversed(lines[: max(diagnostic.span.line - 1, 0)]):
        match = _KEY_AND_COLON.match(line)
        if match is None:
            return ""
        if match[2] == ":" and ": " not in line:
            return colon_remedy(line)
    return ""


def facts_of_node(node: Node) -> FactsFile:
    """Return the facts of a YAML node: a whole facts file, or a part of another file.

    Raises:
        FactsError: the node is not a mapping.
    """
    if not isinstance(node, yaml.Mapping):
        description = "a list" if isinstance(node, Sequence) else "a single text"
        if isinstance(node, Scalar) and is_null(node):
            description = f"`{node.text}`" if node.text else "nothing"
        problem = FactProblem(
            "unreadable-file",
            (),
            "the file does not hold facts",
            found=description,
            expected="facts by their subjects, such as `employer: {laid_off: 6}`",
            remedy=_remedy_for_node(node),
            place=str(node.span),
        )
        raise FactsError([problem])
    if {"ruleset", "status", "receipt"} <= {key.text for key, _ in node.entries}:
        message, expected = "the file does not hold facts", "facts by their subjects"
        remedy = "this is a decision: give its facts, or `policyrules replay` it"
        place = str(node.span)
        problem = FactProblem("unreadable-file", (), message, "a decision", expected, remedy, place)
        raise FactsError([problem])
    places: dict[tuple[str, ...], str] = {}
    facts = _mapping_to_python(node, (), places)
    return FactsFile(facts, MappingProxyType(places))


def _remedy_for_node(node: Node) -> str:
    if isinstance(node, Sequence):
        if not node.items or not all(isinstance(item, yaml.Mapping) for item in node.items):
            return ""
        if len(node.items) == 1:
            return "leave out the brackets or the dash: a file has the facts of one case"
        return "give one file for each case, or in Python call `decide_many()`"
    if not isinstance(node, Scalar):
        return ""
    if PurePath(node.text).suffix.lower() in {".json", ".yaml", ".yml"}:
        return "this is the name of a file: give its content"
    return colon_remedy(node.text)


def _mapping_to_python(
    mapping: yaml.Mapping, parent_keys: tuple[str, ...], places: dict[tuple[str, ...], str]
) -> Mapping[str, object]:
    """Convert a mapping to Python data; recursion is safe, as the parsers bound the depth."""
    result: dict[str, object] = {}
    for key, node in mapping.entries:
        keys = (*parent_keys, key.text)
        places[keys] = str(key.span)
        result[key.text] = _node_to_python(node, keys, places)
    return MappingProxyType(result)


def _node_to_python(
    node: Node, keys: tuple[str, ...], places: dict[tuple[str, ...], str]
) -> object:
    """Convert a node to Python data; the positions of list entries have their index as key."""
    if isinstance(node, yaml.Mapping):
        return _mapping_to_python(node, keys, places)
    if isinstance(node, Scalar):
        return None if is_null(node) else node.text
    entries = []
    for number, item in enumerate(node.items):
        places[*keys, str(number)] = str(item.span)
        entries.append(_node_to_python(item, (*keys, str(number)), places))
    return tuple(entries)
