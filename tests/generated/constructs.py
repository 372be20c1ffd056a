"""The constructs of the language, and those that a generated ruleset has.

Both are derived from the grammar, so a new key, type or operator counts as missing until the
generator writes it.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final

import attrs
from tests.generated.rulesets import Files
from tests.generated.sorts import CALENDAR

from policyrules.diagnostics import Diagnostics
from policyrules.overlays.walk import row_expressions
from policyrules.syntax import expression_tree, expressions
from policyrules.syntax.alternatives import WordOrRecord, WordsOrRecords
from policyrules.syntax.expressions import GENERATORS, parse_expression
from policyrules.syntax.reader import read_ruleset, read_sources, read_vocabulary
from policyrules.syntax.ruleset_grammar import RULESET
from policyrules.syntax.shapes import (
    Choice,
    ListOf,
    NamedRecords,
    Record,
    Shape,
    StringMap,
    Text,
    Wrapped,
)
from policyrules.syntax.tree import (
    BandNode,
    BlockNode,
    CellNode,
    ConditionNode,
    EitherNode,
    FactNode,
    ParameterNode,
    RulesetTree,
    TableNode,
    TableRowsNode,
    ValueNode,
    VocabularyTree,
)
from policyrules.syntax.vocabulary_grammar import SOURCES, VOCABULARY
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence
from policyrules.values.calendar_parts import CALENDAR_PARTS

LISTED: Final = (*GENERATORS, "min", "max")
"""The functions that go through a list."""

MEANT: Final = frozenset(
    {
        *(f"condition with {n} exceptions" for n in range(4)),
        *(f"value with {n} exceptions" for n in range(4)),
        "exception that holds outright",
        "exception that fails outright",
        "parameter in 1 row",
        "parameter in 2 rows",
        "parameter in 3 rows",
        *("rows by 1 key", "rows by 2 keys", "rows by 3 keys", "rows in order"),
        *("rows by a key of an item", "band of a row", "cell of a key", "row of cells"),
        "`else` of rows",
        *("value with rows", "value with rows in order", "`else` of a value"),
        *("value with rows by a key of an item", "band of a value"),
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
        *(f"{kind} that may be none" for kind in ("yes_no", *CALENDAR)),
        *(f"{kind} without a range" for kind in (*CALENDAR, "list")),
        "fact of an item",
        "fact of an item, of the ruleset",
        "list that is a fact of an item",
        "table by a fact of an item",
        "table by a value of an item",
        "table by an open word",
        "set of words of a list",
        "set of words of an item",
        "block over items",
        "block over figures",
        "block with values alone",
        "consequence of the case",
        "consequence of an item",
        "value of an item that reads what is counted of items",
        *("fact of another item", "value of another item", "items of another list"),
        *("expression is an item", "expression is not an item"),
        "word as a result",
        "sum behind a guard",
        "note of the case",
        "note of an item",
        "rule of the case",
        "rule of an item",
        *(f"{function} over {what}" for function in LISTED for what in ("items", "figures")),
        *(
            f"{function} of a list {way} a default"
            for function in ("min", "max")
            for way in ("with", "without")
        ),
        "expression in a block over items",
        "expression in a block over figures",
    }
)
"""Constructs that are no key of the grammar."""


REFUSED: Final = frozenset(
    {
        *("Fact.type = words", "Fact.type = period"),
        *("Value.type = words", "Value.type = period", "Value.type = list"),
        "Parameter.type = list",
        *("Fact.type = scale", "Value.type = scale"),
    }
)
"""What the grammar takes and the checker always refuses: only a parameter is a set of words or a
period, only a fact a list."""


APART: Final = frozenset({"Ruleset.selection", "Ruleset.selection = by_id", "Ruleset.within"})
"""What decides no case: when a ruleset is picked, and which caps it is held to. No engine sees it."""


def every_construct() -> frozenset[str]:
    """Every construct of the language as it is implemented."""
    keys = {construct for shape in (RULESET, VOCABULARY, SOURCES) for construct in _of_shape(shape)}
    return (frozenset(keys) | MEANT | set(_expression_constructs())) - REFUSED - APART


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
    for items in vocabulary.lists:
        for fact in items.facts:
            yield "fact of an item"
            yield from _in_fact(fact)
            if fact.type.text == "list":
                yield "list that is a fact of an item"
    names = _Names.of_ruleset(ruleset, vocabulary)
    for rule in vocabulary.constraints:
        yield "rule of the case" if rule.in_ is None else "rule of an item"
        yield from _in_expression(rule.holds, names)
    yield from _in_ruleset(ruleset, names)


# --- keys, straight from the grammar ---------------------------------------------------------


def _of_shape(shape: Shape) -> Iterator[str]:
    """Every construct that may stand in a place of this shape."""
    match shape:
        case Record(fields=fields):
            for key, field in fields.items():
                yield f"{_name(shape)}.{key}"
                if isinstance(field.shape, Text):
                    for option in field.shape.one_of:
                        yield _option(shape, key, option)
                yield from _of_shape(field.shape)
        case ListOf(item=item) | StringMap(item=item) | NamedRecords(item=item):
            yield from _of_shape(item)
        case Wrapped(shape=inner):
            yield _class_of(shape)
            yield from _of_shape(inner)
        case WordOrRecord(word=word, record=record):
            yield f"the word {word}"
            yield from _of_shape(record)
        case WordsOrRecords(words=words, records=records):
            yield from _of_shape(words)
            yield from _of_shape(records)
        case Choice():
            for shape_of_kind in (shape.scalar, shape.sequence, shape.either, shape.mapping):
                if shape_of_kind is not None:
                    yield from _of_shape(shape_of_kind)
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
            for entry in items:
                yield from _in_node(item, entry)
        case StringMap(item=item) | NamedRecords(item=item), Mapping(entries=entries):
            for _, under in entries:
                yield from _in_node(item, under)
        case Wrapped(shape=inner), _:
            yield _class_of(shape)
            yield from _in_node(inner, node)
        case WordOrRecord(word=word), Scalar():
            yield f"the word {word}"
        case WordOrRecord(record=record), _:
            yield from _in_node(record, node)
        case WordsOrRecords(words=words, records=records), Sequence(items=items):
            has_records = isinstance(items[0], Mapping)
            yield from _in_node(records if has_records else words, node)
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


@attrs.frozen
class _Names:
    """The names of a ruleset by what they stand for."""

    lists: frozenset[str]
    each: frozenset[str]
    values_of_items: frozenset[str]
    values_over_items: frozenset[str]
    open_words: frozenset[str]

    @classmethod
    def of_ruleset(cls, ruleset: RulesetTree, vocabulary: VocabularyTree) -> "_Names":
        facts = [
            (f"{subject.name.text}.{fact.name.text}", fact)
            for subject in (*vocabulary.subjects, *vocabulary.lists)
            for fact in subject.facts
        ]
        facts += [
            (f"{subject.text}.{fact.name.text}", fact)
            for subject, facts in ruleset.facts
            for fact in facts
        ]
        return cls(
            frozenset(item_list.name.text for item_list in vocabulary.lists),
            frozenset(block.each.text for block in ruleset.lists),
            frozenset(value.name.text for block in ruleset.lists for value in block.values),
            frozenset(
                value.name.text
                for value in ruleset.values
                if any(f" in {block.name.text}" in _texts(value) for block in ruleset.lists)
            ),
            frozenset(name for name, fact in facts if fact.open and fact.open.text == "true"),
        )

    def is_of_item(self, name: str) -> bool:
        """Whether it is the full name of a fact of the items of a list."""
        return name.partition(".")[0] in self.lists


def _in_ruleset(tree: RulesetTree, names: _Names) -> Iterator[str]:
    for subject, facts in tree.facts:
        for fact in facts:
            yield "fact of the ruleset"
            yield from _in_fact(fact)
            if subject.text in names.lists:
                yield "fact of an item, of the ruleset"
    for parameter in tree.parameters:
        yield from _in_parameter(parameter, names)
    for value in tree.values:
        yield from _in_value(value, names)
    for condition in tree.conditions:
        yield from _in_condition(condition, names)
    for block in tree.lists:
        yield from _in_block(block, names)
    for note in tree.notes:
        yield from _in_expression(note.when, names)
        if note.when is not None:
            words = set(re.findall(r"[a-z_]+", note.when.text))
            yield "note of an item" if words & names.each else "note of the case"
    for name in tree.outcome.consequences:
        of_item = name.text in names.values_of_items
        yield "consequence of an item" if of_item else "consequence of the case"
    for amount in tree.outcome.all_amounts:
        yield from _in_expression(amount.is_, names)


def _in_fact(fact: FactNode) -> Iterator[str]:
    if fact.none is not None:
        yield f"{fact.type.text} that may be none"
    if fact.range is None and fact.type.text in {*CALENDAR, "list"}:
        yield f"{fact.type.text} without a range"


def _in_block(block: BlockNode, names: _Names) -> Iterator[str]:
    kind = "items" if block.name.text in names.lists else "figures"
    yield f"block over {kind}"
    if not block.conditions:
        yield "block with values alone"
    for value in block.values:
        yield f"expression in a block over {kind}"
        if names.values_over_items & set(re.findall(r"[a-z_0-9]+", _texts(value))):
            yield "value of an item that reads what is counted of items"
        yield from _of_other_items(block, _texts(value), names)
        yield from _in_value(value, names)
    for condition in block.conditions:
        yield f"expression in a block over {kind}"
        if condition.holds is not None:
            yield from _of_other_items(block, condition.holds.text, names)
        yield from _in_condition(condition, names)


def _of_other_items(block: BlockNode, texts: str, names: _Names) -> Iterator[str]:
    """What the rules of a block read of other items."""
    for variable, source_list in re.findall(r" for (\w+) in (\w+)", texts):
        if source_list not in names.lists:
            continue
        if source_list != block.name.text:
            yield "items of another list"
            continue
        for read in re.findall(rf"\b{variable}\.(\w+)", texts):
            yield f"{'value' if '_value_' in read else 'fact'} of another item"


def _texts(value: ValueNode) -> str:
    """The expressions of a value and of its exceptions."""
    exceptions = [
        part for expression in value.except_ for part in (expression.when, expression.is_)
    ]
    rows = () if value.rows is None else row_expressions(value.rows)
    return "; ".join(part.text for part in (value.is_, *exceptions, *rows) if part is not None)


def _in_value(value: ValueNode, names: _Names) -> Iterator[str]:
    if value.rows is not None:
        yield from _in_rows_of_value(value, value.rows, names)
    else:
        yield f"value with {len(value.except_)} exceptions"
    yield from _in_expression(value.is_, names)
    words = {word.text for word, _ in value.words}
    results = [value.is_, *(exception.is_ for exception in value.except_)]
    if any(result is not None and result.text.strip("'") in words for result in results):
        yield "word as a result"
    for exception in value.except_:
        yield from _in_expression(exception.when, names)
        yield from _in_expression(exception.is_, names)


def _in_rows_of_value(value: ValueNode, content: TableRowsNode, names: _Names) -> Iterator[str]:
    yield "value with rows" if value.pick is None else "value with rows in order"
    for key in value.key_names:
        if names.is_of_item(key.text) or key.text in names.values_of_items:
            yield "value with rows by a key of an item"
    for row in content.rows:
        for key, cell in row:
            if isinstance(cell, BandNode) or key.text in _BAND_KEYS:
                yield "band of a value"
            elif key.text in {"is", "else"} and isinstance(cell, Scalar):
                yield from ("`else` of a value",) if key.text == "else" else ()
                yield from _in_expression(cell, names)


def _in_condition(condition: ConditionNode, names: _Names) -> Iterator[str]:
    yield f"condition with {len(condition.except_)} exceptions"
    yield from _in_expression(condition.holds, names)
    for exception in condition.except_:
        yield from _in_expression(exception.when, names)
        yield from _in_expression(exception.holds, names)
        if exception.holds is not None and exception.holds.text.lower() in {"true", "false"}:
            holds = exception.holds.text.lower() == "true"
            yield f"exception that {'holds' if holds else 'fails'} outright"


def _in_parameter(parameter: ParameterNode, names: _Names) -> Iterator[str]:
    contents = [row.content for row in parameter.values if row.content is not None]
    if parameter.content is not None:
        contents.append(parameter.content)
    yield f"parameter in {len(contents)} row{'s' if len(contents) > 1 else ''}"
    if parameter.of is not None and names.is_of_item(parameter.of.text):
        yield "set of words of an item"
    if parameter.of is not None and ".list_" in parameter.of.text:
        yield "set of words of a list"
    for content in contents:
        if isinstance(content, TableRowsNode):
            yield from _in_rows(parameter, content, names)
            continue
        if not isinstance(content, TableNode):
            yield from _in_cell(parameter, content)
            continue
        by = parameter.by.text if isinstance(parameter.by, Scalar) else ""
        yield "table by a fact" if "." in by else "table by a value"
        if names.is_of_item(by):
            yield "table by a fact of an item"
        if by in names.values_of_items:
            yield "table by a value of an item"
        if by in names.open_words:
            yield "table by an open word"
        for word, cell in content.rows:
            yield f"row `{word.text}`" if word.text in {"none", "else"} else "row of a word"
            yield from _in_cell(parameter, cell)


_BAND_KEYS = frozenset({"at_least", "above", "at_most", "below"})


def _in_rows(parameter: ParameterNode, content: TableRowsNode, names: _Names) -> Iterator[str]:
    keys = len(parameter.key_names)
    yield f"rows by {keys} key{'s' if keys > 1 else ''}"
    if parameter.pick is not None:
        yield "rows in order"
    for key in parameter.key_names:
        if names.is_of_item(key.text) or key.text in names.values_of_items:
            yield "rows by a key of an item"
    for row in content.rows:
        for key, cell in row:
            if isinstance(cell, BandNode) or key.text in _BAND_KEYS:
                yield "band of a row"
            elif key.text in {"is", "else"}:
                yield "`else` of rows" if key.text == "else" else "row of cells"
                yield from _in_cell(parameter, cell)
            else:
                yield "cell of a key"


def _in_cell(parameter: ParameterNode, cell: CellNode) -> Iterator[str]:
    if isinstance(cell, EitherNode):
        yield f"either of {len(cell.either)}"
    elif isinstance(cell, Scalar) and cell.text in {"not_stated", "pending"}:
        yield cell.text
        if cell.text == "pending" and parameter.range is not None:
            yield "pending with a range"


# --- expressions -----------------------------------------------------------------------------


def _expression_constructs() -> Iterator[str]:
    operators = {
        *expressions._ARITHMETIC_OPERATORS.values(),
        *expressions._COMPARISON_OPERATORS.values(),
    } - {"not in"}
    yield from (f"expression {operator}" for operator in operators)
    yield from (f"expression {function}(…)" for function in (*expressions.FUNCTIONS, *GENERATORS))
    for operator in ("and", "or", "not", "- alone", "chain", "is none", "is not none", "not in"):
        yield f"expression {operator}"
    yield from ("expression calendar + count", "expression calendar - count")
    for operand in ("0", "1", "True", "False", "word", "name", "fact", "in a period"):
        yield f"expression {operand}"
    yield from ("expression min of days", "expression max of days", "day of a period")
    for construct in ("eligible", *CALENDAR_PARTS):
        yield f"expression .{construct}"
    yield "expression parameter[day]"
    for function in ("sum", "sum_of_largest", "distinct", "min", "max"):
        yield f"expression {function}(… if …)"


def _in_expression(scalar: Scalar | None, names: _Names) -> Iterator[str]:
    parsed = None if scalar is None else parse_expression(scalar, Diagnostics())
    if scalar is None or parsed is None:
        return
    source = {"true": "True", "false": "False"}.get(scalar.text, scalar.text)
    if re.search(r"([\w.]+) is (?:not )?none (?:and|or) \1 [+-]", scalar.text):
        yield "sum behind a guard"
    for node in ast.walk(ast.parse(source, mode="eval")):
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            yield "expression chain"
    yield from _in_syntax(parsed, names)


def _in_syntax(node: expression_tree.ExpressionNode, names: _Names) -> Iterator[str]:
    match node:
        case expression_tree.Name(name):
            _, dot, fact_name = name.partition(".")
            if fact_name == "eligible":
                yield "expression .eligible"
            elif fact_name in CALENDAR_PARTS:
                yield f"expression .{fact_name}"
                if name.startswith("period"):
                    yield "day of a period"
            else:
                yield "expression fact" if dot else "expression name"
        case expression_tree.Constant(value):
            yield f"expression {value}"
        case expression_tree.QuotedWord():
            yield "expression word"
        case expression_tree.Unary("not", expression_tree.Binary("in") as member):
            yield "expression not in"
            yield from _of_member(member)
        case expression_tree.Unary("not", expression_tree.NoneTest()):
            yield "expression is not none"
        case expression_tree.Unary("not", expression_tree.SameItemTest()) | (
            expression_tree.SameItemTest()
        ):
            yield f"expression is{' not' if isinstance(node, expression_tree.Unary) else ''} an item"
        case expression_tree.Unary(operator):
            yield "expression - alone" if operator == "-" else "expression not"
        case expression_tree.Binary(operator):
            yield f"expression {operator}"
            if operator in {"+", "-"} and _is_calendar(node.left) and not _is_calendar(node.right):
                yield f"expression calendar {operator} count"
            if operator == "in":
                yield from _of_member(node)
        case expression_tree.Logical(operator):
            yield f"expression {operator}"
        case expression_tree.NoneTest():
            yield "expression is none"
        case expression_tree.PartAttribute(part):
            yield f"expression .{part}"
        case expression_tree.RowOfDay():
            yield "expression parameter[day]"
        case expression_tree.Call(function, arguments):
            yield f"expression {function}(…)"
            if function in {"min", "max"} and any(map(_is_calendar, arguments)):
                yield f"expression {function} of days"
        case expression_tree.Generator(function, source_list=over, filter=only, argument=behind):
            yield f"expression {function}(…)"
            yield f"{function} over {'items' if over.name in names.lists else 'figures'}"
            if only is not None:
                yield f"expression {function}(… if …)"
            if function in {"min", "max"}:
                yield f"{function} of a list {'without' if behind is None else 'with'} a default"
    for inside in _inside(node):
        yield from _in_syntax(inside, names)


def _is_calendar(node: expression_tree.ExpressionNode) -> bool:
    """Whether it is a fact that is a day, a month or a calendar year: the generator names it so."""
    return (
        isinstance(node, expression_tree.Name)
        and re.fullmatch(rf"\w+\.({'|'.join(CALENDAR)})_\d+", node.name) is not None
    )


def _of_member(node: expression_tree.Binary) -> Iterator[str]:
    if isinstance(node.right, expression_tree.Name) and node.right.name.startswith("period"):
        yield "expression in a period"


def _inside(node: expression_tree.ExpressionNode) -> tuple[expression_tree.ExpressionNode, ...]:
    """What stands directly in an expression."""
    match node:
        case expression_tree.Unary("not", expression_tree.Binary("in", left, right)):
            return left, right
        case expression_tree.Unary("not", expression_tree.NoneTest(operand)):
            return (operand,)
        case expression_tree.Unary("not", expression_tree.SameItemTest()):
            return ()
        case (
            expression_tree.Unary(_, operand)
            | expression_tree.NoneTest(operand)
            | expression_tree.PartAttribute(_, operand)
        ):
            return (operand,)
        case expression_tree.Binary(_, left, right):
            return left, right
        case expression_tree.RowOfDay(parameter, day):
            return parameter, day
        case expression_tree.Logical(_, parts) | expression_tree.Call(_, parts):
            return parts
        case expression_tree.Generator(_, inside, filter=only, argument=behind):
            return (inside, *(part for part in (only, behind) if part is not None))
        case _:
            return ()
