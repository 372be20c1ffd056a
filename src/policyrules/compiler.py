"""From text to a checked ruleset: reads the files and runs every pass over them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import attrs

from policyrules.check import check
from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.syntax.reader import read_ruleset, read_sources, read_vocabulary
from policyrules.syntax.tree import RulesetTree
from policyrules.syntax.yaml import decode

_ID: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)?")


@attrs.frozen
class File:
    """The bytes of a file and the name that its diagnostics bear."""

    path: str
    data: bytes


@attrs.frozen
class Compiled:
    """What became of a ruleset: None where it has errors, and every finding."""

    path: str
    ruleset: CheckedRuleset | None
    diagnostics: tuple[Diagnostic, ...]


def compile_ruleset(
    ruleset: File,
    vocabulary: File,
    sources: File,
    *,
    texts: Mapping[str, str] | None = None,
) -> Compiled:
    """Compiles a ruleset with its vocabulary and its sources.

    `texts` are saved texts by their sha256; where they are given, every quote is checked.
    """
    diagnostics = Diagnostics()
    trees = (
        _parse(ruleset, read_ruleset, diagnostics),
        _parse(vocabulary, read_vocabulary, diagnostics),
        _parse(sources, read_sources, diagnostics),
    )
    tree, words, documents = trees
    if tree is not None and "id" not in tree.broken:
        _check_id(tree, ruleset.path, diagnostics)
    if tree is None or words is None or documents is None:
        return Compiled(ruleset.path, None, diagnostics.sorted())
    checked = check(tree, words, documents, texts, diagnostics)
    if diagnostics.has_errors:
        checked = None
    return Compiled(ruleset.path, checked, diagnostics.sorted())


_Tree = TypeVar("_Tree")


def _parse(
    file: File, read: Callable[[str, str, Diagnostics], _Tree | None], diagnostics: Diagnostics
) -> _Tree | None:
    text = decode(file.data, file.path, diagnostics)
    return None if text is None else read(text, file.path, diagnostics)


def _check_id(tree: RulesetTree, path: str, diagnostics: Diagnostics) -> None:
    """The id is the path, so that whoever reads an id knows where to look."""
    where = path.replace("\\", "/")
    if _ID.fullmatch(tree.id.text) and f"/{where}".endswith(f"/{tree.id.text}.yaml"):
        return
    diagnostics.report(
        "id-path",
        tree.id.span,
        f"the id `{tree.id.text}` is not the path of its file",
        found=f"`{tree.id.text}` in `{where}`",
        expected="`<jurisdiction>/<policy>` in the file `<jurisdiction>/<policy>.yaml`",
        remedy="rename the file, or correct the id",
    )
