"""Convert arguments of public functions to days, paths and texts, or raise a clear `TypeError`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeAlias

AnyPath: TypeAlias = str | os.PathLike[str]
"""A path as text or as an object."""

AnyPaths: TypeAlias = AnyPath | Iterable[AnyPath]
"""One path or several."""

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def to_day(day: object, name: str = "the day") -> date:
    """Return a day: a `date` as it is, the text `2022-11-25`, and a datetime at midnight.

    A `datetime` with a time of day or a time zone is refused, since its day depends on the place.

    Raises:
        TypeError: the value is of another type.
        ValueError: the text is not a day of the calendar as YYYY-MM-DD.

    >>> to_day("2022-11-25")
    datetime.date(2022, 11, 25)
    """
    if isinstance(day, datetime):
        if day.tzinfo is not None or (day.hour, day.minute, day.second, day.microsecond) != (
            (0, 0, 0, 0)
        ):
            raise TypeError(
                f"{name} is a date, not a datetime with a time or a zone: "
                "give `.date()` of it in the time zone of the place"
            )
        return date(day.year, day.month, day.day)
    if isinstance(day, date):
        # A subclass of `date` is converted to a plain date.
        return day if type(day) is date else date(day.year, day.month, day.day)
    if not isinstance(day, str):
        raise TypeError(
            f"{name} is a `datetime.date` or a text YYYY-MM-DD, not {_describe_type(day)}"
        )
    if _ISO_DAY.fullmatch(day):
        try:
            return date.fromisoformat(day)
        except ValueError:
            raise ValueError(f"{name}: the calendar has no day `{day}`") from None
    from policyrules.intake.calendar import unambiguous_day

    suggestion = unambiguous_day(day) if len(day) <= _MAX_DAY_LENGTH else ""
    remedy = f": write `{suggestion}`" if suggestion else ""
    raise ValueError(f"{name} is written YYYY-MM-DD, not `{ascii(day[:40])[1:-1]}`{remedy}")


_MAX_DAY_LENGTH: Final = 40
"""The maximum length of a text for which a day in another notation is suggested."""


def to_path(path: object, name: str = "a path") -> Path:
    """Return a path, from a text or an `os.PathLike` of text.

    Raises:
        TypeError: the value is of another type.
    """
    return Path(to_path_text(path, name))


def to_path_text(path: object, name: str = "a path") -> str:
    """Return a path or the id of a ruleset as a text.

    Raises:
        TypeError: the value is neither a text nor a path.
    """
    if isinstance(path, str | os.PathLike):
        text = os.fspath(path)
        if isinstance(text, str):
            return text
    raise TypeError(f"{name} is a text or a `pathlib.Path`, not {_describe_type(path)}")


def to_path_texts(paths: object, name: str = "`paths`") -> list[str]:
    """Return one path or several as a list of texts.

    Raises:
        TypeError: one of them is not a path.
    """
    if isinstance(paths, str | os.PathLike):
        return [to_path_text(paths, name)]
    if isinstance(paths, bytes | Mapping) or not isinstance(paths, Iterable):
        raise TypeError(f"{name} is one path or several, not {_describe_type(paths)}")
    return [to_path_text(path, f"each of {name}") for path in paths]


def to_text(text: object, name: str) -> str:
    """Return a text.

    Raises:
        TypeError: the value is not a text.
    """
    if isinstance(text, str):
        return text
    raise TypeError(f"{name} is a text, not {_describe_type(text)}")


def _describe_type(value: object) -> str:
    return "None" if value is None else f"a value of the type `{type(value).__name__}`"
