"""Horn programs: rules `head if all of body` over literals, which are small whole numbers.

`HornProgram.within_limits` rewrites the rules to keep them within the limits of the core:

    source   9 if 0 and 1 and … and 15                   a body of 16 literals
    rules    10 if 0 and … and 11;  9 if 12 and 13 and 14 and 15 and 10

    source   0 is in 600 bodies
    rules    10 if 0;  11 if 0;  12 if 0;  each of the 600 bodies has one of 0, 10, 11, 12

The fresh literals, 10 and so on here, follow those of the caller and are not returned to it.
Nothing is negated, so a derived literal stays true and the order of rules has no effect.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from policyrules.errors import EngineError

MAX_BODY_LITERALS: Final = 12
"""The most literals in one body: the core fails at run time beyond 16 messages in a rule."""

MAX_BODIES_PER_LITERAL: Final = 199
"""The most bodies with one literal: at 256 the core fires rules whose bodies are not true."""

MAX_RULES: Final = 4_000
"""The most rules of one program: the core has room for 4,096."""

MAX_LITERALS: Final = 797_186
"""The most literals: the first two numbers with the same hash are 40,189 and 797,186."""

MAX_DISTINCT_BODY_LITERALS: Final = 16_000
"""The most distinct literals in bodies: the core groups them by 32 and hangs at 512 groups."""

MAX_TOTAL_BODY_LITERALS: Final = 30_000
"""The most literals in all bodies together: each takes some 13 kB of memory in every session, and
every concurrent evaluation has a session."""


class ProgramTooLarge(EngineError, ValueError):
    """A Horn program exceeds a limit of the forward engine.

    `limit` names what is counted, `size` is the number in the program, `maximum` its limit.
    """

    code = "program-too-large"

    def __init__(self, limit: str, *, size: int, maximum: int) -> None:
        super().__init__(limit)
        self.limit = limit
        self.size = size
        self.maximum = maximum

    def __str__(self) -> str:
        return (
            f"the forward engine takes at most {self.maximum:,} {self.limit}, "
            f"and this program has {self.size:,}"
        )


def _check_body(
    _rule: Rule, _field: attrs.Attribute[tuple[int, ...]], body: tuple[int, ...]
) -> None:
    """Reject a body that is empty or has a literal twice."""
    if not body:
        raise ValueError("a rule needs at least one literal in its body")
    if len(set(body)) != len(body):
        raise ValueError(f"a literal is twice in the body {body}")


@attrs.frozen
class Rule:
    """A rule `head` if all of `body`, which has at least one literal and none twice."""

    head: int
    body: tuple[int, ...] = attrs.field(validator=_check_body)


@attrs.frozen
class HornProgram:
    """A Horn program, with an equivalent program that is within the limits of the core.

    Attributes:
        n_visible: The caller's literals are 0 to n_visible - 1.
        source_rules: The rules as the caller gave them.
        n_literals: The number of all literals, fresh ones included.
        rules: Rules equivalent to `source_rules` that are within the limits.
    """

    n_visible: int
    source_rules: tuple[Rule, ...]
    n_literals: int
    rules: tuple[Rule, ...]

    @classmethod
    def within_limits(cls, n_literals: int, rules: Iterable[Rule]) -> HornProgram:
        """Build the program of rules over the literals 0 to n_literals - 1.

        Raises:
            ProgramTooLarge: It exceeds a limit even after long bodies and frequent literals were
                split.
            ValueError: A rule names a literal that the program does not have.
        """
        source_rules = tuple(rules)
        for rule in source_rules:
            if min(rule.head, *rule.body) < 0 or max(rule.head, *rule.body) >= n_literals:
                raise ValueError(f"{rule} is not over the literals 0 to {n_literals - 1}")
        fresh = _FreshLiterals(n_literals)
        within = _aliased(_split(source_rules, fresh.next), fresh.next)
        _check_limit("literals", fresh.n_literals, MAX_LITERALS)
        _check_limit("rules", len(within), MAX_RULES)
        in_bodies = {literal for rule in within for literal in rule.body}
        _check_limit("different literals in bodies", len(in_bodies), MAX_DISTINCT_BODY_LITERALS)
        _check_limit(
            "literals in bodies", sum(len(rule.body) for rule in within), MAX_TOTAL_BODY_LITERALS
        )
        return cls(n_literals, source_rules, fresh.n_literals, tuple(within))


def require_visible(literals: Iterable[int], n_visible: int) -> tuple[int, ...]:
    """Return the literals if all belong to the caller.

    Raises:
        ValueError: One does not; a negative index would silently select another literal.
    """
    checked_literals = tuple(literals)
    if checked_literals and (min(checked_literals) < 0 or max(checked_literals) >= n_visible):
        raise ValueError(
            f"the literals of this program are 0 to {n_visible - 1}: {checked_literals}"
        )
    return checked_literals


def _check_limit(limit: str, size: int, maximum: int) -> None:
    if size > maximum:
        raise ProgramTooLarge(limit, size=size, maximum=maximum)


class _FreshLiterals:
    """Allocate literals that are not in use."""

    def __init__(self, n_literals: int) -> None:
        self.n_literals = n_literals

    def next(self) -> int:
        self.n_literals += 1
        return self.n_literals - 1


def _split(rules: Sequence[Rule], fresh: Callable[[], int]) -> list[Rule]:
    """Return the rules with every too long body shortened: a fresh literal stands for a part of it.

    Bodies with a common part share its fresh literal.
    """
    within: list[Rule] = []
    known: dict[tuple[int, ...], int] = {}
    for rule in rules:
        waiting = deque(rule.body)
        while len(waiting) > MAX_BODY_LITERALS:
            part = tuple(waiting.popleft() for _ in range(MAX_BODY_LITERALS))
            literal = known.get(part)
            if literal is None:
                literal = known[part] = fresh()
                within.append(Rule(literal, part))
            waiting.append(literal)
        within.append(rule if len(waiting) == len(rule.body) else Rule(rule.head, tuple(waiting)))
    return within


def _aliased(rules: Sequence[Rule], fresh: Callable[[], int]) -> list[Rule]:
    """Return the rules with aliases, which are fresh literals, for a literal in too many bodies.

    A literal with aliases stays in as many bodies as allowed, including those that derive its
    aliases. One level of aliases suffices for 39,601 bodies, more than the limit of rules.
    """
    uses: dict[int, list[int]] = {}
    for number, rule in enumerate(rules):
        for literal in rule.body:
            uses.setdefault(literal, []).append(number)
    within: list[Rule] = []
    replacements: dict[int, dict[int, int]] = {}
    for literal, numbers in uses.items():
        beyond = len(numbers) - MAX_BODIES_PER_LITERAL
        if beyond <= 0:
            continue
        # Each alias replaces the literal in 199 bodies, and needs one body itself.
        n_aliases = -(-beyond // (MAX_BODIES_PER_LITERAL - 1))
        moved = numbers[MAX_BODIES_PER_LITERAL - n_aliases :]
        for first in range(0, len(moved), MAX_BODIES_PER_LITERAL):
            alias = fresh()
            within.append(Rule(alias, (literal,)))
            for number in moved[first : first + MAX_BODIES_PER_LITERAL]:
                replacements.setdefault(number, {})[literal] = alias
    for number, rule in enumerate(rules):
        aliases = replacements.get(number)
        if aliases is None:
            within.append(rule)
        else:
            within.append(
                Rule(rule.head, tuple(aliases.get(literal, literal) for literal in rule.body))
            )
    return within
