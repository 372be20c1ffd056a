"""Names of the base that a scaffolded overlay orphans, so that it has to remove them."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.diagnostics import Diagnostic, Severity

_ORPHANED = "orphaned"


def names_to_remove(diagnostics: Sequence[Diagnostic]) -> tuple[str, ...]:
    """Return the names of the base that nothing uses any more; none if there is any other error.

    New dates drop the notes about the dates of the base, and whatever only these notes read.
    """
    errors = [error for error in diagnostics if error.severity is Severity.ERROR]
    if any(error.code != _ORPHANED for error in errors):
        return ()
    return tuple(dict.fromkeys(error.found.strip("`") for error in errors))
