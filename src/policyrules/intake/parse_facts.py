"""The intake of a ruleset: parse the facts of a case into a `Situation`, report every problem."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from policyrules.errors import FactsError
from policyrules.evaluation.situation import Item, Situation
from policyrules.intake.assumptions import Assumptions, AssumptionsParser, as_assumed_facts
from policyrules.intake.case_parser import CaseParser
from policyrules.intake.consistency import contradictions
from policyrules.intake.fact_readers import Reader, reader_of
from policyrules.intake.facts_file import with_places
from policyrules.intake.names import KnownNames
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.objects.representation import cut
from policyrules.text.fact_path import split_name


def situation_from(
    facts: Mapping[str, object], ruleset: CheckedRuleset, *, path: str = ""
) -> Situation:
    """Read and check the facts of one case; see `Intake.read`."""
    return Intake(ruleset).read(facts, path=path)


def _all_readers(ruleset: CheckedRuleset) -> Mapping[str, Reader]:
    return {name: reader_of(fact) for name, fact in {**ruleset.vocabulary, **ruleset.facts}.items()}


def _by_subject(readers: Mapping[str, Reader]) -> Mapping[str, Mapping[str, tuple[str, Reader]]]:
    subjects: dict[str, dict[str, tuple[str, Reader]]] = {}
    for name, reader in readers.items():
        subject, fact = split_name(name)
        subjects.setdefault(subject, {})[fact] = (name, reader)
    return subjects


@attrs.frozen(repr=False)
class Intake:
    """The readers of all facts of a ruleset; made once, they read a case in microseconds.

    It holds no data of a case, so threads may share it.
    """

    ruleset: CheckedRuleset
    _readers: Mapping[str, Reader] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _all_readers(self.ruleset), takes_self=True),
    )
    _subjects: Mapping[str, Mapping[str, tuple[str, Reader]]] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _by_subject(self._readers), takes_self=True),
    )
    _names: KnownNames = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: KnownNames(self.ruleset), takes_self=True),
    )

    def __repr__(self) -> str:
        """Return the class and the id of the ruleset."""
        return f"<Intake of {cut(self.ruleset.id)!r}>"

    def read(self, facts: Mapping[str, object], *, path: str = "") -> Situation:
        """Read the facts of one case.

        Facts are given by subject (`{"employer": {"laid_off": 6}}`), by full name
        (`{"employer.laid_off": 6}`) or both. A fact that is absent or None is unknown; the word
        `none` is a known absence, if the fact has one. Numbers are integers, Decimals, Fractions or
        texts such as `"5.5%"`, never floats; dates are `date` or texts such as `"2022-07-15"`. A
        list has figures, or mappings with a key each
        (`{"hires": [{"id": "p1", "hired_on": "2022-07-15"}]}`). Facts of the vocabulary that this
        ruleset does not read are checked and left out.

        Args:
            facts: the facts of one case, or what `read_facts_file` returned.
            path: where they come from, for messages; a facts file names its own places.

        Raises:
            FactsError: with every problem, up to `MAX_PROBLEMS`; the others are counted.
        """
        ruleset = self.ruleset
        case = CaseParser(self._readers, self._subjects, self._names, facts, path)
        known = case.read()
        if case.problems:
            raise FactsError(case.problems, case.left_out)
        # The order of the declarations, so that the order of the facts does not matter.
        situation = Situation(
            {name: known[name] for name in ruleset.facts if name in known},
            {
                name: tuple(
                    Item(
                        item.key,
                        {fact: item.known[fact] for fact in ruleset.facts if fact in item.known},
                    )
                    for item in case.lists[name]
                )
                for name in ruleset.lists
                if name in case.lists
            },
        )
        if ruleset.constraints and (problems := contradictions(ruleset, situation)):
            raise with_places(FactsError(problems), facts)
        return situation

    def read_assumptions(
        self, facts: Mapping[str, object] | Situation, *, path: str = "assuming"
    ) -> Assumptions:
        """Read the facts that a caller assumes where a case lacks them.

        They are given as the facts of a case are. A fact of every item of a list may be given too:
        by its full name (`{"hires.registered_unemployed": False}`) or under the name of the list
        (`{"hires": {"registered_unemployed": False}}`).

        Raises:
            FactsError: with every problem; each message says that the facts are assumed.
        """
        if isinstance(facts, Situation):
            return Assumptions(self.ruleset, facts.known, facts.lists)
        case = AssumptionsParser(self._readers, self._subjects, self._names, facts, path)
        known = case.read()
        if case.problems:
            raise as_assumed_facts(FactsError(case.problems, case.left_out))
        return Assumptions(self.ruleset, known, case.lists)
