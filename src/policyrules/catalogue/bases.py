"""The results of looking up a base or an enclosing ruleset, and the context of a compilation.

`store.RulesetLoader` looks the ruleset up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from policyrules.catalogue.result import CompileResult
from policyrules.diagnostics import Diagnostics, name_remedy
from policyrules.syntax.reader import TreeReader
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span

MAX_DEPTH: Final = 32
"""The maximum length of a chain of bases. Nation, province, city and year need four."""


@attrs.frozen
class FoundBase:
    """A ruleset that the lookup found, compiled."""

    compiled: CompileResult


@attrs.frozen
class UnknownBase:
    """No ruleset has the id; `available_ids` are those to suggest instead."""

    available_ids: tuple[str, ...] = ()

    def remedy(self, wanted: str) -> str:
        """Suggest the nearest available id, or the command that lists them."""
        return name_remedy(wanted, self.available_ids) or "`policyrules list` shows them all"


@attrs.frozen
class BaseCycle:
    """The ruleset is being compiled already: it extends the file that looks it up.

    `chain` are the id and the path of each file from that ruleset down to the file itself.
    """

    chain: tuple[tuple[str, str], ...]

    def ids(self, first: str) -> list[str]:
        """Return the ids around the cycle, beginning and ending with `first`."""
        return [first, *(id_ for id_, _ in self.chain), first]

    def related(self) -> tuple[tuple[Span, str], ...]:
        """Return the places of the files of the cycle, for a diagnostic."""
        return tuple((Span.empty_at(path), f"`{id_}` is here") for id_, path in self.chain)


@attrs.frozen
class BaseTooDeep:
    """The ruleset was not compiled, as the chain of bases exceeds `MAX_DEPTH`."""


BaseLookup = FoundBase | UnknownBase | BaseCycle | BaseTooDeep
"""The result of looking up a base or an enclosing ruleset."""

FindBase = Callable[[str], BaseLookup]
"""A function that looks up a ruleset by its id."""


def _no_bases(_: str) -> BaseLookup:
    return UnknownBase()


@attrs.frozen
class CompileContext:
    """The environment of a ruleset: the lookup of bases, and the titles of jurisdictions.

    If `is_pinned` is false, the pins of bases are not compared. `has_vocabulary` says that the
    folder of the overlay has a vocabulary of its own, which extends that of the base. `trees`
    caches the files that several rulesets share.
    """

    find_base: FindBase = _no_bases
    titles: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)
    is_pinned: bool = True
    has_vocabulary: bool = False
    trees: TreeReader = attrs.field(factory=TreeReader, eq=False)


def report_too_deep(span: Span, diagnostics: Diagnostics) -> None:
    """Report a chain of bases that exceeds `MAX_DEPTH`."""
    diagnostics.report(
        "too-deep",
        span,
        "the chain of bases is too long",
        found=f"more than {MAX_DEPTH}",
        expected=f"a base with at most {MAX_DEPTH} files below it",
        remedy="write a ruleset without a base",
    )
