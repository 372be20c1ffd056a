"""Rulesets with one mistake put into them, line by line, as an author might make it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple


class Mutant(NamedTuple):
    """A ruleset that is not the one that was meant."""

    what: str
    text: str

    def __str__(self) -> str:
        return self.what


OPERATORS = (
    ("<=", "<"),
    (">=", ">"),
    ("==", "!="),
    ("!=", "=="),
    (" in ", " not in "),
    ("not ", ""),
    ("is: 0", "is: 1"),
)
CELLS = ((": sme", ": large"), (": large", ": sme"), (": not_stated", ": sme"))


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of the text of a ruleset."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        for new in [*_operators(line), *_figures(line), *_members(line), *_rounding(line)]:
            changed = "\n".join([*lines[:place], new, *lines[place + 1 :]])
            yield Mutant(f"{place + 1}: {line.strip()} -> {new.strip()}", changed)
        end = _end_of_what_may_go(lines, place)
        if end is not None:
            without = "\n".join([*lines[:place], *lines[end:]])
            yield Mutant(f"{place + 1}: {line.strip()} left out", without)
    yield from _dates(text)


def _key(line: str) -> str:
    return line.strip().removeprefix("- ").partition(":")[0]


def _operators(line: str) -> Iterator[str]:
    if _key(line) in {"holds", "is", "when"}:
        yield from (line.replace(old, new, 1) for old, new in OPERATORS if old in line)


def _figures(line: str) -> Iterator[str]:
    """A figure by a unit, a rate by a point and by a tenth of one, a cell by another."""
    if _key(line) != "value":
        return
    for found in re.finditer(r"[0-9]+(\.[0-9]+)?(?=%)", line):
        for step in ("-1", "1", "-0.1", "0.1"):
            yield _replaced(line, found, str(Decimal(found[0]) + Decimal(step)))
    for found in re.finditer(r"(?<=value: )[0-9]+$", line):
        yield from (_replaced(line, found, str(int(found[0]) + step)) for step in (-1, 1))
    for old, new in CELLS:
        yield from (_replaced(line, found, new) for found in re.finditer(old, line))


def _members(line: str) -> Iterator[str]:
    found = re.fullmatch(r"( +eligible: \{)all(: \[)(.*)(\]\})", line)
    if found is None:
        return
    members = found[3].split(", ")
    for one in members:
        rest = ", ".join(name for name in members if name != one)
        yield f"{found[1]}all{found[2]}{rest}{found[4]}"
    yield line.replace("all", "any")


def _rounding(line: str) -> Iterator[str]:
    if "mode: half_up" in line:
        yield from (line.replace("half_up", mode) for mode in ("half_even", "up", "down"))
        yield line.replace("0.01", "0.1")


def _end_of_what_may_go(lines: list[str], place: int) -> int | None:
    """Where the exceptions, the given fact or the word of a set or a table ends that begins here."""
    line = lines[place]
    if _key(line) == "except":
        depth = len(line) - len(line.lstrip())
        return next(
            end
            for end in range(place + 1, len(lines))
            if len(lines[end]) - len(lines[end].lstrip()) <= depth
        )
    if _key(line) == "given" or re.fullmatch(r" {6}(- [a-z_]+|[a-z_]+: sme)", line):
        return place + 1
    return None


def _dates(text: str) -> Iterator[Mutant]:
    """The day on which one row ends and the next begins, and the ends of the time in force."""
    for found in re.finditer(r"to: ([0-9-]+)\n((?:(?!- from).*\n)*?) +- from: ([0-9-]+)\n", text):
        for step in (-1, 1):
            whole = found[0].replace(found[3], _moved(found[3], step))
            whole = whole.replace(f"to: {found[1]}", f"to: {_moved(found[1], step)}")
            what = f"the row from {found[3]} begins on {_moved(found[3], step)}"
            yield Mutant(what, text.replace(found[0], whole))
    in_force = re.search(r"in_force:\n  from: ([0-9-]+)\n  to: ([0-9-]+)\n", text)
    assert in_force is not None
    for group, steps in ((1, (1,)), (2, (-1, 1))):
        for step in steps:
            moved = _moved(in_force[group], step)
            whole = in_force[0].replace(in_force[group], moved)
            yield Mutant(f"in force: {moved}", text.replace(in_force[0], whole))
    # A day earlier, the rows must begin a day earlier too.
    first = in_force[1]
    yield Mutant(
        f"in force: {_moved(first, -1)}",
        text.replace(f"from: {first}", f"from: {_moved(first, -1)}"),
    )


def _moved(day: str, step: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=step)).isoformat()


def _replaced(line: str, found: re.Match[str], new: str) -> str:
    return line[: found.start()] + new + line[found.end() :]
