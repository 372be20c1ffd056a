"""What several commands take: a language, a day, files that may be standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import attrs
import typer
from typer.models import OptionInfo

from policyrules.errors import (
    FactProblem,
    FactsError,
    NotInForce,
    PolicyRulesError,
    ReceiptError,
    RulesetNotFound,
)
from policyrules.text import localized
from policyrules.text.localized import LocalizedText


def language_of(tag: str) -> localized.Language:
    """The language of `--lang`."""
    try:
        return localized.language_code(tag)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def language_option(help_: str = "The language: zh or en.") -> OptionInfo:
    """The option `--lang`; tags such as `zh-CN` and `en_GB` are understood."""
    option: OptionInfo = typer.Option("--lang", metavar="LANGUAGE", help=help_, parser=language_of)
    return option


_CHINA: Final = timezone(timedelta(hours=8))
"""China has one time, without summer time; so no database of time zones is needed."""


@attrs.frozen
class CaseDay:
    """The day to decide on; `note` says which day was taken where `--on` is left out."""

    day: date
    note: LocalizedText | None = None

    @contextmanager
    def named(self) -> Iterator[None]:
        """Tell the error of a ruleset that is not in force that nobody gave the day."""
        try:
            yield
        except NotInForce as error:
            if self.note is not None:
                error.remedy = "it is today: give the day of the case with `--on YYYY-MM-DD`"
            raise


def case_day(text: str | None, jurisdiction: str) -> CaseDay:
    """Return the day of `--on`, or today where the jurisdiction is.

    A server may stand in another time zone than the law that it decides by.
    """
    if text is not None:
        return CaseDay(day_of(text))
    if jurisdiction.partition("-")[0] == "cn":
        day = _now(_CHINA).date()
        return CaseDay(
            day,
            LocalizedText(
                f"未给出 `--on`，按今天决定：{day}（北京时间）。",
                f"`--on` is not given, so the day is today: {day}, in China (UTC+08:00).",
            ),
        )
    day = _now(None).date()
    return CaseDay(
        day,
        LocalizedText(
            f"未给出 `--on`，按今天决定：{day}（本机时区）。",
            f"`--on` is not given, so the day is today: {day}, in the time zone of this machine.",
        ),
    )


def _now(zone: timezone | None) -> datetime:
    """The time now in a zone, or in that of the machine."""
    return datetime.now(UTC).astimezone(zone)


_LONGEST_DAY: Final = 40


def day_of(text: str, option: str = "--on") -> date:
    """The day of an option."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        from policyrules.intake.calendar import day_meant

        meant = day_meant(text) if len(text) <= _LONGEST_DAY else ""
        otherwise = f": write `{meant}`" if meant else ""
        message = f"`{text}` is not a day as YYYY-MM-DD{otherwise}"
        raise typer.BadParameter(message, param_hint=option)
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"the calendar has no day `{text}`"
        raise typer.BadParameter(message, param_hint=option) from None


def facts_of(path: str) -> Mapping[str, object]:
    """The facts of a file, or of standard input for `-`.

    Raises:
        FactsError: the file cannot be read, or does not hold facts.
    """
    from policyrules.intake import read_facts_file

    name = _name(path)
    try:
        data = _bytes(path)
    except (OSError, ValueError) as error:
        message = f"the facts cannot be read: {_reason(error)}"
        remedy = _remedy_for_facts(path)
        problem = FactProblem("unreadable-file", (), message, remedy=remedy, place=name)
        raise FactsError([problem]) from None
    if not data and path != "-" and _is_standard_output(path):
        message, remedy = "the file is empty", "did you redirect the output into this file?"
        raise FactsError([FactProblem("unreadable-file", (), message, remedy=remedy, place=name)])
    return read_facts_file(data, name)


def _remedy_for_facts(path: str) -> str:
    """Return what to give where the facts of a path cannot be read."""
    if path.lstrip().startswith("{"):
        return "facts are a file: write them into one, or give `-` and write them to standard input"
    if re.match(r"https?://", path):
        return "a web address is not read: save the file, and give its path"
    if Path(path).is_dir():
        return "it is a folder: give the files in it"
    if _is_ruleset(path):
        return "it is a ruleset: give one ruleset, and then the facts"
    return "give a JSON or YAML file, or `-` for standard input"


def _is_standard_output(path: str) -> bool:
    """Return whether a file is where the output goes, which the shell has then emptied."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(sys.stdout.fileno()))  # noqa: PTH116 - as typed
    except (OSError, ValueError):
        return False


def receipt_of(path: str) -> Mapping[str, object]:
    """What a file with a receipt holds, or standard input for `-`.

    Raises:
        ReceiptError: the file cannot be read, or is not JSON.
    """
    from policyrules.api.replay import read_receipt_file

    name = _name(path)
    try:
        data = _bytes(path)
    except (OSError, ValueError) as error:
        message = f"the receipt cannot be read: {_reason(error)}"
        remedy = "give a JSON file, or `-` for standard input"
        raise ReceiptError("receipt_wrong", message, remedy=remedy, place=name) from None
    return read_receipt_file(data, name)


def once(*paths: str, hint: str) -> None:
    """Refuses standard input twice: it can be read only once."""
    if paths.count("-") > 1:
        raise typer.BadParameter("standard input, `-`, can be given only once", param_hint=hint)


@contextmanager
def ruleset_first(ruleset: str, facts: Iterable[str]) -> Iterator[None]:
    """Tell the error of a ruleset that is a file with facts, where the ruleset stands behind it."""
    try:
        yield
    except RulesetNotFound as error:
        if Path(ruleset).is_file() and any(map(_is_ruleset, facts)):
            error.remedy += "; the ruleset comes first"
        raise


def _is_ruleset(text: str) -> bool:
    from policyrules.catalogue.store import find

    try:
        find(text)
    except PolicyRulesError:
        return False
    return True


def standard_input(limit: int = -1) -> bytes:
    """Return what standard input holds.

    Raises:
        OSError: it is closed, or cannot be read.
    """
    if sys.stdin is None:
        raise OSError(None, "standard input is closed")
    return sys.stdin.buffer.read(limit)


def _name(path: str) -> str:
    return "standard input" if path == "-" else path


def _bytes(path: str) -> bytes:
    """The bytes of a file; no more than are ever looked at."""
    from policyrules.intake.facts_file import MAX_BYTES

    if path == "-":
        return standard_input(MAX_BYTES + 1)
    with open(path, "rb") as file:  # noqa: PTH123 - a path may be anything that was typed
        return file.read(MAX_BYTES + 1)


def _reason(error: OSError | ValueError) -> str:
    return str(getattr(error, "strerror", None) or error).lower()
