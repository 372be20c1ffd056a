"""The tree: what an author wrote, node by node, each with its place. It has no meaning yet.

Scalars stay the text that was written; `check` types them. Trees are equal if they say the same,
wherever they stand, so that printing and reading again gives an equal tree. A key that is a word of
Python has an underscore behind it here (`from_`, `is_`). `into` stands in overlays alone.
"""

from __future__ import annotations

import attrs

from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span


@attrs.frozen(kw_only=True, slots=False)
class TreeNode:
    """Anything an author wrote."""

    span: Span = attrs.field(eq=False)


@attrs.frozen(kw_only=True, slots=False)
class TitleNode(TreeNode):
    """A text in two languages."""

    zh: Scalar
    en: Scalar


@attrs.frozen(kw_only=True, slots=False)
class GroundedNode(TreeNode):
    """A node with a ground: a quote (of `cite`, or else of `legal_basis`), a source, or notes."""

    quote: Scalar | None = None
    cite: Scalar | None = None
    notes: tuple[Scalar, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class EitherNode(TreeNode):
    """`{either: [30%, 50%]}`: one of these, and the text does not say which."""

    either: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class WordsNode(TreeNode):
    """A set of words."""

    words: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class TableNode(TreeNode):
    """Cells by the word of a key."""

    rows: tuple[tuple[Scalar, CellNode], ...]


CellNode = Scalar | EitherNode | WordsNode
ContentNode = CellNode | TableNode


@attrs.frozen(kw_only=True, slots=False)
class RowNode(GroundedNode):
    """What a parameter is between two dates."""

    from_: Scalar | None = None
    to: Scalar | None = None
    value: ContentNode


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


@attrs.frozen(kw_only=True, slots=False)
class SubjectNode(TreeNode):
    """Somebody or something that facts are asked about."""

    name: Scalar
    title: TitleNode
    facts: tuple[FactNode, ...]


@attrs.frozen(kw_only=True, slots=False)
class ItemListNode(SubjectNode):
    """A list of things that policies look at one by one: its facts are asked about each."""

    ask: TitleNode | None = None
    item: TitleNode | None = None
    key: Scalar
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    at_most: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ConsistencyNode(TreeNode):
    """What no true facts can break; about each item of the list `in_`, if there is one."""

    name: Scalar
    in_: Scalar | None = None
    each: Scalar | None = None
    holds: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ParameterNode(TypedNode, GroundedNode):
    """A parameter, with one `value` or with dated rows under `values`."""

    of: Scalar | None = None
    by: Scalar | None = None
    open: Scalar | None = None
    delegated: Scalar | None = None
    value: ContentNode | None = None
    values: tuple[RowNode, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class RoundNode(GroundedNode):
    """How something is rounded."""

    to: Scalar
    mode: Scalar


@attrs.frozen(kw_only=True, slots=False)
class ExceptionNode(GroundedNode):
    """Another text, and when it applies."""

    name: Scalar
    title: TitleNode
    when: Scalar
    is_: Scalar | None = None
    holds: Scalar | None = None
    into: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class ValueNode(TypedNode, GroundedNode):
    """What is computed."""

    is_: Scalar
    given: Scalar | None = None
    round: RoundNode | None = None
    except_: tuple[ExceptionNode, ...] = ()
    into: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class AtLeastNode(TreeNode):
    """`at_least: {n: 2, of: [...]}`."""

    n: Scalar
    of: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class GroupNode(TreeNode):
    """Exactly one of the four ways to join conditions."""

    all: tuple[Scalar, ...] | None = None
    any: tuple[Scalar, ...] | None = None
    none: tuple[Scalar, ...] | None = None
    at_least: AtLeastNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class ConditionNode(GroupNode, GroundedNode):
    """A test under `holds`, or a group of other conditions."""

    name: Scalar
    title: TitleNode
    excludes: TitleNode | None = None
    holds: Scalar | None = None
    except_: tuple[ExceptionNode, ...] = ()
    into: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class BlockNode(TreeNode):
    """What a ruleset says of each item of a list; `each` is what expressions call the item."""

    name: Scalar
    each: Scalar
    values: tuple[ValueNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    eligible: GroupNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class AmountNode(GroundedNode):
    """What an eligible case receives."""

    name: Scalar
    title: TitleNode | None = None
    is_: Scalar
    round: RoundNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class OutcomeNode(TreeNode):
    """What a decision says."""

    eligible: GroupNode
    amount: AmountNode | None = None
    consequences: tuple[Scalar, ...] = ()
    says: tuple[tuple[Scalar, TitleNode], ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class NoteNode(TreeNode):
    """What a decision must admit."""

    name: Scalar
    kind: Scalar
    zh: Scalar
    en: Scalar
    when: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class InForceNode(GroundedNode):
    """From when to when something applies."""

    from_: Scalar | None = None
    to: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class SourceNode(TreeNode):
    """A document that may be cited."""

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
    chosen: Scalar | None = None
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
class VocabularyTree(TreeNode):
    """The shared vocabulary."""

    policyrules: Scalar
    subjects: tuple[SubjectNode, ...] = ()
    lists: tuple[ItemListNode, ...] = ()
    consistent: tuple[ConsistencyNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)


@attrs.frozen(kw_only=True, slots=False)
class JurisdictionsTree(TreeNode):
    """What readers call the jurisdictions of a folder of rulesets."""

    policyrules: Scalar
    jurisdictions: tuple[tuple[Scalar, TitleNode], ...]
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)


@attrs.frozen(kw_only=True, slots=False)
class SourcesTree(TreeNode):
    """The documents that rulesets may cite."""

    policyrules: Scalar
    sources: tuple[SourceNode, ...]
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)
