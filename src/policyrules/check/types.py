"""Check the declared types of facts, lists and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.check.calendar_literals import read_period
from policyrules.check.literals import (
    describe_type,
    fits_places,
    read_count,
    read_places,
    read_range,
)
from policyrules.check.names import all_values, report_reserved
from policyrules.check.quantities import read_unit
from policyrules.check.state import CheckState
from policyrules.check.titles import report_ambiguous_titles
from policyrules.check.units import parse_unit, title_of_unit
from policyrules.diagnostics import listed
from policyrules.ir.ruleset import Fact, ListDeclaration
from policyrules.ir.types import BASE_UNITS, PLAIN, Kind, Type, Unit
from policyrules.syntax.common_grammar import ENTRY_TYPES
from policyrules.syntax.tree import FactNode, ItemListNode, TitleNode, TypedNode, ValueNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact

USUAL_RANGES: Final[Mapping[Kind, tuple[int, int]]] = MappingProxyType(
    {
        Kind.DATE: (date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal()),
        Kind.MONTH: (12 * 1900, 12 * 2100 + 11),
        Kind.CALENDAR_YEAR: (1900, 2100),
    }
)
"""The range of a day, month or year whose declaration has none."""

_FACT_REMEDIES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.WORDS: "make it a list of words",
        Kind.PERIOD: "make it two dates",
        Kind.SCALE: "make it a parameter",
    }
)
"""The remedy for a fact of a kind that only a parameter can have."""

_RESERVED_CELL_WORDS: Final = frozenset({"else", "none", "not_stated", "pending", "either"})
"""The words that rows and cells of tables reserve."""


def title_of(node: TitleNode) -> LocalizedText:
    """Return the title of a node."""
    return LocalizedText(node.zh.text, node.en.text)


def declare_facts(state: CheckState) -> None:
    """Declare the facts of the vocabulary and of the ruleset; only those in `uses` are read."""
    for item_list in state.vocabulary_tree.lists:
        _declare_list(state, item_list)
    for subject in (*state.vocabulary_tree.subjects, *state.vocabulary_tree.lists):
        for node in subject.facts:
            _declare_fact(state, subject.name.text, node)
    for subject_name, facts in state.tree.facts:
        for node in facts:
            name = f"{subject_name.text}.{node.name.text}"
            if name in state.vocabulary:
                state.diagnostics.report(
                    "duplicate-id",
                    node.name.span,
                    f"the fact `{name}` is in the vocabulary already",
                    remedy="leave it out here",
                )
            else:
                _declare_fact(state, subject_name.text, node)


def _declare_list(state: CheckState, node: ItemListNode) -> None:
    """Declare a list of the vocabulary."""
    title = title_of(node.title)
    unit = PLAIN if node.unit is None else parse_unit(state, node.unit.text)
    at_most = read_count(node.at_most, "a number of items", state.diagnostics, least=1, digits=9)
    if unit is None and node.unit is not None:
        report_unknown_unit(state, node.unit)
    added = [facts for name, facts in state.tree.facts if name.text == node.name.text]
    for fact in (*node.facts, *(fact for facts in added for fact in facts)):
        _check_fact_of_item(state, node, fact)
    if unit is None or at_most is None:
        state.broken.add(node.name.text)
        return
    state.all_lists[node.name.text] = ListDeclaration(
        name=node.name.text,
        title=title,
        item_title=title_of(node.item) if node.item else title,
        ask=title_of(node.ask) if node.ask else LocalizedText(f"{title.zh}？", f"{title.en}?"),
        key=node.key.text,
        unit=unit,
        max_items=at_most,
        unit_title=_unit_title_of(state, node, unit, "a list without `unit`"),
    )


def _check_fact_of_item(state: CheckState, node: ItemListNode, fact: FactNode) -> None:
    if fact.name.text == node.key.text:
        state.diagnostics.report(
            "duplicate-id",
            fact.name.span,
            f"`{fact.name.text}` is the key of the items already",
            related=((node.key.span, "it is declared here"),),
            remedy="leave the fact out: the key is a text of its own",
        )
    elif fact.name.text == "eligible":
        report_reserved(state, fact.name)


def _declare_fact(state: CheckState, subject: str, node: FactNode) -> None:
    name = f"{subject}.{node.name.text}"
    type_ = type_of(state, node)
    if type_ is None:
        state.broken.add(name)
        return
    if type_.kind in {Kind.WORDS, Kind.PERIOD, Kind.SCALE}:
        state.broken.add(name)
        state.diagnostics.report(
            "type-mismatch",
            node.type.span,
            f"a fact cannot be {describe_type(type_)}",
            found=f"`{node.type.text}`",
            remedy=_FACT_REMEDIES[type_.kind],
        )
        return
    if type_.kind is Kind.LIST and node.none is not None:
        state.diagnostics.report(
            "type-mismatch",
            node.none.span,
            "a list has no `none`",
            found="`none`",
            remedy="leave it out: a list without entries is a known absence",
        )
    low, high = range_of(state, node, type_)
    title = title_of(node.title)
    fact = Fact(
        name=name,
        type=attrs.evolve(type_, none=title_of(node.none) if node.none else None),
        title=title,
        ask=title_of(node.ask) if node.ask else LocalizedText(f"{title.zh}？", f"{title.en}?"),
        low=low,
        high=high,
        as_of=node.as_of.text if node.as_of else "",
        changeable=node.changeable is not None and node.changeable.text == "true",
        max_items=_read_max_entries(state, node, type_.kind),
        is_past=_is_past(state, node, type_),
    )
    if type_.kind.is_numeric and node.range is None:
        report_missing_key(state, node, "range", "the least and the largest figure, such as 0..100")
    if type_.kind in {Kind.NUMBER, Kind.RATIO} and node.places is None:
        report_missing_key(state, node, "places", "how many decimal places a figure may have")
    state.vocabulary[name] = fact
    if subject in state.subjects:
        state.facts[name] = fact


def _is_past(state: CheckState, node: FactNode, type_: Type) -> bool:
    """Return whether a fact cannot lie in the future; report `past` on a fact that is not a day."""
    if node.past is None:
        return False
    if not (type_.entry_kind or type_.kind).is_calendar:
        report_unexpected_key(state, node.past, "past", type_.kind)
        return False
    return node.past.text == "true"


def _read_max_entries(state: CheckState, node: FactNode, kind: Kind) -> int:
    """Return the maximum number of entries of a list, or 0 for another type."""
    if kind is not Kind.LIST:
        if node.at_most is not None:
            report_unexpected_key(state, node.at_most, "at_most", kind)
        return 0
    if node.at_most is None:
        report_missing_key(state, node, "at_most", "how many entries it may have")
        return 0
    most = read_count(node.at_most, "a number of entries", state.diagnostics, least=1, digits=9)
    return most or 0


def report_missing_key(state: CheckState, node: TypedNode, key: str, expected: str) -> None:
    """Report that a key is missing that the type requires."""
    state.diagnostics.report(
        "missing-key", node.span, f"the key `{key}` is missing", expected=f"`{key}`: {expected}"
    )


def type_of(state: CheckState, node: TypedNode) -> Type | None:
    """Return the declared type of a node; None after reporting a fault."""
    kind = Kind(node.type.text)
    unit = _unit_of(state, node, kind)
    if unit is None:
        return None
    words = {
        word.text: title_of(title)
        for word, title in node.words
        if word.text not in _RESERVED_CELL_WORDS
    }
    report_ambiguous_titles(state, node)
    entry_kind = _read_entry_kind(state, node, kind)
    has_words = kind is Kind.WORD or entry_kind is Kind.WORD
    if words and not has_words:
        report_unexpected_key(state, node.words[0][0], "words", kind)
    if not words and has_words and isinstance(node, (FactNode, ValueNode)):
        report_missing_key(state, node, "words", "the words that it may be, each with its title")
        return None
    if kind is Kind.LIST and entry_kind is None:
        return None
    for word, _ in node.words:
        if word.text in _RESERVED_CELL_WORDS:
            report_reserved(state, word)
    places = read_places(node.places, state.diagnostics) if node.places else None
    if node.places and kind not in {Kind.NUMBER, Kind.RATIO}:
        report_unexpected_key(state, node.places, "places", kind)
    fixed = {Kind.COUNT: 0, Kind.MONEY: 2}
    is_open = isinstance(node, FactNode) and _is_open(state, node, kind, has_words=has_words)
    unit_title = _unit_title_of(state, node, unit, describe_type(Type(kind)))
    return Type(kind, unit, words, None, fixed.get(kind, places), is_open, entry_kind, unit_title)


def _unit_title_of(
    state: CheckState, node: TypedNode | ItemListNode, unit: Unit, described_kind: str
) -> LocalizedText | None:
    """Return the title of the unit; report a title without a unit."""
    if node.unit_title is None:
        return title_of_unit(state, unit)
    if unit.is_plain:
        state.diagnostics.report(
            "type-mismatch",
            node.unit_title.span,
            f"{described_kind} has no `unit_title`",
            found="`unit_title`",
            remedy="leave `unit_title` out",
        )
        return None
    return title_of(node.unit_title)


def _read_entry_kind(state: CheckState, node: TypedNode, kind: Kind) -> Kind | None:
    """Return the kind of the entries of a list; report a list that is not a fact."""
    if not isinstance(node, FactNode):
        if kind is Kind.LIST:
            state.diagnostics.report(
                "type-mismatch",
                node.type.span,
                "only a fact can be a list",
                found="`list`",
                remedy="count or sum the entries of one"
                if isinstance(node, ValueNode)
                else "make it a set of words (`words`)",
            )
        return None
    if kind is not Kind.LIST:
        if node.of is not None:
            report_unexpected_key(state, node.of, "of", kind)
        return None
    if node.of is None:
        report_missing_key(state, node, "of", f"what its entries are: {listed(ENTRY_TYPES)}")
        return None
    return Kind(node.of.text)


def _is_open(state: CheckState, node: FactNode, kind: Kind, *, has_words: bool) -> bool:
    if node.open is not None and not has_words:
        report_unexpected_key(state, node.open, "open", kind)
    return node.open is not None and node.open.text == "true" and has_words


def report_unexpected_key(state: CheckState, scalar: Scalar, key: str, kind: Kind) -> None:
    """Report a key that the type does not allow."""
    state.diagnostics.report(
        "type-mismatch",
        scalar.span,
        f"{describe_type(Type(kind))} has no `{key}`",
        found=f"`{key}`",
        remedy=f"leave `{key}` out",
    )


_MONEY: Final = frozenset({Kind.MONEY, Kind.SCALE})
"""The kinds whose figures are in CNY unless they say another unit of money."""


def _unit_of(state: CheckState, node: TypedNode, kind: Kind) -> Unit | None:
    if node.unit is None:
        if kind in _MONEY:
            return Unit.from_name("CNY")
        if kind is Kind.COUNT:
            report_missing_key(state, node, "unit", "what is counted, such as person or month")
            return None
        return PLAIN
    unit = parse_unit(state, node.unit.text)
    if unit is None:
        report_unknown_unit(state, node.unit)
        return None
    if kind not in {Kind.LIST, Kind.SCALE} and (not kind.is_numeric or kind is Kind.RATIO):
        report_unexpected_key(state, node.unit, "unit", kind)
        return None
    if kind in _MONEY and not unit.is_money:
        state.diagnostics.report(
            "unit-mismatch",
            node.unit.span,
            f"{'money' if kind is Kind.MONEY else 'a scale'} must be in CNY",
            found=f"`{node.unit.text}`",
            expected="CNY, or a quotient like CNY/person",
        )
        return None
    return unit


def report_unknown_unit(state: CheckState, unit: Scalar) -> None:
    """Report a text that is no unit."""
    state.diagnostics.report(
        "bad-literal",
        unit.span,
        f"`{unit.text}` is not a unit",
        found=f"`{unit.text}`",
        expected=f"{', '.join((*BASE_UNITS, *state.units))}, or a quotient like CNY/person",
        remedy="" if (meant := read_unit(unit.text)) is None else f"write `{meant}`",
    )


def range_of(state: CheckState, node: TypedNode, type_: Type) -> tuple[Exact | None, Exact | None]:
    """Return the ends of the declared range, or of the usual range of the calendar."""
    kind = type_.entry_kind or type_.kind
    if isinstance(node, FactNode) and kind.is_calendar:
        if node.range is None:
            return USUAL_RANGES[kind]
        return read_period(node.range, kind, state.diagnostics) or USUAL_RANGES[kind]
    if node.range is None:
        return None, None
    if type_.kind.is_calendar:
        return read_period(node.range, type_.kind, state.diagnostics) or (None, None)
    if not type_.kind.is_numeric:
        report_unexpected_key(state, node.range, "range", type_.kind)
        return None, None
    ends = read_range(node.range, type_, state.diagnostics)
    if ends is None:
        return None, None
    if not all(fits_places(end, type_.places) for end in ends):
        state.diagnostics.report(
            "out-of-range",
            node.range.span,
            "an end of the range has more decimal places than a figure may have",
            found=f"`{node.range.text}`",
            expected=f"decimal places: at most {type_.places}",
        )
    return ends


def declare_values(state: CheckState) -> None:
    """Declare the types of the values, which may be keys of parameters."""
    for scope, node in all_values(state):
        type_ = type_of(state, node)
        if type_ is None:
            state.broken.add(node.name.text)
        elif type_.kind in {Kind.WORDS, Kind.PERIOD, Kind.SCALE}:
            state.broken.add(node.name.text)
            state.diagnostics.report(
                "type-mismatch",
                node.type.span,
                f"a value cannot be {describe_type(type_)}, which the text fixes",
                remedy="make it a parameter",
            )
        else:
            state.types[node.name.text] = type_
            if scope:
                state.scopes[node.name.text] = scope
