"""Mutated case files raise no exception, and every diagnostic has a position."""

import random
import re
from collections import Counter
from typing import Final

import pytest
from tests.cases.test_schema import TEXTS
from tests.cases.texts import HERE
from tests.conformance.cases import BASE, FILES
from tests.conformance.test_mutations import mutated
from tests.support.scale import scaled
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import make_decider
from policyrules.cases.reader import parse_cases, read_case_file
from policyrules.cases.run import run_case
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.diagnostics import Diagnostics
from policyrules.ir.ruleset import CheckedRuleset

REFUND: Final = shipped("cn-nm/job-stabilisation-refund").ruleset
HIRES: Final = policyrules.load(HERE / "hires" / "cn-nm" / "hires.yaml").ruleset
SMALL: Final = compile_ruleset(
    *(File(path, (BASE / path).read_bytes()) for path in FILES.values())
).ruleset
WORDS: Final = (
    """
unknown|none|hires|"hires[p1]"|"hires[p1].born_on"|"employer[p1]"|employer|employer.laid_off|a.b.c
{p1: {status: eligible}}|{hires: {p1: {values: {a: 1/3}}}}|[]|{}|[{id: p1}]|..|0..|..0|1..0|0..1%
large or small|not_stated|undefined|0 or none|1/0|1 CNY|0..1 CNY or not_stated|ended|facts-disagree
layoffs|[layoffs, layoffs]|{route: []}|error|facts|expect|change|cases|unsettled|items|2022-02-30
""".strip("\n")
    .replace("\n", "|")
    .split("|")
)


def check(ruleset: CheckedRuleset, text: str) -> None:
    diagnostics = Diagnostics()
    tree = parse_cases(File("cases.yaml", text.encode()), diagnostics)
    if tree is not None:
        decide = make_decider(ruleset, "reference")
        for case in read_case_file(tree, ruleset, diagnostics).cases:
            run_case(case, ruleset.id, decide)
    lines = text.split("\n")
    for diagnostic in diagnostics.sorted():
        assert 1 <= diagnostic.span.line <= len(lines)
        assert diagnostic.span.column - 1 <= len(lines[diagnostic.span.line - 1])
        assert not re.search(r"(Node|Tree|Error)\b|object at 0x", diagnostic.message)
    places = Counter(
        (diagnostic.span, diagnostic.code, diagnostic.message)
        for diagnostic in diagnostics.sorted()
    )
    assert not [place for place, times in places.items() if times > 1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(scaled(4, long=200)))
def test_whatever_is_done_to_a_case_file_it_is_read(seed: int) -> None:
    rnd = random.Random(seed)
    assert SMALL is not None
    for _ in range(40):
        name = rnd.choice(list(TEXTS))
        text = TEXTS[name]
        for _ in range(rnd.choice([1, 1, 2, 3])):
            text = mutated(rnd, text)
            if rnd.random() < 0.5:
                scalars = list(re.finditer(r"(?<=[:\[{] )[^\s,\]}]+|(?<=, )\w+", text))
                if scalars:
                    match = rnd.choice(scalars)
                    text = text[: match.start()] + rnd.choice(WORDS) + text[match.end() :]
        chosen = HIRES if "items" in name else REFUND if "refund" in name else SMALL
        check(chosen, text)
