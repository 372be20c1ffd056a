"""The forward engine: chains from facts to the outcome, computing values as they are reached.

A kernel chains the Horn program. Whenever it comes to rest, the values that it reached are
computed, exactly, and what hangs on them is asserted, as is every count that has enough members,
until nothing more is reached. A node that is neither held nor failed at the end is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from policyrules.engines.forward.fixpoint import closure
from policyrules.engines.forward.kernels import Kernel, Run, kernel_for
from policyrules.engines.forward.program import (
    AtomPlan,
    ForwardProgram,
    Literals,
    ValuePlan,
    compile_program,
)
from policyrules.errors import EngineError
from policyrules.evaluation.assembly import finish, finish_item
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ItemScope, ListView, view_list
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.rounding_conflicts import (
    raise_contradictions,
    reject_rounding_dependent_tests,
)
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import (
    ResolvedValue,
    TermEvaluator,
    apply_value_exceptions,
    evaluate_group,
    evaluate_test,
    resolve_value,
)
from policyrules.ir.nodes import Atom, Expression, Test
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules
from policyrules.ir.traverse import list_reference
from policyrules.values.kleene import FAILED, HELD, Truth, Verdict, apply_exceptions, to_value
from policyrules.values.possible import Possible

NAME = "forward"


class ForwardEngine:
    """Decides one ruleset on any day; threads may use it at the same time.

    `kernel` is `durable_rules` or `fixpoint`; without it, durable_rules where it is installed.

    Raises:
        ProgramTooLarge: the ruleset is past a limit of the engine.
    """

    def __init__(self, ruleset: CheckedRuleset, kernel: str | None = None) -> None:
        self._rules = _rules(ruleset, None, kernel)
        self._blocks = {
            name: _rules(ruleset, block, kernel) for name, block in ruleset.item_rules.items()
        }

    @property
    def kernel(self) -> str:
        """The kernel that chains, as the receipt names it."""
        return self._rules.kernel.name

    def evaluate(self, dated: DatedRuleset, situation: Situation) -> Evaluation:
        """Evaluates every value and every condition on one case.

        Raises:
            FactsError: the facts contradict each other.
            EngineError: the kernel met a surprise; nothing was decided.
        """

        def case(readings: Mapping[str, Possible]) -> _Case:
            return _Case(self._rules, self._blocks, dated, situation, readings)

        first = case({})
        whole = first.evaluation()
        reject_rounding_dependent_tests(
            whole, first.stated, lambda readings: case(readings).evaluation()
        )
        return whole

    def close(self) -> None:
        """Frees what the kernels hold."""
        for rules in (self._rules, *self._blocks.values()):
            rules.kernel.close()


@attrs.frozen
class _Rules:
    """The rules of a ruleset or of a block of it, their Horn program, and what chains it."""

    defined: CheckedRuleset | ItemRules
    program: ForwardProgram
    kernel: Kernel


def _rules(ruleset: CheckedRuleset, block: ItemRules | None, kernel: str | None) -> _Rules:
    program = compile_program(ruleset, block)
    return _Rules(ruleset if block is None else block, program, kernel_for(program.horn, kernel))


class _Run:
    """One run of the rules of a case, or of those for an item."""

    def __init__(self, rules: _Rules, dated: DatedRuleset, terms: TermEvaluator) -> None:
        self.rules = rules
        self.program = rules.program
        self.dated = dated
        self.terms = terms
        self.readings: Mapping[str, Possible] = {}
        self.stated: dict[str, ResolvedValue] = {}
        self.values: dict[str, Possible] = {}
        self.atoms: dict[Atom, Verdict] = {}
        self.conditions: dict[str, Verdict] = {}
        self.whens: dict[str, Verdict] = {}
        self.standing: set[int] = set()

    def chained(self) -> None:
        """Chains to rest; every value must have been reached."""
        with self.rules.kernel.run() as run:
            self.chain(run)
        defined, atoms = self.rules.defined, self.program.atoms
        if len(self.values) < len(defined.values) or len(self.atoms) < len(atoms):
            raise self.surprise("a value was never reached")

    def concluded(self, group: Group | None) -> Verdict | None:
        """Every condition, and the group of those that decide."""
        for name, condition in self.rules.defined.conditions.items():
            self.conditions[name] = self.condition(condition, self.conditions)
        if group is None or self.program.eligible is None:
            return None
        eligible = self.verdict(self.program.eligible)
        if eligible.truth is not None:
            return eligible
        return self.still_open(evaluate_group(group, [self.conditions[m] for m in group.members]))

    def results(self) -> RuleResults:
        """Return what was evaluated of each rule."""
        return RuleResults(
            self.terms.situation, self.values, self.conditions, self.whens, self.atoms
        )

    # Chaining.

    def chain(self, run: Run) -> None:
        """Asserts and computes in turn until the kernel reaches no further value."""
        asserted = [self.program.start, *self.decide(self.program.first_atoms)]
        while asserted:
            self.standing.update(asserted)
            derived = run.assert_(asserted)
            self.standing.update(derived)
            # Only now that all has come to rest is a `when` that neither holds nor fails unknown.
            reached = [self.program.values[one] for one in derived if one in self.program.values]
            asserted = self.counted()
            for plan in reached:
                self.compute(plan)
                asserted.append(plan.computed)
            for plan in reached:
                hanging = self.program.hanging[plan.value.name]
                asserted += self.decide(
                    one for one in hanging if one.waits_for <= self.values.keys()
                )

    def decide(self, plans: Iterable[AtomPlan]) -> list[int]:
        """Decides atoms, and gives the literals to assert for them."""
        literals = []
        for plan in plans:
            if plan.atom in self.atoms:
                continue
            found = self.atoms[plan.atom] = self.terms.atom(plan.atom)
            literals.append(plan.decided)
            if found.truth is not None:
                literals.append(plan.literals.held if found.truth else plan.literals.failed)
        return literals

    def counted(self) -> list[int]:
        """The literals of the counts that have just become enough."""
        standing = self.standing
        return [
            plan.enough
            for plan in self.program.counts
            if plan.enough not in standing
            and sum(member in standing for member in plan.members) >= plan.n
        ]

    def compute(self, plan: ValuePlan) -> None:
        """Computes a value that was reached."""
        value = plan.value
        if value.name in self.readings:
            stated = ResolvedValue(self.readings[value.name])
        else:
            exceptions = []
            for exception in value.exceptions:
                when = self.whens[exception.id] = self.test(exception.when)
                exceptions.append((when, self.text(exception.expression)))
            computed = apply_value_exceptions(value.name, self.text(value.expression), exceptions)
            stated = resolve_value(value, computed, self.terms.situation, self.dated)
        self.stated[value.name] = stated
        self.values[value.name] = stated.possible

    def text(self, node: Expression) -> Possible:
        return to_value(self.test(node)) if isinstance(node, Test) else self.terms.term(node)

    # What stands at the end.

    def truth(self, literals: Literals) -> Truth:
        held, failed = literals.held in self.standing, literals.failed in self.standing
        if held and failed:
            raise self.surprise("a test is both held and failed")
        return True if held else False if failed else None

    def verdict(self, literals: Literals) -> Verdict:
        truth = self.truth(literals)
        return Verdict(None) if truth is None else HELD if truth else FAILED

    def test(self, node: Test) -> Verdict:
        found = self.verdict(self.program.tests[node])
        if found.truth is None:
            found = self.still_open(evaluate_test(node, self.atoms.__getitem__))
        return found

    def condition(self, condition: Condition, conditions: Mapping[str, Verdict]) -> Verdict:
        for exception in condition.exceptions:
            self.whens[exception.id] = self.test(exception.when)
        found = self.verdict(self.program.conditions[condition.id])
        if found.truth is not None:
            return found
        if isinstance(condition.test, Group):
            members = [conditions[name] for name in condition.test.members]
            rule = evaluate_group(condition.test, members)
        else:
            rule = self.test(condition.test)
        exceptions = [
            (self.whens[one.id], self.test(one.expression))
            for one in condition.exceptions
            if isinstance(one.expression, Test)
        ]
        return self.still_open(apply_exceptions(condition.id, rule, exceptions))

    def still_open(self, found: Verdict) -> Verdict:
        """What could settle a node that the chain left unknown; it must be unknown here too."""
        if found.truth is not None:
            raise self.surprise("the chain left a node unknown that is settled")
        return found

    def surprise(self, what: str) -> EngineError:
        literals = sorted(self.standing)
        expected = closure(self.program.horn, literals)
        return EngineError(what, program=self.program.horn, literals=literals, expected=expected)


class _Case(_Run):
    """One evaluation of a case. `readings` are values that are set from outside."""

    def __init__(
        self,
        rules: _Rules,
        blocks: Mapping[str, _Rules],
        dated: DatedRuleset,
        situation: Situation,
        readings: Mapping[str, Possible],
    ) -> None:
        terms = TermEvaluator(dated, situation, lambda name: self.values[name], self.items_as_terms)
        super().__init__(rules, dated, terms)
        self.readings = readings
        self.situation = situation
        self.blocks = blocks
        self.listed: dict[str, ListView[_Item]] = {}

    def evaluation(self) -> Evaluation:
        self.chained()
        ruleset = self.dated.ruleset
        raise_contradictions(ruleset, self.stated)
        eligible = self.concluded(ruleset.outcome.eligible)
        if eligible is None:
            raise TypeError("a program without the outcome of its ruleset")
        return finish(
            self.results(),
            self.dated,
            {name: self.runs(name).map(_Item.evaluated) for name in ruleset.item_rules},
            eligible,
            self.text,
            engine=NAME,
            kernel=self.rules.kernel.name,
        )

    def items_as_terms(self, name: str) -> ListView[TermEvaluator]:
        return self.runs(name).map(lambda run: run.terms)

    def runs(self, name: str) -> ListView[_Item]:
        """One run for each item, kept."""
        if name not in self.listed:
            block = self.dated.ruleset.item_rules[name]
            scopes = view_list(
                self.dated.ruleset, self.situation, list_reference(block), block.item_name
            )
            self.listed[name] = scopes.map(
                lambda scope: _Item(self.blocks[name], block, self, scope)
            )
        return self.listed[name]


class _Item(_Run):
    """One evaluation of the block of a list on one item.

    It chains when its values or its result are first asked for: what looks at nothing but the facts
    of items may come before the values of the case that the block reads.
    """

    def __init__(self, rules: _Rules, block: ItemRules, case: _Case, seen: ItemScope) -> None:
        terms = TermEvaluator(
            case.dated,
            seen.situation,
            self.value,
            bindings=seen.bindings,
            item_eligibility=self.own,
        )
        super().__init__(rules, case.dated, terms)
        self.block = block
        self.case = case
        self.seen = seen
        self.is_chained = False
        self.eligible: Verdict | None = None

    def chain_once(self) -> None:
        if not self.is_chained:
            self.is_chained = True
            self.chained()
            self.eligible = self.concluded(self.block.eligible)

    def value(self, name: str) -> Possible:
        if name not in self.block.values:
            return self.case.values[name]
        self.chain_once()
        return self.values[name]

    def own(self) -> Verdict:
        self.chain_once()
        if self.eligible is None:
            raise TypeError("nothing says when an item is eligible")
        return self.eligible

    def evaluated(self) -> ItemEvaluation:
        self.chain_once()
        return finish_item(self.results(), self.block, self.seen, self.eligible)
