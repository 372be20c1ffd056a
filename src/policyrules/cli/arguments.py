"""Arguments and options that several commands share: language, day, files or standard input."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Final, TypeAlias

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


def parse_language(tag: str) -> localized.Language:
    """Parse the value of `--lang`."""
    try:
        return localized.language_code(tag)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def language_option(help_: str = "The language: zh or en.") -> OptionInfo:
    """Return the option `--lang`, which also takes tags such as `zh-CN` and `en_GB`."""
    option: OptionInfo = typer.Option(
        "--lang", metavar="LANGUAGE", help=help_, parser=parse_language
    )
    return option


_CHINA_TIME: Final = timezone(timedelta(hours=8))
"""China has one time zone without daylight saving time, so no time zone database is needed."""


@attrs.frozen
class CaseDay:
    """The day to decide on; `note` names the day if `--on` was left out."""

    day: date
    note: LocalizedText | None = None

    @contextmanager
    def explain_default(self) -> Iterator[None]:
        """Add a remedy to `NotInForce` errors if `--on` was left out."""
        try:
            yield
        except NotInForce as error:
            if self.note is not None:
                error.remedy = "it is today: give the day of the case with `--on YYYY-MM-DD`"
            raise


def case_day(text: str | None, jurisdiction: str) -> CaseDay:
    """Return the day of `--on`, or today in the time zone of the jurisdiction.

    The machine may be in another time zone than the jurisdiction.
    """
    if text is not None:
        return CaseDay(parse_date_option(text))
    if jurisdiction.partition("-")[0] == "cn":
        day = _now(_CHINA_TIME).date()
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
    """Return the current time in a zone, or in the zone of the machine."""
    return datetime.now(UTC).astimezone(zone)


_MAX_DAY_LENGTH: Final = 40


def parse_date_option(text: str, option: str = "--on") -> date:
    """Parse the value of an option that is a day."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        from policyrules.intake.calendar import unambiguous_day

        suggestion = unambiguous_day(text) if len(text) <= _MAX_DAY_LENGTH else ""
        remedy = f": write `{suggestion}`" if suggestion else ""
        message = f"`{text}` is not a day as YYYY-MM-DD{remedy}"
        raise typer.BadParameter(message, param_hint=option)
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"the calendar has no day `{text}`"
        raise typer.BadParameter(message, param_hint=option) from None


AssumeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--assume",
        metavar="FILE",
        help="JSON or YAML: facts to assume where they are missing. The answer names them.",
    ),
]


def read_assume_option(path: str | None) -> Mapping[str, object] | None:
    """Read the facts of `--assume`, if it is given.

    Raises:
        FactsError: the file cannot be read, or does not contain facts.
    """
    if path is None:
        return None
    from policyrules.intake.assumptions import as_assumed_facts

    try:
        return read_facts_argument(path)
    except FactsError as error:
        raise as_assumed_facts(error) from None


def read_facts_argument(path: str) -> Mapping[str, object]:
    """Read the facts of a file, or of standard input for `-`.

    Raises:
        FactsError: the file cannot be read, or does not contain facts.
    """
    from policyrules.intake import read_facts_file

    name = _display_name(path)
    try:
        data = _read_bytes(path)
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
    """Return a remedy for facts that cannot be read from a path."""
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
    """Return whether a file is also standard output, so that the shell has emptied it."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(sys.stdout.fileno()))  # noqa: PTH116 - as typed
    except (OSError, ValueError):
        return False


def read_receipt_argument(path: str) -> Mapping[str, object]:
    """Read the receipt in a file, or from standard input for `-`.

    Raises:
        ReceiptError: the file cannot be read, or is not JSON.
    """
    from policyrules.api.replay import read_receipt_file

    name = _display_name(path)
    try:
        data = _read_bytes(path)
    except (OSError, ValueError) as error:
        message = f"the receipt cannot be read: {_reason(error)}"
        remedy = "give a JSON file, or `-` for standard input"
        raise ReceiptError("invalid-receipt", message, remedy=remedy, place=name) from None
    return read_receipt_file(data, name)


def reject_second_stdin(*paths: str, hint: str) -> None:
    """Reject a second `-`: standard input can be read only once."""
    if paths.count("-") > 1:
        raise typer.BadParameter("standard input, `-`, can be given only once", param_hint=hint)


@contextmanager
def explain_swapped_arguments(ruleset: str, facts: Iterable[str]) -> Iterator[None]:
    """Add a remedy to `RulesetNotFound` if the ruleset was given after the facts."""
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
    """Read standard input.

    Raises:
        OSError: it is closed, or cannot be read.
    """
    if sys.stdin is None:
        raise OSError(None, "standard input is closed")
    return sys.stdin.buffer.read(limit)


def _display_name(path: str) -> str:
    return "standard input" if path == "-" else path


def _read_bytes(path: str) -> bytes:
    """Read a file or standard input, up to one byte more than the limit of a facts file."""
    from policyrules.intake.facts_file import MAX_BYTES

    if path == "-":
        return standard_input(MAX_BYTES + 1)
    with open(path, "rb") as file:  # noqa: PTH123 - a path may be anything that was typed
        return file.read(MAX_BYTES + 1)


def _reason(error: OSError | ValueError) -> str:
    return str(getattr(error, "strerror", None) or error).lower()
