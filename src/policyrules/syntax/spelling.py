"""How the names of a file are spelt: one form for each kind of thing."""

from __future__ import annotations

import re
from typing import Final

KEBAB: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NAME_OF_EITHER: Final = re.compile(rf"{KEBAB.pattern}|{SNAKE.pattern}")
"""Any node of a ruleset."""

LIST: Final = re.compile(rf"{SNAKE.pattern}(\.{SNAKE.pattern})?")
"""A list of the vocabulary, or a fact that is a list."""

ID: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)?")
"""The id of a ruleset."""


def spelling(style: re.Pattern[str]) -> str:
    """Return what a form of spelling is called, with an example."""
    if style is SNAKE:
        return "snake_case, such as `laid_off`"
    if style is LIST:
        return "a list of the vocabulary, such as `hires`, or a fact, such as `employer.trades`"
    return "kebab-case, such as `paid-12-months`"
