"""`policyrules list`: which rulesets there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.cli import output
from policyrules.cli.arguments import Language

if TYPE_CHECKING:
    from policyrules.catalogue import Entry


@output.answering
def list_rulesets(
    lang: Annotated[Language, typer.Option("--lang", help="The language of titles.")] = Language.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="The list as JSON.")] = False,
) -> int:
    """List the rulesets: id, time in force, date of the source, title, file."""
    from policyrules.catalogue import rulesets

    entries = rulesets()
    if as_json:
        output.write_json({"rulesets": [_data(entry) for entry in entries]})
    else:
        output.write_lines(_table([_row(entry, lang) for entry in entries]))
    return 0


def _data(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title.to_dict(),
        "in_force": {"from": _day(entry.in_force_from), "to": _day(entry.in_force_to)},
        "source": {"title": entry.source_title, "issued": _day(entry.source_issued)},
        "path": str(entry.path),
    }


def _row(entry: Entry, lang: Language) -> tuple[str, ...]:
    from_, to = _day(entry.in_force_from) or "", _day(entry.in_force_to) or ""
    title = entry.title.in_(lang.code)
    return entry.id, f"{from_}..{to}", _day(entry.source_issued) or "", title, str(entry.path)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _table(rows: list[tuple[str, ...]]) -> Iterator[output.Line]:
    """The rows with their columns aligned, as wide as their widest entries."""
    from rich.cells import cell_len

    head = ("ruleset", "in force", "source", "title", "file")
    widths = [max(map(cell_len, column)) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate((head, *rows)):
        cells = [
            text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)
        ]
        yield [("  ".join(cells).rstrip(), "" if number else "bold")]
