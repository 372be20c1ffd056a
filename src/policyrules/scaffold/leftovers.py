"""Find what a scaffolded overlay has to remove, because nothing of it uses it any more."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.diagnostics import Diagnostic, Severity

_CODE = "orphaned"


def names_to_remove(diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """Return the names of the base that nothing uses any more; none where anything else is wrong.

    New dates drop the notes on the dates of the base, and with them what only these notes read.
    """
    errors = [one for one in diagnostics if one.severity is Severity.ERROR]
    if any(one.code != _CODE for one in errors):
        return ()
    return tuple(dict.fromkeys(one.found.strip("`") for one in errors))
