"""The facts that the caller of a decision assumed where they were missing."""

from __future__ import annotations

from typing import Any

import attrs

from policyrules.objects.frozen import freeze, thaw
from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText


@attrs.frozen(repr=False)
class AssumedFact:
    """A fact that was missing and for which the decision uses the value that the caller assumed.

    `fact` is its name, for an item with the key (`hires[p1].hired_on`), for a whole list the name
    of the list. `value` is the exact text, as in a receipt; `text` is for readers. `to_confirm` is
    true if another value may change the status, the amount or a consequence.
    """

    __repr__ = short_repr

    fact: str
    title: LocalizedText
    value: Any = attrs.field(converter=freeze, hash=False)
    text: LocalizedText
    to_confirm: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the assumed fact as plain data."""
        return {
            "fact": self.fact,
            "value": thaw(self.value),
            "to_confirm": self.to_confirm,
            "title": self.title.to_dict(),
        }
