"""The keys of tables: their types, their titles, and the domains of values that they may have."""

from __future__ import annotations

from fractions import Fraction

from policyrules.check.names import all_values
from policyrules.check.state import CheckState
from policyrules.check.types import title_of
from policyrules.ir.nodes import FactRef, Key
from policyrules.ir.tables import Choice, KeyDomain
from policyrules.ir.types import Kind, Type
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact
from policyrules.values.possible import UNDECLARED_WORD


def type_of_key(state: CheckState, key: Key) -> Type:
    """Return the type of a fact or a value that is a key."""
    if isinstance(key, FactRef):
        return state.facts[key.name].type
    return state.types[key.name]


def title_of_key(state: CheckState, key: Key) -> LocalizedText:
    """Return the title of a fact or a value that is a key."""
    if isinstance(key, FactRef):
        return state.facts[key.name].title
    return next(title_of(node.title) for _, node in all_values(state) if node.name.text == key.name)


def key_domain(state: CheckState, key: Key) -> KeyDomain:
    """Return the values that a key may have; a value has no declared range."""
    type_ = type_of_key(state, key)
    may_be_absent = type_.none is not None and not (isinstance(key, FactRef) and key.is_present)
    absent: list[Choice] = [None] if may_be_absent else []
    if type_.kind is Kind.YES_NO:
        return KeyDomain(False, (True, False, *absent))
    if not type_.kind.is_ordered:
        open_word = [UNDECLARED_WORD] if type_.open else []
        return KeyDomain(False, (*type_.words, *open_word, *absent))
    fact = state.facts.get(key.name) if isinstance(key, FactRef) else None
    step: Exact | None = 1
    if type_.kind not in {Kind.COUNT, Kind.DATE, Kind.MONTH, Kind.CALENDAR_YEAR}:
        step = None if type_.places is None else Fraction(1, 10**type_.places)
    low, high = (None, None) if fact is None else (fact.low, fact.high)
    return KeyDomain(True, tuple(absent), low, high, step)
