"""The spelling of names: one pattern for each kind."""

from __future__ import annotations

import re
from typing import Final

KEBAB: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NAME_OF_EITHER: Final = re.compile(rf"{KEBAB.pattern}|{SNAKE.pattern}")
"""The name of any node of a ruleset."""

LIST: Final = re.compile(rf"{SNAKE.pattern}(\.{SNAKE.pattern})?")
"""The name of a list of the vocabulary, or of a fact that is a list."""

YEAR: Final = re.compile(r"[0-9]{4}")
"""A calendar year as a name."""

ID: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)?")
"""The id of a ruleset."""


def spelling(style: re.Pattern[str]) -> str:
    """Describe a pattern of names, with an example."""
    if style is SNAKE:
        return "snake_case, such as `laid_off`"
    if style is YEAR:
        return "a year, such as `2024`"
    if style is LIST:
        return "a list of the vocabulary, such as `hires`, or a fact, such as `employer.trades`"
    return "kebab-case, such as `paid-12-months`"
