"""Bounds: how far a jurisdiction may go in what one around it leaves to those within it.

A case of `bounds/` is the parameters of one jurisdiction, then those of others, each a heading such
as `within cn-nm: a sentence`, where they stand in a ruleset that is within the first, or `set in
cn-nm: a sentence`, where an overlay of the first sets them. Behind `->` stands what is found.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from tests.conformance.cases import BASE, Case, is_reset, read_case, situation_text, write_case

from policyrules.check.bounds import check_bounds, restrict_to_validity
from policyrules.check.names import declare_names
from policyrules.check.parameters import declare_parameters
from policyrules.check.provenance import declare_sources
from policyrules.check.state import CheckState, ExternalBounds, ParameterBound
from policyrules.check.time import read_validity
from policyrules.check.types import declare_facts, declare_values
from policyrules.diagnostics import Diagnostics
from policyrules.overlays.composition import Composition, compose
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.reader import (
    read_any_ruleset,
    read_ruleset,
    read_sources,
    read_vocabulary,
)
from policyrules.syntax.tree import RulesetTree

CASES: Final = [
    read_case(path) for path in sorted((Path(__file__).parent / "bounds").glob("*.txt"))
]
PASSES: Final = (
    declare_names,
    declare_sources,
    read_validity,
    declare_facts,
    declare_values,
    declare_parameters,
    check_bounds,
)
FORCE: Final = "in_force: {from: 2022-01-01, to: 2022-12-31, cite: law}\n"
REST: Final = """
conditions:
  listed: {title: {zh: 失信, en: Listed}, holds: employer.listed, cite: law}
outcome:
  eligible: {all: [listed]}
"""


def head(jurisdiction: str) -> str:
    names = f"policyrules: 1\nid: {jurisdiction}/refund\ntitle: {{zh: 返还, en: Refund}}\n"
    return names + "legal_basis: law\n"


def ruleset_text(jurisdiction: str, parameters: str) -> str:
    force = "" if "in_force:" in parameters else FORCE
    return head(jurisdiction) + f"{force}uses: [employer]\n" + parameters + REST


def read(text: str, jurisdiction: str, diagnostics: Diagnostics) -> RulesetTree:
    tree = read_ruleset(text, f"{jurisdiction}/refund.yaml", diagnostics)
    assert tree is not None, [str(diagnostic) for diagnostic in diagnostics.sorted()]
    return tree


def typed(
    tree: RulesetTree,
    diagnostics: Diagnostics,
    external_bounds: ExternalBounds = ExternalBounds(),  # noqa: B008 - it is frozen
    composition: Composition | None = None,
) -> CheckState:
    """The state after the passes up to the bounds."""
    vocabulary = read_vocabulary(
        (BASE / "vocabulary.yaml").read_text(encoding="utf-8"), "vocabulary", diagnostics
    )
    sources = read_sources(
        (BASE / "sources.yaml").read_text(encoding="utf-8"), "sources", diagnostics
    )
    assert vocabulary is not None
    assert sources is not None
    state = CheckState(tree, vocabulary, sources, None, diagnostics, composition, external_bounds)
    for check_pass in PASSES:
        check_pass(state)
    return state


def findings(outer: tuple[str, str], kind: str, inner: tuple[str, str]) -> Iterator[str]:
    """What is found in one ruleset that is bound by another."""
    none = Diagnostics()
    base = read(ruleset_text(*outer), outer[0], none)
    state = typed(base, none)
    assert state.in_force is not None
    bounds = {
        node.name.text: {
            outer[0]: ParameterBound(outer[0], state.parameters[node.name.text], node.name.span)
        }
        for node in base.parameters
        if node.name.text in state.parameters
    }
    assert not none.sorted(), [str(diagnostic) for diagnostic in none.sorted()]
    diagnostics, jurisdiction = Diagnostics(), inner[0]
    if kind == "within":
        text = ruleset_text(*inner)
        around = restrict_to_validity(bounds, state.in_force)
        typed(read(text, jurisdiction, diagnostics), diagnostics, ExternalBounds(enclosing=around))
    else:
        text = head(jurisdiction) + f"extends: {{{outer[0]}/refund: sha256:0}}\n" + inner[1]
        overlay = read_any_ruleset(text, f"{jurisdiction}/refund.yaml", diagnostics)
        assert isinstance(overlay, OverlayTree), [
            str(diagnostic) for diagnostic in diagnostics.sorted()
        ]
        made = compose(overlay, [Composition.of_ruleset(base)], {}, diagnostics)
        assert made is not None
        typed(made.tree, diagnostics, ExternalBounds(bounds), made)
    lines = text.split("\n")
    for diagnostic in diagnostics.sorted():
        span = diagnostic.span
        marked = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        yield f"{diagnostic.code} at {marked if span.line == span.end_line else marked + '…'}"
        yield f"  {diagnostic.message}"
        yield f"  found {diagnostic.found or 'nothing'}; expected {diagnostic.expected}"
        if diagnostic.remedy:
            yield f"  {diagnostic.remedy}"
        yield from (f"  {place.path.partition('/')[0]}: {why}" for place, why in diagnostic.related)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_bound_holds_as_the_case_says(case: Case) -> None:
    sections = list(case.sections)
    outer = sections[0]
    assert len(sections) > 1
    for place, (heading, body) in enumerate(sections[1:], 1):
        kind, _, rest = heading.partition(" ")
        jurisdiction, _, sentence = rest.removeprefix("in ").partition(": ")
        assert kind in {"within", "set"}, heading
        assert sentence.endswith(".")
        inner, _, answer = body.partition("-> ")
        expected = "".join(f"{line.strip()}\n" for line in answer.splitlines())
        lines = list(findings(outer, kind, (jurisdiction, inner))) or ["nothing"]
        findings_text = "".join(f"{line.strip()}\n" for line in lines)
        if is_reset():
            sections[place] = (heading, situation_text(body, findings_text))
        else:
            assert findings_text == expected, heading
    if is_reset():
        write_case(case._replace(sections=tuple(sections)))
