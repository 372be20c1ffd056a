"""What became of a case that was run."""

from __future__ import annotations

from datetime import date

import attrs

from policyrules.decisions.decision import Decision
from policyrules.errors import EngineError, FactsError, NotInForce
from policyrules.source import Span
from policyrules.titles import Language


@attrs.frozen
class Difference:
    """One thing that is not as expected; both sides as a case file would write them."""

    what: str
    expected: str
    found: str


@attrs.frozen
class CaseResult:
    """What became of one case.

    `differences` is empty where all is as expected. `decision` is None where an `error` stands in
    its place. `span` is the place of the case's name.
    """

    ruleset: str
    name: str
    on: date
    span: Span
    differences: tuple[Difference, ...]
    decision: Decision | None = attrs.field(default=None, repr=False)
    error: NotInForce | FactsError | EngineError | None = None

    @property
    def passed(self) -> bool:
        """Whether all is as expected."""
        return not self.differences

    def explain(self, language: Language = "zh") -> str:
        """The decision as a text for a reader, or the error that stands in its place."""
        return self.decision.explain(language) if self.decision is not None else f"{self.error}\n"
