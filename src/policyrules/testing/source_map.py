"""Map the ids of nodes to their places in the source files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyrules.catalogue.result import CompileArtifacts
from policyrules.check.rule_periods import name_of_period
from policyrules.check.value_rows import id_of_row, name_of_table
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.tree import (
    BlockNode,
    ConditionNode,
    ContentNode,
    ParameterNode,
    RulesetTree,
    TableNode,
    TableRowsNode,
    ValueNode,
)
from policyrules.text.span import Span


def spans_by_id(artifacts: CompileArtifacts) -> Mapping[str, Span]:
    """Return the span of every node by its id.

    A row of a parameter has the id `refund_rate[2022-06-14]`, with its first day; a cell of a
    table, `start_year[health]`; a cell of one of several tables, `refund_rate[2022-06-14][large]`.
    An inherited node has its place in the base.
    """
    tree = artifacts.composition.tree
    top_layer = artifacts.composition.top_layer.tree
    spans = {
        "": top_layer.id.span,
        "in_force": tree.in_force.span,
        "consequences": tree.outcome.span,
    }
    spans["eligible"] = tree.outcome.eligible.span
    for parameter in tree.parameters:
        spans.update(_parameter_spans(parameter))
    for block in tree.lists:
        if block.eligible is not None:
            spans[f"{block.each.text}.eligible"] = block.eligible.span
    spans.update(_rule_spans(tree))
    for block in tree.lists:
        spans.update(_rule_spans(block))
    for amount in tree.outcome.all_amounts:
        spans[amount.name.text] = amount.name.span
    for note in tree.notes:
        spans[note.name.text] = note.name.span
    for rule in artifacts.vocabulary.constraints:
        spans[rule.name.text] = rule.name.span
    declared = [(subject.name, subject.facts) for subject in artifacts.vocabulary.subjects]
    declared += [(items.name, items.facts) for items in artifacts.vocabulary.lists]
    for subject, facts in (*declared, *tree.facts):
        past = (fact for fact in facts if fact.past is not None)
        spans |= {f"{subject.text}.{fact.name.text}": fact.name.span for fact in past}
    for node, _ in artifacts.composition.removed:
        spans.setdefault(node.name.text, node.name.span)
    if isinstance(top_layer, OverlayTree):
        # A set or replaced node keeps the title of the base, and with it the place in the base.
        spans |= {node.name.text: node.name.span for node in top_layer.set}
        spans |= {node.name.text: node.name.span for node in top_layer.replacements()}
        spans |= {} if top_layer.in_force is None else {"in_force": top_layer.in_force.span}
    return spans


def _rule_spans(tree: RulesetTree | BlockNode) -> Iterator[tuple[str, Span]]:
    nodes: list[ValueNode | ConditionNode] = [*tree.values, *tree.conditions]
    for node in nodes:
        yield node.name.text, node.name.span
        if isinstance(node, ValueNode) and node.rows is not None:
            table = name_of_table(node.name.text)
            yield table, node.rows.span
            yield from _cell_spans(table, node.rows)
            for number, ((key, _), *_) in enumerate(node.rows.rows, 1):
                yield id_of_row(node.name.text, number), key.span
        dated = [*node.except_, *((node,) if isinstance(node, ConditionNode) else ())]
        for rule in dated:
            if rule.in_force is not None:
                yield name_of_period(rule), rule.in_force.span
        for exception in node.except_:
            yield exception.name.text, exception.name.span


def _parameter_spans(node: ParameterNode) -> Iterator[tuple[str, Span]]:
    name = node.name.text
    yield name, node.name.span
    yield from _cell_spans(name, node.content)
    for row in node.values:
        row_id = f"{name}[{row.from_.text if row.from_ else ''}]" if len(node.values) > 1 else name
        if row_id != name:
            yield row_id, row.span
        yield from _cell_spans(row_id, row.content)


def _cell_spans(name: str, table: ContentNode | None) -> Iterator[tuple[str, Span]]:
    if isinstance(table, TableNode):
        for word, _ in table.rows:
            yield f"{name}[{word.text}]", word.span
    if isinstance(table, TableRowsNode):
        for number, ((key, _), *_) in enumerate(table.rows, 1):
            row = "else" if key.text == "else" else f"row {number}"
            yield f"{name}[{row}]", key.span
