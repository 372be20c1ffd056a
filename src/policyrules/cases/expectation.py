"""The expectation of a case, after every name was looked up and every figure was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from policyrules.cases.expected_value import ExpectedValue
from policyrules.text.span import Span

AMOUNT_STATUSES: Final = ("not_stated", "undetermined", "not_applicable")
"""The statuses that a case may expect in place of a figure."""

Names = tuple[str, ...]
"""Ids of conditions, notes or values, or paths of facts."""


@attrs.frozen
class AmountExpected:
    """The expected amount: its status, and its figure if the status is `exact` or `range`."""

    text: str
    status: str
    figure: ExpectedValue | None = None


@attrs.frozen(kw_only=True)
class ItemExpected:
    """The expected result of one item; a part that is None is not compared."""

    status: str | None = None
    names: Mapping[str, Names] = attrs.field(factory=dict, hash=False)
    values: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)
    consequences: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)


@attrs.frozen(kw_only=True)
class Expectation:
    """The expected decision, or the error in its place; a part that is None is not compared.

    `names` has the lists of names by their keys: `held`, `failed`, `unknown`, `excluded`,
    `missing`, `assumed`, `unsettled` and `warnings`. `items` has the items by their keys, under the
    name of their list.
    """

    span: Span = attrs.field(eq=False)
    status: str | None = None
    amounts: Mapping[str, AmountExpected] = attrs.field(factory=dict, hash=False)
    names: Mapping[str, Names] = attrs.field(factory=dict, hash=False)
    met_by: Mapping[str, Names] = attrs.field(factory=dict, hash=False)
    values: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)
    consequences: Mapping[str, ExpectedValue] = attrs.field(factory=dict, hash=False)
    items: Mapping[str, Mapping[str, ItemExpected]] = attrs.field(factory=dict, hash=False)
    error: str | None = None
    facts: Names | None = None
