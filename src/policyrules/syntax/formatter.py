"""Format the text of a file in the standard layout, keeping content and comments."""

from __future__ import annotations

import re
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.errors import FormatError
from policyrules.syntax.comments import Comments, comments_of
from policyrules.syntax.kinds import FileKind, is_policyrules_file, kind_of
from policyrules.syntax.pretty_printer import print_document
from policyrules.syntax.reader import read_tree
from policyrules.syntax.yaml import Mapping, decode, read_yaml

_LANGUAGE_KEY: Final = re.compile(r"""^[{ \t]*["']?policyrules["']?[ \t]*:""", re.MULTILINE)
"""The key `policyrules` in a text that is not valid YAML."""


@attrs.frozen
class FormatResult:
    """The formatted text of a file, or None if the file has errors.

    `is_policyrules_file` is true if the file has the key `policyrules`. Every line ends in one
    newline, and a byte-order mark is dropped.
    """

    text: str | None
    diagnostics: tuple[Diagnostic, ...]
    is_policyrules_file: bool = True


def format_text(data: bytes, path: str) -> FormatResult:
    """Format the bytes of a file; `path` is for its diagnostics.

    Raises:
        FormatError: the formatted text would have another meaning, or lose a comment.
    """
    diagnostics = Diagnostics()
    text = decode(data, path, diagnostics)
    if text is None:
        return FormatResult(None, diagnostics.sorted())
    document = read_yaml(text, path, diagnostics)
    if document is None:
        return FormatResult(None, diagnostics.sorted(), _LANGUAGE_KEY.search(text) is not None)
    kind = kind_of(document, diagnostics)
    if kind is None:
        return FormatResult(None, diagnostics.sorted(), is_policyrules_file(document))
    tree = read_tree(kind.shape, document, diagnostics)
    if tree is None or diagnostics.has_errors:
        return FormatResult(None, diagnostics.sorted())
    comments = comments_of(text, document)
    node = kind.shape.write(tree)
    if not isinstance(node, Mapping):
        raise TypeError("a file is a mapping")
    new_text = print_document(node, comments)
    _check_round_trip(kind, new_text, tree, comments)
    return FormatResult(new_text, diagnostics.sorted())


def _check_round_trip(kind: FileKind, text: str, tree: object, comments: Comments) -> None:
    """Read the new text again, and compare its tree and comments with the original."""
    document = read_yaml(text, "", Diagnostics())
    if document is None or read_tree(kind.shape, document, Diagnostics()) != tree:
        raise FormatError("the formatted text would have another meaning")
    if comments_of(text, document).texts() != comments.texts():
        raise FormatError("a comment would be lost or changed")
