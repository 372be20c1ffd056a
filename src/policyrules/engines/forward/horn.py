"""Horn programs: rules `head if all of body` over literals that are small whole numbers.

`HornProgram.fenced` takes the rules as they are meant and keeps them inside the limits that the
forward-chaining core can be trusted with:

    meant    9 if 0 and 1 and … and 15                   a body of 16 literals
    fenced   10 if 0 and … and 11;  9 if 12 and 13 and 14 and 15 and 10

    meant    0 stands in 600 bodies
    fenced   10 if 0;  11 if 0;  12 if 0;  each of the 600 bodies names one of 0, 10, 11, 12

The fresh literals, 10 and so on here, come after the caller's and are never shown to anyone.
Nothing is negated, so a literal once derived stays, and the order of the rules never matters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from policyrules.errors import EngineError

MOST_IN_BODY: Final = 12
"""Literals in one fenced body: the core fails at run time beyond 16 messages in a rule."""

MOST_BODIES_OF_ONE: Final = 199
"""Fenced bodies that one literal stands in: at 256 the core fires rules that do not hold."""

MOST_RULES: Final = 4_000
"""Fenced rules of one program: the core has room for 4,096."""

MOST_LITERALS: Final = 797_186
"""Literals, fresh ones included: the first two numbers with one hash are 40,189 and 797,186."""

MOST_IN_BODIES: Final = 16_000
"""Different literals in all fenced bodies: the core finds them in 32s and hangs at 512 of these."""

MOST_IN_ALL_BODIES: Final = 30_000
"""Literals in all fenced bodies, each counted as often as it stands: a session takes some 13 kB of
memory for each, and every evaluation at the same time has a session."""


class ProgramTooLarge(EngineError, ValueError):
    """A Horn program is past a limit of the forward engine, so it was not built.

    `what` says what there is too much of, `found` how much, and `most` is the limit.
    """

    code = "program_too_large"

    def __init__(self, what: str, *, found: int, most: int) -> None:
        super().__init__(what)
        self.what = what
        self.found = found
        self.most = most

    def __str__(self) -> str:
        return (
            f"the forward engine takes at most {self.most:,} {self.what}, "
            f"and this program has {self.found:,}"
        )


def _is_body(_rule: Rule, _field: attrs.Attribute[tuple[int, ...]], body: tuple[int, ...]) -> None:
    if not body:
        raise ValueError("a rule needs at least one literal in its body")
    if len(set(body)) != len(body):
        raise ValueError(f"a literal stands twice in the body {body}")


@attrs.frozen
class Rule:
    """`head` if all of `body`: positive literals, at least one, none twice."""

    head: int
    body: tuple[int, ...] = attrs.field(validator=_is_body)


@attrs.frozen
class HornProgram:
    """A Horn program as it is meant, and the same within the limits of the core.

    Attributes:
        n_visible: The caller's literals are 0 to n_visible - 1.
        meant: The rules as the caller gave them.
        n_literals: The caller's literals and the fresh ones that follow them.
        rules: What `meant` says, within the limits; `meant` itself where it was within already.
    """

    n_visible: int
    meant: tuple[Rule, ...]
    n_literals: int
    rules: tuple[Rule, ...]

    @classmethod
    def fenced(cls, n_literals: int, rules: Iterable[Rule]) -> HornProgram:
        """The program of these rules over the literals 0 to n_literals - 1.

        Raises:
            ProgramTooLarge: It is past a limit even after long bodies and often-used literals
                were split.
            ValueError: A rule names a literal that the program does not have.
        """
        meant = tuple(rules)
        for rule in meant:
            if min(rule.head, *rule.body) < 0 or max(rule.head, *rule.body) >= n_literals:
                raise ValueError(f"{rule} is not over the literals 0 to {n_literals - 1}")
        fresh = _Fresh(n_literals)
        within = _aliased(_split(meant, fresh.one), fresh.one)
        _refuse("literals", fresh.n_literals, MOST_LITERALS)
        _refuse("rules", len(within), MOST_RULES)
        in_bodies = {literal for rule in within for literal in rule.body}
        _refuse("different literals in bodies", len(in_bodies), MOST_IN_BODIES)
        _refuse("literals in bodies", sum(len(rule.body) for rule in within), MOST_IN_ALL_BODIES)
        return cls(n_literals, meant, fresh.n_literals, tuple(within))


def callers(literals: Iterable[int], n_visible: int) -> tuple[int, ...]:
    """The literals, if all are the caller's.

    Raises:
        ValueError: One is not: a negative one would silently mean another.
    """
    given = tuple(literals)
    if given and (min(given) < 0 or max(given) >= n_visible):
        raise ValueError(f"the literals of this program are 0 to {n_visible - 1}: {given}")
    return given


def _refuse(what: str, found: int, most: int) -> None:
    if found > most:
        raise ProgramTooLarge(what, found=found, most=most)


class _Fresh:
    """Gives out literals that nobody uses yet."""

    def __init__(self, n_literals: int) -> None:
        self.n_literals = n_literals

    def one(self) -> int:
        self.n_literals += 1
        return self.n_literals - 1


def _split(rules: Sequence[Rule], fresh: Callable[[], int]) -> list[Rule]:
    """The rules, with fresh literals for parts of the bodies that are too long.

    A part that several bodies share gets one fresh literal.
    """
    within: list[Rule] = []
    known: dict[tuple[int, ...], int] = {}
    for rule in rules:
        waiting = deque(rule.body)
        while len(waiting) > MOST_IN_BODY:
            part = tuple(waiting.popleft() for _ in range(MOST_IN_BODY))
            literal = known.get(part)
            if literal is None:
                literal = known[part] = fresh()
                within.append(Rule(literal, part))
            waiting.append(literal)
        within.append(rule if len(waiting) == len(rule.body) else Rule(rule.head, tuple(waiting)))
    return within


def _aliased(rules: Sequence[Rule], fresh: Callable[[], int]) -> list[Rule]:
    """The rules, with fresh literals in place of one that stands in too many bodies.

    A literal with aliases stays in as many bodies as it may, those of its aliases included. One
    level of aliases reaches 39,601 bodies, far more than there may be rules.
    """
    uses: dict[int, list[int]] = {}
    for number, rule in enumerate(rules):
        for literal in rule.body:
            uses.setdefault(literal, []).append(number)
    within: list[Rule] = []
    instead: dict[int, dict[int, int]] = {}
    for literal, numbers in uses.items():
        beyond = len(numbers) - MOST_BODIES_OF_ONE
        if beyond <= 0:
            continue
        # Each alias takes over 199 bodies and itself needs one.
        n_aliases = -(-beyond // (MOST_BODIES_OF_ONE - 1))
        moved = numbers[MOST_BODIES_OF_ONE - n_aliases :]
        for first in range(0, len(moved), MOST_BODIES_OF_ONE):
            alias = fresh()
            within.append(Rule(alias, (literal,)))
            for number in moved[first : first + MOST_BODIES_OF_ONE]:
                instead.setdefault(number, {})[literal] = alias
    for number, rule in enumerate(rules):
        aliases = instead.get(number)
        if aliases is None:
            within.append(rule)
        else:
            within.append(Rule(rule.head, tuple(aliases.get(one, one) for one in rule.body)))
    return within
