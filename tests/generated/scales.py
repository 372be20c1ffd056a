"""Generated scales: brackets whose edges lie near a figure and whose rates rise and fall."""

from fractions import Fraction

import attrs
from tests.generated.ledger import Ledger
from tests.generated.places import Declared
from tests.generated.sorts import Sort, Text
from tests.generated.yaml_text import Data

from policyrules.values.exact import decimal_text

_SPLIT = "2022-01-01"
"""Rows change on this day."""


@attrs.frozen
class GeneratedScale:
    """A scale with its rows: pairs of an edge and a rate."""

    name: str
    rows: tuple[tuple[tuple[Fraction, Fraction], ...], ...]

    def due(self, figure: Fraction) -> tuple[Fraction, Fraction]:
        """The least and the most that is due on a figure in any row."""
        dues = [_due(row, figure) for row in self.rows]
        return min(dues), max(dues)


def _due(row: tuple[tuple[Fraction, Fraction], ...], figure: Fraction) -> Fraction:
    """What is due, as the sum of how much each rate exceeds the one before."""
    total, previous = Fraction(0), Fraction(0)
    for edge, rate in row:
        total += (rate - previous) * max(Fraction(0), figure - edge)
        previous = rate
    return total


def scale_parameter(ledger: Ledger, unit: str, near: Text) -> GeneratedScale:
    """A scale in the unit, with one row or with two."""
    rng = ledger.rng
    low = near.low if near.low is not None else Fraction(0)
    high = near.high if near.high is not None and near.high > low else low + 1000
    step = max(Fraction(1), Fraction((high - low) // 8))

    def brackets() -> tuple[tuple[Fraction, Fraction], ...]:
        edges: list[int] = sorted(rng.sample(range(-1, 9), rng.randint(1, 4)))
        return tuple(
            (Fraction(low // 1) + step * edge, Fraction(rng.randint(-3, 60), 100)) for edge in edges
        )

    rows = tuple(brackets() for _ in range(rng.choice((1, 1, 2))))
    name = f"scale_{len(ledger.parameters) + 1}"
    data: dict[str, Data] = {"title": ledger.prose.title(), "type": "scale"}
    if unit != "CNY" or ledger.chance(0.3):
        data["unit"] = unit
    contents = [_content(ledger, row, unit) for row in rows]
    if ledger.chance(0.1):
        contents[0] = "not_stated"
    if len(contents) == 1:
        data["value"] = contents[0]
        data.update(ledger.prose.ground())
    else:
        first: dict[str, Data] = {"to": "2021-12-31", "value": contents[0]}
        last: dict[str, Data] = {"from": _SPLIT, "value": contents[1]}
        first.update(ledger.prose.ground())
        last.update(ledger.prose.ground())
        data["values"] = [first, last]
    ledger.parameters[name] = Declared(name, Sort("scale", unit))
    ledger.parameter_data[name] = data
    return GeneratedScale(name, rows)


def _content(ledger: Ledger, row: tuple[tuple[Fraction, Fraction], ...], unit: str) -> Data:
    content: list[Data] = []
    for edge, rate in row:
        bracket: dict[str, Data] = {
            "above": f"{decimal_text(edge)} {unit}",
            "rate": f"{decimal_text(rate * 100)}%",
        }
        if ledger.chance(0.2):
            bracket.update(ledger.prose.ground())
        content.append(bracket)
    return content


def due_range(scale: GeneratedScale, income: Text) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most that is due while an income lies between its ends."""
    if income.low is None or income.high is None:
        return None, None
    turns = [edge for row in scale.rows for edge, _ in row if income.low < edge < income.high]
    dues = [due for figure in (income.low, *turns, income.high) for due in scale.due(figure)]
    return min(dues), max(dues)
