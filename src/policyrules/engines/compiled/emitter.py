"""Writes Python source: lines with their indentation, names that are ours, and nothing else.

An author's text never becomes Python by itself. Names are made here, of letters, digits and
underscores behind a prefix of ours; a word or an id stands in the source as the literal that `repr`
makes of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TypeVar

import attrs

_Made = TypeVar("_Made")

_LONGEST_NAME: Final = 60
_FOREIGN: Final = re.compile(r"[^a-z0-9]+")
_WORD: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![.\w])[a-z_]\w*""")
"""A quoted text, or a name that is no attribute's."""

_ATOM: Final = re.compile(r"[A-Za-z0-9_]+")
_WIDTH: Final = 100
_RESERVED: Final = frozenset(
    {
        *("amount", "as_stated", "atoms", "chosen", "conditions", "dated", "eligible"),
        *(
            "evaluated",
            "evaluated_items",
            "item_results",
            "found",
            "held",
            "items",
            "known",
            "lists",
        ),
        *("outer", "plain", "readings", "seen", "situation", "terms", "unrounded"),
        *("value", "values", "whens"),
        *("fact", "is", "row", "when"),
    }
)
"""Names that stand in every function, and one that is a word of Python."""


class Names:
    """Hands out names; none of them twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set(_RESERVED)
        self._numbers: dict[str, int] = {}

    @property
    def taken(self) -> frozenset[str]:
        """All names that were handed out."""
        return frozenset(self._taken)

    def new(self, prefix: str, of: str = "") -> str:
        """A name with the prefix that reads like what it stands for.

        >>> names = Names()
        >>> names.new("fact", "employer.kind"), names.new("fact", "employer-kind")
        ('fact_employer_kind', 'fact_employer_kind_2')
        """
        wanted = "_".join(filter(None, (prefix, _FOREIGN.sub("_", of.lower()).strip("_"))))
        wanted = name = wanted[:_LONGEST_NAME]
        number = self._numbers.get(wanted, 1)
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._numbers[wanted] = number
        self._taken.add(name)
        return name


@attrs.frozen
class Aside:
    """Lines that were put aside, and the names that were made in them."""

    lines: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


class Lines:
    """The lines of one function, and what was written of it so far.

    What is written inside a branch or a loop is forgotten behind it.
    """

    def __init__(self, names: Names, depth: int = 0) -> None:
        self.names = names
        self.lines: list[str] = []
        self._depth = depth
        self._known: list[dict[Hashable, object]] = [{}]

    def put(self, line: str = "") -> None:
        """Writes one line at the present depth."""
        self.lines.append(("    " * self._depth + line).rstrip())

    def call(self, head: str, parts: Sequence[str], tail: str = "") -> None:
        """Writes `head`, the parts and `tail`; on several lines where one is too narrow."""
        line = head + ", ".join(parts) + tail
        if self._fits(line) or not parts:
            self.put(line)
            return
        self.put(head)
        with self.indented():
            for part in parts:
                self.put(f"{part},")
        self.put(tail.removeprefix(","))

    def branch(self, word: str, tests: Sequence[str]) -> AbstractContextManager[None]:
        """What is written inside is for where one of the tests is held."""
        line = f"{word} {' or '.join(tests)}:"
        if self._fits(line):
            return self.block(line)
        self.put(f"{word} (")
        with self.indented():
            for number, test in enumerate(tests):
                self.put(f"or {test}" if number else test)
        return self.block("):")

    def _fits(self, line: str) -> bool:
        return len(line) + 4 * self._depth <= _WIDTH

    def assign(self, name: str, text: str) -> str:
        """Writes an assignment and returns the name."""
        self.put(f"{name} = {text}")
        return name

    def once(self, key: Hashable, make: Callable[[], _Made], kind: type[_Made]) -> _Made:
        """What was made for the key here or further out, or else is made now."""
        for known in self._known:
            if key in known:
                found = known[key]
                if not isinstance(found, kind):
                    raise TypeError(f"another thing was kept for {key}")
                return found
        made = make()
        self._known[-1][key] = made
        return made

    def kept(self, key: Hashable) -> bool:
        """Return whether something was made for the key here or further out."""
        return any(key in known for known in self._known)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is written inside stands under the head; it is forgotten afterwards."""
        self.put(head)
        self._known.append({})
        with self.indented():
            yield
        self._known.pop()

    def aside(self, make: Callable[[], _Made]) -> tuple[_Made, Aside]:
        """What was made, and the lines that were written for it, one step further in.

        They are put aside, to be written into a block; what was made in them is forgotten.
        """
        before, taken = self.lines, self.names.taken
        self.lines = []
        self._known.append({})
        with self.indented():
            made = make()
        self._known.pop()
        aside, self.lines = self.lines, before
        return made, Aside(tuple(aside), self.names.taken - taken)

    def put_aside(self, aside: Aside, renamed: Mapping[str, str]) -> None:
        """Writes lines that were put aside, some of their own names being others now.

        >>> lines = Lines(Names())
        >>> lines.put_aside(Aside(("row = ROWS['row'].row",)), {"row": "value"})
        >>> lines.lines
        ["value = ROWS['row'].row"]
        """
        self.lines += [
            _WORD.sub(lambda found: renamed.get(found[0], found[0]), line) for line in aside.lines
        ]

    @contextmanager
    def indented(self) -> Iterator[None]:
        """One step further in."""
        self._depth += 1
        yield
        self._depth -= 1


def bracketed(text: str) -> str:
    """The text as an operand: in brackets unless it is one name or one number.

    >>> bracketed("a"), bracketed("a + b"), bracketed("-1")
    ('a', '(a + b)', '(-1)')
    """
    return text if _ATOM.fullmatch(text) else f"({text})"


def product(*factors: str) -> str:
    """The product of operands; what is one is left out, and figures are multiplied at once.

    >>> product("a", "1", "b"), product("2", "a", "3"), product("1", "1")
    ('a * b', '6 * a', '1')
    """
    figure, rest = 1, []
    for factor in factors:
        if factor.isdigit():
            figure *= int(factor)
        else:
            rest.append(bracketed(factor))
    if figure == 0:
        return "0"
    if figure != 1 or not rest:
        rest.insert(0, str(figure))
    return " * ".join(rest)


def listed(parts: Iterable[str]) -> str:
    """The parts of a list or of arguments.

    >>> listed(["a", "b"])
    'a, b'
    """
    return ", ".join(parts)


def tuple_text(parts: Sequence[str]) -> str:
    """A tuple of the parts.

    >>> tuple_text(["a"]), tuple_text(["a", "b"])
    ('(a,)', '(a, b)')
    """
    return f"({parts[0]},)" if len(parts) == 1 else f"({listed(parts)})"
