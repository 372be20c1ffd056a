"""Display possible values with the kind, unit, words and titles of their declared types."""

from __future__ import annotations

from policyrules.display.value import DisplayValue
from policyrules.ir.types import Type
from policyrules.text.localized import LocalizedText
from policyrules.values.possible import Possible
from policyrules.values.scale import Slab


def display_value(
    possible: Possible,
    type_: Type,
    title: LocalizedText | None = None,
    *,
    row: LocalizedText | None = None,
    slabs: tuple[tuple[Slab, ...], ...] = (),
) -> DisplayValue:
    """Return a possible value of a declared type with what is needed to display it.

    >>> from policyrules.ir.types import Kind, Unit
    >>> from policyrules.values.possible import number
    >>> display_value(number(30), Type(Kind.COUNT, Unit.from_name("person"))).text("en")
    '30 persons'
    """
    return DisplayValue(
        possible,
        str(type_.kind),
        str(type_.unit),
        type_.words,
        type_.none,
        title,
        type_.unit_title,
        row,
        slabs,
    )
