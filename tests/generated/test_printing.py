"""Printing a tree and reading it again gives an equal tree, for random content."""

import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generated.ledger import ORDINARY, Size
from tests.generated.prose import NASTY
from tests.generated.rulesets import generated
from tests.generated.yaml_text import Data, yaml_text
from tests.support.scale import scaled

from policyrules.catalogue.discovery import ruleset_paths
from policyrules.catalogue.store import shipped_folder
from policyrules.diagnostics import Diagnostics
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.reader import (
    read_any_ruleset,
    read_jurisdictions,
    read_sources,
    read_vocabulary,
)
from policyrules.syntax.tree import JurisdictionsTree, RulesetTree, SourcesTree, VocabularyTree

Tree = RulesetTree | OverlayTree | VocabularyTree | SourcesTree | JurisdictionsTree
READERS: Mapping[str, Callable[[str, str, Diagnostics], Tree | None]] = {
    "ruleset": read_any_ruleset,
    "vocabulary": read_vocabulary,
    "sources": read_sources,
    "jurisdictions": read_jurisdictions,
}
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]")
HARD = Size(ORDINARY.facts, ORDINARY.values, ORDINARY.conditions, ORDINARY.depth, nasty=0.6)


def read(kind: str, text: str) -> Tree:
    diagnostics = Diagnostics()
    tree = READERS[kind](text, f"{kind}.yaml", diagnostics)
    assert tree is not None, "\n".join(map(str, diagnostics.sorted()))
    # A character that nobody sees is refused, and yet the tree has it, and the printer escapes it.
    others = [
        str(diagnostic)
        for diagnostic in diagnostics.sorted()
        if diagnostic.code != "control-character"
    ]
    assert not others, "\n".join(others)
    return tree


def assert_prints_and_reads(kind: str, text: str) -> None:
    tree = read(kind, text)
    printed = print_tree(tree)
    again = read(kind, printed)
    assert again == tree
    assert print_tree(again) == printed
    assert not CONTROL.search(printed)


@pytest.mark.slow
@pytest.mark.parametrize("size", [ORDINARY, HARD], ids=["ordinary", "hard"])
def test_generated_trees_survive_printing(size: Size) -> None:
    for seed in range(scaled(10, long=2_000)):
        for kind, text in generated(random.Random(seed), size).texts().items():
            assert_prints_and_reads(kind, text)


def test_the_shipped_files_survive_printing() -> None:
    folder = shipped_folder()
    files = [("ruleset", path) for path in ruleset_paths(folder)]
    files += [
        (kind, folder / f"{kind}.yaml") for kind in ("vocabulary", "sources", "jurisdictions")
    ]
    assert len(files) >= 3
    for kind, path in files:
        assert_prints_and_reads(kind, Path(path).read_text(encoding="utf-8"))


def sources_with(title: str, ref: str) -> str:
    return yaml_text(
        {
            "policyrules": "1",
            "sources": {"a-source": {"title": title, "issued": "2022-11-25", "ref": ref}},
        }
    )


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_a_title_that_is_hard_on_yaml_survives_printing(text: str) -> None:
    assert_prints_and_reads("sources", sources_with(text, f"a {text}"))


# Every character that UTF-8 can hold, and often those that YAML gives a meaning.
_HARD_CHARACTERS = st.sampled_from(
    list(" :#-?,[]{}&*!|>'\"%@`~\\/\t\n\r\x00\x85\xa0\ufeff\u2028。，")
)
_TEXTS = st.text(st.one_of(_HARD_CHARACTERS, st.characters(exclude_categories=["Cs"])), min_size=1)


@given(title=_TEXTS, ref=_TEXTS)
def test_any_text_survives_printing(title: str, ref: str) -> None:
    if title.strip() and ref.strip():
        assert_prints_and_reads("sources", sources_with(title, ref))


@given(_TEXTS)
def test_any_quote_survives_printing_in_a_block_and_between_brackets(text: str) -> None:
    title: Data = {"zh": text, "en": text}
    ruleset = yaml_text(
        {
            "policyrules": "1",
            "id": "cn/a",
            "title": title,
            "legal_basis": "a-source",
            "in_force": {"from": "2022-01-01", "quote": text},
            "outcome": {"eligible": {"all": ["a-condition"]}, "labels": {"eligible": title}},
            "conditions": {"a-condition": {"title": title, "holds": "True", "quote": text}},
        }
    )
    if text.strip():
        assert_prints_and_reads("ruleset", ruleset)
