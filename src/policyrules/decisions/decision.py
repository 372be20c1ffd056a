"""The decision on one case: status, amount, conditions, reasons and missing facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol

import attrs

from policyrules.decisions.assumed_facts import AssumedFact
from policyrules.decisions.items import ItemDecision, status_remedy
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import ConsequenceReason, Reason
from policyrules.decisions.receipt import Receipt
from policyrules.decisions.status import AmountStatus, Status
from policyrules.diagnostics import listed
from policyrules.display.value import DisplayValue
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import cut, short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.localized import LocalizedText, language_code
from policyrules.values.exact import Exact, decimal_text


# Without slots, it is made in half the time: a stream makes one for each case.
@attrs.frozen(repr=False, slots=False)
class Amount:
    """An amount that the case receives, in its unit.

    `status` is `exact` (see `value`), `range` (between `min` and `max`), `not_stated` (the text
    gives no figure), `undetermined` (eligibility itself is open; the bounds are those of an
    eligible case) or `not_applicable` (ineligible). A bound is None if it is not known; the
    declared range of an unknown fact gives no bound. `unrounded` is the exact value before
    rounding. `may_be_not_stated` is true if the text gives no figure for some completions of the
    facts. `paid_to` is the title of those to whom it goes, if the ruleset names them; `unit_title`
    is the name of the unit for readers, if it is not the usual one.
    """

    __repr__ = short_repr

    name: str
    title: LocalizedText
    status: AmountStatus
    unit: str
    value: Exact | None = None
    min: Exact | None = None
    max: Exact | None = None
    unrounded: Exact | None = None
    may_be_not_stated: bool = False
    paid_to: LocalizedText | None = None
    unit_title: LocalizedText | None = None

    @property
    def kind(self) -> str:
        """The kind of the amount: `money`, or `number` in a unit without money."""
        return "money" if "CNY" in self.unit.partition("/")[0].split("*") else "number"

    def to_dict(self) -> dict[str, Any]:
        """Return the amount as plain data; numbers are decimal texts, or `n/d` if none is exact."""

        def format_number(number: Exact | None) -> str | None:
            if number is None:
                return None
            return decimal_text(number, places=2 if self.kind == "money" else 0)

        result: dict[str, Any] = {"name": self.name, "status": self.status}
        if self.paid_to is not None:
            result["paid_to"] = self.paid_to.to_dict()
        result |= {
            "value": format_number(self.value),
            "min": format_number(self.min),
            "max": format_number(self.max),
        }
        result |= {"unit": self.unit, "unrounded": format_number(self.unrounded)}
        return result | ({"may_be_not_stated": True} if self.may_be_not_stated else {})


@attrs.frozen(repr=False)
class MissingFact:
    """A fact that may still change the decision, and the facts that can replace it.

    `to_confirm` is true for a fact that the caller assumed; `Decision.assumed` has its value.
    """

    __repr__ = short_repr

    fact: str
    alternatives: tuple[str, ...]
    question: LocalizedText
    to_confirm: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the missing fact as plain data."""
        alternatives = {"alternatives": list(self.alternatives)} if self.alternatives else {}
        to_confirm = {"to_confirm": True} if self.to_confirm else {}
        return {
            "fact": self.fact,
            **alternatives,
            **to_confirm,
            "question": self.question.to_dict(),
        }


@attrs.frozen(repr=False)
class OpenPoint:
    """A name that may stay open even if all facts are known, and the reason."""

    __repr__ = short_repr

    name: str
    reason: str
    title: LocalizedText

    def to_dict(self) -> dict[str, Any]:
        """Return the open point as plain data."""
        return {"name": self.name, "reason": self.reason, "title": self.title.to_dict()}


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class Conditions:
    """The members of the outcome by truth, and the members that met each group of alternatives."""

    __repr__ = short_repr

    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    met_by: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the conditions as plain data."""
        return {
            "held": list(self.held),
            "failed": list(self.failed),
            "unknown": list(self.unknown),
            "excluded": list(self.excluded),
            "met_by": {name: list(members) for name, members in self.met_by.items()},
        }


class LazyDetails(Protocol):
    """The costly parts of a decision: each method computes one when it is first read."""

    def values(self) -> Mapping[str, DisplayValue]:
        """Return the values and parameters that were read."""

    def consequences(self) -> Mapping[str, DisplayValue]:
        """Return the consequences that are stated."""

    def notices(self) -> tuple[Notice, ...]:
        """Return the assumptions and warnings that apply."""

    def reasons(self) -> Mapping[str, Reason]:
        """Return the reason of every condition."""

    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        """Return the reason of every consequence."""

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """Return the decisions on the items of each list."""

    def assumed(self) -> tuple[AssumedFact, ...]:
        """Return the facts that the caller assumed."""

    def receipt(self) -> Receipt:
        """Return the receipt."""


class LazyDecision(LazyDetails, Protocol):
    """All parts of a decision but the status, for `Decision.deferred`."""

    def status_label(self) -> LocalizedText:
        """Return the words for the status."""

    def amounts(self) -> Mapping[str, Amount]:
        """Return the amounts by name."""

    def conditions(self) -> Conditions:
        """Return the members of the outcome by truth."""

    def missing(self) -> tuple[MissingFact, ...]:
        """Return the facts to ask for."""

    def unsettled(self) -> tuple[OpenPoint, ...]:
        """Return the names that no fact can settle."""


_DEFERRED_FIELDS: Final = frozenset(
    {"status_label", "amounts", "conditions", "missing", "unsettled"}
)
"""The fields that `Decision.deferred` leaves out, or may leave out."""


@attrs.frozen(repr=False)
class Decision:
    """The decision on one case on one day.

    `status` is `eligible`, `ineligible` or `undetermined`. `missing` has the facts that may still
    change the status, an amount or a consequence, the most useful first. `unsettled` has the
    names that no fact can settle. `notices` are the assumptions and warnings that the decision
    rests on. `assumed` has the facts that the caller assumed because they were missing; if the
    answer depends on one, `missing` has it and `status_label` says so. `reasons` has one entry for
    every condition. `items` has the decisions on the items of
    every list that the ruleset looks into, by the name of the list and the key of the item.

    >>> from datetime import date
    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
    >>> decision = refund.decide({"employer.layoff_rate": "23%"})
    >>> decision.status, decision.conditions.failed
    ('ineligible', ('layoffs',))
    """

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a decision", "compare `.status == 'eligible'`")

    ruleset: str
    title: LocalizedText
    on: date
    status: Status
    status_label: LocalizedText
    amounts: Mapping[str, Amount] = attrs.field(hash=False)
    conditions: Conditions
    missing: tuple[MissingFact, ...]
    unsettled: tuple[OpenPoint, ...]
    _details: LazyDetails = attrs.field(eq=False, repr=False)

    @classmethod
    def deferred(
        cls,
        ruleset: str,
        title: LocalizedText,
        on: date,
        status: Status,
        status_label: LocalizedText | None,
        details: LazyDecision,
    ) -> Decision:
        """Return a decision of which all parts but the status are computed on first access.

        Most decisions of a stream are read for their status only. A `status_label` that is None is
        computed too.
        """
        decision = object.__new__(cls)
        set_field = object.__setattr__
        set_field(decision, "ruleset", ruleset)
        set_field(decision, "title", title)
        set_field(decision, "on", on)
        set_field(decision, "status", status)
        if status_label is not None:
            set_field(decision, "status_label", status_label)
        set_field(decision, "_details", details)
        return decision

    if not TYPE_CHECKING:  # a type checker should know the fields and nothing else

        def __getattr__(self, name: str) -> object:
            """Compute a deferred field and store it."""
            if name not in _DEFERRED_FIELDS:
                if name == "amount":  # Python asks here too after the property has refused
                    _refuse_amount(self.amounts)
                raise AttributeError(f"a decision has no `{name}`" + status_remedy(name))
            value = getattr(self._details, name)()
            object.__setattr__(self, name, value)
            return value

    @property
    def amount(self) -> Amount | None:
        """The only amount; None if the ruleset has no amount.

        Raises:
            AttributeError: the ruleset has several amounts, which are in `amounts`.
        """
        amounts = self.amounts
        if len(amounts) > 1:
            _refuse_amount(amounts)
        return next(iter(amounts.values()), None)

    @cached_property
    def values(self) -> Mapping[str, DisplayValue]:
        """The values and parameters that were read, by name."""
        return freeze_mapping(self._details.values())

    @cached_property
    def consequences(self) -> Mapping[str, DisplayValue]:
        """The consequences that are stated for the status of the case, by name."""
        return freeze_mapping(self._details.consequences())

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """The assumptions and warnings that the decision rests on, in the ruleset's order."""
        return self._details.notices()

    @cached_property
    def reasons(self) -> Mapping[str, Reason]:
        """The reason for the truth of each condition, by its id."""
        return freeze_mapping(self._details.reasons())

    @cached_property
    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        """The reason for the figure of each consequence, by its name."""
        return freeze_mapping(self._details.consequence_reasons())

    @cached_property
    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """The decisions on the items of each known list, by list and key."""
        return freeze_mapping(
            {name: freeze_mapping(items) for name, items in self._details.items().items()}
        )

    @cached_property
    def assumed(self) -> tuple[AssumedFact, ...]:
        """The facts that the caller assumed because they were missing, in the ruleset's order."""
        return self._details.assumed()

    @cached_property
    def receipt(self) -> Receipt:
        """The receipt, which proves later what was decided and can be replayed."""
        return self._details.receipt()

    def __repr__(self) -> str:
        """Return the ruleset, the day and the status; the amount may not be computed yet."""
        return f"<Decision {cut(self.ruleset)!r} on {self.on.isoformat()}: {self.status}>"

    def _repr_html_(self) -> str:
        """Return the decision as an HTML table in both languages, for a notebook."""
        # Like `explain`, an import back from `decisions` to `explain`.
        from policyrules.explain.html import decision_html

        return decision_html(self)

    def explain(self, language: str = "zh") -> str:
        """Return the decision as a text for a reader, in Chinese (`zh`) or English (`en`).

        `zh-CN`, `zh_Hans` and `en-GB` are understood.

        Raises:
            ValueError: the language is another one.
        """
        # `explain` reads decisions, so this import goes back up. It is the deliberate exception
        # to the order of the layers: users look for the method here.
        from policyrules.explain.plain_text import explanation_text

        return explanation_text(self, language)

    def to_dict(self, language: str = "zh") -> dict[str, Any]:
        """Return the decision as plain data, ready for JSON.

        `warnings` are the texts of `notices` in the language. Numbers are texts: exact decimals,
        or `n/d` for a ratio. There are no floats.

        Raises:
            ValueError: the language is neither Chinese nor English.
        """
        code = language_code(language)
        return {
            "ruleset": self.ruleset,
            "on": self.on.isoformat(),
            "status": self.status,
            **amounts_data(self.amounts),
            "values": {name: value.data() for name, value in self.values.items()},
            "consequences": {name: value.data() for name, value in self.consequences.items()},
            "conditions": self.conditions.to_dict(),
            "items": {
                name: {key: item.to_dict() for key, item in items.items()}
                for name, items in self.items.items()
            },
            "missing": [missing.to_dict() for missing in self.missing],
            **({"assumed": [fact.to_dict() for fact in self.assumed]} if self.assumed else {}),
            "unsettled": [point.to_dict() for point in self.unsettled],
            "warnings": [notice.text.get(code) for notice in self.notices],
            "notices": [notice.to_dict() for notice in self.notices],
            "reasons": {name: reason.to_dict() for name, reason in self.reasons.items()},
            "consequence_reasons": {
                name: reason.to_dict() for name, reason in self.consequence_reasons.items()
            },
            "receipt": self.receipt.to_dict(),
        }


def _refuse_amount(amounts: Mapping[str, Amount]) -> NoReturn:
    raise AttributeError(
        f"a decision with several amounts has no `amount`: read `amounts`, which has "
        f"{listed(amounts)}"
    )


def amounts_data(amounts: Mapping[str, Amount]) -> dict[str, Any]:
    """Return the amounts as plain data: under `amount` if there is at most one, else `amounts`."""
    if len(amounts) > 1:
        return {"amounts": {name: amount.to_dict() for name, amount in amounts.items()}}
    return {"amount": next((amount.to_dict() for amount in amounts.values()), None)}
