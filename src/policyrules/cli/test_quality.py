"""What `test --coverage` and `test --mutate` say: whether the cases say all that a ruleset says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from policyrules.reporting.text_layout import Line

if TYPE_CHECKING:
    from policyrules.testing import Coverage, Gap, MutationReport, SurvivingMutant
    from policyrules.text.span import Span


class Progress(Protocol):
    """Shows a bar while something is done, if it is to be shown."""

    def __call__(self, *, shown: bool) -> AbstractContextManager[Callable[[int, int], None]]:
        """What is told how many of how many are done."""


@attrs.frozen
class QualityReport:
    """What was asked: the coverage of the cases, their mutants, or both; None was not asked."""

    coverage: tuple[Coverage, ...] | None
    mutation: tuple[MutationReport, ...] | None

    @property
    def is_sufficient(self) -> bool:
        """Return whether everything is shown, and no mutant survives."""
        return not self._gaps and not self._survivors

    @property
    def _gaps(self) -> list[Gap]:
        return [gap for one in self.coverage or () for gap in one.gaps]

    @property
    def _survivors(self) -> list[SurvivingMutant]:
        return [survivor for one in self.mutation or () for survivor in one.survivors]

    # --- as data ---------------------------------------------------------------------------------

    def data(self) -> dict[str, Any]:
        """As data; `error` is there if the cases are not enough."""
        result: dict[str, Any] = {}
        if self.coverage is not None:
            result["coverage"] = [_coverage_data(one) for one in self.coverage]
        if self.mutation is not None:
            result["mutation"] = [_mutation_data(one) for one in self.mutation]
        if not self.is_sufficient:
            message = ", ".join(text for text, _ in self._summaries())
            result["error"] = {"code": "cases_not_enough", "message": message}
        return result

    # --- for a reader ----------------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        """For a reader: what no case shows, what survives, and how much of each there is."""
        for covered in self.coverage or ():
            for gap in covered.gaps:
                told = f": {gap.message}{_of(covered.ruleset, gap.span)}"
                yield [(_place(gap.span), ""), ("not covered", "bold red"), (told, "")]
        for mutated in self.mutation or ():
            for survivor in mutated.survivors:
                yield from _survivor(survivor, _of(mutated.ruleset, survivor.span))
        if self.coverage is not None:
            yield from _inherited(self.coverage)
        for text, is_good in self._summaries():
            yield [(text, "bold green" if is_good else "bold red")]

    def _summaries(self) -> Iterator[tuple[str, bool]]:
        if self.coverage is not None:
            shown, all_ = (
                sum(one.covered for one in self.coverage),
                sum(one.goals for one in self.coverage),
            )
            # Rounded down, so that 100 % is all of it.
            percent = 100 * shown // all_ if all_ else 100
            yield f"coverage: {shown} of {all_} goals covered, {percent} %", shown == all_
        if self.mutation is not None:
            tried, left = sum(one.tried for one in self.mutation), len(self._survivors)
            survive = "1 survives" if left == 1 else f"{left} survive"
            yield f"mutants: {tried} tried, {survive if left else 'none survives'}", not left


def assess(
    paths: Sequence[str] | None, progress: Progress, *, coverage: bool, mutate: bool
) -> QualityReport | None:
    """Asks whether the cases of rulesets are enough; None if nothing is asked."""
    if not coverage and not mutate:
        return None
    from policyrules import testing

    covered = mutated = None
    if coverage:
        with progress(shown=sys.stderr.isatty()) as shown:
            covered = testing.coverage(list(paths or ()), progress=shown)
    if mutate:
        with progress(shown=sys.stderr.isatty()) as shown:
            mutated = testing.run_mutation_tests(list(paths or ()), progress=shown)
    return QualityReport(covered, mutated)


def _coverage_data(one: Coverage) -> dict[str, Any]:
    return {
        "ruleset": one.ruleset,
        "goals": one.goals,
        "covered": one.covered,
        "inherited": one.inherited,
        "bases": list(one.bases),
        "gaps": [
            {
                "node_id": gap.node_id,
                "path": gap.span.path,
                "line": gap.span.line,
                "message": gap.message,
            }
            for gap in one.gaps
        ],
    }


def _mutation_data(one: MutationReport) -> dict[str, Any]:
    return {
        "ruleset": one.ruleset,
        "tried": one.tried,
        "survivors": [
            {
                "node_id": survivor.mutant.node_id,
                "path": survivor.span.path,
                "line": survivor.span.line,
                "operator": survivor.mutant.operator.value,
                "change": survivor.mutant.change,
                "case": survivor.case or None,
            }
            for survivor in one.survivors
        ],
    }


_INDENT: Final = "    "


def _place(span: Span) -> str:
    return f"{span.path}:{span.line}: "


def _of(ruleset: str, span: Span) -> str:
    """Of which ruleset it is, where it stands in the file of a base."""
    return "" if span.path.removesuffix(".yaml").endswith(ruleset) else f" (in {ruleset})"


def _survivor(survivor: SurvivingMutant, of: str) -> Iterator[Line]:
    yield [
        (_place(survivor.span), ""),
        ("survives", "bold red"),
        (f": {survivor.mutant}{of}", ""),
    ]
    if not survivor.attempts:
        return  # there is no case whose facts could be moved
    if not survivor.case:
        told = (
            f"perhaps equivalent: no facts found that tell them apart in {survivor.attempts} tries"
        )
        yield [(f"{_INDENT}{told}", "dim")]
        return
    yield [(f"{_INDENT}a case that would fail on it:", "dim")]
    for line in survivor.case.splitlines():
        yield [(f"{_INDENT}{line}", "")]


def _inherited(coverage: Sequence[Coverage]) -> Iterator[Line]:
    for one in coverage:
        if one.inherited:
            bases = ", ".join(one.bases)
            text = f"{one.inherited} nodes are inherited from {bases} and covered by its cases"
            yield [(f"{one.ruleset}: {text}", "dim")]
