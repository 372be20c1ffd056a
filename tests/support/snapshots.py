"""Texts that a human reads, kept in `tests/snapshots/` and compared whole.

`POLICYRULES_RESET_SNAPSHOTS=1 pytest` writes them anew. Resetting is never a way to make a test
pass: read the whole difference, and justify it in the commit.
"""

import os
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[1] / "snapshots"


def check_snapshot(text: str, name: str) -> None:
    """Compares the text with the snapshot of that name, `<package>/<name>.txt`."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get("POLICYRULES_RESET_SNAPSHOTS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no snapshot {path.name}: POLICYRULES_RESET_SNAPSHOTS=1 makes it"
    assert text == path.read_text(encoding="utf-8")
