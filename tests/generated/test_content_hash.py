"""The content hash changes with content and order of declarations, not with layout or comments."""

import random
from collections.abc import Iterator, Mapping

import pytest
from tests.generated.calendars import CALENDARS
from tests.generated.ledger import ORDINARY
from tests.generated.rulesets import ID, Files, generated
from tests.generated.yaml_text import Data, yaml_text
from tests.support.scale import scaled

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.diagnostics import Diagnostics
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.reader import read_ruleset

pytestmark = pytest.mark.slow


def hash_of(texts: Mapping[str, str]) -> str:
    """The content hash of three texts that the checker accepts."""
    names = {"ruleset": f"{ID}.yaml"}
    files = [
        File(names.get(kind, f"{kind}.yaml"), texts[kind].encode())
        for kind in ("ruleset", "vocabulary", "sources")
    ]
    calendars = File("calendars.yaml", CALENDARS.encode())
    ruleset = compile_ruleset(*files, calendars=calendars).ruleset
    assert ruleset is not None
    return ruleset.content_hash


def accepted(n: int) -> Iterator[Files]:
    for seed in range(n):
        files = generated(random.Random(seed), ORDINARY)
        if files.compiled().ruleset is not None:
            yield files


def commented(text: str) -> str:
    """The text with a comment above every key and behind every opening one."""
    lines = ["# A comment, with: a colon", ""]
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines.append(f"{indent}# above {len(lines)}")
        lines.append(f"{line}   # behind" if line.endswith(":") else line)
    return "\n".join(lines) + "\n\n# The end\n"


def test_comments_and_layout_leave_the_hash() -> None:
    for files in accepted(scaled(6, long=500)):
        texts = files.texts()
        expected = hash_of(texts)
        assert hash_of({kind: commented(text) for kind, text in texts.items()}) == expected
        assert hash_of({kind: f"\ufeff{text}" for kind, text in texts.items()}) == expected
        crlf = {kind: text.replace("\n", "\r\n") for kind, text in texts.items()}
        assert hash_of(crlf) == expected
        tree = read_ruleset(texts["ruleset"], "", Diagnostics())
        assert tree is not None
        assert hash_of({**texts, "ruleset": print_tree(tree)}) == expected


def test_a_changed_title_quote_or_figure_moves_the_hash() -> None:
    rng = random.Random(3)
    n_moved = 0
    for files in accepted(scaled(12, long=500)):
        expected = hash_of(files.texts())
        for _ in range(4):
            changed = _changed(rng, files)
            if changed is None:
                continue
            compiled = changed.compiled().ruleset
            if compiled is not None:
                assert compiled.content_hash != expected
                n_moved += 1
    assert n_moved > 20


def _changed(rng: random.Random, files: Files) -> Files | None:
    """The files with one title, quote, note or figure of the ruleset changed."""
    places = [
        path
        for path, text in _scalars(files.ruleset, ())
        if path[-1] in {"zh", "en", "quote"} or (path[0] == "parameters" and text.isdigit())
    ]
    if not places:
        return None
    path = rng.choice(places)
    more = {"zh": "改", "en": "changed", "quote": "改"}.get(str(path[-1]), "0")
    return Files(_with(files.ruleset, path, more), files.vocabulary, files.sources)


def _scalars(
    data: Data | Mapping[str, Data], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(data, str):
        yield path, data
    elif not isinstance(data, list):
        for key, under in data.items():
            yield from _scalars(under, (*path, key))


def _with(data: Mapping[str, Data], path: tuple[str, ...], more: str) -> dict[str, Data]:
    key, *rest = path
    under = data[key]
    if isinstance(under, str):
        return {**data, key: under + more}
    assert isinstance(under, dict)
    return {**data, key: _with(under, tuple(rest), more)}


def test_the_order_of_the_declarations_is_part_of_the_content() -> None:
    """Who reads a ruleset reads it in order, and so do its warnings and its reasons."""
    files = next(files_ for files_ in accepted(20) if len(files_.conditions()) > 1)
    conditions = files.conditions()
    turned = {**files.ruleset, "conditions": dict(reversed(list(conditions.items())))}
    texts = files.texts()
    assert hash_of({**texts, "ruleset": yaml_text(turned)}) != hash_of(texts)
