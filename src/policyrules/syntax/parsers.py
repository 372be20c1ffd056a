"""The two parsers of YAML: ruamel.yaml's in Python, and libyaml's in C, which is far faster.

Both turn a text into the same events, each with its place. The parser in Python decides what a text
means. libyaml reads YAML 1.1, so it is given no text that the two could read differently, and
nothing that it refuses is refused for that reason alone. Without libyaml the other parser serves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_DIFFERENT_CHARACTERS: Final = "\t\r\x85\u2028\u2029\ufeff"
"""A tab separates otherwise in YAML 1.1, the line breaks end a line, and a mark has a column."""

_DIFFERENT: Final = re.compile(
    r"[|>][-+0-9]*(?:#| *(?:#[^\n]*)?\n\n* +(?:\n|\Z))"
    r"|(?:^|\n)\.\.\."
    r"|(?:^|[\n\[{,]) *\?"
    r"|['\"]:[^ \n]"
)
"""What libyaml takes, or places otherwise, and the parser in Python does not.

A comment directly behind the header of a block scalar, and blanks alone in a line above its text;
the end of a document, which may stand there twice; a `?` inside brackets, wherever it may begin a
key; and a colon that something follows directly behind a quotation mark.
"""


def events_in_python(text: str) -> Iterator[Any]:
    """The events of a text, one by one, so that a refusal stops the parser.

    Raises:
        ruamel.yaml.error.YAMLError: the text is not YAML.
    """
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(text)


def events_in_c(text: str) -> Iterator[Any] | None:
    """The same events from libyaml, or None if it is not installed or could differ here.

    Raises:
        yaml.error.YAMLError: libyaml does not take the text; the parser in Python may.
        ValueError: the text has half a character.
    """
    if any(character in text for character in _DIFFERENT_CHARACTERS):
        return None
    if _DIFFERENT.search(text):
        return None
    try:
        # PyYAML's classes are named alike whether or not it was built with libyaml, but for these.
        from yaml import CBaseLoader
    except ImportError:
        return None
    return iter(CBaseLoader(text).get_event, None)
