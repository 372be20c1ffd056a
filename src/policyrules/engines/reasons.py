"""Why each condition came out as it did, made from the evaluation when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyrules.decisions.reasons import Cited, Reason, Replacement, Side, TestReason
from policyrules.decisions.shown import Shown
from policyrules.engines.evaluation import Evaluation
from policyrules.engines.margins import margin
from policyrules.ir.nodes import (
    Atom,
    Compare,
    Expression,
    FactRef,
    Holds,
    IsNone,
    Member,
    ParameterRef,
    Term,
    ValueRef,
    Word,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Ground, Group, RuleException
from policyrules.ir.terms import Terms
from policyrules.ir.text import expression_text
from policyrules.ir.traverse import atoms, references
from policyrules.ir.types import Type
from policyrules.titles import Title


def reasons(evaluation: Evaluation) -> Mapping[str, Reason]:
    """The reason of every condition, by id, in the order of the outcome."""
    ruleset = evaluation.dated.ruleset
    writer = _Writer(evaluation)
    names = dict.fromkeys([*ruleset.outcome.eligible.members, *ruleset.conditions])
    return {name: writer.reason(ruleset.conditions[name]) for name in names}


class _Writer:
    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.ruleset: CheckedRuleset = evaluation.dated.ruleset
        self.terms = Terms(evaluation.dated, evaluation.situation, evaluation.values.__getitem__)

    def reason(self, condition: Condition) -> Reason:
        found = self.evaluation.conditions[condition.id]
        applied = [one for one in condition.exceptions if self._may_apply(one)]
        grounds = [condition.ground, *(one.ground for one in applied)]
        group = condition.test if isinstance(condition.test, Group) else None
        return Reason(
            id=condition.id,
            title=condition.title,
            truth=found.truth,
            test=_test_text(condition),
            tests=tuple(self._tests(condition, applied)),
            members=group.members if group else (),
            met_by=self.evaluation.met_by(condition),
            exceptions=tuple(
                Replacement(one.id, one.title) for one in self._replacing(condition, applied)
            ),
            cited=self._cited(applied[0].ground if applied else condition.ground),
            notes=tuple(dict.fromkeys(note for ground in grounds for note in ground.notes)),
            facts=tuple(sorted(need.fact for need in found.support.needs)),
        )

    def _may_apply(self, exception: RuleException) -> bool:
        return self.evaluation.whens[exception.id].truth is not False

    def _replacing(
        self, condition: Condition, applied: list[RuleException]
    ) -> Iterator[RuleException]:
        """The exceptions that apply or may apply, of the condition and of the values it tests."""
        yield from applied
        if isinstance(condition.test, Group):
            return
        for reference in references(condition.test):
            if isinstance(reference, ValueRef):
                value = self.ruleset.values[reference.name]
                if value.given is None or value.given not in self.evaluation.situation.known:
                    yield from (one for one in value.exceptions if self._may_apply(one))

    def _tests(self, condition: Condition, applied: list[RuleException]) -> Iterator[TestReason]:
        expressions: list[Expression] = []
        if not isinstance(condition.test, Group):
            expressions.append(condition.test)
        expressions += [one.text for one in applied]
        for expression in expressions:
            for atom in atoms(expression):
                yield self._test(atom)

    def _test(self, atom: Atom) -> TestReason:
        truth = self.evaluation.atoms[atom].truth
        match atom:
            case Compare(operator, left, right):
                sides = self._side(left, right), self._side(right, left)
                return TestReason(truth, operator, *sides, margin(self.evaluation, atom))
            case Member(operand, words):
                return TestReason(truth, "in", self._side(operand), self._side(words, operand))
            case IsNone(operand):
                return TestReason(truth, "is none", self._side(operand))
            case Holds(operand):
                return TestReason(truth, "holds", self._side(operand))

    def _side(self, node: Term, other: Term | None = None) -> Side:
        type_ = self._type(node) or (self._type(other) if other is not None else None)
        text = expression_text(node)
        kind, unit = ("number", "1") if type_ is None else (str(type_.kind), str(type_.unit))
        if type_ is not None and isinstance(node, Word):
            title = type_.words.get(node.word, Title(text, text))
        else:
            title = self._title(node) or Title(text, text)
        words = dict(type_.words) if type_ else {}
        if not words and other is not None and (other_type := self._type(other)):
            words = dict(other_type.words)
        none = type_.none if type_ else None
        return Side(text, title, Shown(self.terms.term(node), kind, unit, words, none))

    def _type(self, node: Term) -> Type | None:
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].type
            case ParameterRef(name):
                return self.ruleset.parameters[name].type
            case ValueRef(name):
                return self.ruleset.values[name].type
            case _:
                return None

    def _title(self, node: Term) -> Title | None:
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].title
            case ParameterRef(name):
                return self.ruleset.parameters[name].title
            case ValueRef(name):
                return self.ruleset.values[name].title
            case _:
                return None

    def _cited(self, ground: Ground) -> Cited | None:
        if not ground.source:
            return None
        source = self.ruleset.sources[ground.source]
        return Cited(ground.quote, source.id, source.title, source.issued.isoformat())


def _test_text(condition: Condition) -> str:
    test = condition.test
    if not isinstance(test, Group):
        return expression_text(test)
    kind = f"at least {test.n}" if test.kind == "at_least" else test.kind
    return f"{kind} of {', '.join(test.members)}"
