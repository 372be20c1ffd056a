"""The saved texts of sources by hash, which also count the results of checked quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyrules.text.span import Span


class SavedTexts(Mapping[str, str]):
    """Saved texts by their sha256, with the numbers of quotes found, not found and not checked.

    Without texts, every quote counts as not checked.
    """

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self.are_given: bool = texts is not None
        self._texts = texts or {}
        self._quotes: dict[Span, bool | None] = {}

    def record(self, span: Span, *, is_found: bool | None) -> None:
        """Record the result of the quote at a span; None if it was not checked."""
        self._quotes[span] = is_found

    def count(self, paths: Mapping[str, None], *, is_found: bool | None) -> int:
        """Return the number of quotes in these files with one result."""
        results = (result for span, result in self._quotes.items() if span.path in paths)
        return sum(result is is_found for result in results)

    def __getitem__(self, digest: str) -> str:
        return self._texts[digest]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)
