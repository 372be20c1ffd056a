"""Check provenance: every rule has a quote, a source or a note, and quotes match their texts."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from typing import Final

from policyrules.check.calendar_literals import read_issued
from policyrules.check.names import report_unknown
from policyrules.check.saved_texts import SavedTexts
from policyrules.check.state import CheckState
from policyrules.diagnostics import cut_text, listed
from policyrules.ir.nodes import Test
from policyrules.ir.ruleset import Note, Provenance, Source
from policyrules.syntax.tree import NodeWithProvenance, SourceNode
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span
from policyrules.text.words import fold_word


def declare_sources(state: CheckState) -> None:
    """Read the sources of the folder and of the ruleset, and its legal basis."""
    nodes: dict[str, SourceNode] = {}
    for node in [*state.sources_tree.sources, *state.tree.sources]:
        if node.name.text in nodes:
            state.diagnostics.report(
                "duplicate-id",
                node.name.span,
                f"the source `{node.name.text}` is declared twice",
                related=((nodes[node.name.text].span, "it is declared here first"),),
            )
        nodes[node.name.text] = node
        source = _source(state, node)
        if source is not None:
            state.sources[source.id] = source
    if "legal_basis" not in state.tree.broken:
        mark_source_used(state, state.tree.legal_basis.text, state.tree.legal_basis.span)


def _source(state: CheckState, node: SourceNode) -> Source | None:
    if node.issued is None:
        state.diagnostics.report(
            "source-undated",
            node.span,
            f"the source `{node.name.text}` has no date",
            expected="`issued`: the day of its issue, or as much as is known of it",
            remedy="write `issued: 2021` for a year, and `issued: not_stated` for none",
        )
    issued = read_issued(node.issued, state.diagnostics) if node.issued else None
    digest = node.sha256.text if node.sha256 else ""
    if node.sha256 and not _SHA256.fullmatch(digest):
        suggestion = digest.lower().removeprefix("sha256:").strip()
        state.diagnostics.report(
            "bad-literal",
            node.sha256.span,
            "this is not a sha256",
            found=cut_text(digest, 80),
            expected="64 hexadecimal digits in lower case",
            remedy=f"write `{suggestion}`" if _SHA256.fullmatch(suggestion) else "",
        )
        digest = ""  # Quotes of the source are not checked, so this is reported once.
    if issued is None:
        state.broken.add(node.name.text)
        return None
    return Source(
        id=node.name.text,
        title=node.title.text,
        issued=issued,
        grade=node.grade.text if node.grade else "",
        reference=node.ref.text if node.ref else "",
        address=node.url.text if node.url else "",
        digest=digest,
    )


_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def mark_source_used(state: CheckState, name: str, span: Span) -> None:
    """Mark a source as used, or report that it is unknown."""
    state.used_sources.add(name)
    if name not in state.sources:
        report_unknown(state, name, span, "source", state.sources, _title_remedy(state, name))


def _title_remedy(state: CheckState, name: str) -> str:
    """Return the remedy for a title of a source that is used as an id, or an empty text.

    Punctuation does not count. A part of a title must fit one source only.
    """
    wanted = _letters_and_digits(name)
    titles = {source.id: _letters_and_digits(source.title) for source in state.sources.values()}
    matching = [id_ for id_, title in titles.items() if title == wanted]
    if not matching and len(wanted) >= _MIN_TITLE_LENGTH:
        matching = [id_ for id_, title in titles.items() if wanted in title]
    if len(matching) == 1:
        return f"write `{matching[0]}`, the id of the source with this title"
    if re.search(r"\.(txt|pdf|html?|md|docx?)$", name.lower()) and state.sources:
        return f"write the id of the source, not its file: {_id_choice(state.sources)}"
    return ""


_MIN_TITLE_LENGTH: Final = 4
"""The least length of a part of a title that identifies a source."""


def _id_choice(ids: Mapping[str, Source]) -> str:
    return f"one of {listed(sorted(ids))}" if len(ids) > 1 else f"`{next(iter(ids))}`"


def _letters_and_digits(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(mark for mark in fold_word(text) if mark.isalnum())


def provenance_of(
    state: CheckState,
    node: NodeWithProvenance,
    span: Span,
    description: str,
    *,
    inherit: bool = False,
) -> Provenance:
    """Return the provenance of a node; `inherit` allows a node without one."""
    for note in node.notes:
        state.used_notes.add(note.text)
        if note.text not in state.note_names:
            report_unknown(state, note.text, note.span, "note", _available_notes(state))
    source = ""
    if node.cite is not None:
        source = node.cite.text
        mark_source_used(state, source, node.cite.span)
    elif node.quote is not None:
        source = state.tree.legal_basis.text
    provenance = Provenance(
        node.quote.text if node.quote else "", source, tuple(note.text for note in node.notes)
    )
    if node.quote is not None and not strip_whitespace(node.quote.text).strip("…"):
        state.diagnostics.report(
            "missing-provenance",
            node.quote.span,
            f"the quote of {description} has no words",
            found=f"`{node.quote.text}`",
            expected="words of the source",
        )
    elif node.quote is not None:
        state.quotes.append((provenance, node.quote.span, description))
    if not (source or node.quote or node.notes or inherit):
        state.diagnostics.report(
            "missing-provenance",
            span,
            f"{description} has no quote, source or note",
            expected="`quote`, `cite` or `notes`",
            remedy="quote the words that it follows, or admit it in a note",
        )
    return provenance


def _available_notes(state: CheckState) -> set[str]:
    """Return the notes that a node may name, for an overlay with all notes of its base."""
    tree = state.tree if state.composition is None else state.composition.merged_before_notes
    return {note.name.text for note in tree.notes}


def declare_notes(state: CheckState, whens: Mapping[str, tuple[Test | None, str]]) -> None:
    """Declare the notes; `whens` maps each to its checked test and its list."""
    for node in state.tree.notes:
        when, list_name = whens.get(node.name.text, (None, ""))
        title = LocalizedText(node.zh.text, node.en.text)
        state.notes[node.name.text] = Note(node.name.text, node.kind.text, title, when, list_name)


def check_removal_provenance(state: CheckState) -> None:
    """Check the provenance of the removals of an overlay."""
    if state.composition is None:
        return
    for node in state.composition.top_layer_removals:
        # A removal without provenance was reported with the other faults of the overlay.
        provenance_of(state, node, node.span, f"the removal of `{node.name.text}`", inherit=True)


def check_quotes(state: CheckState) -> None:
    """Check that every quote is in the saved text of its source, if that text is available.

    White space does not count. `…` leaves words out; the parts around it must keep their order.
    """
    texts = state.texts
    if texts is None:
        return
    record = texts.record if isinstance(texts, SavedTexts) else _ignore_result
    is_checking = not isinstance(texts, SavedTexts) or texts.are_given
    reported: set[str] = set()
    for provenance, span, _ in state.quotes:
        source = state.sources.get(provenance.source)
        if state.is_inherited(span):
            continue
        if source is None or not source.digest or not is_checking:
            record(span, is_found=None)
            continue
        text = texts.get(source.digest)
        if text is None:
            record(span, is_found=None)
            if source.id not in reported:
                reported.add(source.id)
                state.diagnostics.report(
                    "source-text-missing",
                    span,
                    f"no saved text has the digest of `{source.id}`",
                    found=f"none with {source.digest[:12]}…",
                    expected="the text whose sha256 `sources.yaml` names",
                    remedy="save the text, or correct the digest: its quotes were not checked",
                )
            continue
        missing = _first_mismatch(provenance.quote, text)
        record(span, is_found=missing is None)
        if missing is not None:
            part, difference = missing
            state.diagnostics.report(
                "quote-not-found",
                span,
                f"the quote is not in the text of `{source.id}`",
                found=f"`{part}`{difference}",
                expected="words of the text, in its order, with `…` where some are left out",
                remedy=_quotation_mark_remedy(provenance.quote, text),
            )


_QUOTATION_MARKS: Final = (
    ("“", "”"),
    ("「", "」"),
    ("『", "』"),
    ('"', '"'),
    ("'", "'"),
    ("《", "》"),
)


def _quotation_mark_remedy(quote: str, text: str) -> str:
    """Return the remedy for a quote that is in the text, but without its quotation marks."""
    for opening, closing in _QUOTATION_MARKS:
        inner = quote.strip().removeprefix(opening).removesuffix(closing)
        if inner != quote.strip() and inner and _first_mismatch(inner, text) is None:
            return f"the text has it without the marks `{opening}{closing}`: leave them out"
    return ""


def _ignore_result(span: Span, *, is_found: bool | None) -> None:
    """Ignore the result of a quote, if no saved texts record it."""


def _first_mismatch(quote: str, text: str) -> tuple[str, str] | None:
    """Return the first part of a quote that the text lacks, and a description of the mismatch."""
    compact, start = strip_whitespace(text), 0
    for part in quote.split("…"):
        wanted = strip_whitespace(part)
        position = compact.find(wanted, start)
        if position < 0:
            return part.strip(), _describe_difference(wanted, compact[start:])
        start = position + len(wanted)
    return None


def _describe_difference(wanted: str, text: str) -> str:
    """Describe the first sign that differs, if only one place in the text begins like the quote."""
    sizes = range(1, len(wanted) + 1)
    size = bisect.bisect_left(sizes, True, key=lambda many: wanted[:many] not in text)
    anchor = wanted[:size]
    if size < _MIN_ANCHOR_LENGTH or text.count(anchor) != 1:
        return ""
    end = text.index(anchor) + size
    actual = f"`{text[end]}`" if end < len(text) else "nothing more"
    shown = anchor[-_SHOWN_ANCHOR_LENGTH:]
    return f": after `{shown}` the text has {actual}, and not `{wanted[size]}`"


_MIN_ANCHOR_LENGTH: Final = 3
"""The least number of equal signs that identify the place of a quote in the text."""
_SHOWN_ANCHOR_LENGTH: Final = 12
"""The number of equal signs that are shown before a difference."""


def strip_whitespace(text: str) -> str:
    """Return the text without white space, since a scan has line breaks inside words."""
    return re.sub(r"\s+", "", text)
