"""The calendar of working days by which a ruleset counts, with the source of each year."""

from __future__ import annotations

import attrs

from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText
from policyrules.values.working_days import WorkingDays


@attrs.frozen(repr=False)
class YearSource:
    """The document that lists the holidays of a year: its title, its address and a quote."""

    __repr__ = short_repr

    year: int
    title: str
    issued: str
    address: str
    read_on: str
    quote: str


@attrs.frozen(repr=False)
class Calendar:
    """The working days of a jurisdiction; `sources` has a document for each year."""

    __repr__ = short_repr

    jurisdiction: str
    title: LocalizedText
    days: WorkingDays
    sources: tuple[YearSource, ...]

    @property
    def name(self) -> str:
        """The name of the open point of a figure that depends on a year without a list."""
        return self.days.name
