"""Shrinking of a ruleset and its facts, as long as a predicate still holds."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from tests.generated.rulesets import Files
from tests.generated.yaml_text import Data

Facts = Mapping[str, object]
Path = tuple[str | int, ...]

_PARTS: Final = (" and ", " or ", " + ", " - ", " * ", " / ", ", ")
"""What an expression is taken apart at; the checker refuses what is no expression then."""


def smallest(
    files: Files, facts: Facts, wanted: Callable[[Files, Facts], bool]
) -> tuple[Files, Facts]:
    """Drops facts, declarations and keys, then parts of expressions, until nothing more can go.

    `wanted` says whether what is left is still what is looked for; what the checker refuses is
    never wanted.
    """
    shrunk = True
    while shrunk:
        shrunk = False
        for less in _fewer(facts):
            if wanted(files, less):
                facts, shrunk = less, True
                break
        for field in ("ruleset", "vocabulary", "sources"):
            for path in list(_paths(getattr(files, field), ())):
                for changed in _changes(getattr(files, field), path):
                    smaller = _with(files, field, changed)
                    if wanted(smaller, facts):
                        files, shrunk = smaller, True
                        break
    return files, facts


def _fewer(facts: Facts) -> Iterator[Facts]:
    """The facts without one of them, without an entry of a list, or without a fact of an item."""
    for name, value in facts.items():
        yield {key: value for key, value in facts.items() if key != name}
        if not isinstance(value, list):
            continue
        for place, item in enumerate(value):
            yield {**facts, name: [*value[:place], *value[place + 1 :]]}
            # The first of an item is its key.
            for key in list(item)[1:] if isinstance(item, dict) else ():
                less = {fact: value for fact, value in item.items() if fact != key}
                yield {**facts, name: [*value[:place], less, *value[place + 1 :]]}


def _with(files: Files, field: str, data: Data) -> Files:
    if not isinstance(data, dict):
        raise TypeError("a file is a mapping")
    ruleset, vocabulary, sources = (
        data if name == field else getattr(files, name)
        for name in ("ruleset", "vocabulary", "sources")
    )
    return Files(ruleset, vocabulary, sources)


def _paths(data: Data, here: Path) -> Iterator[Path]:
    """Every place in the data, the large ones before what stands in them."""
    inside = data.items() if isinstance(data, dict) else enumerate(data)
    if isinstance(data, str):
        return
    for key, _ in inside:
        yield (*here, key)
    for key, under in data.items() if isinstance(data, dict) else enumerate(data):
        yield from _paths(under, (*here, key))


def _changes(data: Data, path: Path) -> Iterator[Data]:
    """The data without what stands at the path, or with less of its text; nothing if it is gone."""
    if not path:
        if isinstance(data, str):
            yield from _shorter(data)
        return
    key, *rest = path
    if isinstance(data, dict) and isinstance(key, str) and key in data:
        if not rest:
            yield {kept: under for kept, under in data.items() if kept != key}
        for less in _changes(data[key], tuple(rest)):
            yield {**data, key: less}
    elif isinstance(data, list) and isinstance(key, int) and key < len(data):
        if not rest:
            yield [*data[:key], *data[key + 1 :]]
        for less in _changes(data[key], tuple(rest)):
            yield [*data[:key], less, *data[key + 1 :]]


def _shorter(text: str) -> Iterator[str]:
    """Parts of an expression that may stand alone: its sides, or what a bracket holds."""
    for part in _PARTS:
        left, separator, right = text.partition(part)
        if separator:
            yield from (left, right)
    if text.startswith("not "):
        yield text[4:]
    if "(" in text and text.endswith(")"):
        yield text[text.index("(") + 1 : -1]
    test, loop, rest = text.partition(" for ")
    name, among, over = rest.partition(" in ")
    if loop and among and "(" in test:
        # What is inside a generator may be less, too.
        start = test.rindex("(") + 1 if test.count("(") == 1 else test.index("(") + 1
        for less in _shorter(test[start:]):
            yield f"{test[:start]}{less}{loop}{name}{among}{over}"
        if " if " in over:
            yield f"{test}{loop}{name}{among}{over.partition(' if ')[0]})"
