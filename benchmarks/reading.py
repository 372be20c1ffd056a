"""What it costs to start, to read and to check: processor time, as ratios in one run.

    python benchmarks/reading.py [--rounds N]

Steps in a new interpreter are compared with a bare one, long rulesets with one of 300 conditions.
Rounds take turns, so that a machine that slows down for a while slows both sides.
"""

import argparse
import gc
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import families

BARE: Final = "pass"
LOAD: Final = "import policyrules; policyrules.load({!r})"
STARTS: Final = {
    "import policyrules": "import policyrules",
    "load cn-nm/job-stabilisation-refund": LOAD.format("cn-nm/job-stabilisation-refund"),
    "load cn-nm/grassroots-senior-title": LOAD.format("cn-nm/grassroots-senior-title"),
    "select by place and day": "import policyrules; from datetime import date; "
    "policyrules.select('job-stabilisation-refund', 'cn-nm-150100', date(2023, 7, 5))",
    "policyrules --version": "from policyrules.cli import main; main(['--version'])",
    "policyrules list": "from policyrules.cli import main; main(['list'])",
}
CONDITIONS: Final = (300, 1_000, 3_000)

Row = dict[str, Any]


def rows(rounds: int) -> list[Row]:
    return [*starts(rounds), *growth(max(1, rounds // 3)), *parsers(rounds)]


def starts(rounds: int) -> list[Row]:
    """Milliseconds of processor time of a new interpreter, and how many bare ones that is."""
    programs = {"a bare interpreter": BARE, **STARTS}
    for program in programs.values():
        cpu_ms(program)  # so that every later one finds its files compiled and at hand
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            taken[name].append(cpu_ms(program))
    return compared("start: ", taken, "bare")


def cpu_ms(program: str) -> float:
    # An installed package has its bytecode; a machine that writes none would compile each time.
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "policyrules-bytecode")
    command = [sys.executable, "-c", program]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1_000


def growth(rounds: int) -> list[Row]:
    """Milliseconds to read and check a ruleset of so many conditions."""
    from policyrules.catalogue.store import RulesetLoader

    def check(path: Path) -> None:
        assert RulesetLoader().compile(path).ruleset is not None

    taken: dict[str, list[float]] = {f"{count:,} conditions": [] for count in CONDITIONS}
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for count in CONDITIONS:
            (Path(folder) / str(count)).mkdir()
            paths.append(families.write_ruleset(Path(folder) / str(count), count))
        check(paths[0])
        for _ in range(rounds):
            for path, times in zip(paths, taken.values(), strict=True):
                times.append(process_ms(lambda path=path: check(path)))  # type: ignore[misc]
    return compared("check: ", taken, "300 conditions")


def parsers(rounds: int) -> list[Row]:
    """Milliseconds for the events of the vocabulary, by libyaml and in Python."""
    from policyrules.catalogue.store import shipped_folder
    from policyrules.syntax.yaml_parsers import events_from_libyaml, events_from_ruamel

    text = (shipped_folder() / "vocabulary.yaml").read_text(encoding="utf-8")
    taken: dict[str, list[float]] = {"events by libyaml": [], "events in Python": []}
    for _ in range(rounds):
        for events, times in zip(
            (events_from_libyaml, events_from_ruamel), taken.values(), strict=True
        ):
            times.append(process_ms(lambda events=events: list(events(text) or ())))  # type: ignore[misc]
    return compared("parse: ", taken, "libyaml")


def process_ms(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time_ns()
    work()
    return (time.process_time_ns() - start) / 1_000_000


def compared(lead: str, taken: dict[str, list[float]], to: str) -> list[Row]:
    """A row for each, with the median ratio to the first of the same round."""
    first = next(iter(taken.values()))
    return [
        {
            "name": lead + name,
            "value": median(times),
            "unit": "ms",
            "ratio": median(sample / floor for sample, floor in zip(times, first, strict=True)),
            "to": to,
        }
        for name, times in taken.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure starting, reading and checking.")
    parser.add_argument("--rounds", type=int, default=9, help="rounds (9)")
    for row in rows(parser.parse_args().rounds):
        print(f"{row['name']:<44}{row['value']:>10,.1f} ms{row['ratio']:>8,.1f} x {row['to']}")


if __name__ == "__main__":
    main()
