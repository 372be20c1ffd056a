"""Paths of facts: `employer.laid_off` of a subject, `hires[p1].born_on` of an item of a list."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Self

import attrs


@attrs.frozen
class FactPath:
    r"""The path of a fact; with an empty `fact`, of a whole subject, list or item.

    `item_key` is the key of an item of the list `subject`, else None. A key is any printable text.
    A key with brackets, quotation marks, backslashes or outer blanks is written in quotation marks,
    in which `\` precedes a quotation mark or another `\`.

    >>> str(FactPath("hires", "born_on", "p1")), str(FactPath("hires", "born_on", "a]b"))
    ('hires[p1].born_on', 'hires["a]b"].born_on')
    >>> FactPath.parse('hires["a]b"].born_on').item_key
    'a]b'
    """

    subject: str
    fact: str = ""
    item_key: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a path; return None for a text of another form."""
        match = _PATH.fullmatch(text)
        if match is None:
            return None
        subject, quoted, plain, fact = match.groups()
        key: str | None = plain
        if quoted is not None:
            key = _ESCAPE.sub(r"\1", quoted)
        return cls(subject, fact or "", key)

    @property
    def declared_name(self) -> str:
        """The declared name of the fact: the path without the key."""
        return f"{self.subject}.{self.fact}" if self.fact else self.subject

    def contains(self, part: FactPath) -> bool:
        """Return whether `part` leads to a part of the subject, list or item of this path."""
        if self.subject != part.subject or self == part:
            return False
        if self.item_key is None:
            return not self.fact
        is_same_item = part.item_key is not None and same_key(self.item_key, part.item_key)
        return is_same_item and not self.fact and bool(part.fact)

    def __str__(self) -> str:
        item = "" if self.item_key is None else f"[{_key_text(self.item_key)}]"
        return f"{self.subject}{item}" + (f".{self.fact}" if self.fact else "")


def split_name(name: str) -> tuple[str, str]:
    """Split a declared name into its subject or list and the name of the fact in it.

    >>> split_name("employer.laid_off"), split_name("hires")
    (('employer', 'laid_off'), ('hires', ''))
    """
    subject, _, fact = name.partition(".")
    return subject, fact


def subject_of(name: str) -> str:
    """Return the subject or the list of a declared name."""
    return split_name(name)[0]


def local_name(name: str) -> str:
    """Return the name of a fact in its subject or list; empty for a subject or list itself."""
    return split_name(name)[1]


def fold_key(key: str) -> str:
    """Return the canonical form of a key: NFKC, without outer blanks."""
    return unicodedata.normalize("NFKC", key).strip()


def same_key(first: str, second: str) -> bool:
    """Return whether two texts are the same key.

    >>> same_key("ｐ１", "p1"), same_key("P1", "p1")
    (True, False)
    """
    return first == second or fold_key(first) == fold_key(second)


def _key_text(key: str) -> str:
    if key and not _NEEDS_QUOTES.search(key) and key == key.strip():
        return key
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_NEEDS_QUOTES: Final = re.compile(r'[\[\]"\\]')
_PATH: Final = re.compile(
    r"([^.\[\]]+)"
    # A key in quotation marks, or one that needs none.
    r'(?:\[(?:"((?:[^"\\]|\\.)*)"|([^\[\]"][^\[\]]*))\])?'
    r"(?:\.([^\[\]]+))?",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
