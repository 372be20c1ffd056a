"""Check that every id and every title of the words of a fact means one word only."""

from __future__ import annotations

from policyrules.check.state import CheckState
from policyrules.syntax.tree import FactNode, TypedNode
from policyrules.text.span import Span
from policyrules.text.words import fold_word

_NONE_WORD = "none"


def report_ambiguous_titles(state: CheckState, node: TypedNode) -> None:
    """Report an id or a title that two words of a fact share, or a word and the known absence.

    Texts are compared as facts are read: full-width characters, capitals, blanks, `_` and `-` do
    not count. A shared text cannot be given as a fact.
    """
    first: dict[str, tuple[str, Span, str]] = {}
    spellings = [(word.text, word.text, word.span, "word") for word, _ in node.words]
    titles = [(word.text, title) for word, title in node.words]
    if isinstance(node, FactNode) and node.none is not None:
        titles.append((_NONE_WORD, node.none))
    for meaning, title in titles:
        spellings += [(meaning, text.text, text.span, "title") for text in (title.zh, title.en)]
    for meaning, text, span, kind in spellings:
        folded = fold_word(text)
        if not folded:
            continue
        first_meaning, first_span, first_kind = first.setdefault(folded, (meaning, span, kind))
        if first_meaning != meaning:
            state.diagnostics.report(
                "ambiguous-title",
                span,
                f"the {kind} `{text}` may mean `{first_meaning}` or `{meaning}`",
                found=f"`{text}`",
                expected="for every word an id and titles that no other has",
                remedy="give each a title of its own",
                related=((first_span, f"the {first_kind} of `{first_meaning}` stands here"),),
            )
