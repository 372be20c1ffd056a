"""What is known of a variant before it is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import attrs

from policyrules.text.localized import LocalizedText


@attrs.frozen
class NewSource:
    """A document that is not declared yet."""

    title: str
    issued: date


@attrs.frozen(kw_only=True)
class ScaffoldRequest:
    """A variant as somebody asks for it.

    `base` is the id of the ruleset that it extends; `folder` the folder of jurisdictions that it is
    for. `parameters` are those to be set, or empty for all that the base delegates. `source` is the
    document that it follows, or empty for that of the base; `new_source` declares it. `zh` and `en`
    are its titles where they are given, `place` what readers call the jurisdiction.
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
        """Where its id has the file stand."""
        return self.folder / f"{self.id}.yaml"

    @property
    def has_dates(self) -> bool:
        """Return whether it begins or ends on a day of its own."""
        return bool(self.from_ or self.to)
