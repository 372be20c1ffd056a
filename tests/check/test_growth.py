"""The work of reading and checking a ruleset grows as its text does, counted in lines of Python.

Seconds would depend on the machine; the lines that run depend on the text alone.
"""

import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import CompileResult, File

TITLE = "title: {zh: 一, en: One}"
HEAD = f"policyrules: 1\nid: cn-nm/many\n{TITLE}\nlegal_basis: a-law\nin_force: {{from: 2022-01-01, cite: a-law}}\nuses: [firm]\n"
SOURCES = File("sources.yaml", b"policyrules: 1\nsources:\n  a-law: {title: A law, issued: 2021}\n")
COUNT = "type: count, unit: person"
FEW, MANY = 50, 200
TIMES = MANY // FEW
"""What begins once for every text keeps the growth below; what grows with the square exceeds it."""


def plain(n: int) -> str:
    return f"  c-{n}: {{{TITLE}, holds: firm.n_{n} <= most_{n}, cite: a-law}}"


def with_notes(n: int) -> str:
    return f"  c-{n}: {{{TITLE}, holds: firm.n_{n} <= most_{n}, notes: [note-{n}]}}"


def with_exceptions(n: int) -> str:
    exception = f"e-{n}: {{{TITLE}, when: firm.n_{n} == most_{n}, holds: true, cite: a-law}}"
    return (
        f"  c-{n}: {{{TITLE}, holds: firm.n_{n} <= most_{n}, cite: a-law, except: {{{exception}}}}}"
    )


def of_a_chain(n: int) -> str:
    return f"  c-{n}: {{{TITLE}, holds: sum_{n} <= most_{n}, cite: a-law}}"


def parameter(n: int) -> str:
    return f"  most_{n}: {{{TITLE}, {COUNT}, value: {300 + n}, cite: a-law}}"


def parameter_with_rows(n: int) -> str:
    """Each parameter changes on a day of its own, so there are as many eras as parameters."""
    last = date(2022, 1, 1) + timedelta(n)
    rows = f"{{from: 2022-01-01, to: {last}, value: {300 + n}, cite: a-law}}, {{from: {last + timedelta(1)}, value: {301 + n}, cite: a-law}}"
    return f"  most_{n}: {{{TITLE}, {COUNT}, values: [{rows}]}}"


def value(n: int) -> str:
    term = f"sum_{n - 1} + firm.n_{n}" if n else "firm.n_0"
    return f"  sum_{n}: {{{TITLE}, {COUNT}, is: {term}, cite: a-law}}"


def note(n: int) -> str:
    return f"  note-{n}: {{kind: assumption, zh: 一, en: Note {n}}}"


Line = Callable[[int], str]
KINDS: dict[str, dict[str, Line]] = {
    "plain": {"parameters": parameter, "conditions": plain},
    "notes": {"parameters": parameter, "conditions": with_notes, "notes": note},
    "exceptions": {"parameters": parameter, "conditions": with_exceptions},
    "days": {"parameters": parameter_with_rows, "conditions": plain},
    "a chain of values": {"parameters": parameter, "values": value, "conditions": of_a_chain},
}


def compiled(kind: dict[str, Line], n: int) -> CompileResult:
    sections = [f"{key}:\n" + "\n".join(map(line, range(n))) for key, line in kind.items()]
    members = ", ".join(f"c-{number}" for number in range(n))
    ruleset = HEAD + "\n".join([*sections, f"outcome:\n  eligible: {{all: [{members}]}}\n"])
    facts = "".join(
        f"      n_{number}: {{{TITLE}, {COUNT}, range: 0..9999}}\n" for number in range(n)
    )
    words = f"policyrules: 1\nsubjects:\n  firm:\n    {TITLE}\n    facts:\n{facts}"
    file = File("cn-nm/many.yaml", ruleset.encode())
    return compile_ruleset(file, File("vocabulary.yaml", words.encode()), SOURCES)


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of the package run; a loop in one line counts for each of its rounds."""
    count = 0
    package = str(Path("policyrules"))

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "call" and package not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_the_work_grows_as_the_text_does(kind: dict[str, Line]) -> None:
    for n in (FEW, MANY):
        made = compiled(kind, n)
        assert made.ruleset is not None, made.diagnostics
        assert len(made.ruleset.conditions) == n
    few, many = (lines_run(lambda n=n: compiled(kind, n)) for n in (FEW, MANY))  # type: ignore[misc]
    assert many <= TIMES * few, f"{many / few:.2f} times the lines for {TIMES} times the text"
