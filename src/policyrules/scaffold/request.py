"""The request for a variant: its base, place, dates, source and titles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs

from policyrules.text.localized import LocalizedText


@attrs.frozen
class NewSource:
    """A document that the variant declares."""

    title: str
    issued: date


@attrs.frozen(kw_only=True)
class ScaffoldRequest:
    """A request for a variant.

    `base` is the id of the ruleset to extend; `folder`, the folder of jurisdictions that gets the
    files. `parameters` are those to set, or empty for all that the base delegates. `source` is the
    document that the variant follows, or empty for that of the base; `new_source` declares it. `zh`
    and `en` are its titles, `place` the title of the jurisdiction, if they are given.
    """

    base: str
    jurisdiction: str
    folder: Path
    variant: str = ""
    parameters: tuple[str, ...] = ()
    from_: date | None = None
    to: date | None = None
    source: str = ""
    new_source: NewSource | None = None
    zh: str = ""
    en: str = ""
    place: LocalizedText | None = None

    @property
    def id(self) -> str:
        """The id of the variant: the policy is that of its base."""
        policy = self.base.partition("/")[2].partition(".")[0]
        return f"{self.jurisdiction}/{policy}" + (f".{self.variant}" if self.variant else "")

    @property
    def path(self) -> Path:
        """The path of the overlay, which follows from its id."""
        return self.folder / f"{self.id}.yaml"

    @property
    def has_dates(self) -> bool:
        """Return whether the variant begins or ends on a day that differs from its base."""
        return bool(self.from_ or self.to)
