"""Diagnostics for authors of rulesets, their codes, and remedies for misspelt names.

A code is a contract: `docs/errors/<code>.md` explains it, and at least one case in
`tests/conformance/bad/` raises it. A test compares the three.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import islice
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.objects.representation import short_repr
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.opposites import are_opposites
from policyrules.text.punctuation import full_width_remedy, to_ascii
from policyrules.text.span import Span


class Severity(StrEnum):
    """The severity of a diagnostic: an error rejects the ruleset, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@attrs.frozen
class Code:
    """One kind of diagnostic.

    If `is_merged`, equal messages at several places are reported as one diagnostic: declaring a
    missing name corrects every place that reads it.
    """

    name: str
    title: str
    severity: Severity = Severity.ERROR
    is_merged: bool = False


def _table(*codes: Code) -> Mapping[str, Code]:
    return MappingProxyType({code.name: code for code in codes})


CODES: Final[Mapping[str, Code]] = _table(
    # Reading: the text is not a ruleset yet.
    Code("unreadable-file", "the file cannot be read"),
    Code("ignored-file", "a file of the language that is ignored for its name or place"),
    Code("not-utf-8", "the file is not UTF-8 text"),
    Code("too-large", "the file is larger than a ruleset may be"),
    Code("too-deep", "the file is nested too deeply"),
    Code("yaml-syntax", "the file is not YAML"),
    Code("alias", "anchors, aliases, tags and merges are not part of the language"),
    Code("empty-file", "the file is empty"),
    Code("control-character", "a text with a line break, a control or an invisible character"),
    Code("duplicate-key", "a key occurs twice in one mapping"),
    Code("unknown-key", "a key that the language does not have here"),
    Code("missing-key", "a key that must be there is missing"),
    Code("wrong-shape", "a list, a mapping or a text stands where another shape belongs"),
    Code("bad-name", "a name is not spelt as names of its kind are"),
    Code("reserved-word", "a name is a word of the language"),
    Code("language-version", "the file is written for another version of the language"),
    Code("id-path-mismatch", "the id of a ruleset is not the path of its file"),
    Code("bad-literal", "a value cannot be read as its type"),
    Code("bare-decimal-ratio", "a ratio is written as a bare decimal"),
    Code("no-such-date", "a date that the calendar does not have"),
    Code("bad-expression", "an expression that the language does not have"),
    Code("bare-number", "an expression contains a number other than 0 and 1"),
    Code("unsupported", "a construct that this version of the library does not have"),
    # Names.
    Code("unknown-name", "a name that nothing declares", is_merged=True),
    Code("duplicate-id", "two things in one ruleset have the same id"),
    Code("cycle", "definitions that depend on each other"),
    Code("ambiguous-title", "a title or an id that two words of one fact share"),
    Code("long-chain", "a chain of definitions that is too long"),
    Code("unused", "a declaration that nothing uses", Severity.WARNING),
    Code("group-members", "a group with invalid members"),
    # Types and units.
    Code("type-mismatch", "a value of one type stands where another belongs"),
    Code("unit-mismatch", "quantities of different units are mixed"),
    Code("unknown-word", "a word that the fact or value does not have", is_merged=True),
    Code("out-of-range", "a figure outside the declared range"),
    Code("table-rows", "a table that does not fit its key"),
    Code("constant-test", "a test with the same result for all facts", Severity.WARNING),
    Code(
        "overlapping-exceptions", "two exceptions that apply together and differ", Severity.WARNING
    ),
    Code("open-list", "`not in` a list that its text leaves open", Severity.WARNING),
    Code("scale-order", "a scale whose edges do not rise"),
    Code("negative-amount", "an amount that may be negative"),
    Code("too-many-digits", "a figure that may have too many digits"),
    Code("truncated-deadline", "a deadline by completed months or years", Severity.WARNING),
    Code("day-without-row", "a parameter read on a day without a row", Severity.WARNING),
    Code("program-too-large", "a ruleset that the forward engine cannot take", Severity.WARNING),
    # Time.
    Code("no-calendar", "working days without a calendar"),
    Code("bad-calendar", "a calendar that contradicts itself"),
    Code("date-order", "a period that ends before it begins"),
    Code("gap", "dates for which a parameter has no row"),
    Code("overlap", "dates for which a parameter has two rows"),
    # Provenance.
    Code("missing-provenance", "a rule without a quote, a source or a note"),
    Code("source-undated", "a source without the date of its issue"),
    Code("quote-not-found", "a quote that is not in the saved text"),
    Code("source-text-missing", "no saved text has the digest of the source", Severity.WARNING),
    # Overlays.
    Code("unknown-base", "an unknown ruleset to extend or to be within"),
    Code("extends-cycle", "rulesets that extend each other"),
    Code("stale-pin", "the base has changed since it was pinned"),
    Code("conflicting-overlays", "bases whose changes conflict"),
    Code("unknown-target", "a change of a declaration that the base does not have"),
    Code("duplicate-of-base", "an addition that the base has already"),
    Code("unknown-group", "an addition to a group or rule that does not exist"),
    Code("replacement-type", "a value that is replaced by one of another type"),
    Code("no-op-override", "an override that has no effect"),
    Code("still-used", "a removed declaration that is still used"),
    Code("orphaned", "a declaration of the base that is no longer used"),
    Code("group-emptied", "a group that loses the members it needs"),
    Code("not-delegated", "a figure that another jurisdiction has not delegated"),
    Code("carried-figure", "a yearly figure of another year", Severity.WARNING),
    Code("not-enclosing", "`within` a jurisdiction that does not enclose this one"),
    Code("foreign-text", "rules of another jurisdiction in a ruleset that place and day select"),
    Code("overlapping-validity", "two rulesets of one policy and jurisdiction for one day"),
    Code("bound-exceeded", "a figure beyond the bound of another jurisdiction"),
)
"""Every diagnostic code, by its name."""


@attrs.frozen(repr=False)
class Diagnostic:
    """One problem in a text.

    `found` is the content at its place, `expected` the content that would be right, and `remedy`
    the correction to make.
    """

    __repr__ = short_repr

    code: str
    span: Span
    message: str
    found: str = ""
    expected: str = ""
    remedy: str = ""
    related: tuple[tuple[Span, str], ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"no such diagnostic code: {self.code}")

    @property
    def severity(self) -> Severity:
        """The severity of the code."""
        return CODES[self.code].severity

    def __str__(self) -> str:
        lines = [f"{self.span}: {self.severity}: {self.message} [{self.code}]"]
        if self.found and self.found not in self.message:
            lines.append(f"    found: {self.found}")
        if self.expected:
            lines.append(f"    expected: {self.expected}")
        lines += [f"    see: {span}: {text}" for span, text in self.related]
        if self.remedy:
            lines.append(f"    remedy: {self.remedy}")
        return "\n".join(map(escape_control_characters, lines))


MAX_PER_CODE: Final = 100
"""The number of diagnostics of one code that are kept per file; the others are counted."""

MAX_RELATED_PLACES: Final = 3
"""The number of further places that a merged diagnostic names; the others are counted."""


class Diagnostics:
    """A collection of diagnostics, so that all problems of a text are reported at once.

    Adding one takes constant time.
    """

    def __init__(self) -> None:
        self._found: dict[Diagnostic, Diagnostic] = {}
        self._places: dict[Diagnostic, dict[Span, None]] = {}
        self._kept: Counter[tuple[str, str]] = Counter()
        self._left_out: dict[Diagnostic, int] = {}

    def report(
        self,
        code: str,
        span: Span,
        message: str,
        *,
        found: str = "",
        expected: str = "",
        remedy: str = "",
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        """Add a diagnostic; equal diagnostics at one place are kept once."""
        self._add(Diagnostic(code, span, message, found, expected, remedy, related))

    def extend(self, diagnostics: Iterable[Diagnostic] | Diagnostics) -> None:
        """Add diagnostics of another list or collection, merging equal ones."""
        if not isinstance(diagnostics, Diagnostics):
            for diagnostic in diagnostics:
                self._add(diagnostic)
            return
        for key, first in diagnostics._found.items():  # noqa: SLF001 - another instance of this class
            for span in diagnostics._places[key]:  # noqa: SLF001 - the same
                self._add(attrs.evolve(first, span=span))
        for rest, number in diagnostics._left_out.items():  # noqa: SLF001 - the same
            self._left_out[rest] = self._left_out.get(rest, 0) + number

    def has_room(self, code: str, path: str) -> bool:
        """Return whether another diagnostic of a code in a file would be kept.

        A caller can skip an expensive remedy if not.
        """
        return self._kept[code, path] < MAX_PER_CODE

    def _add(self, new: Diagnostic) -> None:
        key = _without_place(new) if CODES[new.code].is_merged else new
        if key in self._found:
            self._places[key][new.span] = None
            return
        kind = (new.code, new.span.path)
        if self._kept[kind] >= MAX_PER_CODE:
            rest = Diagnostic(new.code, Span.empty_at(new.span.path), "")
            self._left_out[rest] = self._left_out.get(rest, 0) + 1
            return
        self._kept[kind] += 1
        self._found[key] = new
        self._places[key] = {new.span: None}

    def sorted(self) -> tuple[Diagnostic, ...]:
        """Return all diagnostics by place, then the counts of those that were not kept."""
        kept = [_merge(first, sorted(self._places[key])) for key, first in self._found.items()]
        kept.sort(key=lambda diagnostic: (diagnostic.span, diagnostic.code))
        return (*kept, *self._counts(kept))

    def _counts(self, kept: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        last = {(diagnostic.code, diagnostic.span.path): diagnostic.span for diagnostic in kept}
        for rest, number in self._left_out.items():
            yield attrs.evolve(
                rest,
                span=last[rest.code, rest.span.path],
                message=f"{number:,} more findings like this one and those before it",
                remedy="correct these first, and check again",
            )

    @property
    def has_errors(self) -> bool:
        """Return whether any diagnostic is an error."""
        return any(first.severity is Severity.ERROR for first in self._found.values())


def _without_place(diagnostic: Diagnostic) -> Diagnostic:
    """Return the diagnostic without its place in the file, as a key for merging."""
    return attrs.evolve(diagnostic, span=Span.empty_at(diagnostic.span.path), related=())


def _merge(first: Diagnostic, places: Sequence[Span]) -> Diagnostic:
    """Return the diagnostic at its first place, with the other places as related."""
    if len(places) == 1:
        return first
    others = tuple((span, "it occurs here too") for span in places[1 : MAX_RELATED_PLACES + 1])
    return attrs.evolve(
        first,
        span=places[0],
        found=f"{first.found or 'it'}, in {len(places):,} places",
        related=(*first.related, *others),
    )


def name_remedy(name: str, known: Iterable[str], *, may_be_several: bool = True) -> str:
    """Return a remedy for an undeclared name, or an empty text.

    It proposes a similar name, or points out full-width punctuation or, if `may_be_several` names
    are allowed there, a text with several names.

    >>> name_remedy("covered，insured", ["covered", "insured"])
    '`，` is a full-width comma: write `,` and a blank'
    >>> name_remedy("covered, insured", ["covered", "insured"])
    'give each name an entry of its own'
    """
    names = set(known)
    near = did_you_mean(name, names)
    if near:
        return near
    is_several = may_be_several and bool(_separate_names(name))
    return full_width_remedy(name) or ("give each name an entry of its own" if is_several else "")


def cut_text(text: str, length: int = 60) -> str:
    """Return the text in backticks, cut to a length with `…`.

    >>> cut_text("20%"), cut_text("abcdef", 3)
    ('`20%`', '`abc…`')
    """
    return f"`{text}`" if len(text) <= length else f"`{text[:length]}…`"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a remedy for a misspelt name, or an empty text if no known name is similar.

    For a text with several names the remedy is empty, as it would lose all but one. A name with the
    opposite meaning is never proposed. At most three equally similar names are.

    >>> did_you_mean("employer.laidoff", ["employer.laid_off", "employer.kind"])
    'did you mean `employer.laid_off`?'
    >>> did_you_mean("covered, insured", ["covered", "insured"])
    ''
    """
    near = near_names(name, known)
    return f"did you mean {' or '.join(f'`{similar}`' for similar in near)}?" if near else ""


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that are most similar to a misspelt one, by their common parts.

    >>> near_names("employer.layoffs", ["employer.layoff_rate", "employer.laid_off"])
    ['employer.layoff_rate', 'employer.laid_off']
    """
    names = sorted(set(known))
    name = to_ascii(name).strip("\"'() ")
    if name in names:
        return [name]
    if any(part in names for part in _separate_names(name)) or set(name) & _SEPARATORS:
        return []
    subject, dot, last = name.rpartition(".")
    # Facts of one subject share its name, so only their last parts are compared.
    head = subject + dot
    siblings = [entry.removeprefix(head) for entry in names if entry.startswith(head)]
    prefix, wanted, choice = (head, last, siblings) if siblings else ("", name, names)
    choice = [
        candidate
        for candidate in _comparable(wanted, choice)
        if not are_opposites(wanted, candidate)
    ]
    return [prefix + similar for similar in _nearest(wanted, choice)]


def _nearest(wanted: str, names: Sequence[str]) -> list[str]:
    """Return the most similar names; all of them if several are equally similar."""
    near = difflib.get_close_matches(wanted, names, n=3)
    scores = [_similarity(wanted, candidate) for candidate in near]
    return [
        candidate for candidate, score in zip(near, scores, strict=True) if score == max(scores)
    ]


def _similarity(wanted: str, name: str) -> Fraction:
    blocks = difflib.SequenceMatcher(None, name, wanted).get_matching_blocks()
    return Fraction(2 * sum(block.size for block in blocks), len(wanted) + len(name))


_SEPARATORS: Final = frozenset(",:;[]{}|")
"""Characters that separate or enclose names and are not part of one."""


def _separate_names(text: str) -> list[str]:
    """Return the names in a text with several names, else an empty list."""
    parts = re.split(r"[\s,:;|]+", text)
    return parts if len(parts) > 1 else []


_MAX_COMPARED: Final = 500
"""The number of names that are compared at most, since comparing is slow."""

_MAX_LENGTH: Final = 200
"""The length of a name that is compared at most, since the time grows with its square."""


def _comparable(wanted: str, names: Sequence[str]) -> Sequence[str]:
    """Return the names to compare; of many, those with the same first letter and similar length."""
    if len(wanted) > _MAX_LENGTH:
        return ()
    if len(names) <= _MAX_COMPARED:
        return names
    alike = (
        name
        for name in names
        if name[:1] == wanted[:1] and abs(len(name) - len(wanted)) <= _MAX_LENGTH_DIFFERENCE
    )
    return list(islice(alike, _MAX_COMPARED))


_MAX_LENGTH_DIFFERENCE: Final = 2


def listed(names: Iterable[str], *, limit: int = 12) -> str:
    """Return names for a message, in their order and at most `limit` of them.

    >>> listed(["a", "b", "c"], limit=2)
    '`a`, `b` and 1 more'
    """
    all_names = list(names)
    text = ", ".join(f"`{name}`" for name in all_names[:limit])
    return text + (f" and {len(all_names) - limit} more" if len(all_names) > limit else "")
