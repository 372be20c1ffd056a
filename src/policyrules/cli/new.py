"""`policyrules new variant`: scaffold an overlay and its case file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.cli import output
from policyrules.cli.arguments import parse_date_option
from policyrules.cli.single_options import SingleOptionsCommand
from policyrules.reporting.text_layout import Line
from policyrules.text.localized import LocalizedText

if TYPE_CHECKING:
    from policyrules.scaffold.plan import Scaffold
    from policyrules.scaffold.request import NewSource

app: typer.Typer = typer.Typer(help="Create files to start from: `policyrules new variant`.")


@app.callback(no_args_is_help=True)
def _new() -> None:
    """Create files to start from."""


@app.command("variant", cls=SingleOptionsCommand)
@output.report_errors
def variant(
    base: Annotated[str, typer.Argument(metavar="BASE", help="The id of the ruleset to extend.")],
    *,
    jurisdiction: Annotated[
        str, typer.Option("--jurisdiction", metavar="CODE", help="The jurisdiction of the variant.")
    ],
    name: Annotated[
        str, typer.Option("--variant", metavar="NAME", help="The part of its id after the dot.")
    ] = "",
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="The folder of jurisdictions.")
    ] = Path(),
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAM", help="A parameter to set; may be given again."),
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day, YYYY-MM-DD.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="The last day, YYYY-MM-DD.")
    ] = None,
    source: Annotated[
        str, typer.Option("--source", metavar="ID", help="The document that it follows.")
    ] = "",
    source_title: Annotated[
        str, typer.Option("--source-title", metavar="TEXT", help="Declares the source: its title.")
    ] = "",
    issued: Annotated[
        str | None, typer.Option("--issued", metavar="DATE", help="Declares the source: its day.")
    ] = None,
    title_zh: Annotated[
        str, typer.Option("--title-zh", metavar="TEXT", help="The title in Chinese.")
    ] = "",
    title_en: Annotated[
        str, typer.Option("--title-en", metavar="TEXT", help="The title in English.")
    ] = "",
    place_zh: Annotated[
        str, typer.Option("--place-zh", metavar="TEXT", help="The place in Chinese.")
    ] = "",
    place_en: Annotated[
        str, typer.Option("--place-en", metavar="TEXT", help="The place in English.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> int:
    """Create a variant to start from: an overlay, and a case file beside it.

    Both pass `policyrules check` and `policyrules test` as they are; figures are `not_stated`
    until you fill them in. No file is ever overwritten, and all are written or none.
    """
    from policyrules.cli.atomic_write import FileChange, write_files
    from policyrules.scaffold.plan import scaffold_variant
    from policyrules.scaffold.request import ScaffoldRequest

    if not folder.is_dir():
        raise typer.BadParameter(f"`{folder}` is not a folder", param_hint="--folder")
    request = ScaffoldRequest(
        base=base,
        jurisdiction=jurisdiction,
        folder=folder,
        variant=name,
        parameters=tuple(dict.fromkeys(set_ or ())),
        from_=_day(from_, "--from"),
        to=_day(to, "--to"),
        source=source,
        new_source=_source(source, source_title, _day(issued, "--issued")),
        zh=title_zh,
        en=title_en,
        place=_place(place_zh, place_en),
    )
    scaffold = scaffold_variant(request)
    write_files([FileChange(file.path, file.text.encode(), file.before) for file in scaffold.files])
    if as_json:
        output.write_json(_data(scaffold))
    else:
        output.write_lines(_text(scaffold, folder))
    return 0


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else parse_date_option(text, option)


def _source(source: str, title: str, issued: date | None) -> NewSource | None:
    from policyrules.scaffold.request import NewSource

    if not title and issued is None:
        return None
    if not source or not title or issued is None:
        message = "a source is declared by `--source`, `--source-title` and `--issued` together"
        raise typer.BadParameter(message, param_hint="--source")
    return NewSource(title, issued)


def _place(zh: str, en: str) -> LocalizedText | None:
    if bool(zh) != bool(en):
        message = "`--place-zh` and `--place-en` go together"
        raise typer.BadParameter(message, param_hint="--place-zh")
    return LocalizedText(zh, en) if zh else None


def _data(scaffold: Scaffold) -> dict[str, Any]:
    return {
        "ruleset": scaffold.id,
        "base": scaffold.base,
        "written": [file.path.as_posix() for file in scaffold.files if file.before is None],
        "added": [
            {"path": file.path.as_posix(), "id": file.added_id}
            for file in scaffold.files
            if file.before is not None
        ],
        "missing_figures": list(scaffold.missing_figures),
        "conflicting_ruleset": scaffold.conflicting_ruleset or None,
        "has_foreign_text": scaffold.has_foreign_text,
        "suggested_lines": list(scaffold.suggested_lines),
    }


def _text(scaffold: Scaffold, folder: Path) -> Iterator[Line]:
    for file in scaffold.files:
        path = file.path.as_posix()
        if file.before is None:
            yield [("wrote ", ""), (path, "bold")]
        else:
            yield [(f"added `{file.added_id}` to ", ""), (path, "bold")]
    if scaffold.conflicting_ruleset:
        yield [
            (
                f"it is selected by id only: `{scaffold.conflicting_ruleset}` is in force then",
                "yellow",
            )
        ]
    if scaffold.has_foreign_text:
        yield [("it is selected by id only: it takes rules over from another place", "yellow")]
    if scaffold.missing_figures:
        names = ", ".join(f"`{name}`" for name in scaffold.missing_figures)
        yield [(f"to be filled in: {names}", "yellow")]
    if scaffold.suggested_lines:
        where = (folder / "jurisdictions.yaml").as_posix()
        yield [(f"to give the place a title, add to {where}, under `jurisdictions`:", "")]
        yield from ([(line, "")] for line in scaffold.suggested_lines)
