"""Measure decisions, loading and import, as ratios to a hand-written function, in one run.

    python benchmarks/run.py [--json] [--rounds N] [--starts N]

`README.md` beside this file says what each row means and how to read it.
"""

import argparse
import gc
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any, Final

import handwritten

from policyrules.engines.compiled import CompiledEngine

RULESET: Final = "cn-nm/job-stabilisation-refund"
ON: Final = date(2022, 11, 25)
FIRMS: Final = 64
ROUND_NS: Final = 20_000_000  # about how long one row runs in one round
# glibc then keeps freed memory instead of handing it back and asking for it again.
MEMORY_KEPT: Final = {
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "268435456",
}
SETTINGS: Final = {"as it is": {}, "memory kept": MEMORY_KEPT}

# A new interpreter takes each first step and prints its nanoseconds.
FIRST_STEPS: Final = f"""
from datetime import date
from time import perf_counter_ns
import policyrules
marks = [perf_counter_ns()]
policy = policyrules.load({RULESET!r})
marks.append(perf_counter_ns())
on = policy.on(date.fromisoformat({ON.isoformat()!r}))
marks.append(perf_counter_ns())
on.decide({{"employer.laid_off": 0}}).status
marks.append(perf_counter_ns())
print(*(after - before for before, after in zip(marks, marks[1:])))
"""

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure policyrules against a floor.")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--rounds", type=int, default=25, help="rounds of decisions (25)")
    parser.add_argument("--starts", type=int, default=15, help="new interpreters a step (15)")
    parser.add_argument("--this-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.this_process:
        print(json.dumps(measure(options.rounds, options.starts)))
        return
    report = {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "settings": {name: elsewhere(options, kept) for name, kept in SETTINGS.items()},
    }
    print(json.dumps(report, indent=2) if options.json else as_text(report))


def elsewhere(options: argparse.Namespace, setting: dict[str, str]) -> list[Row]:
    """The rows, measured in a process of its own: malloc reads its settings only at the start."""
    counts = [f"--rounds={options.rounds}", f"--starts={options.starts}"]
    return json.loads(output_of([__file__, "--this-process", *counts], setting))  # type: ignore[no-any-return]


def measure(rounds: int, starts: int) -> list[Row]:
    import reading

    steps = [*first_steps(starts), *reading.rows(starts)]
    return [*decisions(rounds), *families(max(1, rounds // 5)), *steps]


# --- decisions ------------------------------------------------------------------------------


def decisions(rounds: int) -> list[Row]:
    """Microseconds a decision, and how many times the floor of the same round that is."""
    import policyrules

    firms = list(some_firms(random.Random(20221125)))
    ready = [firm for firm, _ in firms]
    facts = [fact for _, fact in firms]
    dated = policyrules.load(RULESET).on(ON)
    decide, read = dated.decide, dated.policy.intake.read
    agree(decide, ready, facts)
    read_already = [read(fact) for fact in facts]
    exact = CompiledEngine().program(dated.dated).exact
    from_facts = dated.decide_many(cycle(facts))
    from_situations = dated.decide_many(cycle(read_already))
    unknown = [read({**fact, "employer.size": None}) for fact in facts]
    from_unknown = dated.decide_many(cycle(unknown))

    def result(fact: object, **how: str) -> None:
        decision = decide(fact, **how)
        decision.status  # noqa: B018 - read, because a caller reads it
        decision.amount  # noqa: B018

    def streamed(stream: Iterator[Any], *parts: str) -> Callable[[object], None]:
        def take(_: object) -> None:
            decision = next(stream)
            for part in parts:
                getattr(decision, part)

        return take

    works: dict[str, tuple[Callable[[Any], object], list[Any]]] = {
        "hand-written (the floor)": (handwritten.refund, ready),
        "hand-written, with reasons": (handwritten.with_reasons, ready),
        "forward, status and amount": (result, facts),
        "forward, to_dict()": (lambda fact: decide(fact).to_dict(), facts),
        "forward on the fixpoint kernel": (lambda fact: result(fact, kernel="fixpoint"), facts),
        "reference, status and amount": (lambda fact: result(fact, engine="reference"), facts),
        "reference, to_dict()": (lambda fact: decide(fact, engine="reference").to_dict(), facts),
        "compiled: the function alone": (exact, read_already),
        "compiled: status": (streamed(from_situations, "status"), facts),
        "compiled: status, amount": (streamed(from_situations, "status", "amount"), facts),
        "compiled: status, conditions": (streamed(from_situations, "status", "conditions"), facts),
        "compiled: status, reasons": (streamed(from_situations, "status", "reasons"), facts),
        "compiled, size unknown: status": (streamed(from_unknown, "status"), facts),
        "reading the facts": (read, facts),
        "compiled: both, from facts": (streamed(from_facts, "status", "amount"), facts),
        "compiled, to_dict()": (lambda fact: decide(fact, engine="compiled").to_dict(), facts),
    }
    passes = {name: passes_for(*work) for name, work in works.items()}
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):  # row after row in each round, so that drift meets them all
        for name, work in works.items():
            gc.collect()
            taken[name].append(ns_each(*work, passes[name]))
    floors = taken["hand-written (the floor)"]
    return [
        {
            "name": name,
            "value": median(ns) / 1_000,
            "unit": "us",
            "ratio": median(sample / floor for sample, floor in zip(ns, floors, strict=True)),
        }
        for name, ns in taken.items()
    ]


def passes_for(work: Callable[[Any], object], cases: list[Any]) -> int:
    """How many passes over the cases fill one round; measured warm."""
    ns_each(work, cases, 1)
    return max(1, int(ROUND_NS / (ns_each(work, cases, 1) * len(cases))))


def ns_each(work: Callable[[Any], object], cases: list[Any], passes: int) -> float:
    start = time.perf_counter_ns()
    for _ in range(passes):
        for case in cases:
            work(case)
    return (time.perf_counter_ns() - start) / (passes * len(cases))


def some_firms(rng: random.Random) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Complete firms near the boundaries: ready for the floor, and as facts for the package."""
    for _ in range(FIRMS):
        headcount = rng.choice((10, 30, 31, 200, 1_000, 20_000, 9_999_800))
        limit = headcount // 5 if headcount <= 30 else headcount * 11 // 200
        ready = {
            "fund_reserve": rng.choices((9_999, 10_000, 10_001, 120_000), (1, 6, 3, 3))[0],
            "kind": rng.choices(("enterprise", "law_firm", "other"), (9, 3, 1))[0],
            "size": rng.choice(("large", "medium", "small", "micro", "none")),
            "insured_headcount": headcount,
            "laid_off": rng.choices((0, limit, limit + 1), (2, 4, 1))[0],
            "full_paid_months": rng.choices((11, 12, 60), (1, 9, 3))[0],
            "premium": rng.randrange(10 ** rng.randint(1, 11)),
            "dishonesty_listed": rng.random() < 0.05,
            "zombie_listed": rng.random() < 0.05,
            "environment_compliant": rng.random() >= 0.05,
        }
        facts: dict[str, Any] = {f"employer.{name}": value for name, value in ready.items()}
        years = Decimal(facts.pop("employer.fund_reserve")).scaleb(-4)
        facts["employer.premium_paid"] = Decimal(facts.pop("employer.premium")).scaleb(-2)
        yield ready, {"pooling_area.fund_reserve_years": years, **facts}


def agree(decide: Callable[..., Any], ready: list[Any], facts: list[Any]) -> None:
    """Stop unless all that is timed gives the same answers: a wrong answer has no speed."""
    for firm, fact in zip(ready, facts, strict=True):
        eligible, fen, failed = handwritten.with_reasons(firm)
        assert handwritten.refund(firm) == (eligible, fen)
        hows = ({}, {"kernel": "fixpoint"}, {"engine": "reference"}, {"engine": "compiled"})
        for how in hows:
            decision = decide(fact, **how).to_dict()
            assert decision["status"] == ("eligible" if eligible else "ineligible"), (fact, how)
            assert sorted(decision["conditions"]["failed"]) == sorted(failed), (fact, how)
            value = decision["amount"]["value"]
            assert fen == (None if value is None else Fraction(value) * 100), (fact, how)


# --- policies, and growth -------------------------------------------------------------------


def families(rounds: int) -> list[Row]:
    """Microseconds a status of facts that were read already, by every engine."""
    import families

    rows: list[Row] = []
    for title, cases in (
        ("policy", families.policies()),
        ("growth", families.more_hires()),
        ("growth", families.more_conditions()),
    ):
        for name, dated, facts in cases:
            situation = dated.policy.intake.read(facts)
            works = {
                engine: partial(dated.decide, engine=engine)
                for engine in ("compiled", "reference", "forward")
            }
            passes = {engine: passes_for(work, [situation]) for engine, work in works.items()}
            taken: dict[str, list[float]] = {engine: [] for engine in works}
            for _ in range(rounds):
                for engine, work in works.items():
                    gc.collect()
                    taken[engine].append(ns_each(work, [situation], passes[engine]))
            rows += [
                {
                    "name": f"{title}: {name}, {engine}",
                    "value": median(ns) / 1_000,
                    "unit": "us",
                    "ratio": median(
                        sample / floor for sample, floor in zip(ns, taken["compiled"], strict=True)
                    ),
                    "to": "compiled",
                }
                for engine, ns in taken.items()
            ]
    return rows


# --- first steps ----------------------------------------------------------------------------


def first_steps(starts: int) -> list[Row]:
    """Milliseconds of what a new interpreter does once, bare starts and imports in turn."""
    output_of(["-c", FIRST_STEPS])  # so that every later one finds its files compiled and at hand
    bare, imported = [], []
    steps: dict[str, list[float]] = {"load, uncached": [], "on(date)": [], "first decision": []}
    for _ in range(starts):
        bare.append(wall_ms(["-c", "pass"]))
        imported.append(wall_ms(["-c", "import policyrules"]))
        printed = output_of(["-c", FIRST_STEPS]).split()
        for taken, ns in zip(steps.values(), printed, strict=True):
            taken.append(int(ns) / 1_000_000)
    over = [import_time - floor for import_time, floor in zip(imported, bare, strict=True)]
    rows: dict[str, float] = {
        "python -c pass": median(bare),
        "import policyrules, over that": median(over),
        **{name: median(taken) for name, taken in steps.items()},
    }
    return [
        {"name": name, "value": value, "unit": "ms", "ratio": None} for name, value in rows.items()
    ]


def wall_ms(arguments: list[str]) -> float:
    start = time.perf_counter_ns()
    output_of(arguments)
    return (time.perf_counter_ns() - start) / 1_000_000


def output_of(arguments: list[str], setting: dict[str, str] | None = None) -> str:
    command = [sys.executable, *arguments]
    environment = os.environ | (setting or {})
    run = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return run.stdout


# --- the tables -----------------------------------------------------------------------------


def as_text(report: dict[str, Any]) -> str:
    lines = [f"Python {report['python']}, {report['machine']}; medians; {RULESET} on {ON}"]
    for setting, rows in report["settings"].items():
        lines += ["", f"malloc: {setting}"]
        for row in rows:
            to = row.get("to", "floor")
            ratio = "" if row["ratio"] is None else f"{row['ratio']:>10,.1f} x {to}"
            lines.append(f"  {row['name']:<52}{row['value']:>10,.2f} {row['unit']}{ratio}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
