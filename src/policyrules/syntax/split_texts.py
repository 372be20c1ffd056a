"""Recognise unquoted texts inside { } that a comma splits into entries, and their remedy."""

from __future__ import annotations

from policyrules.syntax import yaml
from policyrules.syntax.yaml import Node, Scalar, is_null
from policyrules.text.punctuation import full_width_remedy
from policyrules.text.span import Span


def lacks_colon(key: Scalar, under: Node) -> bool:
    """Return whether a key has no colon, which is possible only inside { }."""
    end_of_key = Span.empty_at(key.span.path, key.span.end_line, key.span.end_column)
    return is_null(under) and under.span == end_of_key


def split_text_remedy(node: yaml.Mapping) -> str:
    """Return the remedy for a text inside { } that a comma splits.

    Chinese quotation marks do not quote a text in YAML, so the remedy names them first.
    """
    firsts = (under.text[:1] for _, under in node.entries if isinstance(under, Scalar))
    marks = [full_width_remedy(sign) for sign in firsts if sign in "“‘「【［｛"]
    if any(marks):
        return next(filter(None, marks))
    return "a comma inside { } ends a text: put the text on a line of its own"
