"""Plain data as the text of a YAML file, in a layout that is not the printer's.

Generated rulesets are texts, so that the tests include the reader. A scalar is plain if that is
surely safe; otherwise it is quoted, with forbidden characters escaped.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

Data = str | list["Data"] | dict[str, "Data"]
"""What a file holds: texts, lists and mappings, nothing else."""

_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.%/<>=()+* -]*(?<! )")
_WORDS_OF_YAML: Final = frozenset({"null", "Null", "NULL"})
_ESCAPED: Final = re.compile("[\x7f-\x9f\ufeff\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def yaml_text(data: Mapping[str, Data]) -> str:
    """The text of a file."""
    return "\n".join(_block(data, 0)) + "\n"


def scalar(text: str) -> str:
    """A text as it may stand anywhere, even between brackets."""
    if _SAFE.fullmatch(text) and text not in _WORDS_OF_YAML:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _block(data: Mapping[str, Data], depth: int) -> Iterator[str]:
    for key, under in data.items():
        yield from _entry("  " * depth + scalar(key) + ":", under, depth)


def _entry(lead: str, under: Data, depth: int) -> Iterator[str]:
    if isinstance(under, str):
        yield f"{lead} {scalar(under)}"
    elif isinstance(under, list):
        yield lead
        for item in under:
            yield "  " * (depth + 1) + "- " + _flow(item)
    elif under:
        yield lead
        yield from _block(under, depth + 1)
    else:
        yield f"{lead} {{}}"


def _flow(data: Data) -> str:
    if isinstance(data, str):
        return scalar(data)
    if isinstance(data, list):
        return "[" + ", ".join(map(_flow, data)) + "]"
    return "{" + ", ".join(f"{scalar(key)}: {_flow(under)}" for key, under in data.items()) + "}"
