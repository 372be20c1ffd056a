"""Compile an overlay: look up its bases, compose the trees, check the composed ruleset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from policyrules.catalogue.bases import (
    BaseCycle,
    BaseTooDeep,
    CompileContext,
    UnknownBase,
    report_too_deep,
)
from policyrules.catalogue.enclosing import enclosing_bounds
from policyrules.catalogue.result import CompileArtifacts, CompileResult, File
from policyrules.check import check
from policyrules.check.bounds import merge_bounds
from policyrules.check.state import ExternalBounds, InheritedBounds, ParameterBound
from policyrules.diagnostics import Diagnostic, Diagnostics, Severity
from policyrules.ir.ruleset import Base, CheckedRuleset
from policyrules.overlays.added_words import (
    add_words_to_vocabulary,
    check_added_words,
    join_words,
)
from policyrules.overlays.composition import Composition, compose
from policyrules.overlays.sources import merge_sources
from policyrules.overlays.vocabulary import merge_vocabularies
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.reader import read_vocabulary
from policyrules.syntax.tree import (
    CalendarsTree,
    FactNode,
    RulesetTree,
    SourcesTree,
    VocabularyTree,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

_PIN: Final = re.compile(r"sha256:[0-9a-f]{16,64}")


@attrs.frozen
class OverlayCompiler:
    """Compiles one overlay and collects its diagnostics."""

    tree: OverlayTree
    context: CompileContext
    diagnostics: Diagnostics

    def compile(
        self,
        vocabulary: File,
        documents: SourcesTree | None,
        texts: Mapping[str, str] | None,
        calendars: CalendarsTree | None,
    ) -> tuple[CheckedRuleset | None, CompileArtifacts | None]:
        """Return the checked ruleset and its artifacts, or None for both if there are errors."""
        results = [self._base(key, pin) for key, pin in self.tree.extends]
        bases = [
            (result.ruleset, result.artifacts)
            for result in results
            if result is not None and result.ruleset is not None and result.artifacts is not None
        ]
        if documents is None or not bases or len(bases) < len(results):
            return None, None
        rulesets = [ruleset for ruleset, _ in bases]
        artifacts = [artifact for _, artifact in bases]
        diagnostics = Diagnostics()
        composition = compose(
            self.tree, [base.composition for base in artifacts], self.context.titles, diagnostics
        )
        if composition is None:
            self.diagnostics.extend(diagnostics)
            return None, None
        base_paths = {layer.tree.id.span.path for layer in composition.layers[:-1]}
        # An error in a base alone may be a consequence of joining several bases here.
        is_sound = not any(
            diagnostic.severity is Severity.ERROR and diagnostic.span.path not in base_paths
            for diagnostic in diagnostics.sorted()
        )
        words = self._vocabulary(vocabulary, artifacts)
        used = [(artifact.sources, ruleset.sources) for ruleset, artifact in bases]
        sources = merge_sources(documents, used, self.diagnostics)
        bounds = _base_bounds(artifacts)
        enclosing = merge_bounds(base.enclosing_bounds for base in artifacts)
        if self.tree.within:
            own_enclosing = enclosing_bounds(self.tree, composition.tree, self.context, diagnostics)
            enclosing = merge_bounds((enclosing, own_enclosing))
        checked = check(
            composition.tree,
            words,
            sources,
            texts,
            diagnostics,
            composition=composition,
            external_bounds=ExternalBounds(bounds, enclosing),
            calendars=calendars,
        )
        in_bases = {
            (diagnostic.code, diagnostic.span)
            for result in results
            if result is not None
            for diagnostic in result.diagnostics
        }
        for diagnostic in diagnostics.sorted():
            is_in_base = (diagnostic.code, diagnostic.span) in in_bases
            if diagnostic.span.path in base_paths:
                if is_sound and not is_in_base:
                    self._report_base_diagnostic(diagnostic)
            elif not is_in_base:
                self.diagnostics.extend([diagnostic])
        if checked is None:
            return None, None
        checked = attrs.evolve(
            checked,
            extends=tuple(key.text for key, _ in self.tree.extends),
            bases=_ancestor_hashes(composition, rulesets),
        )
        own_bounds = bounds_by_jurisdiction(
            bounds, checked, self.tree, composition.top_layer.jurisdiction
        )
        return checked, CompileArtifacts(
            composition, words, sources, own_bounds, enclosing, tuple(rulesets)
        )

    def _base(self, key: Scalar, pin: Scalar) -> CompileResult | None:
        """Look up one base and compare its pin; report and return None if it cannot be used."""
        lookup = self.context.find_base(key.text)
        if key.text == self.tree.id.text and not isinstance(lookup, BaseCycle):
            lookup = BaseCycle(())
        if isinstance(lookup, BaseCycle):
            self._report_cycle(key, lookup)
            return None
        if isinstance(lookup, BaseTooDeep):
            report_too_deep(key.span, self.diagnostics)
            return None
        if isinstance(lookup, UnknownBase):
            self.diagnostics.report(
                "unknown-base",
                key.span,
                f"there is no ruleset `{key.text}` to extend",
                expected="the id of a ruleset in this folder, or of one that is installed",
                remedy=lookup.remedy(key.text),
            )
            return None
        compiled = lookup.compiled
        if compiled.ruleset is None:
            # The overlay cannot be checked without its base, so only the errors there are reported.
            self.diagnostics.extend(compiled.errors)
            return None
        if self.context.is_pinned:
            self._check_pin(pin, compiled.ruleset, compiled.path)
        return compiled

    def _report_cycle(self, key: Scalar, cycle: BaseCycle) -> None:
        self.diagnostics.report(
            "extends-cycle",
            key.span,
            "a ruleset cannot extend itself",
            found=" extends ".join(f"`{id_}`" for id_ in cycle.ids(self.tree.id.text)),
            expected="a base that does not extend this file",
            remedy="extend a ruleset that does not extend this file",
            related=cycle.related(),
        )

    def _check_pin(self, pin: Scalar, base: CheckedRuleset, path: str) -> None:
        """Report a pin that is malformed, or that differs from the content hash of the base."""
        overlay = self.tree.id.span.path
        if not _PIN.fullmatch(pin.text):
            self.diagnostics.report(
                "bad-literal",
                pin.span,
                f"`{pin.text[:80]}` is not a pin",
                found=f"`{pin.text[:80]}`",
                expected="`sha256:` and at least 16 hexadecimal digits in lower case",
                remedy=f"write it with `policyrules pin {overlay}`",
            )
        elif not base.content_hash.startswith(pin.text):
            self.diagnostics.report(
                "stale-pin",
                pin.span,
                f"`{base.id}` has changed since this file pinned it",
                found=f"`{base.content_hash[: len(pin.text)]}`",
                expected=f"`{pin.text}`",
                remedy=f"review the changes, then update the pin with `policyrules pin {overlay}`",
                related=((Span.empty_at(path), "the base is here"),),
            )

    def _vocabulary(self, file: File, artifacts: Sequence[CompileArtifacts]) -> VocabularyTree:
        """Merge the vocabularies of the bases and of the folder; add words and constraints."""
        of_bases = list(join_words([base.vocabulary for base in artifacts]))
        check_added_words(self.tree, _facts_of(of_bases, artifacts), self.diagnostics)
        vocabulary = of_bases[0]
        for base in of_bases[1:]:
            vocabulary = merge_vocabularies(vocabulary, base, self.diagnostics)
        if self.context.has_vocabulary and file.path != of_bases[0].span.path:
            added = self.context.trees.read(read_vocabulary, file.data, file.path, self.diagnostics)
            vocabulary = (
                vocabulary
                if added is None
                else merge_vocabularies(vocabulary, added, self.diagnostics)
            )
        constraints = VocabularyTree(
            span=self.tree.span,
            policyrules=self.tree.policyrules,
            constraints=self.tree.constraints,
        )
        vocabulary = merge_vocabularies(vocabulary, constraints, self.diagnostics)
        return add_words_to_vocabulary(vocabulary, self.tree.words)

    def _report_base_diagnostic(self, diagnostic: Diagnostic) -> None:
        """Report a diagnostic in a line of a base that the overlay causes."""
        related = (*diagnostic.related, (self.tree.id.span, f"caused by `{self.tree.id.text}`"))
        remedy = diagnostic.remedy or "set, replace or remove it in the overlay"
        self.diagnostics.extend([attrs.evolve(diagnostic, related=related, remedy=remedy)])


def _facts_of(
    vocabularies: Iterable[VocabularyTree], artifacts: Iterable[CompileArtifacts]
) -> Iterator[tuple[str, FactNode]]:
    """Yield the facts of bases with their full names: those of vocabularies, then their own."""
    for vocabulary in vocabularies:
        for subject in (*vocabulary.subjects, *vocabulary.lists):
            yield from ((f"{subject.name.text}.{fact.name.text}", fact) for fact in subject.facts)
    for base in artifacts:
        for name, facts in base.composition.tree.facts:
            yield from ((f"{name.text}.{fact.name.text}", fact) for fact in facts)


def bounds_by_jurisdiction(
    inherited: InheritedBounds,
    ruleset: CheckedRuleset,
    tree: RulesetTree | OverlayTree,
    jurisdiction: str,
) -> InheritedBounds:
    """Add the parameter rows that this file declares or sets to the rows of its bases."""
    declared = {node.name.text: node.name.span for node in tree.parameters}
    if isinstance(tree, OverlayTree):
        declared |= {node.name.text: node.name.span for node in tree.set}
    names = {**dict.fromkeys(inherited), **dict.fromkeys(declared)}
    bounds: dict[str, Mapping[str, ParameterBound]] = {}
    for name in names:
        if name not in ruleset.parameters:
            continue  # it was removed
        rows = dict(inherited.get(name, {}))
        if name in declared:
            rows[jurisdiction] = ParameterBound(
                jurisdiction, ruleset.parameters[name], declared[name]
            )
        bounds[name] = rows
    return bounds


def _base_bounds(artifacts: Sequence[CompileArtifacts]) -> InheritedBounds:
    """Merge the parameter rows of several bases; the last base wins for each jurisdiction."""
    bounds: dict[str, dict[str, ParameterBound]] = {}
    for base in artifacts:
        for name, rows in base.bounds.items():
            bounds.setdefault(name, {}).update(rows)
    return bounds


def _ancestor_hashes(composition: Composition, bases: Sequence[CheckedRuleset]) -> tuple[Base, ...]:
    """Pair every layer below the top one with its content hash."""
    hashes = {ancestor.id: ancestor.content_hash for base in bases for ancestor in base.bases}
    hashes |= {base.id: base.content_hash for base in bases}
    return tuple(Base(layer.id, hashes[layer.id]) for layer in composition.layers[:-1])
