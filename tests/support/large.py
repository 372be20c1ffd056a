"""Large rulesets in the style of an author, and facts to decide them."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from tests.conformance.cases import BASE, FILES, HERE, Case, ruleset_text
from tests.engines.compiled.sample_policies import policy_of

from policyrules.api.policy import DatedPolicy
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.diagnostics import Diagnostic
from policyrules.ir.ruleset import CheckedRuleset

ON: Final = date(2022, 6, 1)


def checked(body: str) -> tuple[CheckedRuleset | None, tuple[Diagnostic, ...]]:
    """The ruleset of a text behind the head of the good cases, and what was found in it."""
    text = ruleset_text(Case(HERE, "", (("ruleset", body),))).encode()
    others = [File(FILES[kind], (BASE / FILES[kind]).read_bytes()) for kind in list(FILES)[1:]]
    made = compile_ruleset(File(FILES["ruleset"], text), *others)
    return made.ruleset, made.diagnostics


def policy(body: str) -> DatedPolicy:
    """The policy of a text."""
    ruleset, diagnostics = checked(body)
    assert ruleset is not None, [str(diagnostic) for diagnostic in diagnostics[:3]]
    return policy_of(ruleset).on(ON)


def title(name: str) -> str:
    return f"title: {{zh: {name}, en: {name}}}"


def yes_no_facts(n_facts: int) -> str:
    """So many facts `employer.f0`, `employer.f1` and so on."""
    lines = ["facts:", "  employer:"]
    lines += [
        f"    f{n}: {{{title(f'f{n}')}, ask: {{zh: 问？, en: Is it?}}, type: yes_no}}"
        for n in range(n_facts)
    ]
    return "\n".join(lines) + "\n"


def conditions(tests: Iterable[str], prefix: str = "c") -> str:
    """A condition `c-0`, `c-1` and so on for each test."""
    return "".join(
        f"  {prefix}-{n}: {{{title(f'{prefix}{n}')}, holds: '{test}', cite: law}}\n"
        for n, test in enumerate(tests)
    )


def members(n_members: int, prefix: str = "c") -> str:
    return ", ".join(f"{prefix}-{n}" for n in range(n_members))


def at_least(n: int, n_members: int) -> str:
    """At least n of so many conditions, each on a fact of its own."""
    return (
        yes_no_facts(n_members)
        + "conditions:\n"
        + conditions(f"employer.f{number}" for number in range(n_members))
        + f"outcome:\n  eligible: {{at_least: {{n: {n}, of: [{members(n_members)}]}}}}\n"
    )


X: Final = f"""\
facts:
  employer:
    x: {{{title("x")}, ask: {{zh: 多少？, en: How many?}}, type: number, places: 9, range: 0..1000000}}
"""
"""A fact `employer.x`, a number without a unit."""


def values(texts: Iterable[str]) -> str:
    """A value `v0`, `v1` and so on for each text."""
    return "values:\n" + "".join(
        f"  v{n}: {{{title(f'v{n}')}, type: number, is: '{text}', cite: law}}\n"
        for n, text in enumerate(texts)
    )


def eligible(test: str) -> str:
    """An outcome of one condition."""
    return f"conditions:\n{conditions([test])}outcome:\n  eligible: {{all: [c-0]}}\n"
