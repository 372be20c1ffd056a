"""Decisions, replays and policies are immutable: no object that a caller gets can change them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from copy import copy, deepcopy
from datetime import date
from typing import Any, Final

import attrs
import pytest
from tests.engines.compiled.sample_policies import FIRM, hiring

import policyrules
from policyrules import Counterexample, Decision, LocalizedText, ReplayDifference
from policyrules.objects.frozen import FrozenDict

ON: Final = date(2022, 11, 25)
ID: Final = "cn-nm/job-stabilisation-refund"
HIRES: Final = {"hires": [{"id": "a", "hired_on": "2022-07-15"}, {"id": "b"}]}


def decisions() -> list[Decision]:
    refund = policyrules.load(ID).on(ON)
    hires = hiring().on(ON)
    return [
        decision
        for engine in ("forward", "compiled")
        for decision in (
            refund.decide(FIRM, engine=engine),
            refund.decide({"employer.layoff_rate": "23%"}, engine=engine),
            refund.decide({}, engine=engine),
            hires.decide(HIRES, engine=engine),
        )
    ]


def counterexample() -> Counterexample:
    return Counterexample(ON, ({"hires": [{"id": "a"}]},), ("eligible",))


# --- what can be reached -------------------------------------------------------------------------


def reachable(thing: object, seen: dict[int, object] | None = None) -> Iterator[object]:
    """Return all that public names lead to, attributes and entries alike."""
    seen = {} if seen is None else seen
    if id(thing) in seen or isinstance(thing, str | bytes | int | type | None.__class__):
        return
    seen[id(thing)] = thing
    yield thing
    inner: list[object] = []
    if isinstance(thing, Mapping):
        inner = [*thing.keys(), *thing.values()]
    elif isinstance(thing, tuple | list | set | frozenset):
        inner = list(thing)
    elif type(thing).__module__.startswith("policyrules."):
        names = [name for name in dir(thing) if not name.startswith("_")]
        for name in names:
            try:
                value = getattr(thing, name)
            except TypeError:  # `Possible.interval` of a word
                continue
            if not callable(value):
                inner.append(value)
    for value in inner:
        yield from reachable(value, seen)


WRITES: Final[list[Callable[[Any], object]]] = [
    lambda container: container.__setitem__(next(iter(container), "new"), "written"),
    lambda container: container.clear(),
    lambda container: container.pop(next(iter(container), "new"), None),
    lambda container: container.setdefault("new", "written"),
    lambda container: container.update({"new": "written"}),
    lambda container: container.__ior__({"new": "written"}),
    lambda container: container.append("written"),
    lambda container: container.extend(["written"]),
    lambda container: container.add("written"),
]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["decision", "replay", "policy", "counterexample"])
def test_no_container_that_can_be_reached_can_be_written_to(kind: str) -> None:
    made = decisions()
    roots: dict[str, list[Any]] = {
        "decision": [*made],
        "replay": [
            policyrules.replay(decision.receipt) for decision in made if decision.ruleset == ID
        ],
        "policy": [policyrules.load(ID).on(ON), hiring().on(ON)],
        "counterexample": [counterexample()],
    }
    open_: set[str] = set()
    n_containers = 0
    for root in roots[kind]:
        for thing in reachable(root):
            if not isinstance(thing, Mapping | list | set | frozenset | tuple):
                continue
            n_containers += 1
            before = list(thing)
            for write in WRITES:
                try:
                    write(thing)
                except (AttributeError, TypeError):
                    continue
                open_.add(f"{type(thing).__name__} of {before[:3]!r:.300}")
    assert not open_
    assert n_containers >= len(roots[kind])


# --- data ----------------------------------------------------------------------------------------


def spoil(data: Any) -> None:
    """Change every container within plain data."""
    if isinstance(data, dict):
        for inner in data.values():
            spoil(inner)
        data.clear()
        data["spoiled"] = True
    elif isinstance(data, tuple):
        for inner in data:
            spoil(inner)
    elif isinstance(data, list):
        for inner in data:
            spoil(inner)
        data.clear()
        data.append("spoiled")
    else:
        assert data is None or isinstance(data, str | int), type(data)


def with_data() -> Iterator[Any]:
    """Return all that can be reached and has a `to_dict`."""
    pairs = [
        (decision, policyrules.replay(decision.receipt))
        for decision in decisions()
        if decision.ruleset == ID
    ]
    receipt = pairs[0][0].receipt
    altered = receipt.to_dict() | {"content_hash": "sha256:0"}
    errors = []
    for wrong in ({"employer.laid_of": 1}, {"employer": {"size": "huge"}}):
        with pytest.raises(policyrules.FactsError) as error:
            policyrules.load(ID).on(ON).decide(wrong)
        errors.append(error.value)
    roots = [
        decisions(),
        policyrules.load(ID).on(ON).decide({}, assuming={"employer.laid_off": 0}),
        pairs,
        errors,
        policyrules.replay(altered),
        ReplayDifference("amount", LocalizedText("", ""), {"min": ["1"]}, {"max": ["2"]}),
        counterexample(),
        policyrules.select("job-stabilisation-refund", "cn-nm", ON),
    ]
    for root in roots:
        for thing in reachable(root):
            if hasattr(thing, "to_dict"):
                yield thing


@pytest.mark.slow
def test_data_shares_nothing_with_what_it_is_made_of() -> None:
    kinds = set()
    for thing in with_data():
        kinds.add(type(thing).__name__)
        before = deepcopy(thing.to_dict())
        spoil(thing.to_dict())
        assert thing.to_dict() == before, thing
    public = {
        name
        for name in policyrules.__all__
        if hasattr(kind := getattr(policyrules, name), "to_dict")
        and not issubclass(kind, policyrules.PolicyRulesError)
    }
    assert public <= kinds


def test_a_receipt_shares_nothing_with_what_it_was_read_from() -> None:
    for decision in decisions():
        data = decision.receipt.to_dict()
        receipt = policyrules.Receipt.from_dict(data)
        spoil(data)
        assert receipt == decision.receipt
        assert receipt.to_dict() == decision.receipt.to_dict()


def test_a_public_class_has_no_open_mapping_of_its_caller() -> None:
    given: dict[str, Any] = {"a": {"b": ["c"]}}
    difference = ReplayDifference("amount", LocalizedText("", ""), given, given)
    spoil(given)
    assert attrs.asdict(difference)["recorded"] == {"a": {"b": ("c",)}}


def test_a_frozen_mapping_refuses_every_change_and_is_a_mapping_for_the_rest() -> None:
    frozen = FrozenDict({"a": 1})
    writes: list[Callable[[], object]] = [
        lambda: frozen.__setitem__("a", 2),
        lambda: frozen.__delitem__("a"),
        lambda: frozen.__ior__({"a": 2}),
        frozen.clear,
        lambda: frozen.pop("a"),
        frozen.popitem,
        lambda: frozen.setdefault("b", 2),
        lambda: frozen.update(a=2),
    ]
    for write in writes:
        with pytest.raises(TypeError, match="frozen: change a copy"):
            write()
    assert frozen == {"a": 1}
    assert json.loads(json.dumps(frozen)) == {"a": 1}
    assert frozen | {"b": 2} == {"a": 1, "b": 2}
    for again in (copy(frozen), deepcopy(frozen), pickle.loads(pickle.dumps(frozen))):  # noqa: S301
        assert again == frozen
        assert type(again) is FrozenDict
