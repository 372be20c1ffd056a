"""Printing then reading is the identity, and what was printed is printed the same again."""

import random
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.generated.rulesets import generated
from tests.scale import scaled

from policyrules.catalogue import ruleset_paths, shipped_folder
from policyrules.diagnostics import Diagnostics
from policyrules.source import Span
from policyrules.syntax.printer import print_tree
from policyrules.syntax.reader import read_ruleset, read_sources, read_vocabulary
from policyrules.syntax.tree import RulesetTree, SourceNode, SourcesTree, TitleNode, VocabularyTree
from policyrules.syntax.yaml import Scalar

Tree = RulesetTree | VocabularyTree | SourcesTree


def read(text: str, like: type[Tree]) -> Tree:
    reader = {
        RulesetTree: read_ruleset,
        VocabularyTree: read_vocabulary,
        SourcesTree: read_sources,
    }[like]
    diagnostics = Diagnostics()
    tree = reader(text, "printed.yaml", diagnostics)
    assert tree is not None, diagnostics.sorted()
    assert not diagnostics.sorted()
    return tree


def comes_back(tree: Tree) -> None:
    printed = print_tree(tree)
    again = read(printed, type(tree))
    assert again == tree
    assert print_tree(again) == printed


@pytest.mark.parametrize("path", ruleset_paths(shipped_folder()), ids=lambda path: path.stem)
def test_the_shipped_rulesets_come_back(path: Path) -> None:
    comes_back(read(path.read_text("utf-8"), RulesetTree))


def test_the_vocabulary_and_the_sources_come_back() -> None:
    comes_back(read((shipped_folder() / "vocabulary.yaml").read_text("utf-8"), VocabularyTree))
    comes_back(read((shipped_folder() / "sources.yaml").read_text("utf-8"), SourcesTree))


def test_generated_rulesets_come_back() -> None:
    for seed in range(scaled(60, 2_000)):
        texts = generated(random.Random(seed)).texts()
        comes_back(read(texts["ruleset"], RulesetTree))
        comes_back(read(texts["vocabulary"], VocabularyTree))
        comes_back(read(texts["sources"], SourcesTree))


NASTY = (
    *(
        "yes",
        "no",
        "null",
        "~",
        "true",
        "1.50",
        "2022-13-01",
        "-",
        "- a",
        "?",
        "? a",
        ":",
        "a: b",
        "a:",
    ),
    *(
        " a",
        "a ",
        "#",
        "a #b",
        "a#b",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        "'",
        "''",
        '"',
        '\\"',
    ),
    *(
        "[",
        "]",
        "{",
        "}",
        "a, b",
        "[a]",
        "{a: b}",
        "---",
        "...",
        "--- a",
        "\ta",
        "a\tb",
        "a\nb",
        "a\n",
        "\\n",
    ),
    *(
        "裁员率（5.5%）",
        "“引号”，逗号。",
        "税🙂",
        "a\u2028b",
        "a\x85",
        "\ufeff",
        "\x00",
        "\x1b[31m",
        "a'b\"c",
        "<<",
    ),
)


@pytest.mark.parametrize("text", NASTY)
def test_no_text_is_too_nasty_for_a_title_or_a_quote(text: str) -> None:
    scalar_comes_back(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40).filter(str.strip))
def test_any_text_comes_back(text: str) -> None:
    scalar_comes_back(text)


SMALL = """\
policyrules: 1
subjects:
  firm:
    title: {zh: 企业, en: Firm}
    facts:
      insured: {type: yes_no, title: {zh: 参保, en: Insured}}
"""


def scalar_comes_back(text: str) -> None:
    """On one line within brackets, as titles are, and on a line of its own, as quotes are."""
    scalar = Scalar(text, Span.at(""), plain=False)
    vocabulary = read(SMALL, VocabularyTree)
    assert isinstance(vocabulary, VocabularyTree)
    title = TitleNode(span=Span.at(""), zh=scalar, en=scalar)
    subject = attrs.evolve(vocabulary.subjects[0], title=title)
    comes_back(attrs.evolve(vocabulary, subjects=(subject,)))
    source = SourceNode(span=Span.at(""), name=Scalar("a-paper", Span.at("")), title=scalar)
    comes_back(SourcesTree(span=Span.at(""), policyrules=vocabulary.policyrules, sources=(source,)))
