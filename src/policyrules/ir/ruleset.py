"""The declarations of a checked ruleset, whose names, types, dates and order are valid.

Mappings keep the order of the author, except `values` and `conditions`: each comes after those that
it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final

import attrs

from policyrules.ir.calendars import Calendar
from policyrules.ir.last_row import LastRow
from policyrules.ir.narrowing import cuts_of, implied_tests, narrow
from policyrules.ir.nodes import And, Compare, Expression, Key, Not, Test
from policyrules.ir.tables import Content, KeyDomain
from policyrules.ir.types import Type, Unit
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import cut, short_repr
from policyrules.text.fact_path import subject_of
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact


@attrs.frozen(repr=False)
class Provenance:
    """The justification of a node: a verbatim quote, a source, or notes that admit a gap."""

    __repr__ = short_repr

    quote: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


@attrs.frozen(repr=False)
class Source:
    """A cited document.

    `issued` is as precise as known: `2022-11-25`, `2022-11`, `2022`, or empty. `digest` is the
    sha256 of a saved copy of the text.
    """

    __repr__ = short_repr

    id: str
    title: str
    issued: str
    grade: str
    reference: str = ""
    address: str = ""
    digest: str = ""


@attrs.frozen(repr=False)
class Note:
    """A note that a decision must disclose: an `assumption` or a `warning`.

    If `when` reads the items of a list, the note applies to items; `list` is the name of the list.
    """

    __repr__ = short_repr

    id: str
    kind: str
    text: LocalizedText
    when: Test | None = None
    list: str = ""


NO_MAXIMUM: Final = -1
"""The `at_most` of a list that may have any number of entries; no author can declare one."""


@attrs.frozen(repr=False)
class Fact:
    """A fact of a subject, or of each item of a list.

    `low` and `high` are the range of a number or a date; `max_items` is the maximum length of a
    list. A day, month or year that `is_past`, or an entry of such a list, cannot lie after the day
    of the decision.
    """

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    ask: LocalizedText
    low: Exact | None = None
    high: Exact | None = None
    as_of: str = ""
    changeable: bool = False
    max_items: int = 0
    is_past: bool = False

    @property
    def subject(self) -> str:
        """The subject or the list of the fact."""
        return subject_of(self.name)


@attrs.frozen(repr=False)
class ListDeclaration:
    """A list of things that policies evaluate one by one.

    `key` is the fact that identifies an item, `item_title` the name of one item for readers.
    `unit_title` is the name of the unit for readers, if it is not the usual one.
    """

    __repr__ = short_repr

    name: str
    title: LocalizedText
    item_title: LocalizedText
    ask: LocalizedText
    key: str
    unit: Unit
    max_items: int
    unit_title: LocalizedText | None = None


@attrs.frozen(repr=False)
class Constraint:
    """A test that the facts of every real case pass; `list` names the list if it is about items."""

    __repr__ = short_repr

    id: str
    test: Test
    list: str = ""


@attrs.frozen(repr=False)
class Row:
    """The content of a parameter from one date to another, both included; None has no end."""

    __repr__ = short_repr

    from_: date | None
    to: date | None
    content: Content
    provenance: Provenance


@attrs.frozen
class DayReading:
    """A parameter read on another day: its name, and the domains of that day and of its keys."""

    parameter: str
    domains: tuple[KeyDomain, ...]


@attrs.frozen(repr=False)
class Parameter:
    """A parameter: the figures that the text states.

    `by` are the facts or values that select the cell of a table: one, or several for a table with
    rows. `open` marks a set of words that the text leaves open (等). `is_yearly` says that each
    policy year sets the figures anew. A `reading` of another parameter has its rows as a table by a
    day.
    """

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    rows: tuple[Row, ...]
    by: tuple[Key, ...] = ()
    delegated: str = "no"
    open: bool = False
    is_yearly: bool = False
    reading: DayReading | None = None


@attrs.frozen(repr=False)
class RuleException:
    """An exception of a value (`expression` is a term) or of a condition (it is a test).

    Engines evaluate `narrowed`, the expression with the ranges of facts cut by `when`. The
    exception cannot apply if one of the tests that `when` implies has failed. Where the exceptions
    of a rule are in order, `preceding` are the tests of those before it, and its `guard` says that
    none of them is held; the rule sets `preceding` itself. A row of a table is an exception, and
    `bands` are the comparisons of its keys that are held where it applies; otherwise it is None.
    """

    __repr__ = short_repr

    id: str
    title: LocalizedText
    when: Test
    expression: Expression
    provenance: Provenance
    preceding: tuple[Test, ...] = ()
    bands: tuple[Compare, ...] | None = None

    @cached_property
    def guard(self) -> Test:
        """The test of whether the exception applies."""
        if not self.preceding:
            return self.when
        return And((*map(Not, self.preceding), self.when))

    @cached_property
    def narrowed(self) -> Expression:
        """The expression, with the range of each fact cut by `when` and by the bands of a row."""
        return narrow(self.expression, cuts_of(And((self.when, *(self.bands or ())))))

    @cached_property
    def implied(self) -> tuple[Compare, ...]:
        """The tests that are held wherever `when` is held: no cut range is empty."""
        return implied_tests(cuts_of(self.when))


def _link_exceptions(rule: Value | Condition) -> None:
    """Give each exception of a rule the tests of those before it, if the rule orders them."""
    if not rule.is_ordered and not any(exception.preceding for exception in rule.exceptions):
        return
    whens = tuple(exception.when for exception in rule.exceptions)
    linked = tuple(
        attrs.evolve(exception, preceding=whens[:place] if rule.is_ordered else ())
        for place, exception in enumerate(rule.exceptions)
    )
    object.__setattr__(rule, "exceptions", linked)


@attrs.frozen(repr=False)
class Rounding:
    """The step and the mode by which an amount or a value is rounded."""

    __repr__ = short_repr

    step: Fraction
    mode: str
    provenance: Provenance


STATED_BY_DEFAULT: Final = ("eligible", "undetermined")
"""The statuses for which a consequence is stated if its value does not say for which."""


@attrs.frozen(repr=False)
class Value:
    """A computed value; `input_fact` is the fact that may be given instead.

    A value that is a consequence is stated if the status of the case is one of `stated_for`. If
    `is_ordered`, the first exception that is held applies. Of a table with rows, all rows but the
    last are exceptions; `last_row` is the last one.
    """

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    expression: Expression
    provenance: Provenance
    input_fact: str | None = None
    exceptions: tuple[RuleException, ...] = ()
    rounding: Rounding | None = None
    stated_for: tuple[str, ...] = STATED_BY_DEFAULT
    is_ordered: bool = False
    last_row: LastRow | None = None

    def __attrs_post_init__(self) -> None:
        _link_exceptions(self)

    @cached_property
    def narrowed(self) -> Expression:
        """The expression, with the range of each fact cut by the bands of the last row."""
        return self.expression if self.last_row is None else self.last_row.narrow(self.expression)


@attrs.frozen(repr=False)
class Group:
    """A group of conditions: `all`, `any`, `none` or `at_least` n of the members.

    `eligible: always` is `all` of no members, the only group without one.
    """

    __repr__ = short_repr

    kind: str
    members: tuple[str, ...]
    n: int = 0


@attrs.frozen(repr=False)
class Condition:
    """A condition: a test, or a group of other conditions.

    `excludes` names another benefit, if the condition says that it cannot be combined with this
    one. If `is_ordered`, the first exception that is held applies.
    """

    __repr__ = short_repr

    id: str
    title: LocalizedText
    test: Test | Group
    provenance: Provenance
    exceptions: tuple[RuleException, ...] = ()
    excludes: LocalizedText | None = None
    is_ordered: bool = False

    def __attrs_post_init__(self) -> None:
        _link_exceptions(self)


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class ItemRules:
    """The rules for each item of a list; `item_name` is the name of the item in expressions.

    `list` is a list of the vocabulary, or a fact that is a list of figures. Without `eligible` the
    rules only define values.
    """

    __repr__ = short_repr

    list: str
    item_name: str
    values: Mapping[str, Value] = attrs.field(hash=False)
    conditions: Mapping[str, Condition] = attrs.field(hash=False)
    eligible: Group | None = None


@attrs.frozen(repr=False)
class AmountRule:
    """The rule for an amount that an eligible case receives; a `signed` one may be negative.

    `paid_to` is the title of those to whom it goes, if the ruleset names them.
    """

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    expression: Expression
    provenance: Provenance
    rounding: Rounding | None = None
    signed: bool = False
    paid_to: LocalizedText | None = None


@attrs.frozen(repr=False)
class Period:
    """The days from one to another, both included; None has no end."""

    __repr__ = short_repr

    from_: date | None
    to: date | None
    provenance: Provenance

    def __contains__(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class Outcome:
    """The outcome of a ruleset, with its amounts by name; `labels` are its words for statuses."""

    __repr__ = short_repr

    eligible: Group
    amounts: Mapping[str, AmountRule] = attrs.field(factory=dict, hash=False)
    consequences: tuple[str, ...] = ()
    labels: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)


@attrs.frozen(repr=False)
class Base:
    """A ruleset that is extended, with the hash of its content."""

    __repr__ = short_repr

    id: str
    content_hash: str


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class CheckedRuleset:
    """A ruleset that every engine can decide on any date of `in_force`.

    `vocabulary` has every fact of the shared vocabulary, `facts` those that this ruleset reads;
    `all_lists` has the lists of the vocabulary, `lists` those that it reads, `item_rules` the rules
    for items by list. `content_hash` changes with the meaning, the provenance or a title, and not
    with a comment. `selection` is `by_id` if the ruleset is never selected by place and date.
    `extends` has the ids of the direct bases; `bases` has all bases, lowest first. `subject_titles`
    has the title of each subject of the vocabulary. `calendar` has the working days, if the ruleset
    counts them.
    """

    id: str
    title: LocalizedText
    language: int
    policy_year: int | None
    legal_basis: str
    in_force: Period
    vocabulary: Mapping[str, Fact] = attrs.field(hash=False)
    all_lists: Mapping[str, ListDeclaration] = attrs.field(hash=False)
    facts: Mapping[str, Fact] = attrs.field(hash=False)
    parameters: Mapping[str, Parameter] = attrs.field(hash=False)
    values: Mapping[str, Value] = attrs.field(hash=False)
    conditions: Mapping[str, Condition] = attrs.field(hash=False)
    lists: Mapping[str, ListDeclaration] = attrs.field(hash=False)
    item_rules: Mapping[str, ItemRules] = attrs.field(hash=False)
    constraints: tuple[Constraint, ...]
    outcome: Outcome
    notes: Mapping[str, Note] = attrs.field(hash=False)
    sources: Mapping[str, Source] = attrs.field(hash=False)
    content_hash: str
    selection: str = ""
    extends: tuple[str, ...] = ()
    bases: tuple[Base, ...] = ()
    subject_titles: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)
    calendar: Calendar | None = None

    def __repr__(self) -> str:
        """Return the id and the beginning of the content hash."""
        return f"<CheckedRuleset {cut(self.id)!r} {self.content_hash[:19]}>"

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction of the ruleset."""
        return self.id.partition("/")[0]

    @property
    def policy(self) -> str:
        """The policy of the ruleset, without the variant."""
        return self.id.partition("/")[2].partition(".")[0]

    @cached_property
    def all_values(self) -> Mapping[str, Value]:
        """The values of the ruleset and of its items, by name."""
        inner = {
            name: value
            for block in self.item_rules.values()
            for name, value in block.values.items()
        }
        return freeze_mapping({**self.values, **inner})

    @cached_property
    def row_tables(self) -> frozenset[str]:
        """The parameters that choose the rows of values; no author declares them."""
        rows = (value.last_row for value in self.all_values.values())
        return frozenset(row.table for row in rows if row is not None)

    @cached_property
    def list_of_value(self) -> Mapping[str, str]:
        """The list of each value of items, by the name of the value."""
        names = {name: block.list for block in self.item_rules.values() for name in block.values}
        return freeze_mapping(names)

    @cached_property
    def all_conditions(self) -> Mapping[str, Condition]:
        """The conditions of the ruleset and of its items, by id."""
        blocks = self.item_rules.values()
        inner = {
            name: condition for block in blocks for name, condition in block.conditions.items()
        }
        return freeze_mapping({**self.conditions, **inner})

    @cached_property
    def alternatives(self) -> tuple[Condition, ...]:
        """The groups of which some members, not all, must be held."""
        return tuple(
            condition
            for condition in self.conditions.values()
            if isinstance(condition.test, Group) and condition.test.kind in {"any", "at_least"}
        )
