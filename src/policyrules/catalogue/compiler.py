"""Compile a ruleset: from the bytes of its files to a checked ruleset and its diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.catalogue.bases import CompileContext
from policyrules.catalogue.enclosing import enclosing_bounds
from policyrules.catalogue.overlay_compiler import OverlayCompiler, bounds_by_jurisdiction
from policyrules.catalogue.result import CompileArtifacts, CompileResult, File
from policyrules.check import check
from policyrules.check.state import ExternalBounds
from policyrules.diagnostics import Diagnostics
from policyrules.overlays.composition import Composition
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.reader import (
    TreeReader,
    read_any_ruleset,
    read_calendars,
    read_jurisdictions,
    read_sources,
    read_vocabulary,
)
from policyrules.syntax.spelling import ID
from policyrules.syntax.tree import RulesetTree
from policyrules.syntax.yaml import decode
from policyrules.text.localized import LocalizedText

PIN_LENGTH: Final = len("sha256:") + 16
"""The length of a pin as `policyrules pin` writes it: a prefix of the content hash."""


def compile_ruleset(
    ruleset: File,
    vocabulary: File,
    sources: File,
    *,
    texts: Mapping[str, str] | None = None,
    context: CompileContext | None = None,
    calendars: File | None = None,
) -> CompileResult:
    """Compile a ruleset with its vocabulary and its sources.

    An overlay also has the vocabulary and the sources of its bases. Without `context` there are
    no bases, and `within` is not checked. `texts` maps the sha256 of each saved text to the text;
    if given, every quote is compared with it. `calendars` is the file with working days.
    """
    diagnostics = Diagnostics()
    tree = _read_tree(ruleset, diagnostics)
    trees = TreeReader() if context is None else context.trees
    documents = trees.read(read_sources, sources.data, sources.path, diagnostics)
    days = None
    if calendars is not None:
        days = trees.read(read_calendars, calendars.data, calendars.path, diagnostics)
    if tree is not None and "id" not in tree.broken:
        _check_id(tree, ruleset, diagnostics)
    artifacts = None
    if isinstance(tree, OverlayTree):
        compiler = OverlayCompiler(tree, context or CompileContext(), diagnostics)
        checked, artifacts = compiler.compile(vocabulary, documents, texts, days)
    else:
        words = trees.read(read_vocabulary, vocabulary.data, vocabulary.path, diagnostics)
        if tree is None or words is None or documents is None:
            return CompileResult(ruleset.path, None, diagnostics.sorted())
        enclosing = enclosing_bounds(tree, tree, context, diagnostics)
        checked = check(
            tree,
            words,
            documents,
            texts,
            diagnostics,
            external_bounds=ExternalBounds(enclosing=enclosing),
            calendars=days,
        )
        if checked is not None:
            bounds = bounds_by_jurisdiction({}, checked, tree, checked.jurisdiction)
            composition = Composition.of_ruleset(tree)
            artifacts = CompileArtifacts(composition, words, documents, bounds, enclosing)
    if diagnostics.has_errors:
        return CompileResult(ruleset.path, None, diagnostics.sorted())
    return CompileResult(ruleset.path, checked, diagnostics.sorted(), artifacts)


def jurisdiction_titles(
    file: File, diagnostics: Diagnostics | None = None, trees: TreeReader | None = None
) -> Mapping[str, LocalizedText]:
    """Read the titles of jurisdictions from a file; return {} if it cannot be read."""
    if diagnostics is None:
        diagnostics = Diagnostics()
    reader = TreeReader() if trees is None else trees
    tree = reader.read(read_jurisdictions, file.data, file.path, diagnostics)
    entries = () if tree is None else tree.jurisdictions
    return {code.text: LocalizedText(title.zh.text, title.en.text) for code, title in entries}


def read_overlay(file: File, diagnostics: Diagnostics) -> OverlayTree | None:
    """Read a file, and return its tree if it is an overlay."""
    tree = _read_tree(file, diagnostics)
    return tree if isinstance(tree, OverlayTree) else None


def _read_tree(file: File, diagnostics: Diagnostics) -> RulesetTree | OverlayTree | None:
    text = decode(file.data, file.path, diagnostics)
    return None if text is None else read_any_ruleset(text, file.path, diagnostics)


def _id_remedy(id_: str, path: str) -> str:
    """Return how to bring an id and a path together: by the id of the path, if it is one."""
    id_of_path = "/".join(path.removesuffix(".yaml").split("/")[-2:])
    if ID.fullmatch(id_):
        return "rename the file, or correct the id"
    return f"write `{id_of_path}`" if ID.fullmatch(id_of_path) else "rename the file and the id"


def _check_id(tree: RulesetTree | OverlayTree, file: File, diagnostics: Diagnostics) -> None:
    """Report an id that differs from the path, so that an id always leads to its file."""
    path, real_path = (text.replace("\\", "/") for text in (file.path, file.real_path))
    suffix = f"/{tree.id.text}.yaml"
    if ID.fullmatch(tree.id.text) and (f"/{path}".endswith(suffix) or real_path.endswith(suffix)):
        return
    if "/" not in path and real_path:
        path = "/".join(real_path.split("/")[-2:])
    diagnostics.report(
        "id-path-mismatch",
        tree.id.span,
        f"the id `{tree.id.text}` is not the path of its file",
        found=f"`{tree.id.text}` in `{path}`",
        expected="`<jurisdiction>/<policy>` in the file `<jurisdiction>/<policy>.yaml`",
        remedy=_id_remedy(tree.id.text, path),
    )
