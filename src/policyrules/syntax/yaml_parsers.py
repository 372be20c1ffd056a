"""Events of the two YAML parsers: ruamel.yaml in Python, and libyaml in C, which is faster.

Both return the same events with positions. The Python parser is authoritative. libyaml implements
YAML 1.1, so it never gets a text that the two could read differently, and its errors only cause a
second attempt in Python. Without libyaml the Python parser does all the work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_AMBIGUOUS_CHARACTERS: Final = "\t\r\x85\u2028\u2029\ufeff"
"""Characters that YAML 1.1 treats differently: tabs, line breaks, the byte-order mark."""

_AMBIGUOUS_CONSTRUCTS: Final = re.compile(
    r"[|>][-+0-9]*(?:#| *(?:#[^\n]*)?\n\n* +(?:\n|\Z))"
    r"|(?:^|\n)\.\.\."
    r"|(?:^|[\n\[{,]) *\?"
    r"|['\"]:[^ \n]"
)
"""Constructs that libyaml accepts or places differently.

A comment directly after a block scalar header, and lines of blanks above its text; the document end
marker, which may be repeated; a `?` inside brackets that may begin a key; a colon directly after a
quoted scalar and before another character.
"""


def events_from_ruamel(text: str) -> Iterator[Any]:
    """Yield the events of a text one by one, so that a refusal stops the parser.

    Raises:
        ruamel.yaml.error.YAMLError: the text is not YAML.
    """
    from ruamel.yaml import YAML

    yield from YAML(typ="safe", pure=True).parse(text)


def events_from_libyaml(text: str) -> Iterator[Any] | None:
    """Return the events from libyaml, or None if it is missing or might differ here.

    Raises:
        yaml.error.YAMLError: libyaml does not take the text; the parser in Python may.
        ValueError: the text has half a character.
    """
    if any(character in text for character in _AMBIGUOUS_CHARACTERS):
        return None
    if _AMBIGUOUS_CONSTRUCTS.search(text):
        return None
    try:
        # Only this class tells whether PyYAML was built with libyaml.
        from yaml import CBaseLoader
    except ImportError:
        return None
    return iter(CBaseLoader(text).get_event, None)
