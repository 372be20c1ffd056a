"""The result for one item of a list: one hire, one piece of evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from policyrules.decisions.display import DisplayValue
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import Reason
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.localized import LocalizedText

if TYPE_CHECKING:
    from policyrules.decisions.decision import Status


def status_remedy(name: str) -> str:
    """Return how to ask for a status, where `name` is one; else nothing.

    >>> status_remedy("is_eligible")
    ": compare `.status == 'eligible'`"
    """
    status = name.removeprefix("is_")
    if status not in {"eligible", "ineligible", "undetermined"}:
        return ""
    return f": compare `.status == '{status}'`"


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class ItemDecision:
    """What is decided of one item.

    `title` is what a reader calls the item, `list_title` the list. `status` is None where the
    ruleset only states values of the items of its list. `routes` are the alternatives that the item
    met, `held`, `failed`, `unknown` and `excluded` the members of its `eligible`. `warnings` are
    the notes that belong to this item; those of the case are with the decision. `reasons` has one
    entry for every condition of the item.
    """

    __repr__ = short_repr

    list: str
    key: str
    title: LocalizedText
    list_title: LocalizedText
    status: Status | None
    routes: tuple[str, ...]
    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    excluded: tuple[str, ...]
    values: Mapping[str, DisplayValue] = attrs.field(hash=False)
    notices: tuple[Notice, ...]
    _write: Callable[[], Mapping[str, Reason]] = attrs.field(eq=False, repr=False)

    def __bool__(self) -> NoReturn:
        refuse_truth_value("the decision of an item", "compare `.status == 'eligible'`")

    if not TYPE_CHECKING:  # a type checker is to know the fields, and no others

        def __getattr__(self, name: str) -> object:
            """Say of a status that is asked for as an attribute how to compare it."""
            raise AttributeError(f"the decision of an item has no `{name}`{status_remedy(name)}")

    @cached_property
    def reasons(self) -> Mapping[str, Reason]:
        """Why each condition came out as it did for this item, by its id."""
        return freeze_mapping(self._write())

    def to_dict(self) -> dict[str, Any]:
        """As data; without a status there are only values."""
        values = {name: shown.data() for name, shown in self.values.items()}
        notices = [notice.to_dict() for notice in self.notices]
        if self.status is None:
            return {"values": values} | ({"notices": notices} if notices else {})
        return {
            "status": self.status,
            "routes": list(self.routes),
            "held": list(self.held),
            "failed": list(self.failed),
            "unknown": list(self.unknown),
            "excluded": list(self.excluded),
            "values": values,
            "notices": notices,
            "reasons": {name: reason.to_dict() for name, reason in self.reasons.items()},
        }
