"""Makes the decision of an evaluation: status, amount, what is missing, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import attrs

import policyrules.decisions.decision as made
from policyrules.decisions.display import DisplayValue
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import Reason
from policyrules.decisions.receipt import Receipt, digest
from policyrules.decisions.status import Status
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults, members_met
from policyrules.ir.ruleset import (
    Amount,
    CheckedRuleset,
    Condition,
    Group,
    Note,
    Outcome,
    Value,
)
from policyrules.ir.types import Type
from policyrules.outcome.amount_bounds import amount_bounds
from policyrules.outcome.near_words import near_word_notices
from policyrules.outcome.provenance import Support, values_read
from policyrules.outcome.reasons import reasons
from policyrules.text.fact_path import FactPath
from policyrules.text.localized import LocalizedText
from policyrules.values.dependencies import NO_DEPENDENCIES
from policyrules.values.dependencies import Dependencies as OpenSupport
from policyrules.values.kleene import Truth
from policyrules.values.possible import Interval, Possible

STATUS: Final[Mapping[Truth, Status]] = {
    True: "eligible",
    False: "ineligible",
    None: "undetermined",
}
"""The word for the truth of `eligible`."""

_SAYS: Final[Mapping[Status, LocalizedText]] = {
    "eligible": LocalizedText("符合条件", "eligible"),
    "ineligible": LocalizedText("不符合条件", "not eligible"),
    "undetermined": LocalizedText("尚不能确定", "undetermined"),
}


def conclude(evaluation: Evaluation, *, library: str) -> made.Decision:
    """The decision of an evaluation; `library` is the version to put on the receipt."""
    dated = evaluation.dated
    ruleset = dated.ruleset
    status = STATUS[evaluation.eligible.truth]
    backing = _Backing(evaluation, library, status)
    wording = says(ruleset.outcome, status)
    return made.Decision.deferred(ruleset.id, ruleset.title, dated.on, status, wording, backing)


def says(outcome: Outcome, status: Status) -> LocalizedText:
    """How a ruleset words a status."""
    return outcome.labels.get(status, _SAYS[status])


@attrs.frozen
class _Backing:
    """What stands behind the decision of an evaluation."""

    evaluation: Evaluation
    library: str
    status: Status

    def amount(self) -> made.Amount | None:
        return self._amount

    @cached_property
    def _amount(self) -> made.Amount | None:
        amount = self.evaluation.dated.ruleset.outcome.amount
        return None if amount is None else _amount(self.evaluation, amount)

    def conditions(self) -> made.Conditions:
        return conditions_of(self.evaluation.dated.ruleset, self.evaluation.truth)

    def missing(self) -> tuple[made.MissingFact, ...]:
        return _missing(self.evaluation, _open(self.evaluation))

    def unsettled(self) -> tuple[made.OpenPoint, ...]:
        return unsettled_names(self.evaluation.dated.ruleset, _open(self.evaluation))

    def values(self) -> Mapping[str, DisplayValue]:
        return _read(self.evaluation)

    def consequences(self) -> Mapping[str, DisplayValue]:
        if self.evaluation.eligible.truth is False:
            return {}
        ruleset = self.evaluation.dated.ruleset
        return {
            name: _shown_value(self.evaluation, ruleset.values[name])
            for name in ruleset.outcome.consequences
            if name in ruleset.values
        }

    def notices(self) -> tuple[Notice, ...]:
        evaluation = self.evaluation
        near = near_word_notices(evaluation.dated.ruleset, evaluation.situation)
        return _notices(Support(evaluation).of_decision()) + near

    def reasons(self) -> Mapping[str, Reason]:
        return reasons(self.evaluation)

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        return {
            name: {str(item.key): _item(self.evaluation, item) for item in found.known}
            for name, found in self.evaluation.items.items()
            if found.known is not None
        }

    def receipt(self) -> Receipt:
        return _receipt(self.evaluation, self.library, self.status, self._amount)


def shown(possible: Possible, type_: Type, title: LocalizedText) -> DisplayValue:
    """A value with what is needed to write it."""
    return DisplayValue(
        possible,
        str(type_.kind),
        str(type_.unit),
        type_.words,
        type_.none,
        title,
        type_.unit_title,
    )


def _amount(evaluation: Evaluation, amount: Amount) -> made.Amount:
    found, exact = evaluation.amount, evaluation.unrounded
    if found is None or exact is None:
        raise TypeError("an evaluation without the amount of its ruleset")
    eligible = evaluation.eligible.truth
    plain = made.Amount(amount.name, amount.title, "not_applicable", str(amount.type.unit))
    if eligible is False:
        return plain
    if eligible is True and found.is_settled and isinstance(found.figures, Interval):
        return attrs.evolve(plain, status="exact", value=found.figures.low, unrounded=exact.point())
    if eligible is True and found.figures is None and not found.undefined:
        return attrs.evolve(plain, status="not_stated")
    bounds = amount_bounds(evaluation)
    return attrs.evolve(
        plain,
        status="range" if eligible and found.figures is not None else "undetermined",
        min=bounds.low,
        max=bounds.high,
        may_be_not_stated=found.not_stated,
    )


def _read(evaluation: Evaluation) -> dict[str, DisplayValue]:
    """The values and the parameters that were read, as the ruleset orders them."""
    ruleset = evaluation.dated.ruleset
    values, parameters = values_read(evaluation)
    result = {
        name: _shown_value(evaluation, value)
        for name, value in ruleset.values.items()
        if name in values
    }
    for name in parameters:
        parameter = ruleset.parameters[name]
        found = evaluation.terms.parameter(name)
        result[name] = shown(found, parameter.type, parameter.title)
    return result


def _shown_value(evaluated: RuleResults, value: Value) -> DisplayValue:
    return shown(evaluated.values[value.name], value.type, value.title)


def _notices(support: Support) -> tuple[Notice, ...]:
    return tuple(
        Notice(note.id, note.kind, note.text, _rules_with(note, support))
        for note in support.carried()
    )


def _rules_with(note: Note, support: Support) -> tuple[LocalizedText, ...]:
    """Return the titles of the walked rules that carry a note about foreign text."""
    if note.kind != "foreign_text":
        return ()
    return tuple(dict.fromkeys(support.titles_with(note.id)))


def _members(
    truth: Callable[[str], Truth], group: Group, known: Mapping[str, Condition]
) -> _Members:
    """The members of a group that are held, failed and unknown, and those that exclude."""
    held, failed, unknown, excluded = list[str](), list[str](), list[str](), list[str]()
    for name in group.members:
        found = truth(name)
        if found is None:
            unknown.append(name)
        elif found:
            held.append(name)
        else:
            (failed if known[name].excludes is None else excluded).append(name)
    return _Members(tuple(held), tuple(failed), tuple(unknown), tuple(excluded))


class _Members(NamedTuple):
    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    excluded: tuple[str, ...]


def conditions_of(ruleset: CheckedRuleset, truth: Callable[[str], Truth]) -> made.Conditions:
    """The members of the outcome by their truths, and what met each group of alternatives."""
    met_by = {
        condition.id: members
        for condition in ruleset.alternatives
        if (members := members_met(condition, truth))
    }
    outcome = _members(truth, ruleset.outcome.eligible, ruleset.conditions)
    return made.Conditions(*outcome, met_by)


def _item(evaluation: Evaluation, item: ItemEvaluation) -> ItemDecision:
    """What is decided of one item; consequences are withheld where there are none."""
    ruleset, block = evaluation.dated.ruleset, item.block
    support = Support(evaluation).seen_from(block.list, item).of_item()
    members = _Members((), (), (), ())
    routes: dict[str, None] = {}
    if block.eligible is not None:
        members = _members(item.truth, block.eligible, block.conditions)
        for name in block.eligible.members:
            condition = block.conditions[name]
            if isinstance(condition.test, Group) and condition.test.kind == "any":
                routes.update(dict.fromkeys(item.met_by(condition)))
    withheld = set(ruleset.outcome.consequences) if evaluation.eligible.truth is False else set()
    return ItemDecision(
        list=block.list,
        key=str(item.key),
        title=item_title(ruleset, item),
        list_title=(ruleset.lists if block.list in ruleset.lists else ruleset.facts)[
            block.list
        ].title,
        status=None if item.eligible is None else STATUS[item.eligible.truth],
        routes=tuple(routes),
        held=members.held,
        failed=members.failed,
        unknown=members.unknown,
        excluded=members.excluded,
        values={
            name: _shown_value(item, value)
            for name, value in block.values.items()
            if name not in withheld
        },
        notices=_notices(support),
        compute_reasons=partial(reasons, evaluation, item),
    )


def item_title(ruleset: CheckedRuleset, item: ItemEvaluation) -> LocalizedText:
    """What a reader calls an item: the title of its word, else its list and its key."""
    name, key = item.block.list, str(item.key)
    if name not in ruleset.facts:
        title = ruleset.lists[name].item_title
        return LocalizedText(f"{title.zh} {key}", f"{title.en} {key}")
    return ruleset.facts[name].type.words.get(key, LocalizedText(key, key))


def _open(evaluation: Evaluation) -> OpenSupport:
    """What could still change the status or the amount."""
    eligible = evaluation.eligible
    if eligible.truth is False:
        return NO_DEPENDENCIES
    amount = evaluation.amount.dependencies if evaluation.amount else NO_DEPENDENCIES
    return eligible.dependencies | amount


def _missing(evaluation: Evaluation, open_: OpenSupport) -> tuple[made.MissingFact, ...]:
    """The facts to ask for, most useful first.

    A fact is worth the share that it has in settling each open member of the outcome: all of it
    where it stands alone, half where two are needed. The status comes before the amount.
    """
    if not open_.missing_inputs:
        return ()
    ruleset = evaluation.dated.ruleset
    alternatives: dict[str, dict[str, None]] = {}
    for need in sorted(open_.missing_inputs):
        alternatives.setdefault(need.fact, {}).update(dict.fromkeys(need.alternatives))
    members = [evaluation.conditions[name] for name in ruleset.outcome.eligible.members]
    for_status = _shares(member.dependencies for member in members if member.truth is None)
    for_amount = _shares([evaluation.amount.dependencies] if evaluation.amount else [])
    order = _order(evaluation)

    def rank(fact: str) -> tuple[Fraction, Fraction, tuple[int, int]]:
        place = order(fact)
        return (-for_status.get(fact, Fraction()), -for_amount.get(fact, Fraction()), place)

    return tuple(
        made.MissingFact(
            fact,
            tuple(sorted(alternatives[fact], key=order)),
            question_of(ruleset, fact),
        )
        for fact in sorted(alternatives, key=rank)
    )


def _order(evaluation: Evaluation) -> Callable[[str], tuple[int, int]]:
    """Facts in the order of their declarations, those of items then in the order of the items."""
    ruleset = evaluation.dated.ruleset
    facts = {name: place for place, name in enumerate((*ruleset.facts, *ruleset.lists))}
    items = {
        (name, item.key): place
        for name, found in evaluation.situation.lists.items()
        for place, item in enumerate(found)
    }

    def order(name: str) -> tuple[int, int]:
        path = FactPath.parse(name)
        if path is None or path.item_key is None:
            return facts[name], 0
        return facts[path.declared_name], items[path.subject, path.item_key]

    return order


def question_of(ruleset: CheckedRuleset, fact: str) -> LocalizedText:
    """The question for a fact; an item's names the item, what is of last year names that year."""
    path = FactPath.parse(fact)
    if path is not None and path.item_key is not None:
        key = path.item_key
        asked, title = ruleset.facts[path.declared_name].ask, ruleset.lists[path.subject].item_title
        return LocalizedText(f"{asked.zh}（{title.zh} {key}）", f"{asked.en} ({title.en} {key})")
    if fact in ruleset.lists:
        return ruleset.lists[fact].ask
    asked = ruleset.facts[fact].ask
    if ruleset.facts[fact].as_of != "previous_year" or ruleset.policy_year is None:
        return asked
    year = ruleset.policy_year - 1
    return LocalizedText(f"{asked.zh}（{year}年度）", f"{asked.en} ({year})")


def _shares(supports: Iterable[OpenSupport]) -> dict[str, Fraction]:
    shares: dict[str, Fraction] = {}
    for support in supports:
        for need in support.missing_inputs:
            share = shares.get(need.fact, Fraction()) + Fraction(1, len(support.missing_inputs))
            shares[need.fact] = share
    return shares


def unsettled_names(ruleset: CheckedRuleset, open_: OpenSupport) -> tuple[made.OpenPoint, ...]:
    """What no fact can settle, with its titles."""
    titles: Mapping[str, Any] = {
        **ruleset.parameters,
        **ruleset.all_values,
        **ruleset.all_conditions,
    }
    names: dict[str, LocalizedText] = {name: node.title for name, node in titles.items()}
    if ruleset.outcome.amount is not None:
        names[ruleset.outcome.amount.name] = ruleset.outcome.amount.title
    return tuple(
        made.OpenPoint(one.name, one.reason, names[one.name])
        for one in sorted(open_.indeterminacies)
    )


def _receipt(
    evaluation: Evaluation, library: str, status: str, amount: made.Amount | None
) -> Receipt:
    ruleset = evaluation.dated.ruleset
    facts: dict[str, Any] = {
        name: known.text(ruleset.facts[name].type)
        for name, known in sorted(evaluation.situation.known.items())
    }
    # The order in which items were given says nothing; sorted, the hash says the same of them.
    for name, items in sorted(evaluation.situation.lists.items()):
        facts[name] = [
            {ruleset.lists[name].key: item.key}
            | {
                fact.partition(".")[2]: known.text(ruleset.facts[fact].type)
                for fact, known in sorted(item.known.items())
            }
            for item in sorted(items, key=lambda item: item.key)
        ]
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
        bases={base.id: base.content_hash for base in ruleset.bases},
    )
