"""The results of cases that ran, and of properties that were tried."""

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
from policyrules.syntax.pretty_printer import print_data
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import LocalizedText, language_code
from policyrules.text.span import Span


@attrs.frozen(repr=False)
class Difference:
    """One difference from what a case expects; both sides are written as in a case file."""

    __repr__ = short_repr

    what: str
    expected: str
    found: str


@attrs.frozen(repr=False)
class CaseResult:
    """The result of one case.

    `differences` is empty if the case passed. `decision` is None if there is an `error` instead.
    `span` is the place of the case's name.
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
        """Return whether there is no difference."""
        return not self.differences

    def explain(self, language: str = "zh") -> str:
        """Return the decision, or the error in its place, as a text for a reader."""
        code = language_code(language)
        return self.decision.explain(code) if self.decision is not None else f"{self.error}\n"


@attrs.frozen(repr=False)
class Counterexample:
    """Facts that break a property, shrunk as far as they still break it.

    `facts` has one case, or two that differ in the fact `moved`; they are data of a facts file.
    `outcomes` has the outcome of each, written as in a case file.
    """

    __repr__ = short_repr

    on: date
    facts: tuple[Mapping[str, Any], ...] = attrs.field(converter=freeze, hash=False)
    outcomes: tuple[str, ...]
    moved: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the counterexample as JSON data."""
        cases = zip(self.facts, self.outcomes, strict=True)
        return {
            "on": self.on.isoformat(),
            "moved": self.moved or None,
            "cases": [{"facts": thaw(facts), "outcome": outcome} for facts, outcome in cases],
        }


@attrs.frozen(repr=False)
class PropertyResult:
    """The result of one property.

    `differences` is empty if no facts were found that break it; `tried` counts the drawn facts to
    which it applies. `on` is the day of the counterexample.
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
        """The day of the counterexample, if there is one."""
        return self.counterexample.on if self.counterexample is not None else None

    @property
    def passed(self) -> bool:
        """Return whether no counterexample was found."""
        return not self.differences

    def explain(self, language: str = "zh") -> str:
        """Return the counterexample as a text for a reader; facts of both cases are shown once."""
        example = self.counterexample
        if example is None:
            return ""
        heading = LocalizedText("反例", "Counterexample").get(language)
        lines, first = [heading], example.facts[0]
        for index, (facts, outcome) in enumerate(zip(example.facts, example.outcomes, strict=True)):
            changed, removed = facts, []
            if index:
                changed = {name: fact for name, fact in facts.items() if fact != first.get(name)}
                removed = [name for name in first if name not in facts]
                lines.append(LocalizedText("其他不变，但", "All else equal, but").get(language))
            lines += [f"  {name}: {print_data(fact, flow=False)}" for name, fact in changed.items()]
            lines += [f"  {name}: unknown" for name in removed]
            lines.append(f"→ {outcome}")
        return "\n".join(map(escape_control_characters, lines)) + "\n"
