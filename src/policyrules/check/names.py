"""Names: every declaration once, spelt as the language allows, and every group of known members."""

from __future__ import annotations

import keyword
from collections.abc import Collection, Iterator

from policyrules.check.draft import Draft
from policyrules.diagnostics import did_you_mean, listed
from policyrules.source import Span
from policyrules.syntax.expressions import RESERVED
from policyrules.syntax.tree import FactNode, GroupNode
from policyrules.syntax.yaml import Scalar


def declare_names(draft: Draft) -> None:
    """Collects every id, and reports those that are taken or reserved.

    An id is unique across parameters, values, conditions, exceptions and the amount, so that a
    decision can name it without a path.
    """
    draft.broken |= draft.tree.broken | draft.vocabulary_tree.broken | draft.sources_tree.broken
    for name in _ids(draft):
        _declare(draft, name)
    for parameter in draft.tree.parameters:
        _refuse_reserved(draft, parameter.name)
    for value in draft.tree.values:
        _refuse_reserved(draft, value.name)
    for fact in _all_facts(draft):
        _refuse_reserved(draft, fact.name)
    for subject in draft.vocabulary_tree.subjects:
        _refuse_reserved(draft, subject.name)
    for condition in draft.tree.conditions:
        if condition.name.text == "eligible":
            report_reserved(draft, condition.name)
    _declare_subjects(draft)


def _ids(draft: Draft) -> Iterator[Scalar]:
    tree = draft.tree
    yield from (one.name for one in tree.parameters)
    yield from (one.name for one in tree.values)
    yield from (one.name for one in tree.conditions)
    for value in tree.values:
        yield from (one.name for one in value.except_)
    for condition in tree.conditions:
        yield from (one.name for one in condition.except_)
    if tree.outcome.amount is not None:
        yield tree.outcome.amount.name


def _declare(draft: Draft, name: Scalar) -> None:
    if name.text in draft.spans:
        draft.diagnostics.report(
            "duplicate-id",
            name.span,
            f"the id `{name.text}` is taken",
            expected="an id that nothing else in the ruleset bears",
            remedy="rename one of the two",
            related=((draft.spans[name.text], "it is declared here first"),),
        )
        return
    draft.spans[name.text] = name.span


def _all_facts(draft: Draft) -> Iterator[FactNode]:
    for _, facts in draft.tree.facts:
        yield from facts
    for subject in draft.vocabulary_tree.subjects:
        yield from subject.facts


def _refuse_reserved(draft: Draft, name: Scalar) -> None:
    if name.text in RESERVED or keyword.iskeyword(name.text):
        report_reserved(draft, name)


def report_reserved(draft: Draft, name: Scalar) -> None:
    """Reports a name that the language has for itself."""
    draft.diagnostics.report(
        "reserved-word",
        name.span,
        f"`{name.text}` is a word of the language",
        remedy="choose another name",
    )


def _declare_subjects(draft: Draft) -> None:
    """The subjects under `uses`, each known to the vocabulary."""
    known = {subject.name.text for subject in draft.vocabulary_tree.subjects}
    for name in draft.tree.uses:
        if name.text in draft.subjects:
            draft.diagnostics.report(
                "duplicate-id",
                name.span,
                f"`{name.text}` is used twice",
                related=((draft.subjects[name.text], "it stands here first"),),
            )
        elif name.text not in known and name.text not in draft.broken:
            report_unknown(draft, name.text, name.span, "subject", known)
            # It may have been meant for any: nobody reports a subject that is not used.
            draft.broken |= known
        else:
            draft.subjects[name.text] = name.span
    for name, _ in draft.tree.facts:
        if name.text in draft.subjects or name.text in draft.broken:
            continue
        if name.text not in known:
            report_unknown(draft, name.text, name.span, "subject", draft.subjects)
            continue
        draft.diagnostics.report(
            "unknown-name",
            name.span,
            f"the subject `{name.text}` is not used",
            found=f"`{name.text}`",
            remedy=f"add `{name.text}` to `uses`",
        )


def report_unknown(
    draft: Draft, name: str, span: Span, what: str, known: object, remedy: str = ""
) -> None:
    """Reports a name that nothing declares, unless its declaration could not be read."""
    subject, dot, own = name.partition(".")
    if name in draft.broken or (dot and {subject, own} & draft.broken):
        return
    if name in draft.vocabulary:
        draft.broken.add(subject)
        draft.diagnostics.report(
            "unknown-name",
            span,
            f"the subject of `{name}` is not used",
            found=f"`{name}`",
            expected="facts of the subjects under `uses`",
            remedy=f"add `{subject}` to `uses`",
        )
        return
    names = sorted({str(one) for one in known}) if isinstance(known, Collection) else []
    remedy = remedy or did_you_mean(name, names)
    kind = _kind_of(draft, name)
    draft.diagnostics.report(
        "unknown-name",
        span,
        f"there is no {what} `{name}`",
        found=f"`{name}`, which is a {kind}" if kind else f"`{name}`",
        expected=f"one of {listed(names)}" if names and not remedy and len(names) <= 12 else "",
        remedy=remedy,
    )


def _kind_of(draft: Draft, name: str) -> str:
    """What a name is that stands where it cannot, or nothing."""
    tree = draft.tree
    if name in draft.vocabulary:
        return "fact"
    kinds = {
        "parameter": [one.name for one in tree.parameters],
        "value": [one.name for one in tree.values],
        "condition": [one.name for one in tree.conditions],
        "note": [one.name for one in tree.notes],
        "source": [one.name for one in (*draft.sources_tree.sources, *tree.sources)],
    }
    return next((kind for kind, of in kinds.items() if name in {one.text for one in of}), "")


def check_groups(draft: Draft) -> None:
    """Every member of a group is a condition, stands there once, and is not the group itself."""
    for condition in draft.tree.conditions:
        _check_group(draft, condition, condition.name.text)
    named_so = any(one.name.text == "eligible" for one in draft.tree.conditions)
    _check_group(draft, draft.tree.outcome.eligible, "" if named_so else "eligible")


def _check_group(draft: Draft, group: GroupNode, own: str) -> None:
    known = {condition.name.text for condition in draft.tree.conditions}
    seen: set[str] = set()
    for member in members(group):
        if member.text == own:
            _refuse_member(draft, member, f"`{own}` is a member of itself")
        elif member.text in seen:
            _refuse_member(draft, member, f"`{member.text}` is a member twice")
        elif member.text not in known:
            report_unknown(draft, member.text, member.span, "condition", known)
        seen.add(member.text)


def _refuse_member(draft: Draft, member: Scalar, message: str) -> None:
    draft.diagnostics.report(
        "group-members", member.span, message, remedy="leave it out of the group"
    )


def members(group: GroupNode) -> tuple[Scalar, ...]:
    """The members of a group, whichever kind it is."""
    chosen = group.all or group.any or group.none or ()
    return group.at_least.of if group.at_least is not None else chosen
