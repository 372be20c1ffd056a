"""What a case expects, once it has been read: every name exists, every figure has its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from policyrules.cases.expected_value import ExpectedValue
from policyrules.text.span import Span

AMOUNT_STATUSES: Final = ("not_stated", "undetermined", "not_applicable")
"""What may stand in place of an amount."""

Names = tuple[str, ...]


@attrs.frozen
class AmountExpected:
    """The amount: its status, and its figure where it is `exact` or a `range`."""

    text: str
    status: str
    figure: ExpectedValue | None = None


@attrs.frozen(kw_only=True)
class ItemExpected:
    """What is expected of one item; None is not compared."""

    status: str | None = None
    names: Mapping[str, Names] = attrs.field(factory=dict, hash=False)
    values: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class Expectation:
    """What is expected of a decision, or of the error in its place; None is not compared.

    `names` has the lists of names under their keys: `held`, `failed`, `unknown`, `excluded`,
    `missing`, `unsettled` and `warnings`. `items` has the items by their keys under the name of
    their list.
    """

    span: Span = attrs.field(eq=False)
    status: str | None = None
    amount: AmountExpected | None = None
    names: Mapping[str, Names] = attrs.field(factory=dict, hash=False)
    met_by: Mapping[str, Names] = attrs.field(factory=dict, hash=False)
    values: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)
    consequences: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)
    items: Mapping[str, Mapping[str, ItemExpected]] = attrs.field(factory=dict, hash=False)
    error: str | None = None
    facts: Names | None = None
