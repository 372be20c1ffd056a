"""Generated titles, questions, quotes and provenance, some of them hard to write in YAML."""

import random
from collections.abc import Iterable
from typing import Final

from tests.generated.yaml_text import Data

from policyrules.text.control_characters import find_control_character
from policyrules.text.words import fold_word

NASTY: Final = (
    "30人(含)以下: 不高于20%",
    "“引号”与\"quotes\" and 'single' ones",
    "# not a comment",
    "a #hash and a # comment",
    "- a dash",
    "-5",
    "key: value",
    "ends with a colon:",
    " leading and trailing ",
    "[brackets], {braces}",
    "😀 emoji \U0001f468‍\U0001f469‍\U0001f467",
    "a\ttab, a\nnewline, a\rreturn",
    "\x00\x07\x1b[31m\x7f\x85\xa0",
    "\ufeffa mark,\u2028a line\u2029and a paragraph",
    "null",
    "~",
    "true",
    "'",
    '"',
    "\\",
    "a \\n that is none",
    "% directive",
    "@at `tick` |pipe >fold !tag &anchor *alias",
    "...",
    "---",
    "--- a document",
    "? a question",
    "1e5",
    "0o17 0x1F 1_000",
    "2022-13-01",
    "、，。；：？！（）《》【】…",
    "𠀀 beyond the first plane",
    "\ufffe\uffff",
    "e\u0301 combined",
    "\u202eright to left",
)
"""Texts that a title or a quote may be, and that YAML, JSON or a terminal may trip over."""

READABLE: Final = tuple(text for text in NASTY if not find_control_character(text))
"""Those of them that a ruleset may have: `check` refuses what no reader sees."""

_PLAIN: Final = ("企业裁员率", "上年度参保人数", "稳岗返还", "按规定的标准", "足额缴费")
SOURCES: Final = ("gazette-1", "gazette-2", "own-source")


class Prose:
    """Writes what a reader sees, and keeps the notes that were referred to."""

    def __init__(self, rng: random.Random, nasty: float) -> None:
        self.rng = rng
        self.nasty = nasty
        self.notes: list[str] = []
        self.own_source = False

    def text(self) -> str:
        if self.rng.random() < self.nasty:
            return self.rng.choice(READABLE)
        return f"{self.rng.choice(_PLAIN)}{self.rng.randrange(100)}"

    def title(self, en: str = "") -> Data:
        return {"zh": self.text(), "en": en or self.text()}

    def word_titles(self, words: Iterable[str], *, is_id: bool = False) -> Data:
        """A title for each word; no two words share one, which the checker refuses.

        With `is_id` the English title of a word is the word.
        """
        titles: dict[str, Data] = {}
        taken = {fold_word(word) for word in words}
        for word in words:
            zh, en = self._untaken(taken), word if is_id else self._untaken(taken)
            titles[word] = {"zh": zh, "en": en}
        return titles

    def _untaken(self, taken: set[str]) -> str:
        """A text that is not taken yet, however it is spelt, and now is."""
        text = self.text()
        while fold_word(text) in taken or not fold_word(text):
            text = f"{self.text()}之{len(taken)}"
        taken.add(fold_word(text))
        return text

    def note(self) -> str:
        """A note to refer to: a new one, or one that stands elsewhere too."""
        if self.notes and self.rng.random() < 0.4:
            return self.rng.choice(self.notes)
        self.notes.append(f"note-{len(self.notes) + 1}")
        return self.notes[-1]

    def ground(self, *, needed: bool = True) -> dict[str, Data]:
        """The ground of a node; what need not have one mostly has none."""
        if not needed and self.rng.random() < 0.7:
            return {}
        provenance: dict[str, Data] = {}
        draw = self.rng.random()
        if draw < 0.75:
            provenance["quote"] = self.text() + self.rng.choice(("", "…", " … ")) + "按规定"
        if draw > 0.65:
            provenance["cite"] = self.rng.choice(SOURCES)
            self.own_source |= provenance["cite"] == SOURCES[-1]
        if self.rng.random() < 0.2:
            provenance["notes"] = list(dict.fromkeys([self.note(), self.note()]))
        return provenance
