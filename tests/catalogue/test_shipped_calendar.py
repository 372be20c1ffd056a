"""The shipped calendar has the days of the notices that it quotes, and of no other."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest

import policyrules
from policyrules.ir.calendars import Calendar, YearSource

EXAMPLE: Final = Path(__file__).parents[2] / "docs/examples/working-days/cn/review-time.yaml"


def calendar() -> Calendar:
    shipped = policyrules.load(EXAMPLE).ruleset.calendar
    assert shipped is not None
    return shipped


def days_of(text: str, year: int) -> Iterator[date]:
    """The days that words such as `1月28日（周二）至2月4日（周二）` name."""
    ends = re.findall(r"(?:(\d+)月)?(\d+)日", re.sub(r"（[^）]*）", "", text))
    month = 0
    named = []
    for month_text, day_text in ends:
        month = int(month_text) if month_text else month
        named.append(date(year, month, int(day_text)))
    if "至" in text:
        first, last = named
        named = [first + timedelta(days) for days in range((last - first).days + 1)]
    yield from named


def read(source: YearSource) -> tuple[set[date], set[date]]:
    """The holidays and the moved working days in the words of a notice."""
    off: set[date] = set()
    worked: set[date] = set()
    for sentence in source.quote.split("。"):
        text = re.sub(r"^[一二三四五六七]、[^：]*：", "", sentence)
        if text.startswith("鼓励"):
            continue
        if text.endswith("上班"):
            worked |= set(days_of(text, source.year))
        elif "放假" in text:
            days = set(days_of(text.split("放假")[0], source.year))
            stated = re.search(r"共(\d+)天", text)
            assert stated is None or len(days) == int(stated[1])
            off |= days
    return off, worked


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_days_of_a_year_are_those_of_its_quote(year: int) -> None:
    shipped = calendar()
    (source,) = (source for source in shipped.sources if source.year == year)
    off, worked = read(source)
    listed = {
        date.fromordinal(day) for day in shipped.days.holidays if date.fromordinal(day).year == year
    }
    moved = {
        date.fromordinal(day) for day in shipped.days.moved if date.fromordinal(day).year == year
    }
    assert moved == worked
    assert listed == {day for day in off if day.weekday() < 5}
    assert len(off) >= 23
    assert source.address.startswith("http")
    assert str(year) in source.title


def test_every_listed_year_has_a_source() -> None:
    shipped = calendar()
    assert (
        [source.year for source in shipped.sources]
        == sorted(shipped.days.years)
        == [2024, 2025, 2026]
    )
