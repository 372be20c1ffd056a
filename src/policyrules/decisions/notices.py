"""What a decision must admit: the assumptions and warnings that it rests on."""

from __future__ import annotations

from typing import Any

import attrs

from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText


@attrs.frozen(repr=False)
class Notice:
    """An assumption or a warning that the decision rests on, or text of another place.

    `kind` is `assumption`, `warning` or `foreign_text`. Of foreign text, `about` has the titles of
    the rules that were taken over from the other place and that the decision used. A warning that
    no ruleset has is about `facts` as they were given; `redacted_text` is what it says where the
    facts must not be shown.
    """

    __repr__ = short_repr

    id: str
    kind: str
    text: LocalizedText
    about: tuple[LocalizedText, ...] = ()
    facts: tuple[str, ...] = ()
    redacted_text: LocalizedText | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the notice as data; `about` is there where it names rules, `facts` where facts."""
        data: dict[str, Any] = {"id": self.id, "kind": self.kind, **self.text.to_dict()}
        data |= {"facts": list(self.facts)} if self.facts else {}
        return data | ({"about": [title.to_dict() for title in self.about]} if self.about else {})

    def redacted(self) -> Notice:
        """Return the notice without what was given for a fact."""
        if self.redacted_text is None:
            return self
        return attrs.evolve(self, text=self.redacted_text)
