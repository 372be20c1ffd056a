"""The input and the result of compiling a ruleset: a file, the checked ruleset, its artifacts."""

from __future__ import annotations

import attrs

from policyrules.check.state import EnclosingBounds, InheritedBounds
from policyrules.diagnostics import Diagnostic, Severity
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.overlays.composition import Composition
from policyrules.syntax.tree import SourcesTree, VocabularyTree


@attrs.frozen
class File:
    """The bytes of a file, the path that its diagnostics show, and its real path if it has one."""

    path: str
    data: bytes
    real_path: str = attrs.field(default="", eq=False)


@attrs.frozen
class CompileResult:
    """A compiled ruleset with every diagnostic; `ruleset` is None if there is an error.

    `artifacts` are the inputs for compiling an overlay of this ruleset.
    """

    path: str
    ruleset: CheckedRuleset | None
    diagnostics: tuple[Diagnostic, ...]
    artifacts: CompileArtifacts | None = attrs.field(default=None, eq=False, repr=False)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics that are errors."""
        return tuple(
            diagnostic for diagnostic in self.diagnostics if diagnostic.severity is Severity.ERROR
        )


@attrs.frozen(eq=False)
class CompileArtifacts:
    """The trees of a compiled ruleset, and its parameter rows by the jurisdiction that wrote them.

    `enclosing_bounds` are the parameter rows of the rulesets named by `within`, here and in every
    base. `bases` are the rulesets that this one extends directly.
    """

    composition: Composition
    vocabulary: VocabularyTree
    sources: SourcesTree
    bounds: InheritedBounds
    enclosing_bounds: EnclosingBounds
    bases: tuple[CheckedRuleset, ...] = ()
