"""The forward engine: chains from facts to the outcome, computing values as they are reached.

A kernel chains the Horn program. Whenever it comes to rest, the values that it reached are
computed, exactly, and what hangs on them is asserted, until nothing more is reached. A node that
is neither held nor failed at the end is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policyrules.engines.evaluation import Evaluation
from policyrules.engines.forward.fixpoint import closure
from policyrules.engines.forward.kernels import Kernel, Run, kernel_for
from policyrules.engines.forward.program import (
    AtomPlan,
    ForwardProgram,
    Literals,
    ValuePlan,
    compile_program,
)
from policyrules.engines.readings import refuse_contradictions, refuse_open_readings
from policyrules.errors import EngineError
from policyrules.ir.dated import DatedRuleset
from policyrules.ir.nodes import Atom, Expression, Test
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group
from policyrules.ir.situation import Situation
from policyrules.ir.terms import (
    Stated,
    Terms,
    group_verdict,
    stated_value,
    test_verdict,
    text_in_force,
)
from policyrules.values.kleene import FAILED, HELD, Truth, Verdict, as_possible, excepted
from policyrules.values.possible import Possible, rounded

NAME = "forward"


class ForwardEngine:
    """Decides one ruleset on any day; threads may use it at the same time.

    `kernel` is `durable_rules` or `fixpoint`; without it, durable_rules where it is installed.

    Raises:
        ProgramTooLarge: the ruleset is past a limit of the engine.
    """

    def __init__(self, ruleset: CheckedRuleset, kernel: str | None = None) -> None:
        self._program = compile_program(ruleset)
        self._kernel = kernel_for(self._program.horn, kernel)

    @property
    def kernel(self) -> str:
        """The kernel that chains, as the receipt names it."""
        return self._kernel.name

    def evaluate(self, dated: DatedRuleset, situation: Situation) -> Evaluation:
        """Evaluates every value and every condition on one case.

        Raises:
            FactsError: the facts contradict each other.
            EngineError: the kernel met a surprise; nothing was decided.
        """

        def case(readings: Mapping[str, Possible]) -> _Case:
            return _Case(self._program, self._kernel, dated, situation, readings)

        first = case({})
        whole = first.evaluation()
        refuse_open_readings(whole, first.stated, lambda readings: case(readings).evaluation())
        return whole

    def close(self) -> None:
        """Frees what the kernel holds."""
        self._kernel.close()


class _Case:
    """One evaluation. `readings` are values that are set from outside."""

    def __init__(
        self,
        program: ForwardProgram,
        kernel: Kernel,
        dated: DatedRuleset,
        situation: Situation,
        readings: Mapping[str, Possible],
    ) -> None:
        self.program = program
        self.kernel = kernel
        self.dated = dated
        self.situation = situation
        self.readings = readings
        self.stated: dict[str, Stated] = {}
        self.values: dict[str, Possible] = {}
        self.atoms: dict[Atom, Verdict] = {}
        self.whens: dict[str, Verdict] = {}
        self.standing: set[int] = set()
        self.terms = Terms(dated, situation, self.values.__getitem__)

    def evaluation(self) -> Evaluation:
        with self.kernel.run() as run:
            self.chain(run)
        ruleset = self.dated.ruleset
        if len(self.values) < len(ruleset.values) or len(self.atoms) < len(self.program.atoms):
            raise self.surprise("a value was never reached")
        refuse_contradictions(ruleset, self.stated)
        conditions: dict[str, Verdict] = {}
        for name, condition in ruleset.conditions.items():
            conditions[name] = self.condition(condition, conditions)
        eligible = self.verdict(self.program.eligible)
        if eligible.truth is None:
            members = [conditions[name] for name in ruleset.outcome.eligible.members]
            eligible = self.still_open(group_verdict(ruleset.outcome.eligible, members))
        unrounded = amount = None
        if ruleset.outcome.amount is not None:
            unrounded = amount = self.text(ruleset.outcome.amount.text)
            rounding = ruleset.outcome.amount.rounding
            if rounding is not None:
                amount = rounded(unrounded, rounding.step, rounding.mode)
        return Evaluation(
            dated=self.dated,
            situation=self.situation,
            values=self.values,
            conditions=conditions,
            whens=self.whens,
            atoms=self.atoms,
            eligible=eligible,
            unrounded=unrounded,
            amount=amount,
            engine=NAME,
            kernel=self.kernel.name,
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
            asserted = []
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

    def compute(self, plan: ValuePlan) -> None:
        """Computes a value that was reached."""
        value = plan.value
        if value.name in self.readings:
            stated = Stated(self.readings[value.name])
        else:
            exceptions = []
            for exception in value.exceptions:
                when = self.whens[exception.id] = self.test(exception.when)
                exceptions.append((when, self.text(exception.text)))
            computed = text_in_force(value.name, self.text(value.text), exceptions)
            stated = stated_value(value, computed, self.situation, self.dated)
        self.stated[value.name] = stated
        self.values[value.name] = stated.possible

    def text(self, node: Expression) -> Possible:
        return as_possible(self.test(node)) if isinstance(node, Test) else self.terms.term(node)

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
            found = self.still_open(test_verdict(node, self.atoms.__getitem__))
        return found

    def condition(self, condition: Condition, conditions: Mapping[str, Verdict]) -> Verdict:
        for exception in condition.exceptions:
            self.whens[exception.id] = self.test(exception.when)
        found = self.verdict(self.program.conditions[condition.id])
        if found.truth is not None:
            return found
        if isinstance(condition.test, Group):
            members = [conditions[name] for name in condition.test.members]
            rule = group_verdict(condition.test, members)
        else:
            rule = self.test(condition.test)
        exceptions = [
            (self.whens[one.id], self.test(one.text))
            for one in condition.exceptions
            if isinstance(one.text, Test)
        ]
        return self.still_open(excepted(condition.id, rule, exceptions))

    def still_open(self, found: Verdict) -> Verdict:
        """What could settle a node that the chain left unknown; it must be unknown here too."""
        if found.truth is not None:
            raise self.surprise("the chain left a node unknown that is settled")
        return found

    def surprise(self, what: str) -> EngineError:
        literals = sorted(self.standing)
        expected = closure(self.program.horn, literals)
        return EngineError(what, program=self.program.horn, literals=literals, expected=expected)
