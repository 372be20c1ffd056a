"""Prints a tree in the one layout of the language: printing and reading again gives an equal tree.

Comments are not part of the tree and are not printed; `formatting` keeps them.
"""

from __future__ import annotations

from policyrules.syntax.cases_tree import CasesTree
from policyrules.syntax.kinds import KINDS
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.pretty_printer import lay_out
from policyrules.syntax.tree import JurisdictionsTree, RulesetTree, SourcesTree, VocabularyTree
from policyrules.syntax.yaml import Mapping

Tree = RulesetTree | OverlayTree | VocabularyTree | SourcesTree | JurisdictionsTree | CasesTree


def print_tree(tree: Tree) -> str:
    """The text of a tree, without comments."""
    node = next(kind.shape for kind in KINDS if kind.shape.node is type(tree)).write(tree)
    if not isinstance(node, Mapping):
        raise TypeError("a file is a mapping")
    return lay_out(node)
