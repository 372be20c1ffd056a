"""`policyrules pin`: compare the pins of overlays with their bases, and update them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.catalogue.discovery import not_read_diagnostics
from policyrules.cli import output
from policyrules.diagnostics import listed
from policyrules.reporting import diagnostics as findings
from policyrules.reporting.text_layout import Line

if TYPE_CHECKING:
    from policyrules.catalogue.pins import Pin


@output.report_errors
def pin(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Overlays, or folders of rulesets.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 if a base has changed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The pins as JSON.")] = False,
) -> int:
    """Show which bases of overlays have changed, and update their pins.

    A pin is the content hash of the base that the overlay was reviewed against. Review what the
    overlay changes before you update its pin. Nothing else in the file changes.
    """
    from policyrules.api.policy import ruleset_files
    from policyrules.catalogue.pins import pin_updates, pins

    files, not_read = ruleset_files(paths)
    all_pins = pins(files)
    stale = [pin_ for pin_ in all_pins if pin_.is_stale]
    if not check:
        from policyrules.cli.atomic_write import FileChange, write_files

        write_files([FileChange(path, new, old) for path, old, new in pin_updates(all_pins)])
    if as_json:
        hidden = not_read_diagnostics(not_read)
        data: dict[str, Any] = {"pins": [_data(pin_, is_updated=not check) for pin_ in all_pins]}
        if hidden:
            data |= {
                "diagnostics": [findings.diagnostic_to_dict(diagnostic) for diagnostic in hidden]
            }
            data |= {"error": {"code": "invalid-ruleset", "message": "some files were not read"}}
        output.write_json(data)
    else:
        hidden = not_read_diagnostics(not_read)
        output.write_lines(
            [*findings.render_diagnostics(hidden), *_text(all_pins, is_updated=not check)]
        )
    return output.FAILURE if hidden or (check and stale) else 0


def _data(pin: Pin, *, is_updated: bool) -> dict[str, Any]:
    return {
        "overlay": pin.overlay,
        "path": str(pin.path),
        "base": pin.base,
        "pinned_hash": pin.pinned_hash,
        "current_hash": pin.current_hash,
        "is_stale": pin.is_stale,
        "is_updated": pin.is_stale and is_updated,
        "overridden_ids": list(pin.overridden_ids),
    }


def _text(pins: tuple[Pin, ...], *, is_updated: bool) -> Iterator[Line]:
    for pin in pins:
        if not pin.is_stale:
            yield [(f"{pin.path}: `{pin.base}` is unchanged", "")]
            continue
        if pin.is_unpinned:
            state = "had no pin; the pin is written" if is_updated else "has no pin yet"
        else:
            state = "has changed; the pin is updated" if is_updated else "has changed"
        yield [(f"{pin.path}: `{pin.base}` {state}", "bold yellow")]
        yield [(f"    pinned: {pin.pinned_hash}", "")]
        yield [(f"    current: {pin.current_hash}", "")]
        if pin.overridden_ids:
            yield [
                (f"    review what the overlay changes: {listed(pin.overridden_ids, limit=40)}", "")
            ]
    if not pins:
        yield [("no overlays, so no pins", "")]
