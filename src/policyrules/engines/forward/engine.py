"""The forward engine: chain from facts to the outcome, and compute values as they become ready.

A kernel chains the Horn program. When it can derive nothing more, the engine computes the values
that are ready, and asserts the atoms that depend on them and the counts that are complete, until
nothing more is ready. A node that is neither held nor failed at the end is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policyrules.engines.forward.compiled_rules import Rules, compile_rules
from policyrules.engines.forward.fixpoint import least_model
from policyrules.engines.forward.kernels import Run
from policyrules.engines.forward.program import (
    AtomPlan,
    ConditionPlan,
    Literals,
    ValuePlan,
)
from policyrules.errors import EngineError
from policyrules.evaluation.assembly import assemble_evaluation, assemble_item_evaluation
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ItemScope, ListView, view_list
from policyrules.evaluation.past_facts import refuse_future_facts
from policyrules.evaluation.resolved_values import ResolvedValue, resolve_value
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.rounding_conflicts import (
    raise_contradictions,
    reject_rounding_dependent_tests,
)
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import (
    TermEvaluator,
    apply_value_exceptions,
    evaluate_group,
    evaluate_guard,
    evaluate_test,
    is_replaced,
)
from policyrules.ir.nodes import Atom, Expression, Test
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules
from policyrules.ir.traverse import eligibility_conditions, list_reference
from policyrules.ir.unparse import unparse
from policyrules.values.kleene import FAILED, HELD, Truth, Verdict, apply_exceptions, to_value
from policyrules.values.possible import Possible

NAME = "forward"


class ForwardEngine:
    """The forward engine of one ruleset, for any day. Threads may share it.

    `kernel` is `durable_rules` or `fixpoint`; without it, durable_rules where it is installed.

    Raises:
        ProgramTooLarge: the ruleset exceeds a limit of the engine.
    """

    def __init__(self, ruleset: CheckedRuleset, kernel: str | None = None) -> None:
        self._rules = compile_rules(ruleset, None, kernel)
        self._blocks = {
            name: compile_rules(ruleset, block, kernel)
            for name, block in ruleset.item_rules.items()
        }

    @property
    def kernel(self) -> str:
        """Return the name of the kernel, as the receipt has it."""
        return self._rules.kernel.name

    def evaluate(self, dated: DatedRuleset, situation: Situation) -> Evaluation:
        """Evaluate every value and every condition of one case.

        Raises:
            FactsError: the facts contradict each other, or lie in the future.
            EngineError: internal error; no decision was made.
        """
        refuse_future_facts(dated.past_facts, dated.on, situation)

        def run_with(preset_values: Mapping[str, Possible]) -> _CaseRun:
            return _CaseRun(self._rules, self._blocks, dated, situation, preset_values)

        run = run_with({})
        evaluation = run.evaluation()
        reject_rounding_dependent_tests(
            evaluation,
            run.resolved_values,
            lambda preset_values: run_with(preset_values).evaluation(),
        )
        return evaluation

    def close(self) -> None:
        """Free the resources of the kernels."""
        for rules in (self._rules, *self._blocks.values()):
            rules.kernel.close()


class _Run:
    """One run of the rules of a case or of an item."""

    def __init__(self, rules: Rules, dated: DatedRuleset, terms: TermEvaluator) -> None:
        self.rules = rules
        self.program = rules.program
        self.dated = dated
        self.terms = terms
        self.preset_values: Mapping[str, Possible] = {}
        self.resolved_values: dict[str, ResolvedValue] = {}
        self.values: dict[str, Possible] = {}
        self.atoms: dict[Atom, Verdict] = {}
        self.conditions: dict[str, Verdict] = {}
        self.exception_guards: dict[str, Verdict] = {}
        self.conditions_read: set[str] = set()
        self.derived: set[int] = set()

    def run_to_fixpoint(self) -> None:
        """Chain until nothing more is derived."""
        with self.rules.kernel.run() as run:
            self.chain(run)

    @property
    def is_complete(self) -> bool:
        """Return whether every value is computed and every atom decided."""
        is_computed = len(self.values) == len(self.rules.source.values)
        return is_computed and len(self.atoms) == len(self.program.atoms)

    def require_complete(self) -> None:
        """Raise an error if a value or an atom never became ready."""
        if not self.is_complete:
            raise self.internal_error("a value never became ready")

    def has_results(self, names: frozenset[str]) -> bool:
        """Return whether the values and conditions of these names are computed."""
        return all(name in self.values or name in self.conditions_read for name in names)

    def first_literals(self) -> list[int]:
        """Return the literals to assert first."""
        return [self.program.start, *self.decide(self.program.independent_atoms)]

    def evaluate_conditions(self, group: Group | None) -> Verdict | None:
        """Evaluate every condition, and return the verdict of the group of eligibility."""
        self.evaluate_each(self.rules.source.conditions.values())
        return self.evaluate_group(group)

    def evaluate_each(self, conditions: Iterable[Condition]) -> None:
        """Evaluate conditions once, in their order."""
        for condition in conditions:
            if condition.id not in self.conditions:
                self.conditions[condition.id] = self.condition(condition, self.conditions)

    def evaluate_group(self, group: Group | None) -> Verdict | None:
        """Return the verdict of the group of eligibility, or None if the rules have none."""
        if group is None or self.program.eligible is None:
            return None
        eligible = self.verdict(self.program.eligible)
        if eligible.truth is not None:
            return eligible
        verdict = evaluate_group(group, [self.conditions[name] for name in group.members])
        return self.require_unknown(verdict, "the outcome")

    def results(self) -> RuleResults:
        """Return the results of the rules."""
        return RuleResults(
            self.terms.situation, self.values, self.conditions, self.exception_guards, self.atoms
        )

    # Chaining.

    def chain(self, run: Run) -> None:
        """Assert and compute in turn until no further value becomes ready."""
        values, conditions = self.program.values, self.program.conditions_read
        asserted = self.first_literals()
        ready: list[ValuePlan] = []
        ready_conditions: list[ConditionPlan] = []
        while asserted:
            self.derived.update(asserted)
            derived = run.assert_(asserted)
            self.derived.update(derived)
            ready += [
                values[literal]
                for literal in derived
                if literal in values and values[literal].value.name not in self.values
            ]
            if conditions:  # most rulesets have none that an expression reads
                ready_conditions += [
                    conditions[literal]
                    for literal in derived
                    if literal in conditions and conditions[literal].id not in self.conditions_read
                ]
            asserted = self.completed_counts()
            if asserted:
                continue
            # Nothing more can be derived, so a node that is neither held nor failed is unknown.
            for plan in ready:
                self.compute(plan)
            for condition in ready_conditions:
                self.settle(condition.id)
                self.conditions_read.add(condition.id)
            asserted = [plan.is_computed for plan in ready]
            asserted += [plan.is_computed for plan in ready_conditions]
            names = [plan.value.name for plan in ready] + [plan.id for plan in ready_conditions]
            ready, ready_conditions = [], []
            for name in names:
                dependents = self.program.dependents[name]
                asserted += self.decide(
                    atom for atom in dependents if self.has_results(atom.depends_on)
                )

    def settle(self, name: str) -> None:
        """Evaluate a condition whose atoms are all decided, after its members."""
        condition = self.rules.source.conditions[name]
        if name not in self.conditions and isinstance(condition.test, Group):
            for member in condition.test.members:
                self.settle(member)
        self.evaluate_each([condition])

    def decide(self, plans: Iterable[AtomPlan]) -> list[int]:
        """Decide atoms, and return the literals to assert for them."""
        literals = []
        for plan in plans:
            if plan.atom in self.atoms:
                continue
            verdict = self.atoms[plan.atom] = self.terms.atom(plan.atom)
            literals += plan.literals_of(verdict.truth)
        return literals

    def completed_counts(self) -> list[int]:
        """Return the literals of the counts that have just become complete."""
        derived = self.derived
        return [
            plan.enough
            for plan in self.program.counts
            if plan.enough not in derived
            and sum(member in derived for member in plan.members) >= plan.n
        ]

    def compute(self, plan: ValuePlan) -> None:
        """Compute a value that is ready."""
        value = plan.value
        if value.name in self.preset_values:
            resolved = ResolvedValue(self.preset_values[value.name])
        else:
            exceptions = []
            for exception in value.exceptions:
                guard = self.exception_guards[exception.id] = evaluate_guard(exception, self.test)
                exceptions.append((guard, self.expression(exception.narrowed)))
            computed = self.expression(value.narrowed)
            if exceptions:
                computed = apply_value_exceptions(
                    value.name, computed, exceptions, is_replaced=is_replaced(value, self.test)
                )
            row = self.terms.row_of(value)
            resolved = resolve_value(value, computed, self.terms.situation, self.dated, row)
        self.resolved_values[value.name] = resolved
        self.values[value.name] = resolved.possible

    def expression(self, node: Expression) -> Possible:
        """Return the possible value of a term or a test."""
        return to_value(self.test(node)) if isinstance(node, Test) else self.terms.term(node)

    # Results.

    def truth(self, literals: Literals) -> Truth:
        """Return the truth of a pair of literals, as the derived literals say."""
        held, failed = literals.held in self.derived, literals.failed in self.derived
        if held and failed:
            raise self.internal_error("a test is both held and failed")
        return True if held else False if failed else None

    def verdict(self, literals: Literals) -> Verdict:
        """Return the verdict of a pair of literals, as the derived literals say."""
        truth = self.truth(literals)
        return Verdict(None) if truth is None else HELD if truth else FAILED

    def test(self, node: Test) -> Verdict:
        """Return the verdict of a test, with the dependencies of an unknown one."""
        verdict = self.verdict(self.program.tests[node])
        if verdict.truth is not None:
            return verdict
        return self.require_unknown(evaluate_test(node, self.atoms.__getitem__), unparse(node))

    def condition(self, condition: Condition, conditions: Mapping[str, Verdict]) -> Verdict:
        """Return the verdict of a condition; `conditions` has those of the earlier ones."""
        for exception in condition.exceptions:
            self.exception_guards[exception.id] = evaluate_guard(exception, self.test)
        verdict = self.verdict(self.program.conditions[condition.id])
        if verdict.truth is not None:
            return verdict
        if isinstance(condition.test, Group):
            members = [conditions[name] for name in condition.test.members]
            rule = evaluate_group(condition.test, members)
        else:
            rule = self.test(condition.test)
        exceptions = [
            (self.exception_guards[exception.id], self.test(exception.narrowed))
            for exception in condition.exceptions
            if isinstance(exception.narrowed, Test)
        ]
        verdict = apply_exceptions(
            condition.id, rule, exceptions, is_replaced=is_replaced(condition, self.test)
        )
        return self.require_unknown(verdict, condition.id)

    def require_unknown(self, verdict: Verdict, node: str) -> Verdict:
        """Return the verdict of a node that the kernel left unknown; raise if it is decided."""
        if verdict.truth is not None:
            raise self.internal_error(f"the kernel left `{node}` unknown although it is settled")
        return verdict

    def internal_error(self, message: str) -> EngineError:
        """Return the error for a kernel that derived too much or too little."""
        literals = sorted(self.derived)
        expected = least_model(self.program.horn, literals)
        return EngineError(message, program=self.program.horn, literals=literals, expected=expected)


class _CaseRun(_Run):
    """One run of the rules of a case. `preset_values` replace computed ones."""

    def __init__(
        self,
        rules: Rules,
        blocks: Mapping[str, Rules],
        dated: DatedRuleset,
        situation: Situation,
        preset_values: Mapping[str, Possible],
    ) -> None:
        terms = TermEvaluator(
            dated,
            situation,
            lambda name: self.values[name],
            self.item_terms,
            condition=lambda name: self.conditions[name],
        )
        super().__init__(rules, dated, terms)
        self.preset_values = preset_values
        self.situation = situation
        self.blocks = blocks
        self.has_fellows = any(rules.program.values_of_fellows for rules in blocks.values())
        self.item_runs: dict[str, ListView[_ItemRun]] = {}

    def evaluation(self) -> Evaluation:
        self.run_to_fixpoint()
        self.require_complete()
        self.chain_items()
        ruleset = self.dated.ruleset
        raise_contradictions(ruleset, self.resolved_values)
        eligible = self.evaluate_conditions(ruleset.outcome.eligible)
        if eligible is None:
            raise TypeError("the program lacks the outcome of its ruleset")
        return assemble_evaluation(
            self.results(),
            self.dated,
            {
                name: self.runs_of_items(name).map(_ItemRun.evaluation)
                for name in ruleset.item_rules
            },
            eligible,
            self.expression,
            engine=NAME,
            kernel=self.rules.kernel.name,
        )

    def item_terms(self, name: str) -> ListView[TermEvaluator]:
        return self.runs_of_items(name).map(lambda run: run.terms)

    def chain_items(self) -> None:
        """Chain all items as far as possible, if they read each other's values.

        What an item reads of others is decided when every other item has computed it.
        """
        if not self.has_fellows:
            return
        runs = [
            run for name in self.dated.ruleset.item_rules for run in self.runs_of_items(name).items
        ]
        while sum(run.chain_further() for run in runs):
            pass

    def is_computed_of_all(self, value: str) -> bool:
        """Return whether every item of a list has computed a value."""
        list_ = self.dated.ruleset.list_of_value[value]
        return all(value in run.values for run in self.runs_of_items(list_).items)

    def runs_of_items(self, name: str) -> ListView[_ItemRun]:
        """Return one run for each item of a list."""
        if name not in self.item_runs:
            block = self.dated.ruleset.item_rules[name]
            scopes = view_list(
                self.dated.ruleset, self.situation, list_reference(block), block.item_name
            )
            self.item_runs[name] = scopes.map(
                lambda scope: _ItemRun(self.blocks[name], block, self, scope)
            )
        return self.item_runs[name]


class _ItemRun(_Run):
    """One run of the rules of an item.

    It chains whenever its values or its eligibility are read, with the values of the case computed
    so far. It cannot wait for all of them: the case may need one value of the item to compute a
    value that another rule of the item reads.
    """

    def __init__(self, rules: Rules, block: ItemRules, case: _CaseRun, scope: ItemScope) -> None:
        terms = TermEvaluator(
            case.dated,
            scope.situation,
            self.value,
            bindings=scope.bindings,
            items=case.item_terms,
            item_eligibility=self.item_eligibility,
            condition=self.condition_or_outer,
            is_of_block=True,
        )
        super().__init__(rules, case.dated, terms)
        self.block = block
        self.case = case
        self.scope = scope
        self.n_outer_results = -1
        self.eligible: Verdict | None = None

    def chain_further(self) -> bool:
        """Chain again if more is computed outside than at the last time; return whether it is."""
        if self.is_complete:
            return False
        of_fellows = map(self.is_computed_outside, self.program.values_of_fellows)
        n_outer = len(self.case.values) + len(self.case.conditions_read) + sum(of_fellows)
        if n_outer <= self.n_outer_results:
            return False
        self.n_outer_results = n_outer
        self.run_to_fixpoint()
        return True

    def is_computed_outside(self, name: str) -> bool:
        """Return whether a value or a condition of the case, or a value of all items, is known."""
        if name in self.program.values_of_fellows:
            return self.case.is_computed_of_all(self.program.values_of_fellows[name])
        return name in self.case.values or name in self.case.conditions_read

    def has_results(self, names: frozenset[str]) -> bool:
        """Return whether what has these names is computed, of the item or outside it."""
        return all(
            name in self.values or name in self.conditions_read or self.is_computed_outside(name)
            for name in names
        )

    def first_literals(self) -> list[int]:
        """Return the literals to assert first: those of all atoms and values decided so far."""
        program = self.program
        self.decide(atom for atom in program.atoms.values() if self.has_results(atom.depends_on))
        literals = [program.start]
        for atom, verdict in self.atoms.items():
            literals += program.atoms[atom].literals_of(verdict.truth)
        computed = {plan.value.name: plan.is_computed for plan in program.values.values()}
        computed |= {plan.id: plan.is_computed for plan in program.conditions_read.values()}
        literals += [computed[name] for name in (*self.values, *self.conditions_read)]
        literals += [plan.enough for plan in program.counts if plan.enough in self.derived]
        outer = program.outer_results.items()
        return literals + [literal for name, literal in outer if self.is_computed_outside(name)]

    def condition_or_outer(self, name: str) -> Verdict:
        return self.conditions[name] if name in self.conditions else self.case.conditions[name]

    def value(self, name: str) -> Possible:
        if name not in self.block.values:
            return self.case.values[name]
        if name not in self.values:
            self.chain_further()
            self.case.chain_items()
        if name not in self.values:
            raise self.internal_error(f"`{name}` was read before it became ready")
        return self.values[name]

    def item_eligibility(self) -> Verdict:
        if self.eligible is None:
            self.chain_further()
            self.case.chain_items()
            self.evaluate_each(eligibility_conditions(self.block))
            self.eligible = self.evaluate_group(self.block.eligible)
        if self.eligible is None:
            raise TypeError(f"the rules for items of `{self.block.list}` have no `eligible`")
        return self.eligible

    def evaluation(self) -> ItemEvaluation:
        self.chain_further()
        self.require_complete()
        self.eligible = self.evaluate_conditions(self.block.eligible)
        return assemble_item_evaluation(self.results(), self.block, self.scope, self.eligible)
