"""The declarations of a checked ruleset. Names, types, dates and order are proven; nothing is text.

Mappings keep the author's order, except that `values` and `conditions` come in an order in which
each needs only what stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final

import attrs

from policyrules.ir.nodes import Expression, Key, Test
from policyrules.ir.types import Type, Unit
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import cut, short_repr
from policyrules.text.fact_path import subject_of
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact


@attrs.frozen(repr=False)
class Provenance:
    """Why a node may stand: a verbatim quote of a source, a source alone, or notes that admit."""

    __repr__ = short_repr

    quote: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()


@attrs.frozen(repr=False)
class Source:
    """A document that a ruleset cites.

    `issued` is as precise as what is known of it: `2022-11-25`, `2022-11`, `2022`, or empty.
    `digest` is the sha256 of a saved copy of its text.
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
    """What a decision must admit: an `assumption` or a `warning`.

    A note whose `when` reads the items of a list belongs to them; `list` is its name.
    """

    __repr__ = short_repr

    id: str
    kind: str
    text: LocalizedText
    when: Test | None = None
    list: str = ""


WITHOUT_END: Final = -1
"""The `at_most` of a list that may have any number of entries; no author can declare one."""


@attrs.frozen(repr=False)
class Fact:
    """Something asked about one subject, or about each item of a list.

    `low` and `high` are the range of a number, or of the calendar; a list has at most `at_most`
    entries.
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

    @property
    def subject(self) -> str:
        """The subject or the list that it is a fact of."""
        return subject_of(self.name)


@attrs.frozen(repr=False)
class ListDeclaration:
    """A list of things that policies look at one by one. `key` names each, `item` what one is.

    `unit_title` is what a reader calls the unit, where it is not the usual name.
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
    """What no true facts can break; `list` is the list whose items it is about, if it is."""

    __repr__ = short_repr

    id: str
    test: Test
    list: str = ""


@attrs.frozen(repr=False)
class Cell:
    """What a text fixes in one place.

    `status` is `stated`, `not_stated`, `pending` (within `low`..`high`) or `either` (one of two or
    more). A number or a day lies in `low`..`high`, which are the ends of a period; a word or yes/no
    is one of `choices`; a set is `words`.
    """

    __repr__ = short_repr

    status: str
    low: Exact | None = None
    high: Exact | None = None
    choices: tuple[str | bool, ...] = ()
    words: tuple[str, ...] = ()


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class Table:
    """Cells by the word of a key. `none` covers its known absence, `otherwise` all that is left."""

    __repr__ = short_repr

    rows: Mapping[str, Cell] = attrs.field(hash=False)
    none: Cell | None = None
    default: Cell | None = None

    def cell(self, word: str | None) -> Cell:
        """The cell of a word, or of the known absence where the word is None."""
        found = self.none if word is None else self.rows.get(word)
        chosen = found or self.default
        if chosen is None:
            raise KeyError(word)
        return chosen


@attrs.frozen(repr=False)
class Row:
    """What a parameter is from one day to another, both included; None has no end."""

    __repr__ = short_repr

    from_: date | None
    to: date | None
    content: Cell | Table
    provenance: Provenance


@attrs.frozen(repr=False)
class Parameter:
    """What the text fixes. `by` is the fact or value whose word chooses the cell of a table.

    `open` says of a set of words that its text leaves it open (等).
    """

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    rows: tuple[Row, ...]
    by: Key | None = None
    delegated: str = "no"
    open: bool = False


@attrs.frozen(repr=False)
class RuleException:
    """Another text for a value (`text` is a term) or a condition (a test), chosen by `when`."""

    __repr__ = short_repr

    id: str
    title: LocalizedText
    when: Test
    expression: Expression
    provenance: Provenance


@attrs.frozen(repr=False)
class Rounding:
    """To which step and how an amount or value is rounded."""

    __repr__ = short_repr

    step: Fraction
    mode: str
    provenance: Provenance


@attrs.frozen(repr=False)
class Value:
    """What is computed. `given` is the fact that may state it instead."""

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    expression: Expression
    provenance: Provenance
    input_fact: str | None = None
    exceptions: tuple[RuleException, ...] = ()
    rounding: Rounding | None = None


@attrs.frozen(repr=False)
class Group:
    """Conditions joined: `all`, `any`, `none` or `at_least` n of the members."""

    __repr__ = short_repr

    kind: str
    members: tuple[str, ...]
    n: int = 0


@attrs.frozen(repr=False)
class Condition:
    """What is held, failed or unknown: a test, or a group of other conditions.

    `excludes` names another benefit that this one cannot go with, where the condition is there to
    say so.
    """

    __repr__ = short_repr

    id: str
    title: LocalizedText
    test: Test | Group
    provenance: Provenance
    exceptions: tuple[RuleException, ...] = ()
    excludes: LocalizedText | None = None


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class ItemRules:
    """What a ruleset says of each item of a list; `each` is what its expressions call the item.

    `list` is a list of the vocabulary, or a fact that is a list of figures. Without `eligible` it
    only states values.
    """

    __repr__ = short_repr

    list: str
    item_name: str
    values: Mapping[str, Value] = attrs.field(hash=False)
    conditions: Mapping[str, Condition] = attrs.field(hash=False)
    eligible: Group | None = None


@attrs.frozen(repr=False)
class Amount:
    """What an eligible case receives."""

    __repr__ = short_repr

    name: str
    type: Type
    title: LocalizedText
    expression: Expression
    provenance: Provenance
    rounding: Rounding | None = None


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
    """What a decision says. `says` words the statuses where the usual words do not fit."""

    __repr__ = short_repr

    eligible: Group
    amount: Amount | None = None
    consequences: tuple[str, ...] = ()
    labels: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)


@attrs.frozen(repr=False)
class Base:
    """A ruleset that another one extends, with the hash of its content."""

    __repr__ = short_repr

    id: str
    content_hash: str


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class CheckedRuleset:
    """A ruleset that can be decided on any day of `in_force`, by every engine, without a surprise.

    `vocabulary` holds every fact of the shared vocabulary, used here or not, so that a record made
    for several policies is understood; `facts` those that this ruleset reads. `all_lists` are the
    lists of the vocabulary, `lists` those that it looks into; `blocks` says what of their items.
    `content_hash` moves when the meaning, a ground or a title does, not when a comment does.
    `chosen` is `by_name` of a ruleset that is never picked by place and day. `extends` are
    the ids of the rulesets that it is a variant of, `bases` these and all that they extend in turn,
    those below first. `subject_titles` has the title of each subject of the vocabulary.
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

    def __repr__(self) -> str:
        """The id and the beginning of the content hash."""
        return f"<CheckedRuleset {cut(self.id)!r} {self.content_hash[:19]}>"

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction that it is a ruleset of."""
        return self.id.partition("/")[0]

    @property
    def policy(self) -> str:
        """The policy that it is a ruleset of, whatever the variant."""
        return self.id.partition("/")[2].partition(".")[0]

    @cached_property
    def all_values(self) -> Mapping[str, Value]:
        """The values of the ruleset and of its blocks, by name: no two share one."""
        inner = {
            name: one for block in self.item_rules.values() for name, one in block.values.items()
        }
        return freeze_mapping({**self.values, **inner})

    @cached_property
    def list_of_value(self) -> Mapping[str, str]:
        """The list of the block in which a value stands, by the value's name."""
        names = {name: block.list for block in self.item_rules.values() for name in block.values}
        return freeze_mapping(names)

    @cached_property
    def all_conditions(self) -> Mapping[str, Condition]:
        """The conditions of the ruleset and of its blocks, by id."""
        blocks = self.item_rules.values()
        inner = {name: one for block in blocks for name, one in block.conditions.items()}
        return freeze_mapping({**self.conditions, **inner})

    @cached_property
    def alternatives(self) -> tuple[Condition, ...]:
        """The conditions of the ruleset of which some members, but not all, need be held."""
        return tuple(
            condition
            for condition in self.conditions.values()
            if isinstance(condition.test, Group) and condition.test.kind in {"any", "at_least"}
        )
