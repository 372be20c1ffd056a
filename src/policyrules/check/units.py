"""Units: the base units, and those that the vocabulary declares with their titles."""

from __future__ import annotations

from policyrules.check.state import CheckState
from policyrules.ir.types import BASE_UNITS, Unit
from policyrules.text.localized import LocalizedText, compound_unit_title


def declare_units(state: CheckState) -> None:
    """Declare the units of the vocabulary; report one that has the name of a base unit."""
    for node in state.vocabulary_tree.units:
        if node.name.text in BASE_UNITS:
            state.diagnostics.report(
                "duplicate-id",
                node.name.span,
                f"`{node.name.text}` is a unit already",
                found=f"`{node.name.text}`",
                remedy="leave it out here; `unit_title` changes its name for readers",
            )
        else:
            title = node.title
            state.units[node.name.text] = LocalizedText(title.zh.text, title.en.text)


def parse_unit(state: CheckState, text: str) -> Unit | None:
    """Parse a unit of base units and declared ones; return None for another text."""
    return Unit.parse(text, state.units)


def title_of_unit(state: CheckState, unit: Unit) -> LocalizedText | None:
    """Return the title of a unit that has a declared one among its factors, else None."""
    if not any(name in state.units for name, _ in unit.powers):
        return None
    return compound_unit_title(str(unit), state.units)
