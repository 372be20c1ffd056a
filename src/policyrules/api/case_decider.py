"""Decide a case by one engine: read its facts, and assume those that the caller lets it assume."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial, wraps
from inspect import signature
from typing import TYPE_CHECKING, ParamSpec, TypeAlias, TypeVar

import attrs

from policyrules.errors import FactsError

if TYPE_CHECKING:
    from policyrules.decisions.decision import Decision
    from policyrules.evaluation.dated import DatedRuleset
    from policyrules.evaluation.situation import Situation
    from policyrules.intake import Intake
    from policyrules.intake.assumptions import Assumptions, CompletedCase

CaseFacts: TypeAlias = "Mapping[str, object] | Situation"
"""The facts of a case, as a caller gives them or already read."""

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@attrs.frozen
class CaseDecider:
    """Decides cases by `decide_situation`, an engine of a ruleset on a day."""

    intake: Intake
    dated: DatedRuleset
    decide_situation: Callable[[Situation], Decision]

    def read_assumptions(self, assuming: CaseFacts | None) -> Assumptions | None:
        """Read assumed facts; return None if the caller assumes nothing.

        Raises:
            FactsError: an assumed fact is wrong; the message says that it is assumed.
        """
        return None if assuming is None else self.intake.read_assumptions(assuming)

    def decide(self, facts: CaseFacts, assumptions: Assumptions | None = None) -> Decision:
        """Decide a case; a missing fact has the value that is assumed for it, if there is one.

        Raises:
            FactsError: the facts are wrong, or the assumed ones contradict them.
        """
        result = next(self.decide_stream((facts,), assumptions))
        if isinstance(result, FactsError):
            raise result
        return result

    def decide_stream(
        self, cases: Iterable[CaseFacts], assumptions: Assumptions | None = None
    ) -> Iterator[Decision | FactsError]:
        """Yield the decision on each case, or the error if its facts are wrong."""
        from policyrules.evaluation.situation import Situation

        # A compiled decision takes two microseconds, so look-ups are kept out of the loop.
        read, decide_situation = self.intake.read, self.decide_situation
        for facts in cases:
            result: Decision | FactsError
            try:
                situation = facts if isinstance(facts, Situation) else read(facts)
                if assumptions is None:
                    result = decide_situation(situation)
                else:
                    result = self._decide_assuming(situation, assumptions)
            except FactsError as error:
                # The traceback would keep the case in memory.
                result = _add_places(error, facts).with_traceback(None)
            yield result

    def _decide_assuming(self, stated: Situation, assumptions: Assumptions) -> Decision:
        from policyrules.intake.assumptions import name_assumed_facts
        from policyrules.outcome.assumed_facts import decision_on_assumed_facts

        case = complete_case(self.dated, stated, assumptions)
        if not case.assumed_paths:
            return self.decide_situation(stated)
        try:
            completed = self.decide_situation(case.situation)
        except FactsError as error:
            raise name_assumed_facts(error, case) from None
        decide_stated = partial(self.decide_situation, stated)
        return decision_on_assumed_facts(self.intake.ruleset, case, completed, decide_stated)


def complete_case(
    dated: DatedRuleset, stated: Situation, assumptions: Assumptions
) -> CompletedCase:
    """Return a case with its missing facts as assumed, but for those that other facts determine.

    Raises:
        FactsError: the assumed facts contradict the stated ones.
    """
    from policyrules.outcome.assumed_facts import determined_inputs

    case = assumptions.complete(stated)
    superfluous = determined_inputs(dated, stated, {*case.assumed_paths})
    return assumptions.complete(stated, superfluous) if superfluous else case


def _add_places(error: FactsError, facts: CaseFacts) -> FactsError:
    """Return the error with places in the facts file, if the facts came from one."""
    from policyrules.intake.facts_file import with_places

    return with_places(error, facts)


def refuse_facts_by_keyword(
    method: Callable[_Parameters, _Result],
) -> Callable[_Parameters, _Result]:
    """Return the method; facts given as keyword arguments raise an error that shows the mapping."""
    options = signature(method).parameters

    @wraps(method)
    def checked(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        unknown = next((name for name in kwargs if name not in options), None)
        if unknown is not None:
            raise TypeError(
                f"`{method.__name__}` has no argument `{unknown}`: facts are given in a mapping, "
                f'`{{"{unknown}": …}}`'
            )
        return method(*args, **kwargs)

    return checked
