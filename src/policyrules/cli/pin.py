"""`policyrules pin`: what moved under an overlay, and its pin renewed."""

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


@output.answering
def pin(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Overlays, or folders of rulesets.")
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; the exit status says if any moved.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The pins as JSON.")] = False,
) -> int:
    """Show what moved under overlays, and renew their pins.

    A pin is the hash of the base as it was when the overlay was written. Look at what the overlay
    touches before you renew it. Nothing else of the file changes.
    """
    from policyrules.api.policy import ruleset_files
    from policyrules.catalogue.pins import pin_updates, pins

    files, not_read = ruleset_files(paths)
    all_pins = pins(files)
    moved = [pin_ for pin_ in all_pins if pin_.is_stale]
    if not check:
        from policyrules.cli.atomic_write import FileChange, write_files

        write_files([FileChange(path, new, old) for path, old, new in pin_updates(all_pins)])
    if as_json:
        hidden = not_read_diagnostics(not_read)
        data: dict[str, Any] = {"pins": [_data(pin_, renewed=not check) for pin_ in all_pins]}
        if hidden:
            data |= {"diagnostics": [findings.diagnostic_to_dict(pin_) for pin_ in hidden]}
            data |= {"error": {"code": "ruleset_wrong", "message": "some files were not read"}}
        output.write_json(data)
    else:
        hidden = not_read_diagnostics(not_read)
        output.write_lines(
            [*findings.render_diagnostics(hidden), *_text(all_pins, renewed=not check)]
        )
    return output.WRONG if hidden or (check and moved) else 0


def _data(pin: Pin, *, renewed: bool) -> dict[str, Any]:
    return {
        "overlay": pin.overlay,
        "path": str(pin.path),
        "base": pin.base,
        "before": pin.pinned_hash,
        "now": pin.current_hash,
        "moved": pin.is_stale,
        "renewed": pin.is_stale and renewed,
        "touched": list(pin.overridden_ids),
    }


def _text(pins: tuple[Pin, ...], *, renewed: bool) -> Iterator[Line]:
    for pin in pins:
        if not pin.is_stale:
            yield [(f"{pin.path}: `{pin.base}` has not moved", "")]
            continue
        if pin.is_first:
            what = "was not pinned yet; the pin is written" if renewed else "is not pinned yet"
        else:
            what = "moved, and the pin is renewed" if renewed else "has moved"
        yield [(f"{pin.path}: `{pin.base}` {what}", "bold yellow")]
        yield [(f"    before: {pin.pinned_hash}", "")]
        yield [(f"    now: {pin.current_hash}", "")]
        if pin.overridden_ids:
            yield [
                (
                    f"    look at what the overlay touches: {listed(pin.overridden_ids, limit=40)}",
                    "",
                )
            ]
    if not pins:
        yield [("no overlay, so no pin", "")]
