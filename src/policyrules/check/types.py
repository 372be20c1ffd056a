"""Types: what each fact and each value is declared to be."""

from __future__ import annotations

from typing import Final

import attrs

from policyrules.check.draft import Draft
from policyrules.check.literals import described, fits_places, read_places, read_range
from policyrules.check.names import report_reserved
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.syntax.grammar import TYPES_LATER
from policyrules.syntax.tree import FactNode, TitleNode, TypedNode, ValueNode
from policyrules.syntax.yaml import Scalar
from policyrules.titles import Title
from policyrules.values.exact import Exact

_CELL_WORDS: Final = frozenset({"else", "none", "not_stated", "pending", "either"})
"""What the rows and the cells of a table say for themselves."""


def title_of(node: TitleNode) -> Title:
    """The title of a node."""
    return Title(node.zh.text, node.en.text)


def type_facts(draft: Draft) -> None:
    """Types the facts of the vocabulary and of the ruleset; those of subjects in `uses` are its."""
    for subject in draft.vocabulary_tree.subjects:
        for node in subject.facts:
            _declare_fact(draft, subject.name.text, node)
    for subject_name, facts in draft.tree.facts:
        for node in facts:
            name = f"{subject_name.text}.{node.name.text}"
            if name in draft.vocabulary:
                draft.diagnostics.report(
                    "duplicate-id",
                    node.name.span,
                    f"the fact `{name}` is in the vocabulary already",
                    remedy="leave it out here",
                )
            else:
                _declare_fact(draft, subject_name.text, node)


def _declare_fact(draft: Draft, subject: str, node: FactNode) -> None:
    name = f"{subject}.{node.name.text}"
    type_ = type_of(draft, node)
    if type_ is None:
        draft.broken.add(name)
        return
    if type_.kind is Kind.WORDS:
        draft.broken.add(name)
        draft.diagnostics.report(
            "not-yet",
            node.type.span,
            "this version of the library has no facts that are sets of words",
            found="`words`",
            remedy="make it a word",
        )
        return
    low, high = range_of(draft, node, type_)
    title = title_of(node.title)
    fact = Fact(
        name=name,
        type=attrs.evolve(type_, none=title_of(node.none) if node.none else None),
        title=title,
        ask=title_of(node.ask) if node.ask else Title(f"{title.zh}？", f"{title.en}?"),
        low=low,
        high=high,
        as_of=node.as_of.text if node.as_of else "",
        changeable=node.changeable is not None and node.changeable.text == "true",
    )
    if type_.kind.is_numeric and node.range is None:
        missing(draft, node, "range", "the least and the largest figure, such as 0..100")
    if type_.kind in {Kind.NUMBER, Kind.RATIO} and node.places is None:
        missing(draft, node, "places", "how many decimal places a figure may have")
    draft.vocabulary[name] = fact
    if subject in draft.subjects:
        draft.facts[name] = fact


def missing(draft: Draft, node: TypedNode, key: str, expected: str) -> None:
    """Reports a key that a type makes necessary."""
    draft.diagnostics.report(
        "missing-key", node.span, f"the key `{key}` is missing", expected=f"`{key}`: {expected}"
    )


def type_of(draft: Draft, node: TypedNode) -> Type | None:
    """The declared type of a node, or None after reporting why there is none."""
    if node.type.text in TYPES_LATER:
        draft.diagnostics.report(
            "not-yet",
            node.type.span,
            f"this version of the library has no type `{node.type.text}`",
            remedy="use a later version",
        )
        return None
    kind = Kind(node.type.text)
    unit = _unit_of(draft, node, kind)
    if unit is None:
        return None
    words = {
        word.text: title_of(title) for word, title in node.words if word.text not in _CELL_WORDS
    }
    if words and kind is not Kind.WORD:
        superfluous(draft, node.words[0][0], "words", kind)
    if not words and kind is Kind.WORD and isinstance(node, (FactNode, ValueNode)):
        missing(draft, node, "words", "the words that it may be, each with its title")
        return None
    for word, _ in node.words:
        if word.text in _CELL_WORDS:
            report_reserved(draft, word)
    places = read_places(node.places, draft.diagnostics) if node.places else None
    if node.places and kind not in {Kind.NUMBER, Kind.RATIO}:
        superfluous(draft, node.places, "places", kind)
    fixed = {Kind.COUNT: 0, Kind.MONEY: 2}
    return Type(kind, unit, words, None, fixed.get(kind, places))


def superfluous(draft: Draft, scalar: Scalar, key: str, kind: Kind) -> None:
    """Reports a key that the kind does not have."""
    draft.diagnostics.report(
        "type-mismatch",
        scalar.span,
        f"{described(Type(kind))} has no `{key}`",
        found=f"`{key}`",
        remedy=f"leave `{key}` out",
    )


def _unit_of(draft: Draft, node: TypedNode, kind: Kind) -> Unit | None:
    if node.unit is None:
        if kind is Kind.MONEY:
            return Unit.of("CNY")
        if kind is Kind.COUNT:
            missing(draft, node, "unit", "what is counted, such as person or month")
            return None
        return PLAIN
    unit = Unit.parse(node.unit.text)
    if unit is None:
        draft.diagnostics.report(
            "bad-literal",
            node.unit.span,
            f"`{node.unit.text}` is not a unit",
            found=f"`{node.unit.text}`",
            expected="person, month, year, day, event, item, CNY, or a quotient like CNY/person",
        )
        return None
    if not kind.is_numeric or kind is Kind.RATIO:
        superfluous(draft, node.unit, "unit", kind)
        return None
    if kind is Kind.MONEY and ("CNY", 1) not in unit.powers:
        draft.diagnostics.report(
            "unit-mismatch",
            node.unit.span,
            "money is in CNY",
            found=f"`{node.unit.text}`",
            expected="CNY, or a quotient like CNY/person",
        )
        return None
    return unit


def range_of(draft: Draft, node: TypedNode, type_: Type) -> tuple[Exact | None, Exact | None]:
    """The ends of the declared range; None where there is none."""
    if node.range is None:
        return None, None
    if not type_.kind.is_numeric:
        superfluous(draft, node.range, "range", type_.kind)
        return None, None
    ends = read_range(node.range, type_, draft.diagnostics)
    if ends is None:
        return None, None
    if not all(fits_places(end, type_.places) for end in ends):
        draft.diagnostics.report(
            "out-of-range",
            node.range.span,
            "an end of the range has more decimal places than a figure may have",
            found=f"`{node.range.text}`",
            expected=f"decimal places: at most {type_.places}",
        )
    return ends


def type_values(draft: Draft) -> None:
    """Types the values, before the parameters that are tables by one of them."""
    for node in draft.tree.values:
        type_ = type_of(draft, node)
        if type_ is None:
            draft.broken.add(node.name.text)
        elif type_.kind is Kind.WORDS:
            draft.broken.add(node.name.text)
            draft.diagnostics.report(
                "type-mismatch",
                node.type.span,
                "a set of words is fixed by the text, never computed",
                remedy="make it a parameter",
            )
        else:
            draft.types[node.name.text] = type_
