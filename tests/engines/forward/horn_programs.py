"""Horn programs for tests of the kernels, with their models computed by a naive algorithm."""

import random
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from policyrules.engines.forward.horn import HornProgram, Rule
from policyrules.engines.forward.kernels import Kernel

Rounds = Sequence[Sequence[int]]


def naive(rules: Iterable[Rule], literals: Iterable[int]) -> set[int]:
    """Everything that stands: go through the rules until nothing is added."""
    stands = set(literals)
    rules = list(rules)
    while True:
        more = {rule.head for rule in rules if stands.issuperset(rule.body)} - stands
        if not more:
            return stands
        stands |= more


def derived(kernel: Kernel, rounds: Rounds) -> list[tuple[int, ...]]:
    """What one evaluation derives in each round."""
    with kernel.run() as run:
        return [run.assert_(literals) for literals in rounds]


def check(kernel: Kernel, program: HornProgram, rounds: Rounds) -> None:
    """Each round must derive exactly what newly follows from all rounds so far, each once."""
    given: set[int] = set()
    stood: set[int] = set()
    for literals, new in zip(rounds, derived(kernel, rounds), strict=True):
        given |= set(literals)
        stands = naive(program.source_rules, given)
        assert len(new) == len(set(new))
        assert set(new) == stands - stood - set(literals)
        stood = stands


def random_program(rng: random.Random, *, n_rules: int, n_literals: int) -> HornProgram:
    """Short bodies mostly, a few longer than the core takes; cycles happen."""
    rules = []
    for _ in range(n_rules):
        length = rng.choice((1, 1, 2, 2, 2, 3, 4, 8, 13, 20))
        body = rng.sample(range(n_literals), min(length, n_literals))
        rules.append(Rule(rng.randrange(n_literals), tuple(body)))
    return HornProgram.within_limits(n_literals, rules)


def random_rounds(rng: random.Random, n_literals: int) -> Rounds:
    share = rng.random()
    given = [literal for literal in range(n_literals) if rng.random() < share]
    rng.shuffle(given)
    n_rounds = rng.randint(1, 4)
    return [given[number::n_rounds] for number in range(n_rounds)]


def layered(*, n_rules: int = 40, n_facts: int = 30, seed: int = 3) -> HornProgram:
    """A program like a ruleset of that many rules: heads rest on earlier heads and on facts."""
    rng = random.Random(seed)
    rules = []
    for head in range(n_facts, n_facts + n_rules):
        earlier = range(max(0, head - 25), head)
        rules.append(Rule(head, tuple(rng.sample(earlier, rng.choice((1, 2, 2, 2, 3, 4))))))
    return HornProgram.within_limits(n_facts + n_rules, rules)


@st.composite
def programs(draw: st.DrawFn) -> HornProgram:
    """Any small program: cycles, rules twice, heads in their own bodies, bodies of up to 20."""
    n_literals = draw(st.integers(1, 24))
    literals = st.integers(0, n_literals - 1)
    bodies = st.lists(literals, min_size=1, max_size=20, unique=True).map(tuple)
    rules = draw(st.lists(st.builds(Rule, head=literals, body=bodies), max_size=30))
    return HornProgram.within_limits(n_literals, rules)


@st.composite
def cases(draw: st.DrawFn) -> tuple[HornProgram, Rounds]:
    """A program and the rounds of one evaluation; literals may be asserted again."""
    program = draw(programs())
    literals = st.lists(st.integers(0, program.n_visible - 1), max_size=12)
    return program, draw(st.lists(literals, max_size=4))
