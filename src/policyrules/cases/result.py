"""What became of a case that was run, and of a property that was tried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn

import attrs

from policyrules.decisions.decision import Decision
from policyrules.errors import EngineError, FactsError, NotInForce
from policyrules.objects.frozen import freeze, thaw
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import LocalizedText, language_code
from policyrules.text.span import Span


@attrs.frozen(repr=False)
class Difference:
    """One thing that is not as expected; both sides as a case file would write them."""

    __repr__ = short_repr

    what: str
    expected: str
    found: str


@attrs.frozen(repr=False)
class CaseResult:
    """What became of one case.

    `differences` is empty where all is as expected. `decision` is None where an `error` stands in
    its place. `span` is the place of the case's name.
    """

    __repr__ = short_repr

    ruleset: str
    name: str
    on: date
    span: Span
    differences: tuple[Difference, ...]
    decision: Decision | None = attrs.field(default=None, repr=False)
    error: NotInForce | FactsError | EngineError | None = None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("the result of a case", "use `.passed`")

    @property
    def passed(self) -> bool:
        """Return whether all is as expected."""
        return not self.differences

    def explain(self, language: str = "zh") -> str:
        """The decision as a text for a reader, or the error that stands in its place."""
        code = language_code(language)
        return self.decision.explain(code) if self.decision is not None else f"{self.error}\n"


@attrs.frozen(repr=False)
class Counterexample:
    """Facts that break a property, as little as it takes.

    `facts` has one case, or two that differ in `moved`; every fact is as a facts file has it.
    `outcomes` are what is decided of each, as a case file would write it.
    """

    __repr__ = short_repr

    on: date
    facts: tuple[Mapping[str, Any], ...] = attrs.field(converter=freeze, hash=False)
    outcomes: tuple[str, ...]
    moved: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        cases = zip(self.facts, self.outcomes, strict=True)
        return {
            "on": self.on.isoformat(),
            "moved": self.moved or None,
            "cases": [{"facts": thaw(facts), "outcome": outcome} for facts, outcome in cases],
        }


@attrs.frozen(repr=False)
class PropertyResult:
    """What became of one property.

    `differences` is empty where no facts were found that break it; `tried` is how many of the facts
    that were drawn it says something about. `on` is the day of the counterexample.
    """

    __repr__ = short_repr

    ruleset: str
    name: str
    span: Span
    differences: tuple[Difference, ...]
    tried: int
    counterexample: Counterexample | None = attrs.field(default=None, repr=False)

    def __bool__(self) -> NoReturn:
        refuse_truth_value("the result of a property", "use `.passed`")

    @property
    def on(self) -> date | None:
        """The day of the counterexample."""
        return self.counterexample.on if self.counterexample is not None else None

    @property
    def passed(self) -> bool:
        """Return whether nothing was found that breaks it."""
        return not self.differences

    def explain(self, language: str = "zh") -> str:
        """The counterexample as a text for a reader, the facts of both cases once."""
        found = self.counterexample
        if found is None:
            return ""
        heading = LocalizedText("反例", "Counterexample").get(language)
        lines = [heading]
        for place, (facts, outcome) in enumerate(zip(found.facts, found.outcomes, strict=True)):
            others = found.facts[0]
            shown = facts if place == 0 else {n: v for n, v in facts.items() if v != others.get(n)}
            gone = [] if place == 0 else [name for name in others if name not in facts]
            if place:
                lines.append(LocalizedText("其他不变，但", "All else equal, but").get(language))
            lines += [f"  {name}: {_text(value)}" for name, value in shown.items()]
            lines += [f"  {name}: unknown" for name in gone]
            lines.append(f"→ {outcome}")
        return "\n".join(map(escape_control_characters, lines)) + "\n"


def _text(value: Any) -> str:
    """A fact on one line, as a facts file may have it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
