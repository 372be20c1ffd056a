"""Build the decision of an evaluation: status, amount, missing facts, and details on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

import attrs

from policyrules.decisions import decision
from policyrules.decisions.assumed_facts import AssumedFact
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import ConsequenceReason, Reason
from policyrules.decisions.receipt import Receipt, digest
from policyrules.decisions.status import Status
from policyrules.display.value import DisplayValue
from policyrules.evaluation.display_values import display_value
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults, members_met
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Group,
    Note,
    Outcome,
    Value,
)
from policyrules.outcome.amounts import decided_amounts
from policyrules.outcome.applied_rows import applied_row
from policyrules.outcome.consequences import STATUS, open_consequences, stated_consequences
from policyrules.outcome.near_words import near_word_notices
from policyrules.outcome.provenance import ProvenanceWalker, values_read
from policyrules.outcome.reasons import consequence_reasons, reasons
from policyrules.outcome.slabs import slabs_by_scale, slabs_of_value
from policyrules.text.fact_path import FactPath
from policyrules.text.localized import LocalizedText
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, union
from policyrules.values.kleene import Truth

_STATUS_LABELS: Final[Mapping[Status, LocalizedText]] = {
    "eligible": LocalizedText("符合条件", "eligible"),
    "ineligible": LocalizedText("不符合条件", "not eligible"),
    "undetermined": LocalizedText("尚不能确定", "undetermined"),
}


def build_decision(evaluation: Evaluation, *, library: str) -> decision.Decision:
    """Return the decision of an evaluation; `library` is the version for the receipt."""
    dated = evaluation.dated
    ruleset = dated.ruleset
    status = STATUS[evaluation.eligible.truth]
    details = _EvaluationDetails(evaluation, library, status)
    label = status_label(ruleset.outcome, status)
    return decision.Decision.deferred(ruleset.id, ruleset.title, dated.on, status, label, details)


def status_label(outcome: Outcome, status: Status) -> LocalizedText:
    """Return the words of a ruleset for a status, or the default."""
    return outcome.labels.get(status, _STATUS_LABELS[status])


@attrs.frozen
class _EvaluationDetails:
    """The parts of a decision, made from its evaluation on demand."""

    evaluation: Evaluation
    library: str
    status: Status

    def status_label(self) -> LocalizedText:
        return status_label(self.evaluation.dated.ruleset.outcome, self.status)

    def amounts(self) -> Mapping[str, decision.Amount]:
        return self._amounts

    @cached_property
    def _amounts(self) -> Mapping[str, decision.Amount]:
        return decided_amounts(self.evaluation)

    def conditions(self) -> decision.Conditions:
        return conditions_of(self.evaluation.dated.ruleset, self.evaluation.truth)

    def missing(self) -> tuple[decision.MissingFact, ...]:
        return _missing_facts(self.evaluation)

    def unsettled(self) -> tuple[decision.OpenPoint, ...]:
        return open_points(self.evaluation.dated.ruleset, _open_dependencies(self.evaluation))

    def values(self) -> Mapping[str, DisplayValue]:
        return _values_read(self.evaluation)

    def consequences(self) -> Mapping[str, DisplayValue]:
        values = self.evaluation.dated.ruleset.values
        return {
            name: _display_of_value(self.evaluation.terms, self.evaluation, values[name])
            for name in stated_consequences(self.evaluation)
            if name in values
        }

    def notices(self) -> tuple[Notice, ...]:
        evaluation = self.evaluation
        near = near_word_notices(evaluation.dated.ruleset, evaluation.situation)
        return _notices(ProvenanceWalker(evaluation).walk_decision()) + near

    def reasons(self) -> Mapping[str, Reason]:
        return reasons(self.evaluation)

    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        return consequence_reasons(self.evaluation)

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        return {
            name: {str(item.key): _item_decision(self.evaluation, item) for item in items.known}
            for name, items in self.evaluation.items.items()
            if items.known is not None
        }

    def assumed(self) -> tuple[AssumedFact, ...]:
        return ()

    def receipt(self) -> Receipt:
        return _receipt(self.evaluation, self.library, self.status, self._amounts)


def _values_read(evaluation: Evaluation) -> dict[str, DisplayValue]:
    """Return the values and parameters that were read, in the order of the ruleset."""
    ruleset = evaluation.dated.ruleset
    values, parameters = values_read(evaluation)
    result = {
        name: _display_of_value(evaluation.terms, evaluation, value)
        for name, value in ruleset.values.items()
        if name in values
    }
    slabs = slabs_by_scale(evaluation)
    for name in (name for name in parameters if name not in ruleset.row_tables):
        parameter = ruleset.parameters[name]
        value = evaluation.terms.parameter(name)
        result[name] = display_value(
            value,
            parameter.type,
            parameter.title,
            row=applied_row(evaluation.terms, name),
            slabs=slabs.get(name, ()),
        )
    return result


def _display_of_value(terms: TermEvaluator, results: RuleResults, value: Value) -> DisplayValue:
    is_given = value.input_fact in results.situation.known
    row = None
    if value.last_row is not None and not is_given:
        row = applied_row(terms, value.last_row.table)
    slabs = slabs_of_value(terms, results, value)
    return display_value(results.values[value.name], value.type, value.title, row=row, slabs=slabs)


def _notices(walker: ProvenanceWalker) -> tuple[Notice, ...]:
    return tuple(
        Notice(note.id, note.kind, note.text, _titles_of_rules_with(note, walker))
        for note in walker.applicable_notes()
    )


def _titles_of_rules_with(note: Note, walker: ProvenanceWalker) -> tuple[LocalizedText, ...]:
    """Return the titles of the walked rules that carry a note about foreign text."""
    if note.kind != "foreign_text":
        return ()
    return tuple(dict.fromkeys(walker.titles_of_rules_with(note.id)))


def _member_results(
    truth: Callable[[str], Truth], group: Group, known: Mapping[str, Condition]
) -> _MemberResults:
    """Sort the members of a group by truth; a failed member that excludes is `excluded`."""
    held, failed, unknown, excluded = list[str](), list[str](), list[str](), list[str]()
    for name in group.members:
        member = truth(name)
        if member is None:
            unknown.append(name)
        elif member:
            held.append(name)
        else:
            (failed if known[name].excludes is None else excluded).append(name)
    return _MemberResults(tuple(held), tuple(failed), tuple(unknown), tuple(excluded))


class _MemberResults(NamedTuple):
    """The names of the members of a group by truth; a failed one that excludes is apart."""

    held: tuple[str, ...]
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    excluded: tuple[str, ...]


def conditions_of(ruleset: CheckedRuleset, truth: Callable[[str], Truth]) -> decision.Conditions:
    """Return the members of the outcome by truth, and what met each group of alternatives."""
    met_by = {
        condition.id: members
        for condition in ruleset.alternatives
        if (members := members_met(condition, truth))
    }
    outcome = _member_results(truth, ruleset.outcome.eligible, ruleset.conditions)
    return decision.Conditions(*outcome, met_by)


def _item_decision(evaluation: Evaluation, item: ItemEvaluation) -> ItemDecision:
    """Return the decision of one item, without the consequences that the case does not state."""
    ruleset, block = evaluation.dated.ruleset, item.block
    walker = ProvenanceWalker(evaluation).item_walker(block.list, item).walk_item()
    members = _MemberResults((), (), (), ())
    routes: dict[str, None] = {}
    if block.eligible is not None:
        members = _member_results(item.truth, block.eligible, block.conditions)
        for name in block.eligible.members:
            condition = block.conditions[name]
            if isinstance(condition.test, Group) and condition.test.kind == "any":
                routes.update(dict.fromkeys(item.met_by(condition)))
    stated = stated_consequences(evaluation)
    withheld = {*ruleset.outcome.consequences}.difference(stated)
    values = {
        name: _display_of_value(evaluation.evaluator_of_item(item), item, value)
        for name, value in block.values.items()
        if name not in withheld
    }
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
        values=values,
        consequences={name: value for name, value in values.items() if name in stated},
        notices=_notices(walker),
        compute_reasons=partial(reasons, evaluation, item),
        compute_consequence_reasons=partial(consequence_reasons, evaluation, item),
    )


def item_title(ruleset: CheckedRuleset, item: ItemEvaluation) -> LocalizedText:
    """Return the title of an item: that of its word, else the title of its list with its key."""
    name, key = item.block.list, str(item.key)
    if name not in ruleset.facts:
        title = ruleset.lists[name].item_title
        return LocalizedText(f"{title.zh} {key}", f"{title.en} {key}")
    return ruleset.facts[name].type.words.get(key, LocalizedText(key, key))


def _open_dependencies(evaluation: Evaluation) -> Dependencies:
    """Return what could still change the status or an amount."""
    eligible = evaluation.eligible
    if eligible.truth is False:
        return NO_DEPENDENCIES
    return eligible.dependencies | union(_amount_dependencies(evaluation))


def _amount_dependencies(evaluation: Evaluation) -> list[Dependencies]:
    return [amount.rounded.dependencies for amount in evaluation.amounts.values()]


def _missing_facts(evaluation: Evaluation) -> tuple[decision.MissingFact, ...]:
    """Return the facts to ask for, most useful first.

    Each open member of the outcome has a weight of one, shared by the facts that it needs. Facts
    are ranked by the sum of their shares, first for the status, then for the amounts, then for the
    consequences. Those that change consequences alone come last.
    """
    of_answer = _open_dependencies(evaluation)
    of_consequences = tuple(open_consequences(evaluation))
    open_ = of_answer | union(of_consequences)
    if not open_.missing_inputs:
        return ()
    changes_answer = {missing.fact for missing in of_answer.missing_inputs}
    ruleset = evaluation.dated.ruleset
    alternatives: dict[str, dict[str, None]] = {}
    for missing in sorted(open_.missing_inputs):
        alternatives.setdefault(missing.fact, {}).update(dict.fromkeys(missing.alternatives))
    members = [evaluation.conditions[name] for name in ruleset.outcome.eligible.members]
    for_status = _fact_shares(member.dependencies for member in members if member.truth is None)
    for_amount = _fact_shares(_amount_dependencies(evaluation))
    for_consequences = _fact_shares(of_consequences)
    order = _fact_order(evaluation)

    def rank(fact: str) -> tuple[bool, list[Fraction], tuple[int, int]]:
        shares = (for_status, for_amount, for_consequences)
        weights = [-share.get(fact, Fraction()) for share in shares]
        return (fact not in changes_answer, weights, order(fact))

    return tuple(
        decision.MissingFact(
            fact,
            tuple(sorted(alternatives[fact], key=order)),
            question_of(ruleset, fact),
        )
        for fact in sorted(alternatives, key=rank)
    )


def _fact_order(evaluation: Evaluation) -> Callable[[str], tuple[int, int]]:
    """Return a sort key for facts: by declaration, then by the order of items."""
    ruleset = evaluation.dated.ruleset
    facts = {name: place for place, name in enumerate((*ruleset.facts, *ruleset.lists))}
    items = {
        (name, item.key): place
        for name, known in evaluation.situation.lists.items()
        for place, item in enumerate(known)
    }

    def order(name: str) -> tuple[int, int]:
        path = FactPath.parse(name)
        if path is None or path.item_key is None:
            return facts[name], 0
        return facts[path.declared_name], items[path.subject, path.item_key]

    return order


def question_of(ruleset: CheckedRuleset, fact: str) -> LocalizedText:
    """Return the question for a fact, which names the item, or last year where it is meant."""
    path = FactPath.parse(fact)
    if path is not None and path.item_key is not None:
        key = path.item_key
        question, title = (
            ruleset.facts[path.declared_name].ask,
            ruleset.lists[path.subject].item_title,
        )
        return LocalizedText(
            f"{question.zh}（{title.zh} {key}）", f"{question.en} ({title.en} {key})"
        )
    if fact in ruleset.lists:
        return ruleset.lists[fact].ask
    question = ruleset.facts[fact].ask
    if ruleset.facts[fact].as_of != "previous_year" or ruleset.policy_year is None:
        return question
    year = ruleset.policy_year - 1
    return LocalizedText(f"{question.zh}（{year}年度）", f"{question.en} ({year})")


def _fact_shares(members: Iterable[Dependencies]) -> dict[str, Fraction]:
    """Return the sum of the shares of each fact: each member shares a weight of one."""
    shares: dict[str, Fraction] = {}
    for member in members:
        for missing in member.missing_inputs:
            share = shares.get(missing.fact, Fraction()) + Fraction(1, len(member.missing_inputs))
            shares[missing.fact] = share
    return shares


def open_points(ruleset: CheckedRuleset, open_: Dependencies) -> tuple[decision.OpenPoint, ...]:
    """Return what no fact can settle, with titles."""
    titles: Mapping[str, Any] = {
        **ruleset.all_lists,
        **ruleset.facts,
        **ruleset.parameters,
        **ruleset.all_values,
        **ruleset.all_conditions,
    }
    calendar = ruleset.calendar
    titles = titles if calendar is None else {**titles, calendar.name: calendar}
    names: dict[str, LocalizedText] = {name: node.title for name, node in titles.items()}
    names |= {name: amount.title for name, amount in ruleset.outcome.amounts.items()}
    return tuple(
        decision.OpenPoint(point.name, point.reason, names[point.name])
        for point in sorted(open_.indeterminacies)
    )


def _receipt(
    evaluation: Evaluation, library: str, status: str, amounts: Mapping[str, decision.Amount]
) -> Receipt:
    ruleset = evaluation.dated.ruleset
    # The order of facts and items has no meaning; sorting makes the hash independent of it.
    facts = evaluation.situation.in_order().to_facts(ruleset)
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
        outcome={"status": status, **decision.amounts_data(amounts)},
        bases={base.id: base.content_hash for base in ruleset.bases},
    )
