"""Check a syntax tree and lower it to the IR; every fault is reported.

`PASSES` run in their order, each over the whole ruleset, so that one fault does not hide another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from policyrules.check.bounds import check_bounds
from policyrules.check.calendars import declare_calendar
from policyrules.check.carried_figures import report_carried_figures
from policyrules.check.days_without_row import report_days_without_row
from policyrules.check.deadlines import report_truncated_deadlines
from policyrules.check.definitions import (
    check_blocks,
    check_conditions,
    check_constraints,
    check_notes,
    check_outcome,
    check_values,
)
from policyrules.check.digits import report_too_many_digits
from policyrules.check.lints import report_constant_tests, report_unused
from policyrules.check.lower import lower
from policyrules.check.names import check_groups, declare_names
from policyrules.check.order import order_definitions
from policyrules.check.other_items import check_other_items
from policyrules.check.overlapping_exceptions import report_overlapping_exceptions
from policyrules.check.parameters import declare_parameters
from policyrules.check.provenance import check_quotes, check_removal_provenance, declare_sources
from policyrules.check.state import CheckState, ExternalBounds
from policyrules.check.time import read_validity
from policyrules.check.types import declare_facts, declare_values
from policyrules.check.units import declare_units
from policyrules.diagnostics import Diagnostics
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.overlays.composition import Composition
from policyrules.syntax.tree import CalendarsTree, RulesetTree, SourcesTree, VocabularyTree

PASSES: Final[tuple[Callable[[CheckState], None], ...]] = (
    declare_names,
    declare_sources,
    read_validity,  # before parameters: their rows must cover the time in force
    declare_units,  # before facts, parameters and values, which have units
    declare_facts,
    declare_calendar,  # before expressions, which may count working days
    declare_values,  # before parameters: a value may be the key of a table
    declare_parameters,
    check_bounds,
    check_blocks,
    check_values,
    check_conditions,
    check_outcome,
    check_notes,
    check_constraints,
    check_groups,
    check_removal_provenance,
    check_quotes,
)
"""The passes that must all succeed before values are ordered and lints run."""


def check(  # noqa: PLR0913 - each is a file of the ruleset, or was made of one
    tree: RulesetTree,
    vocabulary: VocabularyTree,
    sources: SourcesTree,
    texts: Mapping[str, str] | None,
    diagnostics: Diagnostics,
    *,
    composition: Composition | None = None,
    external_bounds: ExternalBounds | None = None,
    calendars: CalendarsTree | None = None,
) -> CheckedRuleset | None:
    """Check a ruleset and return it, or None if an error keeps it from being assembled.

    The last lints may still report an error of a ruleset that is returned.

    `texts` maps a sha256 to the saved text, against which quotes are checked; None checks none. For
    an overlay, `tree` is the composed tree and `composition` holds its files. `external_bounds` are
    the parameters of other jurisdictions that bound those of the ruleset, `calendars` the file with
    the working days of jurisdictions.
    """
    state = CheckState(
        tree,
        vocabulary,
        sources,
        texts,
        diagnostics,
        composition,
        external_bounds or ExternalBounds(),
        calendars,
    )
    for check_pass in PASSES:
        check_pass(state)
    if state.broken:
        return None
    order_definitions(state)
    check_other_items(state)
    if diagnostics.has_errors:
        return None
    ruleset = lower(state)
    report_unused(state, ruleset)
    report_carried_figures(state, ruleset)
    report_truncated_deadlines(state, ruleset)
    if not report_too_many_digits(state, ruleset):  # the next lint would compute such figures
        report_constant_tests(state, ruleset)
        report_overlapping_exceptions(state, ruleset)
        report_days_without_row(state, ruleset)
    return ruleset
