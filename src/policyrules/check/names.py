"""Declare the names of a ruleset, check the members of groups and report unknown names."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from policyrules.check.state import CheckState
from policyrules.diagnostics import listed, name_remedy
from policyrules.overlays.walk import members_of
from policyrules.syntax.expressions import RESERVED
from policyrules.syntax.tree import ConditionNode, FactNode, GroupNode, ValueNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import split_name, subject_of
from policyrules.text.span import Span


def declare_names(state: CheckState) -> None:
    """Collect every id, and report duplicate and reserved ones.

    An id is unique across parameters, values, conditions, exceptions and amounts, so that a
    decision can name it without a path.
    """
    state.broken |= state.tree.broken | state.vocabulary_tree.broken | state.sources_tree.broken
    for name in _declared_ids(state):
        _declare(state, name)
    for parameter in state.tree.parameters:
        _reject_reserved(state, parameter.name)
    for _, value in all_values(state):
        _reject_reserved(state, value.name)
    for fact in _all_facts(state):
        _reject_reserved(state, fact.name)
    for subject in (*state.vocabulary_tree.subjects, *state.vocabulary_tree.lists):
        _reject_reserved(state, subject.name)
    for block in state.tree.lists:
        _reject_reserved(state, block.each)
    for rule in state.vocabulary_tree.constraints:
        if rule.each is not None:
            _reject_reserved(state, rule.each)
    for _, condition in all_conditions(state):
        if condition.name.text == "eligible":
            report_reserved(state, condition.name)
    _declare_subjects(state)


def all_values(state: CheckState) -> Iterator[tuple[str, ValueNode]]:
    """Yield every value with its list, which is empty for the case."""
    yield from (("", value) for value in state.tree.values)
    for block in state.tree.lists:
        yield from ((block.name.text, value) for value in block.values)


def all_conditions(state: CheckState) -> Iterator[tuple[str, ConditionNode]]:
    """Yield every condition with its list, which is empty for the case."""
    yield from (("", condition) for condition in state.tree.conditions)
    for block in state.tree.lists:
        yield from ((block.name.text, condition) for condition in block.conditions)


def _declared_ids(state: CheckState) -> Iterator[Scalar]:
    tree = state.tree
    yield from (parameter.name for parameter in tree.parameters)
    yield from (value.name for _, value in all_values(state))
    yield from (condition.name for _, condition in all_conditions(state))
    for _, value in all_values(state):
        yield from (exception.name for exception in value.except_)
    for _, condition in all_conditions(state):
        yield from (exception.name for exception in condition.except_)
    yield from (amount.name for amount in tree.outcome.all_amounts)


def _declare(state: CheckState, name: Scalar) -> None:
    if name.text in state.spans:
        state.diagnostics.report(
            "duplicate-id",
            name.span,
            f"the id `{name.text}` is taken",
            expected="an id that is not used elsewhere in the ruleset",
            remedy="rename one of the two",
            related=((state.spans[name.text], "it is declared here first"),),
        )
        return
    state.spans[name.text] = name.span


def _all_facts(state: CheckState) -> Iterator[FactNode]:
    for _, facts in state.tree.facts:
        yield from facts
    for subject in (*state.vocabulary_tree.subjects, *state.vocabulary_tree.lists):
        yield from subject.facts


def _reject_reserved(state: CheckState, name: Scalar) -> None:
    if name.text in RESERVED or keyword.iskeyword(name.text):
        report_reserved(state, name)


def report_reserved(state: CheckState, name: Scalar) -> None:
    """Report a name that the language reserves."""
    state.diagnostics.report(
        "reserved-word",
        name.span,
        f"`{name.text}` is a word of the language",
        remedy="choose another name",
    )


def report_name_in_use(state: CheckState, name: str, span: Span, kind: str) -> None:
    """Report the name of an item or an entry that is declared elsewhere."""
    state.diagnostics.report(
        "duplicate-id",
        span,
        f"the name `{name}` is taken",
        expected=f"a name of its own for the {kind}",
        remedy="choose another name",
    )


def _declare_subjects(state: CheckState) -> None:
    """Declare the subjects and lists in `uses`, and the blocks of lists."""
    vocabulary = state.vocabulary_tree
    known = {subject.name.text for subject in (*vocabulary.subjects, *vocabulary.lists)}
    for block in state.tree.lists:
        state.blocks[block.name.text] = block.each.text
        state.spans[block_name(block.name.text)] = block.name.span
    for name in state.tree.uses:
        if name.text in state.subjects:
            state.diagnostics.report(
                "duplicate-id",
                name.span,
                f"`{name.text}` is in `uses` twice",
                related=((state.subjects[name.text], "the first one is here"),),
            )
        elif name.text not in known and name.text not in state.broken:
            report_unknown(state, name.text, name.span, "subject", known)
            # It may be a misspelling of any subject, so no unused subject is reported.
            state.broken |= known
        else:
            state.subjects[name.text] = name.span
    for name, _ in state.tree.facts:
        if name.text in state.subjects or name.text in state.broken:
            continue
        if name.text not in known:
            report_unknown(state, name.text, name.span, "subject", state.subjects)
            continue
        state.diagnostics.report(
            "unknown-name",
            name.span,
            f"the subject `{name.text}` is not in `uses`",
            found=f"`{name.text}`",
            remedy=f"add `{name.text}` to `uses`",
        )


def block_name(list_name: str) -> str:
    """Return the name of the block of a list, as a cycle through it is reported."""
    return f"lists.{list_name}"


def report_unknown(
    state: CheckState, name: str, span: Span, kind: str, known: object, remedy: str = ""
) -> None:
    """Report an undeclared name, unless its declaration is not readable."""
    subject, fact_name = split_name(name)
    if name in state.broken or (fact_name and {subject, fact_name} & state.broken):
        return
    if name in state.vocabulary:
        state.broken.add(subject)
        state.diagnostics.report(
            "unknown-name",
            span,
            f"the subject of `{name}` is not in `uses`",
            found=f"`{name}`",
            expected="facts of the subjects under `uses`",
            remedy=f"add `{subject}` to `uses`",
        )
        return
    if fact_name and kind == "fact" and not remedy and not _is_subject(state, subject):
        _report_unknown_subject(state, name, span)
        return
    if not state.diagnostics.has_room("unknown-name", span.path):
        names, actual_kind = [], ""
    else:
        names = sorted({str(name) for name in known}) if isinstance(known, Collection) else []
        actual_kind = declared_kind(state, name)
    if actual_kind == "condition" and kind == "name":
        remedy = remedy or f"write `held('{name}')`"
    remedy = remedy or name_remedy(name, names)
    state.diagnostics.report(
        "unknown-name",
        span,
        f"there is no {kind} `{name}`",
        found=f"`{name}`, which is a {actual_kind}" if actual_kind else f"`{name}`",
        expected=f"one of {listed(names)}" if names and not remedy and len(names) <= 12 else "",
        remedy=remedy,
    )


def _is_subject(state: CheckState, subject: str) -> bool:
    """Return whether a name is that of a subject, a list or an item."""
    vocabulary = state.vocabulary_tree
    return (
        subject in state.blocks.values()
        or any(
            subject_node.name.text == subject
            for subject_node in (*vocabulary.subjects, *vocabulary.lists)
        )
        or any(
            constraint.each is not None and constraint.each.text == subject
            for constraint in vocabulary.constraints
        )
    )


def _report_unknown_subject(state: CheckState, name: str, span: Span) -> None:
    """Report an unknown subject once, and not again for each of its facts."""
    subject = subject_of(name)
    state.broken.add(subject)
    known = list(state.subjects)
    remedy = name_remedy(subject, known)
    state.diagnostics.report(
        "unknown-name",
        span,
        f"there is no subject `{subject}`",
        found=f"`{name}`",
        expected=f"one of {listed(known)}" if known and not remedy else "",
        remedy=remedy,
    )


def declared_kind(state: CheckState, name: str) -> str:
    """Return the kind of the declaration of a name, or an empty text if there is none."""
    tree = state.tree
    if name in state.vocabulary:
        return "fact"
    kinds = {
        "parameter": [parameter.name for parameter in tree.parameters],
        "value": [value.name for _, value in all_values(state)],
        "condition": [condition.name for _, condition in all_conditions(state)],
        "note": [note.name for note in tree.notes],
        "source": [source.name for source in (*state.sources_tree.sources, *tree.sources)],
    }
    return next(
        (kind for kind, names in kinds.items() if name in {name_.text for name_ in names}), ""
    )


def check_groups(state: CheckState) -> None:
    """Check that the members of every group are distinct conditions other than the group itself.

    The members of a group of a list are conditions of the same list.
    """
    list_of_condition = {
        condition.name.text: list_name for list_name, condition in all_conditions(state)
    }
    for scope, condition in all_conditions(state):
        _check_group(state, condition, condition.name.text, scope, list_of_condition)
    group_name = "" if "eligible" in list_of_condition else "eligible"
    _check_group(state, state.tree.outcome.eligible, group_name, "", list_of_condition)
    for block in state.tree.lists:
        if block.eligible is not None:
            _check_group(state, block.eligible, group_name, block.name.text, list_of_condition)


def _check_group(
    state: CheckState,
    group: GroupNode,
    group_name: str,
    scope: str,
    list_of_condition: Mapping[str, str],
) -> None:
    """Check the members of a group; `list_of_condition` maps each condition to its list."""
    seen: set[str] = set()
    for member in members_of(group):
        if member.text == group_name:
            _reject_member(state, member, f"`{group_name}` is a member of itself")
        elif member.text in seen:
            _reject_member(state, member, f"`{member.text}` is a member twice")
        elif member.text in list_of_condition and list_of_condition[member.text] != scope:
            _reject_other_scope(state, member, list_of_condition[member.text], scope)
        elif member.text not in list_of_condition:
            known = _member_candidates(state, member, list_of_condition, scope)
            remedy = group_expression_remedy(member.text, known)
            report_unknown(state, member.text, member.span, "condition", known, remedy)
        seen.add(member.text)


def _member_candidates(
    state: CheckState, member: Scalar, list_of_condition: Mapping[str, str], scope: str
) -> list[str]:
    """Return the conditions that a group may name; empty if its diagnostic would not be kept."""
    if not state.diagnostics.has_room("unknown-name", member.span.path):
        return []
    return [name for name, list_name in list_of_condition.items() if list_name == scope]


def group_expression_remedy(text: str, known: Collection[str]) -> str:
    """Return the remedy for a member that is an expression of conditions, or an empty text.

    >>> group_expression_remedy("not listed", ["listed"])
    'write a condition with `none: [listed]`, and name it here'
    >>> group_expression_remedy("a or b", ["a", "b"]), group_expression_remedy("a or c", ["a", "b"])
    ('write a condition with `any: [a, b]`, and name it here', '')
    """
    negated = _NEGATION.fullmatch(text.strip())
    if negated and negated[1] in known:
        return f"write a condition with `none: [{negated[1]}]`, and name it here"
    for sign, group in _CONNECTIVES:
        names = re.split(sign, text.strip())
        if len(names) > 1 and set(names) <= set(known):
            return f"write a condition with `{group}: [{', '.join(names)}]`, and name it here"
    return ""


_NEGATION: Final = re.compile(r"(?:not\s+|not\s*\(|NOT\s+|!|！|¬|非|不)\s*([a-z0-9-]+)\s*\)?")
_CONNECTIVES: Final = (
    (r"\s+(?:and|AND|&&?)\s+|\s*[且&＆]+\s*", "all"),
    (r"\s+(?:or|OR|\|\|?)\s+|\s*[或|｜]+\s*", "any"),
)


def _reject_other_scope(state: CheckState, member: Scalar, list_name: str, scope: str) -> None:
    remedy = f"declare the condition under `lists.{scope}`"
    if list_name:
        each = state.blocks.get(list_name, "item")
        remedy = f"ask `any({each}.eligible for {each} in {list_name})` in a condition of its own"
    state.diagnostics.report(
        "group-members",
        member.span,
        f"`{member.text}` is a condition of "
        + (f"the items of `{list_name}`" if list_name else "the case"),
        expected="conditions of " + (f"the items of `{scope}`" if scope else "the case"),
        remedy=remedy,
    )


def _reject_member(state: CheckState, member: Scalar, message: str) -> None:
    state.diagnostics.report(
        "group-members", member.span, message, remedy="leave it out of the group"
    )
