"""The assumptions and warnings that a decision rests on and must disclose."""

from __future__ import annotations

from typing import Any

import attrs

from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText


@attrs.frozen(repr=False)
class Notice:
    """An assumption or a warning that the decision rests on, or a note on foreign text.

    `kind` is `assumption`, `warning` or `foreign_text`. For foreign text, `about` has the titles
    of the rules that were taken over from another place and that the decision used. A warning about
    the input has the names of its `facts`; `redacted_text` is its text without the given values.
    """

    __repr__ = short_repr

    id: str
    kind: str
    text: LocalizedText
    about: tuple[LocalizedText, ...] = ()
    facts: tuple[str, ...] = ()
    redacted_text: LocalizedText | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the notice as plain data; `about` and `facts` are left out if they are empty."""
        data: dict[str, Any] = {"id": self.id, "kind": self.kind, **self.text.to_dict()}
        data |= {"facts": list(self.facts)} if self.facts else {}
        return data | ({"about": [title.to_dict() for title in self.about]} if self.about else {})

    def redacted(self) -> Notice:
        """Return the notice without the values that were given for facts."""
        if self.redacted_text is None:
            return self
        return attrs.evolve(self, text=self.redacted_text)
