"""Composition: the tree that overlays make of a base, line by line, and what is found.

A case of `composed/` is a base, then overlays, each a heading such as `cn-nm/refund.2023: a
sentence`, and `another` base under its id. Behind `->` stand the lines by which the composed tree
differs from what an overlay makes that says nothing (one that says nothing: from its base), what is
gone, which names are read no more, and what is found. What every overlay begins with is put before
it; one that names no base extends the first ruleset.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest
from tests.conformance.cases import Case, is_reset, read_case, situation_text, write_case

from policyrules.diagnostics import Diagnostics
from policyrules.overlays.composition import Composition, compose
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.reader import read_any_ruleset, read_ruleset
from policyrules.text.localized import LocalizedText

CASES: Final = [
    read_case(path) for path in sorted((Path(__file__).parent / "composed").glob("*.txt"))
]
BASE: Final = "cn-nm/refund"
TITLES: Final = {
    "cn-nm": LocalizedText("内蒙古", "Inner Mongolia"),
    "cn-zj": LocalizedText("浙江", "Zhejiang"),
}
HEAD: Final = """\
policyrules: 1
id: {id}
title: {{zh: 返还, en: Refund}}
legal_basis: law
"""


def path_of(id_: str) -> str:
    return f"{id_}.yaml"


def base(id_: str, body: str) -> Composition:
    diagnostics = Diagnostics()
    tree = read_ruleset(HEAD.format(id=id_) + body, path_of(id_), diagnostics)
    assert tree is not None
    assert not diagnostics.sorted(), [str(diagnostic) for diagnostic in diagnostics.sorted()]
    return Composition.of_ruleset(tree)


def overlay_text(id_: str, body: str) -> str:
    head = HEAD.format(id=id_)
    if "legal_basis:" in body:
        head = head.replace("legal_basis: law\n", "")
    return head + ("" if "extends:" in body else f"extends: {{{BASE}: pin}}\n") + body


def composed(
    id_: str, body: str, known: dict[str, Composition]
) -> tuple[Composition | None, Composition, Diagnostics]:
    """What an overlay makes of its bases, what it is compared with, and what is found."""
    diagnostics = Diagnostics()
    tree = read_any_ruleset(overlay_text(id_, body), path_of(id_), diagnostics)
    assert isinstance(tree, OverlayTree), [str(diagnostic) for diagnostic in diagnostics.sorted()]
    bases = [known[key.text] for key, _ in tree.extends]
    made = compose(tree, bases, TITLES, diagnostics)
    below, says_nothing = bases[0], "\n".join(re.findall("^extends:.*$", body, re.MULTILINE))
    if made is not None and body.strip() != says_nothing:
        text = overlay_text(id_, f"{says_nothing}\n")
        empty = read_any_ruleset(text, path_of(id_), Diagnostics())
        assert isinstance(empty, OverlayTree)
        plain = compose(empty, bases, TITLES, Diagnostics())
        assert plain is not None
        below = plain
    return made, below, diagnostics


def described(
    made: Composition | None, below: Composition, diagnostics: Diagnostics, texts: dict[str, str]
) -> Iterator[str]:
    if made is not None:
        before, after = (print_tree(composition.tree).splitlines() for composition in (below, made))
        yield from (
            line
            for line in difflib.unified_diff(before, after, n=0, lineterm="")
            if not line.startswith(("---", "+++", "@@"))
        )
        removed = [f"{node.name.text} ({kind})" for node, kind in made.removed]
        for title, names in (
            ("layers", [layer.id for layer in made.layers]),
            ("removed", removed),
            ("removed here", [node.name.text for node in made.top_layer_removals]),
            (
                "read no more",
                [
                    f"{name} ({_marked(span.path, span, texts)})"
                    for name, span in sorted(made.orphaned_references.items())
                ],
            ),
            ("broken", sorted(made.tree.broken)),
        ):
            if names:
                yield f"{title}: {', '.join(names)}"
        if made.merged_before_notes.in_force != made.tree.in_force:
            yield "in force with notes of the whole"
    for diagnostic in diagnostics.sorted():
        yield f"{diagnostic.code} at {_marked(diagnostic.span.path, diagnostic.span, texts)}"
        yield f"  {diagnostic.message}"
        yield f"  found {diagnostic.found or 'nothing'}; expected {diagnostic.expected or 'nothing'}"
        if diagnostic.remedy:
            yield f"  {diagnostic.remedy}"
        for span, why in diagnostic.related:
            yield f"  {why}: {span.path} {_marked(span.path, span, texts)}"


def _marked(path: str, span: object, texts: dict[str, str]) -> str:
    line = texts[path].split("\n")[span.line - 1]  # type: ignore[attr-defined]
    return line[span.column - 1 :].partition(":")[0]  # type: ignore[attr-defined]


def situations(case: Case) -> Iterator[tuple[int, str, str]]:
    for place, (heading, body) in enumerate(case.sections):
        if place:
            id_, _, sentence = heading.removeprefix("another ").partition(": ")
            assert re.fullmatch(r"\S+", id_), heading
            assert sentence.endswith("."), heading
            yield place, id_, body


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_composed_tree_says_what_its_overlays_make_of_the_base(case: Case) -> None:
    heading, first = case.sections[0]
    assert heading == "base"
    known = {BASE: base(BASE, first)}
    texts = {path_of(BASE): HEAD.format(id=BASE) + first}
    sections = list(case.sections)
    for place, id_, whole in situations(case):
        body, _, answer = whole.partition("-> ")
        if sections[place][0].startswith("another "):
            known[id_] = base(id_, whole)
            texts[path_of(id_)] = HEAD.format(id=id_) + whole
            continue
        made, below, diagnostics = composed(id_, body, known)
        texts[path_of(id_)] = overlay_text(id_, body)
        if made is not None:
            known[id_] = made
        lines: Sequence[str] = list(described(made, below, diagnostics, texts)) or ["nothing"]
        tree_text = "".join(f"{line.strip()}\n" for line in lines)
        if is_reset():
            sections[place] = (sections[place][0], situation_text(whole, tree_text))
        else:
            expected = "".join(f"{line.strip()}\n" for line in answer.splitlines())
            assert tree_text == expected, sections[place][0]
    if is_reset():
        write_case(case._replace(sections=tuple(sections)))
