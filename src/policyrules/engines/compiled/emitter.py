"""The emitter of Python source, which indents lines, allocates names and memoizes results.

The text of a ruleset never becomes code. Names are allocated here: a fixed prefix, then letters,
digits and underscores. A word or an id appears in the source as the literal that `repr` returns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Final, TypeVar

import attrs

_Result = TypeVar("_Result")

_MAX_NAME_LENGTH: Final = 60
_NON_NAME_CHARACTERS: Final = re.compile(r"[^a-z0-9]+")
_STRING_OR_NAME: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|(?<![.\w])[a-z_]\w*""")
"""A string literal, or a name that is not the name of an attribute."""

_NAME_OR_NUMBER: Final = re.compile(r"[A-Za-z0-9_]+")
_MAX_LINE_LENGTH: Final = 100
_RESERVED: Final = frozenset(
    (
        *("conditions", "eligible", "exact", "held", "known", "situation", "stated"),
        *("fact", "is", "row", "value", "when"),
    )
)
"""Names that every function uses itself, and the prefixes, of which `is` is a keyword."""


class NameAllocator:
    """An allocator of variable names for one function, which returns each name once."""

    def __init__(self) -> None:
        self._taken: set[str] = set(_RESERVED)
        self._numbers: dict[str, int] = {}

    @property
    def allocated(self) -> frozenset[str]:
        """Return all names that are in use, the reserved ones included."""
        return frozenset(self._taken)

    def allocate(self, prefix: str, suffix: str = "") -> str:
        """Allocate a name that starts with the prefix and reads like `suffix`.

        >>> names = NameAllocator()
        >>> names.allocate("fact", "employer.kind"), names.allocate("fact", "employer-kind")
        ('fact_employer_kind', 'fact_employer_kind_2')
        """
        base_name = "_".join(
            filter(None, (prefix, _NON_NAME_CHARACTERS.sub("_", suffix.lower()).strip("_")))
        )
        base_name = name = base_name[:_MAX_NAME_LENGTH]
        number = self._numbers.get(base_name, 1)
        while name in self._taken:
            number += 1
            name = f"{base_name}_{number}"
        self._numbers[base_name] = number
        self._taken.add(name)
        return name


@attrs.frozen
class Buffered:
    """Lines to be emitted later, and the names that were allocated for them."""

    lines: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()


class Emitter:
    """The lines of one generated function, and the results that the function has computed so far.

    A result that is computed inside a block, such as a branch or a loop, is forgotten at its end.
    """

    def __init__(self, names: NameAllocator, depth: int = 0) -> None:
        self.names = names
        self.lines: list[str] = []
        self._depth = depth
        self._memo: list[dict[Hashable, object]] = [{}]

    def emit(self, line: str = "") -> None:
        """Emit one line at the current depth."""
        self.lines.append(("    " * self._depth + line).rstrip())

    def emit_wrapped(self, head: str, parts: Sequence[str], tail: str = "") -> None:
        """Emit `head`, the parts and `tail`, on one line if they fit, else one part per line."""
        line = head + ", ".join(parts) + tail
        if self._fits(line) or not parts:
            self.emit(line)
            return
        self.emit(head)
        with self.indented():
            for part in parts:
                self.emit(f"{part},")
        self.emit(tail.removeprefix(","))

    def branch(self, word: str, tests: Sequence[str]) -> AbstractContextManager[None]:
        """Open a block that runs if any of the tests is true; `word` is `if` or `elif`."""
        line = f"{word} {' or '.join(tests)}:"
        if self._fits(line):
            return self.block(line)
        self.emit(f"{word} (")
        with self.indented():
            for number, test in enumerate(tests):
                self.emit(f"or {test}" if number else test)
        return self.block("):")

    def _fits(self, line: str) -> bool:
        return len(line) + 4 * self._depth <= _MAX_LINE_LENGTH

    def assign(self, name: str, text: str) -> str:
        """Emit an assignment and return the name."""
        self.emit(f"{name} = {text}")
        return name

    def memoized(self, key: Hashable, make: Callable[[], _Result], kind: type[_Result]) -> _Result:
        """Return the result for the key from this or an outer block; make it if there is none."""
        for memo in self._memo:
            if key in memo:
                result = memo[key]
                if not isinstance(result, kind):
                    raise TypeError(f"a result of another type is memoized for {key}")
                return result
        result = make()
        self._memo[-1][key] = result
        return result

    def is_memoized(self, key: Hashable) -> bool:
        """Return whether there is a result for the key in this or an outer block."""
        return any(key in memo for memo in self._memo)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Emit a head, and indent the lines inside; their memoized results end with it."""
        self.emit(head)
        self._memo.append({})
        with self.indented():
            yield
        self._memo.pop()

    def buffer(self, make: Callable[[], _Result]) -> tuple[_Result, Buffered]:
        """Run `make` and return its result, with the lines that it emitted in a buffer.

        The lines are indented one step more, for a block; results memoized meanwhile are dropped.
        """
        outer_lines, earlier_names = self.lines, self.names.allocated
        self.lines = []
        self._memo.append({})
        with self.indented():
            result = make()
        self._memo.pop()
        emitted, self.lines = self.lines, outer_lines
        return result, Buffered(tuple(emitted), self.names.allocated - earlier_names)

    def emit_buffered(self, buffered: Buffered, renamed: Mapping[str, str]) -> None:
        """Emit buffered lines, with names replaced as `renamed` says.

        >>> emitter = Emitter(NameAllocator())
        >>> emitter.emit_buffered(Buffered(("row = ROWS['row'].row",)), {"row": "value"})
        >>> emitter.lines
        ["value = ROWS['row'].row"]
        """
        self.lines += [
            _STRING_OR_NAME.sub(lambda match: renamed.get(match[0], match[0]), line)
            for line in buffered.lines
        ]

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Indent what is emitted inside by one step."""
        self._depth += 1
        yield
        self._depth -= 1


def parenthesized(text: str) -> str:
    """Return an expression as an operand: in parentheses unless it is a name or a number.

    >>> parenthesized("a"), parenthesized("a + b"), parenthesized("-1")
    ('a', '(a + b)', '(-1)')
    """
    return text if _NAME_OR_NUMBER.fullmatch(text) else f"({text})"


def product(*factors: str) -> str:
    """Return the expression of a product: constants are multiplied, and a factor of 1 is left out.

    >>> product("a", "1", "b"), product("2", "a", "3"), product("1", "1")
    ('a * b', '6 * a', '1')
    """
    constant, operands = 1, []
    for factor in factors:
        if factor.isdigit():
            constant *= int(factor)
        else:
            operands.append(parenthesized(factor))
    if constant == 0:
        return "0"
    if constant != 1 or not operands:
        operands.insert(0, str(constant))
    return " * ".join(operands)


def comma_separated(parts: Iterable[str]) -> str:
    """Join the entries of a list or the arguments of a call with commas.

    >>> comma_separated(["a", "b"])
    'a, b'
    """
    return ", ".join(parts)


def tuple_display(parts: Sequence[str]) -> str:
    """Return a tuple display of the parts.

    >>> tuple_display(["a"]), tuple_display(["a", "b"])
    ('(a,)', '(a, b)')
    """
    return f"({parts[0]},)" if len(parts) == 1 else f"({comma_separated(parts)})"
