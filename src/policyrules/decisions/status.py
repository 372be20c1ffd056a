"""The status of a decision, of an amount and of an item."""

from __future__ import annotations

from typing import Literal

Status = Literal["eligible", "ineligible", "undetermined"]
"""The status of a decision or of an item."""

AmountStatus = Literal["exact", "range", "not_stated", "undetermined", "not_applicable"]
"""The status of an amount."""
