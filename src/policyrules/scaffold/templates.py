"""The texts of a scaffold: the overlay, its cases, and entries for existing files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import attrs

from policyrules.api.policy import format_ruleset
from policyrules.cases.expected_value import format_amount
from policyrules.decisions.decision import Decision
from policyrules.ir.ruleset import CheckedRuleset, Parameter, Period
from policyrules.ir.tables import RowTable, Table
from policyrules.scaffold.request import NewSource, ScaffoldRequest
from policyrules.syntax.cases_tree import CaseNode, CasesTree, ExpectNode
from policyrules.syntax.pretty_printer import print_data, print_tree
from policyrules.syntax.tree import (
    BandNode,
    CellNode,
    ContentNode,
    EitherNode,
    ParameterNode,
    ScaleNode,
    TableNode,
    TableRowsNode,
    WordsNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span

NOTE_NAME = "draft"
"""The name of the note that marks a draft."""

_DRAFT_NOTE = """\
notes:
  draft:
    kind: warning
    zh: 草稿：本地的数字和日期尚未按来源填写。
    en: "A draft: figures and dates of this place have not been filled in from its source yet."
"""


@attrs.frozen
class OverlayContent:
    """The content of an overlay, from which its text is made.

    `in_force` and `policy_year` are None if those of the base apply. `parameters` are to be set;
    `trees` has every parameter of the base as its author wrote it. `conflicting_ruleset` and
    `has_foreign_text` are those of the `Scaffold`. `inline_source` is a source that the overlay
    declares itself; `removed` are names of the base that its new dates leave unused.
    """

    title: LocalizedText
    pin: str
    source: str
    in_force: Period | None
    policy_year: int | None
    parameters: tuple[Parameter, ...]
    trees: Mapping[str, ParameterNode] = attrs.field(hash=False)
    conflicting_ruleset: str = ""
    has_foreign_text: bool = False
    inline_source: NewSource | None = None
    removed: tuple[str, ...] = ()


def overlay_text(request: ScaffoldRequest, content: OverlayContent) -> str:
    """Return the overlay in the standard layout."""
    return format_ruleset("".join(f"{line}\n" for line in _overlay_lines(request, content)))


def _overlay_lines(request: ScaffoldRequest, content: OverlayContent) -> Iterator[str]:
    is_open = content.in_force is not None or bool(content.parameters)
    yield f"# {content.title.zh} · {content.title.en}"
    yield "#"
    if is_open:
        yield f"# A draft: fill in figures, quote the source, then remove the note `{NOTE_NAME}`."
    else:
        yield "# A draft: nothing in it differs from its base yet."
    yield "policyrules: 1"
    yield f"id: {request.id}"
    yield f"title: {{zh: {print_data(content.title.zh)}, en: {print_data(content.title.en)}}}"
    yield f"extends: {{{request.base}: {content.pin}}}"
    if content.conflicting_ruleset:
        conflict = content.conflicting_ruleset
        yield f"# In force on days of `{conflict}`, so it is not selected by place and day."
    if content.has_foreign_text:
        yield "# It holds rules of another place, so it is not selected by place and day."
    if content.conflicting_ruleset or content.has_foreign_text:
        yield "selection: by_id"
    if content.policy_year is not None:
        yield f"policy_year: {content.policy_year}"
    if not request.source:
        yield "# The text that the base follows; name the one that this variant follows."
    yield f"legal_basis: {content.source}"
    if content.in_force is not None:
        yield "in_force:"
        yield f"  from: {content.in_force.from_}"
        if content.in_force.to is not None:
            yield f"  to: {content.in_force.to}"
        yield f"  notes: [{NOTE_NAME}]"
    if content.inline_source is not None:
        yield "sources:"
        yield from source_lines(content.source, content.inline_source)
    if content.parameters:
        yield "set:"
        for parameter in content.parameters:
            yield from _set_lines(parameter, content.trees[parameter.name])
    if content.removed:
        yield "# Only the notes on the dates of the base used these."
        yield "remove:"
        for name in content.removed:
            yield f"  {name}:"
            yield f"    cite: {content.source}"
    if is_open:
        yield _DRAFT_NOTE.rstrip("\n")


def _set_lines(parameter: Parameter, tree: ParameterNode) -> Iterator[str]:
    limit = "" if parameter.delegated == "no" else f"; delegated: {parameter.delegated}"
    yield f"  # In the base: {_parameter_text(tree)}{limit}."
    yield f"  {parameter.name}:"
    content = parameter.rows[0].content
    if isinstance(content, Table):
        words = [*content.rows]
        words += ["none"] if content.none is not None else []
        words += ["else"] if content.default is not None else []
        yield f"    value: {{{', '.join(f'{word}: not_stated' for word in words)}}}"
    elif isinstance(content, RowTable):
        yield "    rows:"
        yield "      - {else: not_stated}"
    else:
        yield "    value: not_stated"
    yield f"    notes: [{NOTE_NAME}]"


def _parameter_text(tree: ParameterNode) -> str:
    """Return the content of a parameter of the base on one line."""
    if tree.content is not None:
        return _content_text(tree.content)
    rows = [
        (
            row.from_.text if row.from_ else "",
            row.to.text if row.to else "",
            _content_text(row.content),
        )
        for row in tree.values
    ]
    return "; ".join(f"{start}..{end} {content}" for start, end, content in rows)


def _content_text(node: ContentNode | BandNode | None) -> str:
    match node:
        case None:
            return ""
        case Scalar():
            return node.text
        case EitherNode():
            return f"either {', '.join(scalar.text for scalar in node.either)}"
        case ScaleNode():
            brackets = node.brackets
            return ", ".join(f"{each.rate.text} above {each.above.text}" for each in brackets)
        case WordsNode():
            return ", ".join(scalar.text for scalar in node.words)
        case TableNode():
            return ", ".join(f"{word.text}: {_content_text(cell)}" for word, cell in node.rows)
        case TableRowsNode():
            return "; ".join(_row_text(row) for row in node.rows)
        case BandNode():
            ends = [(key, getattr(node, key)) for key in ("at_least", "above", "at_most", "below")]
            return " ".join(f"{key} {end.text}" for key, end in ends if end is not None)


def _row_text(row: tuple[tuple[Scalar, CellNode | BandNode], ...]) -> str:
    return ", ".join(f"{key.text}: {_content_text(cell)}" for key, cell in row)


# --- cases ---------------------------------------------------------------------------------------


def cases_text(
    request: ScaffoldRequest,
    title: LocalizedText,
    base: tuple[CasesTree, CaseNode] | None,
    decision: Decision,
) -> str:
    """Return the case file with one case of the base, as the variant decides it."""
    span = Span.empty_at("")

    def scalar(text: str) -> Scalar:
        return Scalar(text, span)

    day = decision.on
    date_zh = f"{day.year}年{day.month}月{day.day}日"
    name = f"{date_zh}，待改写：与 {request.base} 的案例同样的事实"
    if base is None:
        name = f"{date_zh}，待改写：什么都还不知道"
    amounts = tuple(
        (scalar(name), scalar(format_amount(amount))) for name, amount in decision.amounts.items()
    )
    case = CaseNode(
        span=span,
        name=scalar(name),
        change=base[1].change if base else (),
        expect=ExpectNode(
            span=span,
            status=scalar(decision.status),
            amount=next((figure for _, figure in amounts), None) if len(amounts) == 1 else None,
            amounts=amounts if len(amounts) > 1 else (),
        ),
    )
    tree = CasesTree(
        span=span,
        policyrules=scalar("1"),
        cases_of=scalar(request.id),
        on=scalar(day.isoformat()),
        facts=base[0].facts if base else (),
        cases=(case,),
    )
    head = f"# {title.zh}的案例 · Cases of: {title.en}\n"
    about = "  # Say in the name who this is, when, and what follows.\n"
    before, cases, after = print_tree(tree).partition("cases:\n")
    return format_ruleset(f"{head}{before}{cases}{about}{after}")


# --- entries of existing files -------------------------------------------------------------------


def source_lines(id_: str, source: NewSource) -> list[str]:
    """Return the entry of a source under `sources`."""
    return [
        f"  {id_}:",
        f"    title: {print_data(source.title, flow=False)}",
        f"    issued: {source.issued}",
    ]


def jurisdiction_lines(code: str, title: LocalizedText) -> list[str]:
    """Return the entry of a jurisdiction under `jurisdictions`."""
    return [f"  {code}: {{zh: {print_data(title.zh)}, en: {print_data(title.en)}}}"]


def file_with_entry(key: str, lines: list[str]) -> str:
    """Return a file with a single entry."""
    return format_ruleset("\n".join(["policyrules: 1", f"{key}:", *lines, ""]))


def append_lines(text: str, lines: list[str]) -> str:
    """Append lines to a text, with the line ends of the text."""
    end = "\r\n" if "\r\n" in text else "\n"
    whole = text if text.endswith("\n") or not text else text + end
    return whole + "".join(line + end for line in lines)


def validity_period(request: ScaffoldRequest, base: CheckedRuleset) -> Period:
    """Return the period in force of the variant."""
    start: date | None = request.from_ or base.in_force.from_
    return Period(start, request.to or base.in_force.to, base.in_force.provenance)
