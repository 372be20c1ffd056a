"""Writes the function with ranges: for every case, whatever is unknown of it.

Each value and each condition is one or a few lines that call the arithmetic of `values/` in its
turn; nothing is looked up and no expression is walked but those that look into a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from policyrules.engines.compiled.writing import Lines, Names, listed
from policyrules.ir.dated import DatedRuleset
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    Between,
    Compare,
    Counted,
    ElementRef,
    EligibleRef,
    Expression,
    Extreme,
    FactRef,
    Holds,
    IsNone,
    ListRef,
    Member,
    Negative,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantified,
    Summed,
    Term,
    Test,
    ValueRef,
    Within,
    Word,
    YearOf,
    YesNo,
)
from policyrules.ir.ruleset import Block, CheckedRuleset, Condition, Group, RuleException, Value
from policyrules.ir.traverse import children, references, texts
from policyrules.values.possible import Possible

_JOINED: Final[Mapping[str, str]] = {"all": "all_of", "any": "any_of", "none": "none_of"}
_ARITHMETIC: Final[Mapping[str, str]] = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
}
_MOST_BRACKETS: Final = 40

DOCUMENTED = '''"""Every value and every condition of a case, and what unknown facts leave open.

    Values in `readings` are set from outside.
    """'''


def write_ranges(dated: DatedRuleset, header: Lines, nodes: list[Expression]) -> list[list[str]]:
    """The functions `item_of_…` and `evaluated(dated, situation, readings)`, as lines each.

    What stands in a list is added to `nodes`; the source finds it there.
    """
    ruleset = dated.ruleset
    functions: list[list[str]] = []
    item_functions = {name: header.names.new("item_of", name) for name in ruleset.blocks}
    for name, block in ruleset.blocks.items():
        lines = Lines(Names(), depth=1)
        writer = _Ranges(dated, lines, header, nodes, item_functions, block)
        writer.of_item()
        head = f"def {item_functions[name]}(dated, seen, outer, terms, values):"
        functions.append([head, *lines.lines])
    lines = Lines(Names(), depth=1)
    _Ranges(dated, lines, header, nodes, item_functions, None).of_case()
    head = "def evaluated(dated, situation, readings):"
    functions.append([head, f"    {DOCUMENTED}", *lines.lines])
    return functions


class _Ranges:
    """Writes the rules of a case, or of the items of a list."""

    def __init__(
        self,
        dated: DatedRuleset,
        lines: Lines,
        header: Lines,
        nodes: list[Expression],
        item_functions: Mapping[str, str],
        block: Block | None,
    ) -> None:
        self.dated = dated
        self.ruleset = dated.ruleset
        self.lines = lines
        self.header = header
        self.nodes = nodes
        self.item_functions = item_functions
        self.block = block
        self.rules: CheckedRuleset | Block = dated.ruleset if block is None else block

    # The whole.

    def of_case(self) -> None:
        """The evaluation of a case."""
        lines, outcome = self.lines, self.ruleset.outcome
        lines.put("known = situation.known")
        lines.put("values, conditions, whens, atoms = {}, {}, {}, {}")
        lines.put("as_stated, items, item_results = {}, {}, {}")
        lines.put("terms = Terms(dated, situation, values.__getitem__, items.__getitem__)")
        for name in self.ruleset.values:
            self.value(name)
        lines.put("refuse_contradictions(dated.ruleset, as_stated)")
        for name in self.ruleset.conditions:
            self.condition(name)
        for name in self.ruleset.blocks:
            self.items(name)
        results = [f"{name!r}: item_results[{name!r}]()" for name in self.ruleset.blocks]
        lines.call("evaluated_items = {", results, "}")
        self.assign_group("eligible =", outcome.eligible)
        unrounded = amount = "None"
        if outcome.amount is not None:
            unrounded = amount = lines.assign("unrounded", self.text(outcome.amount.text))
            if outcome.amount.rounding is not None:
                by = outcome.amount.rounding
                step = f"Fraction({by.step.numerator}, {by.step.denominator})"
                amount = lines.assign("amount", f"rounded(unrounded, {step}, {by.mode!r})")
        parts = ["situation", "values", "conditions", "whens", "atoms", "dated", "evaluated_items"]
        parts += ["eligible", unrounded, amount, "NAME", "NAME"]
        lines.call("return Evaluation(", parts, "), as_stated")

    def of_item(self) -> None:
        """The evaluation of one item, and the terms that see it."""
        block, lines = self.block, self.lines
        if block is None:
            raise TypeError("no item is written")
        lines.put("situation = seen.situation")
        lines.put("known = situation.known")
        lines.put("conditions, whens, atoms = {}, {}, {}")
        if block.eligible is None:
            lines.put("eligible = None")
        for name in block.values:
            self.value(name)
        for name in block.conditions:
            self.condition(name)
        if block.eligible is not None:
            self.own()
        item = f"dated.ruleset.blocks[{block.list!r}]"
        parts = ["situation", "values", "conditions", "whens", "atoms", item]
        parts += ["seen.key", "eligible", "seen.elements"]
        lines.call("return ItemEvaluation(", parts, ")")

    def items(self, name: str) -> None:
        """Evaluates the items of a list, where that was not done yet."""

        def look() -> str:
            function = self.item_functions[name]
            parts = ["dated", "situation", repr(name), function, "values.__getitem__", "items"]
            self.lines.call("seen = looked_at(", parts, ")")
            self.lines.put(f"items[{name!r}], item_results[{name!r}] = seen")
            return name

        if self.block is None:
            self.lines.once(("items", name), look, str)

    def own(self) -> str:
        """Whether the item is eligible by its block."""
        if self.block is None or self.block.eligible is None:
            return "terms.own()"
        group = self.block.eligible

        def decide() -> str:
            self.assign_group("eligible =", group)
            return "eligible"

        return self.lines.once("own", decide, str)

    # Values and conditions.

    def value(self, name: str) -> str:
        """A value, written once."""
        if self.block is not None and name not in self.block.values:
            return self.lines.once(
                ("value", name),
                lambda: self.lines.assign(self.lines.names.new("value", name), f"outer({name!r})"),
                str,
            )
        return self.lines.once(("value", name), lambda: self._value(self.rules.values[name]), str)

    def _value(self, value: Value) -> str:
        lines = self.lines
        own = lines.names.new("value", value.name)
        if value.given is None or self.block is not None:
            lines.assign(own, self._stated(value))
        else:
            # What the branches read stands before them.
            for text in texts(value):
                self._read_before(text)
            with lines.block(f"if {value.name!r} in readings:"):
                lines.assign(own, f"Stated(readings[{value.name!r}])")
            with lines.block("else:"):
                lines.assign(own, self._stated(value))
        if self.block is None:
            lines.put(f"as_stated[{value.name!r}] = {own}")
        lines.put(f"{own} = values[{value.name!r}] = {own}.possible")
        return own

    def _read_before(self, node: Expression) -> None:
        for reference in references(node):
            match reference:
                case FactRef() | ValueRef() | ParameterRef():
                    self._read(reference)
                case _:
                    pass
        for one in _with_lists(node):
            if isinstance(one, (Quantified, Counted, Summed)):
                self._listed(one)

    def _read(self, reference: FactRef | ValueRef | ParameterRef) -> None:
        name = reference.name
        if isinstance(reference, ValueRef) and (
            name in self.rules.values or name in self.ruleset.values
        ):
            self.value(name)
        elif isinstance(reference, FactRef) and self._is_seen(name):
            self.fact(name)
        elif isinstance(reference, ParameterRef):
            by = self.ruleset.parameters[name].by
            if by is not None:
                self._read(by)

    def _is_seen(self, name: str) -> bool:
        """Whether a fact is a figure that is read here, outside any look into a list."""
        of = name.partition(".")[0]
        if self.ruleset.facts[name].type.of is not None:
            return False
        return of not in self.ruleset.all_lists or (
            self.block is not None and self.block.list == of
        )

    def _stated(self, value: Value) -> str:
        exceptions = [(self.when(one), self.text(one.text)) for one in value.exceptions]
        text = self.text(value.text)
        if exceptions:
            pairs = [f"({when}, {text})" for when, text in exceptions]
            self.lines.call(f"chosen = text_in_force({value.name!r}, {text}, [", pairs, "])")
            text = "chosen"
        of = self._constant(f"declared[{value.name!r}]", value.name)
        return f"stated_value({of}, {text}, situation, dated)"

    def condition(self, name: str) -> str:
        """A condition, written once."""
        return self.lines.once(
            ("condition", name), lambda: self._condition(self.rules.conditions[name]), str
        )

    def _condition(self, condition: Condition) -> str:
        lines = self.lines
        own = lines.names.new("is", condition.id)
        kept = f"{own} = conditions[{condition.id!r}] ="
        if isinstance(condition.test, Group):
            self.assign_group(f"{own} =" if condition.exceptions else kept, condition.test)
            rule = own
        else:
            rule = self.test(condition.test)
        exceptions = [(self.when(one), self.verdict(one.text)) for one in condition.exceptions]
        if exceptions:
            pairs = [f"({when}, {text})" for when, text in exceptions]
            lines.call(f"chosen = excepted({condition.id!r}, {rule}, [", pairs, "])")
            rule = "chosen"
        if rule != own:
            lines.put(f"{kept} {rule}")
        return own

    def when(self, exception: RuleException) -> str:
        """Whether an exception applies."""
        found = self.test(exception.when)
        own = self.lines.names.new("when", exception.id)
        self.lines.put(f"{own} = whens[{exception.id!r}] = {found}")
        return own

    def assign_group(self, into: str, group: Group) -> None:
        """Assigns the verdict of a group of conditions."""
        members = [self.condition(name) for name in group.members]
        called = (
            f"at_least({group.n}, [" if group.kind == "at_least" else f"{_JOINED[group.kind]}(["
        )
        self.lines.call(f"{into} {called}", members, "])")

    # Expressions.

    def text(self, node: Expression) -> str:
        """What an expression may be; a test is a yes/no."""
        return f"as_possible({self.test(node)})" if isinstance(node, Test) else self.term(node)

    def verdict(self, node: Expression) -> str:
        """The verdict of an expression that is a test or a yes/no."""
        return self.test(node) if isinstance(node, Test) else f"is_true({self.term(node)})"

    def test(self, node: Test) -> str:
        """The verdict of a test."""
        match node:
            case Not(operand):
                return f"not_({self.test(operand)})"
            case And(operands):
                return self._short(f"all_of([{listed(self.test(one) for one in operands)}])")
            case Or(operands):
                return self._short(f"any_of([{listed(self.test(one) for one in operands)}])")
            case _:
                return self.lines.once(("atom", node), lambda: self._atom(node), str)

    def _atom(self, node: Atom) -> str:
        key, found = self._node(node), self._decided(node)
        own = self.lines.names.new("test")
        self.lines.put(f"{own} = atoms[{key}] = {found}")
        return own

    def _decided(self, node: Atom) -> str:
        match node:
            case Compare(operator, left, right):
                return f"compare({operator!r}, {self.term(left)}, {self.term(right)})"
            case Member(operand, words):
                return f"member_of({self.term(operand)}, {self.term(words)})"
            case Within(operand, period, kind):
                return f"within({kind!r}, {self.term(operand)}, {self.term(period)})"
            case Quantified():
                self._listed(node)
                return f"terms.atom({self._node(node)})"
            case IsNone(operand):
                return f"is_absent({self.term(operand)})"
            case Holds(operand):
                return f"is_true({self.term(operand)})"

    def term(self, node: Term) -> str:
        """What a term may be."""
        match node:
            case FactRef(name):
                return self.fact(name)
            case ValueRef(name):
                return self.value(name)
            case ParameterRef(name):
                return self.parameter(name)
            case Number(value):
                return self._constant(f"number({value})")
            case YesNo(value):
                return self._constant(f"word({value!r})")
            case Word(text):
                return self._constant(f"word({text!r})")
            case ElementRef(name):
                return f"seen.elements[{name!r}]"
            case EligibleRef():
                return f"as_possible({self.own()})"
            case Counted() | Summed():
                self._listed(node)
                return f"terms.term({self._node(node)})"
            case Negative(operand):
                return f"negate({self.term(operand)})"
            case Arithmetic(operator, left, right):
                called = _ARITHMETIC[operator]
                return self._short(f"{called}({self.term(left)}, {self.term(right)})")
            case Extreme(largest, operands):
                inside = listed(self.term(operand) for operand in operands)
                return self._short(f"extreme([{inside}], largest={largest})")
            case YearOf(operand):
                return f"monotone({self.term(operand)}, calendar_year)"
            case Between(unit, start, end):
                return f"apart({self.term(start)}, {self.term(end)}, whole_{unit}s)"

    def fact(self, name: str) -> str:
        """What a fact may be, read once."""

        def read() -> str:
            of, _, short = name.partition(".")
            if self.block is not None and self.block.list == of:
                fact = self._constant(f"facts[{name!r}]", short)
                unknown = f"situation.possible({fact})"  # it is asked for by the item's own name
            else:
                unknown = self._constant(f"unknown(facts[{name!r}])", short)
            self.lines.put(f"found = known.get({name!r})")
            own = self.lines.names.new("fact", short)
            return self.lines.assign(own, f"settled(found) if found else {unknown}")

        return self.lines.once(("fact", name), read, str)

    def parameter(self, name: str) -> str:
        """What the row in force states, by the key where it is a table."""
        stated = self._constant(f"stated[{name!r}]", name)
        by = self.ruleset.parameters[name].by
        if by is None or isinstance(self.dated.stated[name], Possible):
            return stated

        def picked() -> str:
            key = self.term(by)
            own = self.lines.names.new("row", name)
            return self.lines.assign(own, f"cell_by({stated}, {key})")

        return self.lines.once(("row", name), picked, str)

    def _listed(self, node: Quantified | Counted | Summed) -> None:
        """Makes ready what a look into a list reads: the items, and values of the case."""
        for one in _with_lists(node):
            over = getattr(one, "over", None)
            if isinstance(over, ListRef) and over.name in self.ruleset.blocks:
                self.items(over.name)
        for reference in references(node):
            self._made_before(reference)

    def _made_before(self, reference: object) -> None:
        if isinstance(reference, EligibleRef) and self.block is not None:
            if self.block.list == reference.name:
                self.own()
        elif isinstance(reference, ParameterRef):
            self._made_before(self.ruleset.parameters[reference.name].by)
        elif isinstance(reference, ValueRef) and reference.name in self.rules.values:
            self.value(reference.name)

    def _short(self, text: str) -> str:
        """The text, or a name for it where it is nested too deeply to be read."""
        if text.count("(") < _MOST_BRACKETS:
            return text
        return self.lines.assign(self.lines.names.new("part"), text)

    def _constant(self, text: str, of: str = "") -> str:
        """The name of a constant at the head of the source."""
        prefix = text.partition("(")[0].partition("[")[0]

        def make() -> str:
            named = of or text.partition("(")[2]
            own = self.header.names.new(prefix, named).upper()
            return self.header.assign(own, text)

        return self.header.once(("constant", text), make, str)

    def _node(self, node: Expression) -> str:
        """The name of an expression that is handed over as it is."""

        def make() -> str:
            self.nodes.append(node)
            own = self.header.names.new("node", str(len(self.nodes))).upper()
            return self.header.assign(own, f"nodes[{len(self.nodes) - 1}]")

        return self.header.once(("node", node), make, str)


def _with_lists(node: Expression) -> Iterable[Expression]:
    """The expression and all inside it."""
    yield node
    for child in children(node):
        if isinstance(child, Expression):
            yield from _with_lists(child)
