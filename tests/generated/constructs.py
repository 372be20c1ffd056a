"""Which constructs of the language a ruleset has, and which there are.

Both are read off the grammar itself: whoever adds a key, a type or an operator to the language
finds it missing here until the generator writes it.
"""

import ast
from collections.abc import Iterator
from typing import Final

from tests.generated.rulesets import Files

from policyrules.diagnostics import Diagnostics
from policyrules.syntax import expressions
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.grammar import RULESET, SOURCES, TYPES_LATER, VOCABULARY
from policyrules.syntax.reader import read_ruleset, read_sources, read_vocabulary
from policyrules.syntax.shapes import Choice, ListOf, Named, Record, Shape, Text, Words, Wrapped
from policyrules.syntax.tree import (
    ConditionNode,
    EitherNode,
    FactNode,
    ParameterNode,
    RulesetTree,
    TableNode,
    WordsNode,
)
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence

MEANT: Final = frozenset(
    {
        *(f"condition with {n} exceptions" for n in range(4)),
        *(f"value with {n} exceptions" for n in range(4)),
        "exception that holds outright",
        "exception that fails outright",
        "parameter in 1 row",
        "parameter in 2 rows",
        "parameter in 3 rows",
        "table by a fact",
        "table by a value",
        "row `none`",
        "row `else`",
        "row of a word",
        "not_stated",
        "pending",
        "pending with a range",
        "either of 2",
        "either of 3",
        "fact of the vocabulary",
        "fact of the ruleset",
        *(f"{kind} that may be none" for kind in ("count", "number", "ratio", "money", "word")),
        "yes_no that may be none",
    }
)
"""Constructs that are no key of the grammar."""


REFUSED: Final = frozenset({"Fact.type = words", "Value.type = words"})
"""What the grammar takes and the checker always refuses: only a parameter is a set of words."""


def every_construct() -> frozenset[str]:
    """Every construct of the language as it is implemented."""
    keys = {one for shape in (RULESET, VOCABULARY, SOURCES) for one in _of_shape(shape)}
    return (frozenset(keys) | MEANT | set(_expression_constructs())) - REFUSED


def constructs_in(files: Files) -> set[str]:
    """The constructs that the texts have."""
    return set(_constructs(files))


def _constructs(files: Files) -> Iterator[str]:
    diagnostics = Diagnostics()
    texts = files.texts()
    ruleset = read_ruleset(texts["ruleset"], "", diagnostics)
    vocabulary = read_vocabulary(texts["vocabulary"], "", diagnostics)
    sources = read_sources(texts["sources"], "", diagnostics)
    if ruleset is None or vocabulary is None or sources is None:
        raise ValueError("the texts cannot be read")
    for shape, tree in ((RULESET, ruleset), (VOCABULARY, vocabulary), (SOURCES, sources)):
        yield from _in_node(shape, shape.write(tree))
    for subject in vocabulary.subjects:
        for fact in subject.facts:
            yield "fact of the vocabulary"
            yield from _in_fact(fact)
    yield from _in_ruleset(ruleset)


# --- keys, straight from the grammar ---------------------------------------------------------


def _of_shape(shape: Shape) -> Iterator[str]:
    """Every construct that may stand in a place of this shape."""
    match shape:
        case Record(fields=fields):
            for key, field in fields.items():
                yield f"{_name(shape)}.{key}"
                if isinstance(field.shape, Text):
                    for option in field.shape.one_of:
                        if option not in TYPES_LATER:
                            yield _option(shape, key, option)
                yield from _of_shape(field.shape)
        case ListOf(item=item) | Words(item=item) | Named(item=item):
            yield from _of_shape(item)
        case Wrapped(shape=inner):
            yield _class_of(shape)
            yield from _of_shape(inner)
        case Choice():
            for one in (shape.scalar, shape.sequence, shape.either, shape.mapping):
                if one is not None:
                    yield from _of_shape(one)
        case _:
            pass


def _in_node(shape: Shape, node: Node) -> Iterator[str]:
    """The constructs that stand in a node of this shape."""
    match shape, node:
        case Record(fields=fields), Mapping(entries=entries):
            for key, under in entries:
                if key.text in fields:
                    inner = fields[key.text].shape
                    yield f"{_name(shape)}.{key.text}"
                    if isinstance(inner, Text) and isinstance(under, Scalar) and inner.one_of:
                        yield _option(shape, key.text, under.text)
                    yield from _in_node(inner, under)
        case ListOf(item=item), Sequence(items=items):
            for one in items:
                yield from _in_node(item, one)
        case Words(item=item) | Named(item=item), Mapping(entries=entries):
            for _, under in entries:
                yield from _in_node(item, under)
        case Wrapped(shape=inner), _:
            yield _class_of(shape)
            yield from _in_node(inner, node)
        case Choice(), Scalar():
            yield from _in_node(shape.scalar, node)
        case Choice(sequence=inner), Sequence() if inner is not None:
            yield from _in_node(inner, node)
        case Choice(either=either, mapping=inner), Mapping():
            chosen = inner if node.get("either") is None else either
            if chosen is not None:
                yield from _in_node(chosen, node)
        case _:
            pass


def _name(record: Shape) -> str:
    assert isinstance(record, Record)
    return str(getattr(record.node, "__name__", "")).removesuffix("Node").removesuffix("Tree")


def _option(record: Shape, key: str, option: str) -> str:
    return f"{_name(record)}.{key} = {option}"


def _class_of(wrapped: Shape) -> str:
    assert isinstance(wrapped, Wrapped)
    return str(getattr(wrapped.node, "__name__", "")).removesuffix("Node")


# --- what the grammar does not tell apart ----------------------------------------------------


def _in_ruleset(tree: RulesetTree) -> Iterator[str]:
    for _, facts in tree.facts:
        for fact in facts:
            yield "fact of the ruleset"
            yield from _in_fact(fact)
    for parameter in tree.parameters:
        yield from _in_parameter(parameter)
    for value in tree.values:
        yield f"value with {len(value.except_)} exceptions"
        yield from _in_expression(value.is_)
        for one in value.except_:
            yield from _in_expression(one.when)
            yield from _in_expression(one.is_)
    for condition in tree.conditions:
        yield from _in_condition(condition)
    for note in tree.notes:
        yield from _in_expression(note.when)
    if tree.outcome.amount is not None:
        yield from _in_expression(tree.outcome.amount.is_)


def _in_fact(fact: FactNode) -> Iterator[str]:
    if fact.none is not None:
        yield f"{fact.type.text} that may be none"


def _in_condition(condition: ConditionNode) -> Iterator[str]:
    yield f"condition with {len(condition.except_)} exceptions"
    yield from _in_expression(condition.holds)
    for one in condition.except_:
        yield from _in_expression(one.when)
        yield from _in_expression(one.holds)
        if one.holds is not None and one.holds.text.lower() in {"true", "false"}:
            holds = one.holds.text.lower() == "true"
            yield f"exception that {'holds' if holds else 'fails'} outright"


def _in_parameter(parameter: ParameterNode) -> Iterator[str]:
    contents = [row.value for row in parameter.values]
    if parameter.value is not None:
        contents.append(parameter.value)
    yield f"parameter in {len(contents)} row{'s' if len(contents) > 1 else ''}"
    for content in contents:
        if not isinstance(content, TableNode):
            yield from _in_cell(parameter, content)
            continue
        by = parameter.by.text if parameter.by else ""
        yield "table by a fact" if "." in by else "table by a value"
        for word, cell in content.rows:
            yield f"row `{word.text}`" if word.text in {"none", "else"} else "row of a word"
            yield from _in_cell(parameter, cell)


def _in_cell(parameter: ParameterNode, cell: Scalar | EitherNode | WordsNode) -> Iterator[str]:
    if isinstance(cell, EitherNode):
        yield f"either of {len(cell.either)}"
    elif isinstance(cell, Scalar) and cell.text in {"not_stated", "pending"}:
        yield cell.text
        if cell.text == "pending" and parameter.range is not None:
            yield "pending with a range"


# --- expressions -----------------------------------------------------------------------------


def _expression_constructs() -> Iterator[str]:
    operators = {*expressions._BINARY.values(), *expressions._COMPARE.values()} - {"not in"}
    yield from (f"expression {one}" for one in operators)
    yield from (f"expression {one}(…)" for one in expressions.FUNCTIONS)
    for one in ("and", "or", "not", "- alone", "chain", "is none", "is not none", "not in"):
        yield f"expression {one}"
    for one in ("0", "1", "True", "False", "word", "name", "fact"):
        yield f"expression {one}"


def _in_expression(scalar: Scalar | None) -> Iterator[str]:
    parsed = None if scalar is None else parse_expression(scalar, Diagnostics())
    if scalar is None or parsed is None:
        return
    source = {"true": "True", "false": "False"}.get(scalar.text, scalar.text)
    for node in ast.walk(ast.parse(source, mode="eval")):
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            yield "expression chain"
    yield from _in_syntax(parsed)


def _in_syntax(node: expressions.Syntax) -> Iterator[str]:
    match node:
        case expressions.Name(name):
            yield "expression fact" if "." in name else "expression name"
        case expressions.Constant(value):
            yield f"expression {value}"
        case expressions.Quoted():
            yield "expression word"
        case expressions.Unary("not", expressions.Binary("in", left, right)):
            yield "expression not in"
            yield from _in_syntax(left)
            yield from _in_syntax(right)
        case expressions.Unary("not", expressions.IsNone(operand)):
            yield "expression is not none"
            yield from _in_syntax(operand)
        case expressions.Unary(operator, operand):
            yield "expression - alone" if operator == "-" else "expression not"
            yield from _in_syntax(operand)
        case expressions.Binary(operator, left, right):
            yield f"expression {operator}"
            yield from _in_syntax(left)
            yield from _in_syntax(right)
        case expressions.Logical(operator, operands):
            yield f"expression {operator}"
            for operand in operands:
                yield from _in_syntax(operand)
        case expressions.IsNone(operand):
            yield "expression is none"
            yield from _in_syntax(operand)
        case expressions.Call(function, arguments):
            yield f"expression {function}(…)"
            for argument in arguments:
                yield from _in_syntax(argument)
