"""Plain data as YAML text in a random layout, with comments at every possible position.

    authored(random.Random(7), data) -> Authored(text, comments)

Collections are blocks, or in brackets on one line or on several; texts are plain, in single or
double quotation marks, folded, or literal blocks; empty lines and comments come above, behind and
below every entry.
"""

import json
import random
from collections.abc import Iterator, Mapping
from typing import Final

import attrs
from tests.generated.yaml_text import Data, scalar

_BEHIND: Final = 0.12
_ABOVE: Final = 0.12


@attrs.frozen
class Authored:
    """A text, and the comments in it in their order."""

    text: str
    comments: tuple[str, ...]


def authored(rng: random.Random, data: Mapping[str, Data], rate: float = 1.0) -> Authored:
    """The text of a file; `rate` is for how often a comment stands somewhere."""
    author = _Author(rng, rate)
    lines = [*author.own_lines(0), *author.block(dict(data), 0), *author.own_lines(0, 1)]
    if rng.random() < 0.2:
        lines = [*author.own_lines(0), f"---{author.behind()}", *lines]
    return Authored("\n".join(lines) + "\n" * rng.randint(0, 3), tuple(author.comments))


class _Author:
    """Writes, and remembers which comments it has made."""

    def __init__(self, rng: random.Random, rate: float) -> None:
        self.rng = rng
        self.rate = rate
        self.comments: list[str] = []

    def comment(self) -> str:
        text = self.rng.choice(["a remark", "说明：见原文", "x: [1, 2] # y", "- 'a", "", "\ttab {"])
        mark = self.rng.choice(["# ", "#", "## "])
        self.comments.append(f"{mark}{len(self.comments)} {text}".rstrip())
        return self.comments[-1]

    def behind(self) -> str:
        if self.rng.random() >= _BEHIND * self.rate:
            return " " * self.rng.choice([0, 0, 0, 2])
        return " " * self.rng.randint(1, 5) + self.comment()

    def own_lines(self, least: int, most: int | None = None) -> Iterator[str]:
        """Comments and empty lines, indented by no less than the one and less than the other."""
        while self.rng.random() < _ABOVE * self.rate:
            indent = self.rng.randint(least, least + 8 if most is None else most - 1)
            yield " " * indent + self.comment()
        while self.rng.random() < 0.1:
            yield " " * self.rng.choice([0, 0, 1])

    def block(self, data: dict[str, Data], indent: int) -> Iterator[str]:
        entries = list(data.items())
        if self.rng.random() < 0.3:
            self.rng.shuffle(entries)
        for key, under in entries:
            # A comment may be indented as it likes; only behind a bar it would be text.
            yield from self.own_lines(0, indent + 1)
            yield from self.entry(f"{' ' * indent}{self.key(key)}:", under, indent)
        yield from self.own_lines(indent, indent + 1)

    def key(self, key: str) -> str:
        return self.rng.choice([scalar(key)] * 6 + [json.dumps(key, ensure_ascii=False)])

    def entry(self, lead: str, under: Data, indent: int) -> Iterator[str]:
        inner = indent + self.rng.choice([1, 2, 2, 2, 4])
        if isinstance(under, str):
            yield from self.text(lead, under, inner)
        elif not under or self.rng.random() < 0.3:
            yield from self.brackets(f"{lead} ", under, inner)
        elif isinstance(under, dict):
            yield lead + self.behind()
            yield from self.own_lines(inner)
            yield from self.block(under, inner)
        else:
            yield lead + self.behind()
            dash = inner if lead.lstrip().startswith("- ") else self.rng.choice([inner, indent])
            for item in under:
                yield from self.own_lines(0, dash + 1)
                yield from self.item(item, dash)

    def item(self, item: Data, dash: int) -> Iterator[str]:
        lead = " " * dash + "-"
        if isinstance(item, dict) and item and self.rng.random() < 0.7:
            if self.rng.random() < 0.2:
                yield lead + self.behind()
                yield from self.own_lines(dash + 2)
                yield from self.block(item, dash + 2)
                return
            is_first = True
            for key, under in item.items():
                start = f"{lead} " if is_first else " " * (dash + 2)
                yield from self.entry(f"{start}{self.key(key)}:", under, dash + 2)
                yield from self.own_lines(dash, dash + 3)
                is_first = False
        elif isinstance(item, str):
            yield from self.text(lead, item, dash + 2)
        else:
            yield from self.brackets(f"{lead} ", item, dash + 2)

    def text(self, lead: str, text: str, inner: int) -> Iterator[str]:
        plain = scalar(text)
        is_tame = plain == text or all(sign.isprintable() for sign in text)
        ways = ["plain"] * 6
        if is_tame and text == text.strip():
            ways += ["single", "next", "bar", "folded", "wrapped"]
        way = self.rng.choice(ways)
        pad = " " * inner
        if way == "single":
            yield f"{lead} '{text.replace(chr(39), chr(39) * 2)}'{self.behind()}"
        elif way == "next":
            yield lead + self.behind()
            yield from self.own_lines(0)
            yield pad + plain + self.behind()
        elif way in {"bar", "folded"}:
            yield f"{lead} {'|' if way == 'bar' else '>'}-{self.behind()}"
            yield pad + text
            yield from self.own_lines(0, inner)
        elif way == "wrapped" and plain == text and " " in text:
            first, _, rest = text.partition(" ")
            if rest[0].isalpha() and rest.strip() == rest:
                yield f"{lead} {first}"
                yield pad + rest + self.behind()
            else:
                yield f"{lead} {plain}{self.behind()}"
        else:
            yield f"{lead} {plain}{self.behind()}"

    def brackets(self, lead: str, data: Data, inner: int) -> Iterator[str]:
        """Between brackets, on one line or on as many as there are tokens."""
        if isinstance(data, str):
            raise TypeError("a text has no brackets")
        pieces = list(self.tokens(data))
        if self.rng.random() < 0.5:
            yield lead + "".join(pieces) + self.behind()
            return
        line = lead
        for piece in pieces[:-1]:
            line += piece
            if self.rng.random() < 0.4 and piece in {"{", "[", ", "}:
                yield line.rstrip() + self.behind()
                yield from self.own_lines(inner)
                line = " " * inner
        yield line + pieces[-1] + self.behind()

    def tokens(self, data: Data) -> Iterator[str]:
        if isinstance(data, str):
            yield scalar(data)
            return
        yield "[" if isinstance(data, list) else "{"
        for number, under in enumerate(data):
            if number:
                yield ", "
            if isinstance(data, dict):
                yield f"{scalar(under) if isinstance(under, str) else under}: "
                yield from self.tokens(data[str(under)])
            else:
                yield from self.tokens(under)
        yield "]" if isinstance(data, list) else "}"
