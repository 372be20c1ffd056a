"""Gives the tree its meaning: every finding is reported, and a tree without one becomes the IR.

`PASSES` run in their order, each over the whole ruleset, so that one mistake hides no other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policyrules.check.bounds import check_bounds
from policyrules.check.definitions import (
    define_blocks,
    define_conditions,
    define_consistency,
    define_notes,
    define_outcome,
    define_values,
)
from policyrules.check.digits import report_digits
from policyrules.check.lints import report_foregone, report_unused
from policyrules.check.lower import lower
from policyrules.check.names import check_groups, declare_names
from policyrules.check.order import order_definitions
from policyrules.check.parameters import type_parameters
from policyrules.check.provenance import check_quotes, declare_sources, ground_removals
from policyrules.check.state import Binding, Draft
from policyrules.check.time import date_ruleset
from policyrules.check.types import type_facts, type_values
from policyrules.diagnostics import Diagnostics
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.overlays.composition import Composition
from policyrules.syntax.tree import RulesetTree, SourcesTree, VocabularyTree

PASSES: Final[tuple[Callable[[Draft], None], ...]] = (
    declare_names,
    declare_sources,
    date_ruleset,  # before parameters: their rows must cover the time in force
    type_facts,
    type_values,  # before parameters: a value may be the key of a table
    type_parameters,
    check_bounds,
    define_blocks,
    define_values,
    define_conditions,
    define_outcome,
    define_notes,
    define_consistency,
    check_groups,
    ground_removals,
    check_quotes,
)
"""The passes that must all go through; the order that remains and the lints need them."""


def check(
    tree: RulesetTree,
    vocabulary: VocabularyTree,
    sources: SourcesTree,
    texts: Mapping[str, str] | None,
    diagnostics: Diagnostics,
    *,
    composition: Composition | None = None,
    binding: Binding | None = None,
) -> CheckedRuleset | None:
    """The checked ruleset, or None where an error keeps it from being joined.

    The last lints may still find an error in a ruleset that is returned.

    `texts` are saved texts by their sha256, against which quotes are checked; None checks none.
    Of an overlay, `tree` is the composed one and `composition` how it came about. `binding` has the
    rows of parameters that others wrote.
    """
    draft = Draft(tree, vocabulary, sources, texts, diagnostics, composition, binding or Binding())
    for check_pass in PASSES:
        check_pass(draft)
    if draft.broken:
        return None
    order_definitions(draft)
    if diagnostics.has_errors:
        return None
    ruleset = lower(draft)
    report_unused(draft, ruleset)
    if not report_digits(draft, ruleset):  # or the next would compute such figures
        report_foregone(draft, ruleset)
    return ruleset
