"""What a decision must admit: the assumptions and warnings that it rests on."""

from __future__ import annotations

from typing import Any

import attrs

from policyrules.titles import Title


@attrs.frozen
class Notice:
    """An assumption or a warning that the decision rests on."""

    id: str
    kind: str
    text: Title

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"id": self.id, "kind": self.kind, **self.text.to_dict()}
