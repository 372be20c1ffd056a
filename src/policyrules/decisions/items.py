"""The decision on one item of a list, such as one hire or one piece of evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import attrs

from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import ConsequenceReason, Reason
from policyrules.decisions.status import Status
from policyrules.display.value import DisplayValue
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.localized import LocalizedText


def status_remedy(name: str) -> str:
    """Return how to compare the status, for a name such as `is_eligible`; else an empty text.

    >>> status_remedy("is_eligible")
    ": compare `.status == 'eligible'`"
    """
    status = name.removeprefix("is_")
    if status not in {"eligible", "ineligible", "undetermined"}:
        return ""
    return f": compare `.status == '{status}'`"


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class ItemDecision:
    """The decision on one item.

    `title` is the title of the item, `list_title` that of its list. `status` is None if the ruleset
    only states values of the items of this list. `routes` are the alternatives that the item met;
    `held`, `failed`, `unknown` and `excluded` are the members of its `eligible`. `consequences` are
    those of its `values` that the outcome states as consequences. `notices` belong to this item;
    the decision has those of the case. `reasons` has one entry for every condition of the item,
    `consequence_reasons` one for each consequence.
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
    consequences: Mapping[str, DisplayValue] = attrs.field(hash=False)
    notices: tuple[Notice, ...]
    _compute_reasons: Callable[[], Mapping[str, Reason]] = attrs.field(eq=False, repr=False)
    _compute_consequence_reasons: Callable[[], Mapping[str, ConsequenceReason]] = attrs.field(
        eq=False, repr=False
    )

    def __bool__(self) -> NoReturn:
        refuse_truth_value("the decision of an item", "compare `.status == 'eligible'`")

    if not TYPE_CHECKING:  # a type checker should know the fields and nothing else

        def __getattr__(self, name: str) -> object:
            """Raise an error with a remedy, if `name` is that of a status."""
            raise AttributeError(f"the decision of an item has no `{name}`{status_remedy(name)}")

    @cached_property
    def reasons(self) -> Mapping[str, Reason]:
        """The reason for the truth of each condition for this item, by its id."""
        return freeze_mapping(self._compute_reasons())

    @cached_property
    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        """The reason for the figure of each consequence of this item, by its name."""
        return freeze_mapping(self._compute_consequence_reasons())

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as plain data; without a status there are no conditions."""
        values = {name: value.data() for name, value in self.values.items()}
        notices = [notice.to_dict() for notice in self.notices]
        reasons = {name: reason.to_dict() for name, reason in self.consequence_reasons.items()}
        optional = {"consequence_reasons": reasons} if reasons else {}
        if self.status is None:
            return {"values": values, **({"notices": notices} if notices else {})} | optional
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
        } | optional
