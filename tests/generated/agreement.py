"""Agreement of every engine with the reference on generated rulesets, facts and days.

The reference and the engines of `ENGINES` take every case. They must give the same decision, or the
same error with the same facts named. The first difference is shrunk and printed, and the exit
status is 1.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import date
from typing import Any, Final, Protocol

import attrs
from tests.generated.cases import Drawer, Facts, day
from tests.generated.constructs import constructs_in
from tests.generated.ledger import ORDINARY, SMALL
from tests.generated.rulesets import Files, generated
from tests.generated.shrinking import smallest

from policyrules.decisions.decision import Decision, amounts_data
from policyrules.decisions.items import ItemDecision
from policyrules.engines import reference
from policyrules.engines.compiled import CompiledEngine
from policyrules.engines.forward.engine import ForwardEngine
from policyrules.engines.forward.kernels import default_kernel_name
from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.situation import Situation
from policyrules.intake import situation_from
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.outcome.batch import BatchDecider
from policyrules.outcome.build import build_decision

Answer = Mapping[str, Any]
CRASHED: Final = "crashed"


class Engine(Protocol):
    """What decides the cases of one ruleset."""

    def decide(self, dated: DatedRuleset, situation: Situation) -> Decision: ...

    def close(self) -> None: ...


class Evaluating:
    """The forward engine, with the decisions made of its evaluations."""

    def __init__(self, engine: ForwardEngine) -> None:
        self.engine = engine

    def decide(self, dated: DatedRuleset, situation: Situation) -> Decision:
        return build_decision(self.engine.evaluate(dated, situation), library="")

    def close(self) -> None:
        self.engine.close()


class Batches:
    """The compiled engine, and the reference for the cases that it does not decide."""

    def __init__(self) -> None:
        self.engine = CompiledEngine()
        self.decided = Counter[str]()

    def decide(self, dated: DatedRuleset, situation: Situation) -> Decision:
        decision = BatchDecider(self.engine, dated, "").decide(situation)
        self.decided[decision.receipt.engine] += 1
        return decision

    def close(self) -> None:
        pass


def _forward(kernel: str) -> Callable[[CheckedRuleset], Engine]:
    return lambda ruleset: Evaluating(ForwardEngine(ruleset, kernel))


ENGINES: Final[Mapping[str, Callable[[CheckedRuleset], Engine]]] = {
    **{
        f"forward on {kernel}": _forward(kernel)
        for kernel in dict.fromkeys((default_kernel_name(), "fixpoint"))
    },
    "compiled": lambda _: Batches(),
}
"""What is held against the reference, each made of a ruleset. Where durable_rules is not installed
the default kernel is the fixpoint itself."""


@attrs.frozen
class Triple:
    """A ruleset, facts and a day."""

    files: Files
    facts: Facts
    on: date


@attrs.frozen
class Difference:
    """Two deciders that give different answers."""

    triple: Triple
    decider: str
    key: str
    expected: object
    actual: object

    def __str__(self) -> str:
        texts = [f"# {name}\n{text}" for name, text in self.triple.files.texts().items()]
        facts = {name: str(value) for name, value in self.triple.facts.items()}
        return "\n".join(
            [
                *texts,
                f"on {self.triple.on}: {json.dumps(facts, ensure_ascii=False)}",
                f"reference: {self.key} = {self.expected}",
                f"{self.decider}: {self.key} = {self.actual}",
            ]
        )


@attrs.define
class Tally:
    """What was seen."""

    accepted: int = 0
    refused: int = 0
    triples: int = 0
    statuses: Counter[str] = attrs.field(factory=Counter)
    amounts: Counter[str] = attrs.field(factory=Counter)
    errors: Counter[str] = attrs.field(factory=Counter)
    batches: Counter[str] = attrs.field(factory=Counter)
    constructs: Counter[str] = attrs.field(factory=Counter)
    difference: Difference | None = None

    def add(self, other: "Tally") -> None:
        self.accepted += other.accepted
        self.refused += other.refused
        self.triples += other.triples
        self.statuses += other.statuses
        self.amounts += other.amounts
        self.errors += other.errors
        self.batches += other.batches
        self.constructs += other.constructs
        self.difference = self.difference or other.difference

    def count(self, answer: Answer) -> None:
        self.triples += 1
        if "error" in answer:
            self.errors[answer["error"]] += 1
            return
        self.statuses[answer["status"]] += 1
        amounts = answer["amounts"].values() if "amounts" in answer else [answer["amount"]]
        for amount in amounts:
            self.amounts[amount["status"] if amount else "no amount"] += 1


@attrs.frozen
class Deciders:
    """The reference and every engine, for one ruleset."""

    ruleset: CheckedRuleset
    engines: Mapping[str, Engine]

    @classmethod
    def for_ruleset(cls, ruleset: CheckedRuleset) -> "Deciders":
        return cls(ruleset, {name: make(ruleset) for name, make in ENGINES.items()})

    def batches(self) -> Counter[str]:
        """How many cases of the batches each engine decided."""
        batches = self.engines["compiled"]
        return batches.decided if isinstance(batches, Batches) else Counter()

    def close(self) -> None:
        for engine in self.engines.values():
            engine.close()

    def answers(self, facts: Facts, on: date, *, reasons: bool) -> Iterator[tuple[str, Answer]]:
        """The answer of each decider, the reference first."""
        try:
            situation, day_ = situation_from(facts, self.ruleset), dated(self.ruleset, on)
        except (FactsError, NotInForce) as error:
            yield from ((name, _failed(error)) for name in ("reference", *self.engines))
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a difference
            yield "reference", _crashed(error)
            return
        decide = {"reference": _by_reference}
        decide |= {name: engine.decide for name, engine in self.engines.items()}
        for name, decide_case in decide.items():
            try:
                yield name, answer_of(decide_case(day_, situation), reasons=reasons)
            except FactsError as error:
                yield name, _failed(error)
            except Exception as error:  # noqa: BLE001 - the same
                yield name, _crashed(error)


def _by_reference(dated: DatedRuleset, situation: Situation) -> Decision:
    return build_decision(reference.evaluate(dated, situation), library="")


def _failed(error: FactsError | NotInForce) -> Answer:
    return {"error": error.code, **error.to_dict()}


def _crashed(error: Exception) -> Answer:
    """What came out in place of a decision; no decider may answer so, even if all do."""
    return {"error": CRASHED, "why": repr(error)}


def answer_of(decision: Decision, *, reasons: bool) -> Answer:
    """The decision as data, but for what names the engine; the reasons only where asked for."""
    if reasons:
        answer = decision.to_dict()
        for key in ("engine", "kernel", "receipt_hash"):
            del answer["receipt"][key]
        return answer
    return {
        "status": decision.status,
        **amounts_data(decision.amounts),
        "conditions": decision.conditions.to_dict(),
        "values": {name: shown.data() for name, shown in decision.values.items()},
        "consequences": {name: shown.data() for name, shown in decision.consequences.items()},
        "items": {
            name: {key: _item(item) for key, item in items.items()}
            for name, items in decision.items.items()
        },
        "missing": [missing.to_dict() for missing in decision.missing],
        "unsettled": [point.to_dict() for point in decision.unsettled],
        "notices": [notice.to_dict() for notice in decision.notices],
    }


def _item(item: ItemDecision) -> Answer:
    """What is decided of an item, but for its reasons."""
    return {
        "status": item.status,
        "routes": item.routes,
        "conditions": (item.held, item.failed, item.unknown, item.excluded),
        "values": {name: shown.data() for name, shown in item.values.items()},
        "notices": [notice.to_dict() for notice in item.notices],
    }


def difference(deciders: Deciders, triple: Triple, *, reasons: bool) -> Difference | Answer:
    """The first difference on a triple, or the answer that all give."""
    (_, expected), *others = deciders.answers(triple.facts, triple.on, reasons=reasons)
    if expected.get("error") == CRASHED:
        return Difference(triple, "reference", "error", "a decision", expected["why"])
    for name, answer in others:
        if answer.get("error") == CRASHED:
            return Difference(triple, name, "error", "none", answer["why"])
        if answer != expected:
            key = next(
                key for key in {**expected, **answer} if expected.get(key) != answer.get(key)
            )
            return Difference(triple, name, key, expected.get(key), answer.get(key))
    return expected


def still_differs(files: Files, facts: Facts, on: date) -> Difference | None:
    """Whether a shrunken triple, if the checker takes it, still has a difference."""
    compiled = files.compiled()
    if compiled.ruleset is None:
        return None
    with closing(Deciders.for_ruleset(compiled.ruleset)) as deciders:
        facts = fitting(facts, compiled.ruleset)
        result = difference(deciders, Triple(files, facts, on), reasons=True)
    return result if isinstance(result, Difference) else None


def fitting(facts: Facts, ruleset: CheckedRuleset) -> Facts:
    """Those of the facts that a smaller ruleset still has."""
    fitted: dict[str, object] = {}
    for name, value in facts.items():
        if name in ruleset.lists and isinstance(value, list):
            known_keys = {ruleset.lists[name].key} | {
                fact.partition(".")[2] for fact in ruleset.facts if fact.startswith(f"{name}.")
            }
            fitted[name] = [{key: item[key] for key in item if key in known_keys} for item in value]
        elif name in ruleset.facts or name in ruleset.lists:
            fitted[name] = value
    return fitted


def compare(seed: int, n_cases: int) -> Tally:
    """Compares the deciders on the cases of one generated ruleset."""
    rng = random.Random(seed)
    files = generated(rng, SMALL if seed % 3 == 0 else ORDINARY)
    tally = Tally()
    compiled = files.compiled()
    if compiled.ruleset is None:
        tally.refused = 1
        return tally
    tally.accepted = 1
    tally.constructs.update(constructs_in(files))
    drawer = Drawer(compiled.ruleset)
    with closing(Deciders.for_ruleset(compiled.ruleset)) as deciders:
        for number in range(n_cases):
            on = day(rng, compiled.ruleset)
            triple = Triple(files, drawer.case(rng, on), on)
            # Reasons take longest to make, and each engine hands on all that they are made of.
            result = difference(deciders, triple, reasons=number % 5 == 0)
            if isinstance(result, Difference):
                tally.difference = result
                return tally
            tally.count(result)
        tally.batches.update(deciders.batches())
    return tally


def shrunken(difference: Difference) -> Difference:
    """The same difference on the smallest ruleset and facts that still have one."""
    triple = difference.triple

    def differs(files: Files, facts: Facts) -> bool:
        return still_differs(files, facts, triple.on) is not None

    files, facts = smallest(triple.files, triple.facts, differs)
    return still_differs(files, facts, triple.on) or difference


def tallies(seeds: range, n_cases: int, jobs: int) -> Iterator[Tally]:
    """The tally of each ruleset, in the order of the seeds."""
    if jobs == 1:
        yield from (compare(seed, n_cases) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(compare, seeds, [n_cases] * len(seeds), chunksize=20)


def _count(text: str) -> int:
    return int(text.replace(",", "").replace("_", ""))


def main(arguments: list[str] | None = None) -> int:
    """Compares as many rulesets as asked for, and prints what was seen."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m tests.generated.agreement"
    )
    parser.add_argument("--rulesets", type=_count, default=200, help="that the checker accepts")
    parser.add_argument("--cases", type=_count, default=20, help="facts and a day, each ruleset")
    parser.add_argument("--seed", type=_count, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    chosen = parser.parse_args(arguments)
    started, total = time.monotonic(), Tally()
    # Room for the few that the checker refuses.
    seeds = range(chosen.seed, chosen.seed + chosen.rulesets * 11 // 10 + 5)
    for tally in tallies(seeds, chosen.cases, chosen.jobs):
        total.add(tally)
        if total.difference or total.accepted == chosen.rulesets:
            break
    _print(total, time.monotonic() - started)
    if total.difference:
        print("DIFFERENCE\n" + str(shrunken(total.difference)))  # noqa: T201 - its output
        return 1
    return 0


def _print(total: Tally, seconds: float) -> None:
    lines = [
        f"engines      reference, {', '.join(ENGINES)}",
        f"rulesets     {total.accepted:,} accepted, {total.refused:,} refused by the checker",
        f"triples      {total.triples:,} in {seconds:,.0f} s",
    ]
    decided = sum(total.statuses.values()) or 1
    for name, counts in (
        ("statuses", total.statuses),
        ("amounts", total.amounts),
        ("errors", total.errors),
    ):
        lines.append(name)
        for what, n in counts.most_common():
            lines.append(f"    {what:16} {n:9,}  {100 * n / decided:5.1f} %")
    lines.append("constructs, by the rulesets that have them")
    lines += [f"    {what:46} {n:7,}" for what, n in sorted(total.constructs.items())]
    print("\n".join(lines))  # noqa: T201 - its output


if __name__ == "__main__":
    sys.exit(main())
