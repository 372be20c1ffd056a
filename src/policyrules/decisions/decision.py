"""The decision: its status, its amount, what it rests on, and what is still needed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, Protocol

import attrs

from policyrules.decisions.display import DisplayValue
from policyrules.decisions.items import ItemDecision, status_remedy
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import Reason
from policyrules.decisions.receipt import Receipt
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import cut, short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.localized import LocalizedText, language_code
from policyrules.values.exact import Exact, decimal_text

Status = Literal["eligible", "ineligible", "undetermined"]
AmountStatus = Literal["exact", "range", "not_stated", "undetermined", "not_applicable"]


@attrs.frozen(repr=False)
class Amount:
    """What the case receives, in its unit.

    `status` is `exact` (see `value`), `range` (between `min` and `max`), `not_stated` (the text
    gives no figure), `undetermined` (eligibility itself is open; the bounds are as if eligible) or
    `not_applicable` (ineligible). A bound that is None is not known: what only the declared range
    of an unknown fact would give is no bound. `unrounded` is the exact value before rounding.
    `may_be_not_stated`: for some completions of the facts there is no figure.
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

    def to_dict(self) -> dict[str, Any]:
        """As data: numbers are decimal texts, `n/d` where no decimal is exact."""

        def text(number: Exact | None) -> str | None:
            if number is None:
                return None
            return decimal_text(number, places=2 if "CNY" in self.unit else 0)

        result: dict[str, Any] = {"name": self.name, "status": self.status}
        result |= {"value": text(self.value), "min": text(self.min), "max": text(self.max)}
        result |= {"unit": self.unit, "unrounded": text(self.unrounded)}
        return result | ({"may_be_not_stated": True} if self.may_be_not_stated else {})


@attrs.frozen(repr=False)
class MissingFact:
    """A fact that may still change the status or the amount, and the facts that would serve too."""

    __repr__ = short_repr

    fact: str
    alternatives: tuple[str, ...]
    question: LocalizedText

    def to_dict(self) -> dict[str, Any]:
        """Return the missing fact as plain data."""
        alternatives = {"alternatives": list(self.alternatives)} if self.alternatives else {}
        return {"fact": self.fact, **alternatives, "question": self.question.to_dict()}


@attrs.frozen(repr=False)
class OpenPoint:
    """A name that may stay open whatever the facts, and why."""

    __repr__ = short_repr

    name: str
    reason: str
    title: LocalizedText

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"name": self.name, "reason": self.reason, "title": self.title.to_dict()}


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class Conditions:
    """The members of the outcome, and for each group of alternatives the members that met it."""

    __repr__ = short_repr

    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    excluded: tuple[str, ...] = ()
    met_by: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {
            "held": list(self.held),
            "failed": list(self.failed),
            "unknown": list(self.unknown),
            "excluded": list(self.excluded),
            "met_by": {name: list(members) for name, members in self.met_by.items()},
        }


class Backing(Protocol):
    """What stands behind a decision, written out when somebody asks for it."""

    def values(self) -> Mapping[str, DisplayValue]:
        """What was read."""

    def consequences(self) -> Mapping[str, DisplayValue]:
        """What follows."""

    def notices(self) -> tuple[Notice, ...]:
        """What must be admitted."""

    def reasons(self) -> Mapping[str, Reason]:
        """Why."""

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """What is decided of each item."""

    def receipt(self) -> Receipt:
        """The proof."""


class BackingOfAll(Backing, Protocol):
    """What stands behind a decision of which at first the status alone is made."""

    def amount(self) -> Amount | None:
        """What the case receives."""

    def conditions(self) -> Conditions:
        """How the members came out."""

    def missing(self) -> tuple[MissingFact, ...]:
        """What to ask for."""

    def unsettled(self) -> tuple[OpenPoint, ...]:
        """What no fact can settle."""


_MADE_LATER: Final = frozenset({"amount", "conditions", "missing", "unsettled"})


@attrs.frozen(repr=False)
class Decision:
    """The answer for one case on one day.

    `status` is `eligible`, `ineligible` or `undetermined`. `missing` is empty where no fact can
    change the status or the amount; its first entry settles most. `unsettled` names what no fact
    can settle. `warnings` are the assumptions and warnings that this decision rests on. `reasons`
    has one entry for every condition, made when first asked for. `items` has the results for
    the items of every list that the ruleset looks into, by the name of the list and the key of the
    item.

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
    amount: Amount | None
    conditions: Conditions
    missing: tuple[MissingFact, ...]
    unsettled: tuple[OpenPoint, ...]
    _backing: Backing = attrs.field(eq=False, repr=False)

    @classmethod
    def of_status(
        cls,
        ruleset: str,
        title: LocalizedText,
        on: date,
        status: Status,
        status_label: LocalizedText,
        backing: BackingOfAll,
    ) -> Decision:
        """A decision whose other parts are made when they are first asked for.

        Most of a stream of decisions are only looked at for their status.
        """
        made = object.__new__(cls)
        put = object.__setattr__
        put(made, "ruleset", ruleset)
        put(made, "title", title)
        put(made, "on", on)
        put(made, "status", status)
        put(made, "status_label", status_label)
        put(made, "_backing", backing)
        return made

    if not TYPE_CHECKING:  # a type checker is to know the fields, and no others

        def __getattr__(self, name: str) -> object:
            """A field that was left for later, made now and kept."""
            if name not in _MADE_LATER:
                raise AttributeError(f"a decision has no `{name}`" + status_remedy(name))
            made = getattr(self._backing, name)()
            object.__setattr__(self, name, made)
            return made

    @cached_property
    def values(self) -> Mapping[str, DisplayValue]:
        """The values and parameters that were read, by name."""
        return freeze_mapping(self._backing.values())

    @cached_property
    def consequences(self) -> Mapping[str, DisplayValue]:
        """What follows for an eligible case (or would, while that is open), by name."""
        return freeze_mapping(self._backing.consequences())

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """The assumptions and warnings that the decision rests on, in the ruleset's order."""
        return self._backing.notices()

    @cached_property
    def reasons(self) -> Mapping[str, Reason]:
        """Why each condition came out as it did, by its id."""
        return freeze_mapping(self._backing.reasons())

    @cached_property
    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """The items of each list that is known, by their keys."""
        return freeze_mapping(
            {name: freeze_mapping(items) for name, items in self._backing.items().items()}
        )

    @cached_property
    def receipt(self) -> Receipt:
        """What proves later what was decided and why."""
        return self._backing.receipt()

    def __repr__(self) -> str:
        """The ruleset, the day and the status; the amount is made when it is asked for."""
        return f"<Decision {cut(self.ruleset)!r} on {self.on.isoformat()}: {self.status}>"

    def _repr_html_(self) -> str:
        """The decision as a small table in both languages, for a notebook."""
        from policyrules.explain.html import decision_html

        return decision_html(self)

    def explain(self, language: str = "zh") -> str:
        """The decision as a text for a reader, in Chinese (`zh`) or English (`en`).

        `zh-CN`, `zh_Hans` and `en-GB` are understood.

        Raises:
            ValueError: the language is another one.
        """
        from policyrules.explain.plain_text import explanation_text

        return explanation_text(self, language)

    def to_dict(self, language: str = "zh") -> dict[str, Any]:
        """The decision as plain data, ready for JSON; `warnings` are in the language.

        Numbers are texts: exact decimals, a ratio `n/d`. Nothing in it is a float.

        Raises:
            ValueError: the language is neither Chinese nor English.
        """
        code = language_code(language)
        return {
            "ruleset": self.ruleset,
            "on": self.on.isoformat(),
            "status": self.status,
            "amount": self.amount.to_dict() if self.amount else None,
            "values": {name: shown.data() for name, shown in self.values.items()},
            "consequences": {name: shown.data() for name, shown in self.consequences.items()},
            "conditions": self.conditions.to_dict(),
            "items": {
                name: {key: item.to_dict() for key, item in items.items()}
                for name, items in self.items.items()
            },
            "missing": [missing.to_dict() for missing in self.missing],
            "unsettled": [open_.to_dict() for open_ in self.unsettled],
            "warnings": [notice.text.get(code) for notice in self.notices],
            "notices": [notice.to_dict() for notice in self.notices],
            "reasons": {name: reason.to_dict() for name, reason in self.reasons.items()},
            "receipt": self.receipt.to_dict(),
        }
