"""Explanations and remedies for YAML errors, in the words of an author of rules."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

_QUOTE_IT: Final = "a text with `: `, ` #` or a bracket at its start belongs in quotation marks"
_PROBLEMS: Final = (
    (r"found character '\\t'", "a tab", "write spaces in its place"),
    (r"found character '(.)' that", "a text that begins with `{}`", "put it in quotation marks"),
    (
        r"could not find expected ':'",
        "a line that is neither `key: value` nor `- entry`",
        _QUOTE_IT,
    ),
    (r"expected ',' or '([]}])'", "no `{}` before this", "close the bracket"),
    (r"found unknown escape character '(.)'", "the escape `\\{}`", "write the character itself"),
)
"""Pairs of a parser message and its explanation, with a remedy."""

_TEXT: Final = ("",)
"""The marker for a text, where keys are expected."""

_MAX_LENGTH: Final = 60


def describe_syntax_error(problem: str, before: str, above: str = "") -> tuple[str, str]:
    """Return an explanation of a parser error, and a remedy.

    `before` is the text before the error in its line, `above` the nearest line above that is not
    blank.

    >>> describe_syntax_error("mapping values are not allowed here", "  laid_off", "employer")
    ('a line above that is not followed by a colon', 'write a colon: `employer:`')
    """
    is_first = not before.lstrip(" -")
    if "mapping values are not allowed" in problem and re.search(r":\s", before):
        return "a second `: ` in one line", _QUOTE_IT
    if "mapping values are not allowed" in problem and before.strip() == "?":
        return "a single `?`", 'put it in quotation marks: `"?"`'
    if "mapping values are not allowed" in problem:
        return _key_below_text(before, above)
    if "mapping keys are not allowed" in problem:
        return "a single `?`", 'put it in quotation marks: `"?"`'
    if "<block end>" in problem and is_first:
        return "a line with another indent than its neighbours", "align it with them"
    if "<block end>" in problem:
        return "more text after a closing quotation mark or bracket", _QUOTE_IT
    if "could not find expected ':'" in problem and _is_without_colon(before, above):
        return _key_below_text(before, above)
    for pattern, explanation, remedy in _PROBLEMS:
        match = re.search(pattern, problem)
        if match:
            return explanation.format(*match.groups()), remedy
    return problem.replace(r"'\x00'", "the end"), _QUOTE_IT


def _key_below_text(before: str, above: str) -> tuple[str, str]:
    """Explain a key below a text: the line above lacks a colon, or has a value."""
    is_below = _indent(above) < _indent(before)
    text = above.strip().removeprefix("- ")
    key, colon, value = text.partition(": ")
    is_short = len(text) <= _MAX_LENGTH and text.isprintable()
    if _is_without_colon(before, above):
        return "a line above that is not followed by a colon", f"write a colon: `{text}:`"
    if is_below and is_short and colon and value.strip() and not value.startswith(("#", "|", ">")):
        remedy = f"align it with `{key}`, or give `{value.strip()}` a key of its own below `{key}:`"
        return f"a key below a text: `{text}`", remedy
    return "a key where none is allowed", "align it with the keys beside it"


def _is_without_colon(before: str, above: str) -> bool:
    """Return whether the line above is a bare name, and the error is below it."""
    text = above.strip().removeprefix("- ")
    is_name = len(text) <= _MAX_LENGTH and re.fullmatch(r"[\w.-]+", text) is not None
    return is_name and _indent(above) < _indent(before)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def tag_remedy(tag: str, tagged_text: str) -> str:
    """Return the remedy for a tag; `tagged_text` is the text that follows it.

    `!` before a name means negation in other languages, so leaving it out would invert the test.

    >>> tag_remedy("!employer.listed", "")
    'write `not employer.listed` to negate the test, or leave the tag out'
    >>> tag_remedy("!!str", "5")
    'leave it out'
    """
    name = tag.removeprefix("!")
    if not re.fullmatch(r"[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*", name):
        return "leave it out"
    test = f"{name} {tagged_text}".strip()
    if len(test) > _MAX_LENGTH or not test.isprintable() or "`" in test:
        return "write `not` to negate a test, or leave the tag out"
    return f"write `not {test}` to negate the test, or leave the tag out"


def repeated_key_remedy(key: str, second: Collection[str], first: Collection[str]) -> str:
    """Return the remedy for a repeated key, which keeps the content of both.

    `second` and `first` are the keys below each; empty for a list, and a marker for a text.
    """
    if second == first == _TEXT or len(key) > _MAX_LENGTH:
        return "keep the one that is right, or rename the other"
    if set(second) & set(first) or _TEXT in (second, first):
        return f"rename one; or write `{key}:` once, with all that belongs to it"
    return f"write `{key}:` once, and put the keys of both below it"
