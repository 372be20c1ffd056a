"""Makes the decision of an evaluation: status, amount, what is missing, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

import policyrules.decisions.decision as made
from policyrules.decisions.reasons import Reason
from policyrules.decisions.receipt import Receipt, digest
from policyrules.decisions.shown import Shown
from policyrules.engines.evaluation import Evaluation
from policyrules.engines.reasons import reasons
from policyrules.engines.support import Support
from policyrules.ir.ruleset import Amount, CheckedRuleset, Value
from policyrules.ir.types import Type
from policyrules.titles import Title
from policyrules.values.kleene import Truth
from policyrules.values.possible import SETTLED, Interval, Possible
from policyrules.values.possible import Support as OpenSupport

STATUS: Final[Mapping[Truth, made.Status]] = {
    True: "eligible",
    False: "ineligible",
    None: "undetermined",
}
"""The word for the truth of `eligible`."""

_SAYS: Final[Mapping[made.Status, Title]] = {
    "eligible": Title("符合条件", "eligible"),
    "ineligible": Title("不符合条件", "not eligible"),
    "undetermined": Title("尚不能确定", "undetermined"),
}


def conclude(evaluation: Evaluation, *, library: str) -> made.Decision:
    """The decision of an evaluation; `library` is the version to put on the receipt."""
    dated = evaluation.dated
    ruleset, outcome = dated.ruleset, dated.ruleset.outcome
    status = STATUS[evaluation.eligible.truth]
    amount = _amount(evaluation, outcome.amount) if outcome.amount else None
    open_ = _open(evaluation)
    return made.Decision(
        ruleset=ruleset.id,
        title=ruleset.title,
        on=dated.on,
        status=status,
        says=outcome.says.get(status, _SAYS[status]),
        amount=amount,
        conditions=_conditions(evaluation),
        missing=_missing(evaluation, open_),
        unsettled=_unsettled(ruleset, open_),
        backing=_Backing(evaluation, library, status, amount),
    )


@attrs.frozen
class _Backing:
    """What stands behind the decision of an evaluation."""

    evaluation: Evaluation
    library: str
    status: made.Status
    amount: made.Amount | None

    def values(self) -> Mapping[str, Shown]:
        return _read(self.evaluation)

    def consequences(self) -> Mapping[str, Shown]:
        if self.evaluation.eligible.truth is False:
            return {}
        ruleset = self.evaluation.dated.ruleset
        return {
            name: _shown_value(self.evaluation, ruleset.values[name])
            for name in ruleset.outcome.consequences
        }

    def warnings(self) -> tuple[made.Notice, ...]:
        support = Support(self.evaluation).of_decision()
        return tuple(made.Notice(note.id, note.kind, note.text) for note in support.carried())

    def reasons(self) -> Mapping[str, Reason]:
        return reasons(self.evaluation)

    def receipt(self) -> Receipt:
        return _receipt(self.evaluation, self.library, self.status, self.amount)


def shown(possible: Possible, type_: Type, title: Title) -> Shown:
    """A value with what is needed to write it."""
    return Shown(possible, str(type_.kind), str(type_.unit), type_.words, type_.none, title)


def _amount(evaluation: Evaluation, amount: Amount) -> made.Amount:
    found, exact = evaluation.amount, evaluation.unrounded
    if found is None or exact is None:
        raise TypeError("an evaluation without the amount of its ruleset")
    figures = found.figures if isinstance(found.figures, Interval) else Interval(None, None)
    eligible = evaluation.eligible.truth
    plain = made.Amount(amount.name, amount.title, "not_applicable", str(amount.type.unit))
    if eligible is False:
        return plain
    if eligible is True and found.is_settled and isinstance(found.figures, Interval):
        return attrs.evolve(plain, status="exact", value=figures.low, unrounded=exact.point())
    if eligible is True and found.figures is None and not found.undefined:
        return attrs.evolve(plain, status="not_stated")
    return attrs.evolve(
        plain,
        status="range" if eligible and found.figures is not None else "undetermined",
        min=figures.low,
        max=figures.high,
        may_be_not_stated=found.not_stated,
    )


def _read(evaluation: Evaluation) -> dict[str, Shown]:
    """The values and the parameters that were read, as the ruleset orders them."""
    ruleset = evaluation.dated.ruleset
    everything = Support(evaluation)
    for name in ruleset.conditions:
        everything.condition(name)
    if ruleset.outcome.amount is not None:
        everything.expression(ruleset.outcome.amount.text)
    result = {
        name: _shown_value(evaluation, value)
        for name, value in ruleset.values.items()
        if name in everything.values
    }
    for name, parameter in ruleset.parameters.items():
        if name in everything.parameters:
            found = everything.terms.parameter(name)
            result[name] = shown(found, parameter.type, parameter.title)
    return result


def _shown_value(evaluation: Evaluation, value: Value) -> Shown:
    return shown(evaluation.values[value.name], value.type, value.title)


def _conditions(evaluation: Evaluation) -> made.Conditions:
    members = evaluation.dated.ruleset.outcome.eligible.members

    def of(truth: Truth) -> tuple[str, ...]:
        return tuple(name for name in members if evaluation.conditions[name].truth is truth)

    met_by = {
        name: reason_members
        for name, condition in evaluation.dated.ruleset.conditions.items()
        if (reason_members := evaluation.met_by(condition))
    }
    return made.Conditions(of(True), of(False), of(None), (), met_by)


def _open(evaluation: Evaluation) -> OpenSupport:
    """What could still change the status or the amount."""
    eligible = evaluation.eligible
    if eligible.truth is False:
        return SETTLED
    amount = evaluation.amount.support if evaluation.amount else SETTLED
    return eligible.support | amount


def _missing(evaluation: Evaluation, open_: OpenSupport) -> tuple[made.Missing, ...]:
    """The facts to ask for, most useful first.

    A fact is worth the share that it has in settling each open member of the outcome: all of it
    where it stands alone, half where two are needed. The status comes before the amount.
    """
    if not open_.needs:
        return ()
    ruleset = evaluation.dated.ruleset
    alternatives: dict[str, dict[str, None]] = {}
    for need in sorted(open_.needs):
        alternatives.setdefault(need.fact, {}).update(dict.fromkeys(need.alternatives))
    members = [evaluation.conditions[name] for name in ruleset.outcome.eligible.members]
    for_status = _shares(member.support for member in members if member.truth is None)
    for_amount = _shares([evaluation.amount.support] if evaluation.amount else [])
    order = {name: place for place, name in enumerate(ruleset.facts)}

    def rank(fact: str) -> tuple[Fraction, Fraction, int]:
        return (-for_status.get(fact, Fraction()), -for_amount.get(fact, Fraction()), order[fact])

    return tuple(
        made.Missing(
            fact,
            tuple(sorted(alternatives[fact], key=order.__getitem__)),
            _question(ruleset, fact),
        )
        for fact in sorted(alternatives, key=rank)
    )


def _question(ruleset: CheckedRuleset, fact: str) -> Title:
    """The question for a fact; what is of the year before names that year."""
    asked = ruleset.facts[fact].ask
    if ruleset.facts[fact].as_of != "previous_year" or ruleset.policy_year is None:
        return asked
    year = ruleset.policy_year - 1
    return Title(f"{asked.zh}（{year}年度）", f"{asked.en} ({year})")


def _shares(supports: Iterable[OpenSupport]) -> dict[str, Fraction]:
    shares: dict[str, Fraction] = {}
    for support in supports:
        for need in support.needs:
            share = shares.get(need.fact, Fraction()) + Fraction(1, len(support.needs))
            shares[need.fact] = share
    return shares


def _unsettled(ruleset: CheckedRuleset, open_: OpenSupport) -> tuple[made.UnsettledName, ...]:
    titles: Mapping[str, Any] = {**ruleset.parameters, **ruleset.values, **ruleset.conditions}
    names: dict[str, Title] = {name: node.title for name, node in titles.items()}
    if ruleset.outcome.amount is not None:
        names[ruleset.outcome.amount.name] = ruleset.outcome.amount.title
    return tuple(
        made.UnsettledName(one.name, one.why, names[one.name]) for one in sorted(open_.unsettled)
    )


def _receipt(
    evaluation: Evaluation, library: str, status: str, amount: made.Amount | None
) -> Receipt:
    ruleset = evaluation.dated.ruleset
    facts = {
        name: known.text(ruleset.facts[name].type.kind)
        for name, known in sorted(evaluation.situation.known.items())
    }
    return Receipt(
        ruleset=ruleset.id,
        language=ruleset.language,
        content_hash=ruleset.content_hash,
        library=library,
        engine=evaluation.engine,
        kernel=evaluation.kernel,
        on=evaluation.dated.on.isoformat(),
        facts=facts,
        facts_hash=digest(facts),
        outcome={"status": status, "amount": amount.to_dict() if amount else None},
    )
