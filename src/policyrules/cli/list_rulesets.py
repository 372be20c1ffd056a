"""`policyrules list`: list the rulesets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.cli import output
from policyrules.cli.arguments import language_option
from policyrules.reporting.text_layout import Line, display_width, pad
from policyrules.text.localized import Language

if TYPE_CHECKING:
    from policyrules.catalogue.heads import CatalogueEntry


@output.report_errors
def list_rulesets(
    lang: Annotated[Language, language_option("The language of titles: zh or en.")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="The list as JSON.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", metavar="DIR", help="List this folder instead of the installed rulesets."
        ),
    ] = None,
) -> int:
    """List the rulesets: id, time in force, date of the source, title, file.

    A variant is below the ruleset that it extends, indented by two spaces. Only the head of each
    file is read; `check` reads the rest. If one cannot be read, the others are listed, and the exit
    status is 1.
    """
    from policyrules.catalogue.discovery import discover, not_read_diagnostics
    from policyrules.catalogue.heads import list_rulesets as read_heads
    from policyrules.errors import RulesetError, RulesetNotFound

    if folder is not None and not folder.is_dir():
        raise typer.BadParameter(f"`{folder}` is not a folder", param_hint="--folder")
    listing = read_heads(folder)
    hidden = not_read_diagnostics(discover(folder).not_read) if folder is not None else ()
    wrong = (*listing.diagnostics, *hidden)
    if folder is not None and not listing.entries and not wrong:
        raise RulesetNotFound(str(folder), "the folder has no rulesets")
    error = RulesetError(wrong) if wrong else None
    rows = [_row(entry, depth, lang) for entry, depth in _tree(listing.entries)]
    if as_json:
        data: dict[str, Any] = {"rulesets": [_data(entry) for entry in listing.entries]}
        output.write_json(data if error is None else data | {"error": error.to_dict()})
    else:
        output.write_lines(_table(rows))
        if error is not None:
            output.write_error(error)
    return 0 if error is None else output.FAILURE


def _tree(entries: tuple[CatalogueEntry, ...]) -> Iterator[tuple[CatalogueEntry, int]]:
    """Yield the rulesets, each followed by its variants, with their depths."""
    known = {entry.id for entry in entries}

    def under(id_: str, depth: int) -> Iterator[tuple[CatalogueEntry, int]]:
        for entry in entries:
            if next((base for base in entry.extends if base in known), "") == id_:
                yield entry, depth
                yield from under(entry.id, depth + 1)

    return under("", 0)


def _data(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "title": entry.title.to_dict(),
        "in_force": {"from": _day(entry.in_force_from), "to": _day(entry.in_force_to)},
        "source": {"title": entry.source_title, "issued": entry.source_issued or None},
        "extends": list(entry.extends),
        "selection": entry.selection or "by_place_and_day",
        "path": str(entry.path),
    }


def _row(entry: CatalogueEntry, depth: int, lang: Language) -> tuple[str, ...]:
    title = entry.title.get(lang)
    if entry.selection:
        title += "（只按编号选用）" if lang == "zh" else " (selected by id only)"
    return (
        "  " * depth + entry.id,
        _period(entry, lang),
        entry.source_issued,
        title,
        str(entry.path),
    )


def _period(entry: CatalogueEntry, lang: Language) -> str:
    """Write the validity of a ruleset for a reader."""
    from_, to = _day(entry.in_force_from) or "", _day(entry.in_force_to)
    if to is None:
        return f"{from_} 起" if lang == "zh" else f"from {from_}"
    return f"{from_} {'至' if lang == 'zh' else 'to'} {to}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _table(rows: list[tuple[str, ...]]) -> Iterator[Line]:
    """Align the columns of the rows."""
    head = ("ruleset", "in force", "source", "title", "file")
    widths = [max(map(display_width, column)) for column in zip(head, *rows, strict=True)]
    for number, row in enumerate((head, *rows)):
        padded = map(pad, row, widths)
        yield [("  ".join(padded).rstrip(), "" if number else "bold")]
