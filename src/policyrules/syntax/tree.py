"""The tree of a ruleset: the declarations of the author, with spans and without meaning.

A scalar keeps its source text; `check` assigns its type. Spans are not compared, so printing and
reading a tree gives an equal one. A key that is a Python keyword gets an underscore here (`from_`,
`is_`). Only overlays use `into` and `before`.
"""

from __future__ import annotations

import attrs

from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span


@attrs.frozen(kw_only=True, slots=False)
class TreeNode:
    """A node of the tree, with its span."""

    span: Span = attrs.field(eq=False)


@attrs.frozen(kw_only=True, slots=False)
class TitleNode(TreeNode):
    """A text in two languages."""

    zh: Scalar
    en: Scalar


@attrs.frozen(kw_only=True, slots=False)
class NodeWithProvenance(TreeNode):
    """A node with provenance: a quote from `cite` (or `legal_basis`), a source, or notes."""

    quote: Scalar | None = None
    cite: Scalar | None = None
    notes: tuple[Scalar, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class EitherNode(TreeNode):
    """`{either: [30%, 50%]}`: one of several values; the law does not say which."""

    either: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class WordsNode(TreeNode):
    """A set of words."""

    words: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class TableNode(TreeNode):
    """A table: one cell for each word of a key."""

    rows: tuple[tuple[Scalar, CellNode], ...]


@attrs.frozen(kw_only=True, slots=False)
class BracketNode(NodeWithProvenance):
    """A bracket of a scale: the rate that applies above an edge."""

    above: Scalar
    rate: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ScaleNode(TreeNode):
    """A progressive scale: its brackets, from the lowest edge to the highest."""

    brackets: tuple[BracketNode, ...]


CellNode = Scalar | EitherNode | WordsNode | ScaleNode


@attrs.frozen(kw_only=True, slots=False)
class BandNode(TreeNode):
    """`{at_least: 1, below: 5}`: the figures of a key that match a row."""

    at_least: Scalar | None = None
    above: Scalar | None = None
    at_most: Scalar | None = None
    below: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class TableRowsNode(TreeNode):
    """Rows with a cell for each key; in each row, `is` is the content."""

    rows: tuple[tuple[tuple[Scalar, CellNode | BandNode], ...], ...]


@attrs.frozen(kw_only=True, slots=False)
class KeysNode(TreeNode):
    """`{level: certificate.level}`: the keys of a table with rows, each with its name."""

    keys: tuple[tuple[Scalar, Scalar], ...]


ContentNode = CellNode | TableNode | TableRowsNode


@attrs.frozen(kw_only=True, slots=False)
class RowNode(NodeWithProvenance):
    """The value of a parameter between two dates."""

    from_: Scalar | None = None
    to: Scalar | None = None
    value: CellNode | TableNode | None = None
    rows: TableRowsNode | None = None

    @property
    def content(self) -> ContentNode | None:
        """The content of the parameter on these days."""
        return self.value if self.value is not None else self.rows


@attrs.frozen(kw_only=True, slots=False)
class TypedNode(TreeNode):
    """A declaration with a type."""

    name: Scalar
    title: TitleNode
    type: Scalar
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    range: Scalar | None = None
    places: Scalar | None = None
    words: tuple[tuple[Scalar, TitleNode], ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class FactNode(TypedNode):
    """A fact of a subject, or of the items of a list."""

    of: Scalar | None = None
    open: Scalar | None = None
    at_most: Scalar | None = None
    ask: TitleNode | None = None
    none: TitleNode | None = None
    as_of: Scalar | None = None
    changeable: Scalar | None = None
    past: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class SubjectNode(TreeNode):
    """A subject of facts, such as the employer."""

    name: Scalar
    title: TitleNode
    facts: tuple[FactNode, ...]


@attrs.frozen(kw_only=True, slots=False)
class ItemListNode(SubjectNode):
    """A list of items, with the facts of each item."""

    ask: TitleNode | None = None
    item: TitleNode | None = None
    key: Scalar
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    at_most: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ConstraintNode(TreeNode):
    """A test that the facts of every real case pass, or of each item if `in_` names a list."""

    name: Scalar
    in_: Scalar | None = None
    each: Scalar | None = None
    holds: Scalar


@attrs.frozen(kw_only=True, slots=False)
class KeyedNode(TreeNode):
    """A declaration that may be a table: `by` has the facts or values that choose a row."""

    by: Scalar | KeysNode | None = None
    pick: Scalar | None = None
    rows: TableRowsNode | None = None

    @property
    def key_names(self) -> tuple[Scalar, ...]:
        """The facts and values under `by`."""
        if isinstance(self.by, KeysNode):
            return tuple(fact for _, fact in self.by.keys)
        return () if self.by is None else (self.by,)


@attrs.frozen(kw_only=True, slots=False)
class ParameterNode(KeyedNode, TypedNode, NodeWithProvenance):
    """A parameter, with one `value`, with `rows`, or with dated rows under `values`."""

    of: Scalar | None = None
    open: Scalar | None = None
    delegated: Scalar | None = None
    yearly: Scalar | None = None
    value: CellNode | TableNode | None = None
    values: tuple[RowNode, ...] = ()

    @property
    def content(self) -> ContentNode | None:
        """The content of every day, without dated rows."""
        return self.value if self.value is not None else self.rows


@attrs.frozen(kw_only=True, slots=False)
class RoundNode(NodeWithProvenance):
    """A rounding step and mode."""

    to: Scalar
    mode: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ExceptionNode(NodeWithProvenance):
    """An exception: another expression, and the test that makes it apply."""

    name: Scalar
    title: TitleNode
    when: Scalar
    in_force: InForceNode | None = None
    is_: Scalar | None = None
    holds: Scalar | None = None
    into: Scalar | None = None
    before: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class ValueNode(KeyedNode, TypedNode, NodeWithProvenance):
    """A value: a name with its expression, or with `rows`, in each an expression."""

    is_: Scalar | None = None
    given: Scalar | None = None
    round: RoundNode | None = None
    for_: tuple[Scalar, ...] = ()
    except_: tuple[ExceptionNode, ...] = ()
    into: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class AtLeastNode(TreeNode):
    """`at_least: {n: 2, of: [...]}`."""

    n: Scalar
    of: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class GroupNode(TreeNode):
    """A group of conditions: exactly one of `all`, `any`, `none` and `at_least`."""

    all: tuple[Scalar, ...] | None = None
    any: tuple[Scalar, ...] | None = None
    none: tuple[Scalar, ...] | None = None
    at_least: AtLeastNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class AlwaysNode(GroupNode):
    """`eligible: always`: the group of no condition, which is held in every case."""

    always: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ConditionNode(GroupNode, NodeWithProvenance):
    """A condition: a test under `holds`, or a group of other conditions."""

    name: Scalar
    title: TitleNode
    excludes: TitleNode | None = None
    in_force: InForceNode | None = None
    holds: Scalar | None = None
    pick: Scalar | None = None
    except_: tuple[ExceptionNode, ...] = ()
    into: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class BlockNode(TreeNode):
    """The rules for each item of a list; `each` is the name of the item in expressions."""

    name: Scalar
    each: Scalar
    values: tuple[ValueNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    eligible: GroupNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class AmountNode(NodeWithProvenance):
    """An amount that an eligible case receives or owes."""

    name: Scalar
    title: TitleNode | None = None
    paid_to: TitleNode | None = None
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    signed: Scalar | None = None
    is_: Scalar
    round: RoundNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class OutcomeNode(TreeNode):
    """The outcome: the top group, one amount or several, and the consequences."""

    eligible: GroupNode
    amount: AmountNode | None = None
    amounts: tuple[AmountNode, ...] = ()
    consequences: tuple[Scalar, ...] = ()
    labels: tuple[tuple[Scalar, TitleNode], ...] = ()

    @property
    def all_amounts(self) -> tuple[AmountNode, ...]:
        """The amounts, however they are written."""
        return self.amounts if self.amount is None else (self.amount, *self.amounts)


@attrs.frozen(kw_only=True, slots=False)
class NoteNode(TreeNode):
    """An assumption or a warning that a decision discloses."""

    name: Scalar
    kind: Scalar
    zh: Scalar
    en: Scalar
    when: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class InForceNode(NodeWithProvenance):
    """The period in which a ruleset, a condition or an exception is in force."""

    from_: Scalar | None = None
    to: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class SourceNode(TreeNode):
    """A document that provisions cite."""

    name: Scalar
    title: Scalar
    issued: Scalar | None = None
    grade: Scalar | None = None
    ref: Scalar | None = None
    url: Scalar | None = None
    sha256: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class RulesetTree(TreeNode):
    """A ruleset file. `broken` are the names of declarations that could not be read."""

    policyrules: Scalar
    id: Scalar
    title: TitleNode
    within: tuple[Scalar, ...] = ()
    selection: Scalar | None = None
    policy_year: Scalar | None = None
    legal_basis: Scalar
    in_force: InForceNode
    uses: tuple[Scalar, ...] = ()
    facts: tuple[tuple[Scalar, tuple[FactNode, ...]], ...] = ()
    sources: tuple[SourceNode, ...] = ()
    parameters: tuple[ParameterNode, ...] = ()
    values: tuple[ValueNode, ...] = ()
    lists: tuple[BlockNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    outcome: OutcomeNode
    notes: tuple[NoteNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)


@attrs.frozen(kw_only=True, slots=False)
class UnitNode(TreeNode):
    """A unit that the vocabulary declares, such as the hour."""

    name: Scalar
    title: TitleNode


@attrs.frozen(kw_only=True, slots=False)
class VocabularyTree(TreeNode):
    """A vocabulary file."""

    policyrules: Scalar
    subjects: tuple[SubjectNode, ...] = ()
    lists: tuple[ItemListNode, ...] = ()
    constraints: tuple[ConstraintNode, ...] = ()
    units: tuple[UnitNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)


@attrs.frozen(kw_only=True, slots=False)
class JurisdictionsTree(TreeNode):
    """A file with the titles of the jurisdictions of a folder."""

    policyrules: Scalar
    jurisdictions: tuple[tuple[Scalar, TitleNode], ...]
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)


@attrs.frozen(kw_only=True, slots=False)
class CalendarYearNode(TreeNode):
    """The holidays and the moved working days of a year, by the document that lists them."""

    name: Scalar
    title: Scalar
    issued: Scalar
    url: Scalar
    read_on: Scalar
    quote: Scalar
    holidays: tuple[Scalar, ...]
    working_days: tuple[Scalar, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class CalendarNode(TreeNode):
    """The calendar of working days of a jurisdiction."""

    name: Scalar
    title: TitleNode
    years: tuple[CalendarYearNode, ...]


@attrs.frozen(kw_only=True, slots=False)
class CalendarsTree(TreeNode):
    """A file with the calendars of working days of jurisdictions."""

    policyrules: Scalar
    calendars: tuple[CalendarNode, ...]
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)


@attrs.frozen(kw_only=True, slots=False)
class SourcesTree(TreeNode):
    """A file with the documents that rulesets may cite."""

    policyrules: Scalar
    sources: tuple[SourceNode, ...]
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)
