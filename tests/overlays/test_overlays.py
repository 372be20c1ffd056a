"""What an overlay means: cases of variants, decided by every engine.

A case is overlays on the base ruleset of `tests/conformance`, each under its id, and situations of
the last of them, with what is decided.
"""

import shutil
from datetime import date
from functools import partial
from pathlib import Path
from typing import get_args

import pytest
from tests.conformance.cases import (
    BASE,
    FILES,
    HOHHOT,
    PIN,
    Case,
    decision_text,
    is_reset,
    pin_overlays,
    question,
    read_case,
    situation_text,
    write_case,
    write_overlay,
)

import policyrules
from policyrules.api.policy import Engine, Policy
from policyrules.catalogue.pins import pins, update_pins
from policyrules.catalogue.store import RulesetLoader, shipped_folder
from policyrules.diagnostics import Diagnostics
from policyrules.ir.tables import Cell
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.reader import read_any_ruleset

CASES = [read_case(path) for path in sorted((Path(__file__).parent / "overlays").glob("*.txt"))]
ENGINES: tuple[Engine, ...] = get_args(Engine)


def write_base(folder: Path) -> None:
    for name in FILES.values():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes((BASE / name).read_bytes())


def variant(folder: Path, *overlays: tuple[str, str]) -> Policy:
    """The last of overlays, each with its id, on the base ruleset."""
    if not (folder / FILES["ruleset"]).is_file():
        write_base(folder)
    paths = [write_overlay(folder, id_, body) for id_, body in overlays]
    pin_overlays(paths)
    return policyrules.load(paths[-1])


def overlays_of(case: Case) -> list[tuple[str, str]]:
    return [
        (heading.partition(", ")[2] or HOHHOT, body)
        for heading, body in case.sections
        if heading.startswith("overlay")
    ]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_variant_decides_as_it_says(case: Case, tmp_path: Path) -> None:
    policy = variant(tmp_path, *overlays_of(case))
    assert not [str(diagnostic) for diagnostic in policy.warnings]
    sections = list(case.sections)
    for place, (heading, body) in enumerate(case.sections):
        if heading.startswith("overlay"):
            continue
        on, facts, answer = question(body)
        dated = policy.on(on)
        answers = [decision_text(partial(dated.decide, facts, engine=engine)) for engine in ENGINES]
        assert answers == answers[:1] * len(ENGINES), heading
        if is_reset():
            sections[place] = (heading, situation_text(body, answers[0]))
        else:
            assert answers[0] == answer, heading
    if is_reset():
        write_case(case._replace(sections=tuple(sections)))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_overlay_that_is_printed_and_read_again_is_the_same(case: Case) -> None:
    for _, body in overlays_of(case):
        text = f"policyrules: 1\nid: x\ntitle: {{zh: x, en: x}}\nlegal_basis: x\n{body}"
        text += "" if "extends:" in body else "extends: {x: y}\n"
        tree = read_any_ruleset(text, "", Diagnostics())
        assert tree is not None
        assert read_any_ruleset(print_tree(tree), "", Diagnostics()) == tree


CAP = "set:\n  layoff_cap: {value: 10%, cite: notice}\n"
YEAR = "cn-nm/refund.2023"


def test_the_hash_moves_with_the_base_and_not_with_a_comment(tmp_path: Path) -> None:
    first = variant(tmp_path / "1", (YEAR, CAP)).ruleset
    commented = variant(tmp_path / "2", (YEAR, f"# The cap of the year.\n{CAP}")).ruleset
    assert commented.content_hash == first.content_hash
    write_base(tmp_path / "3")
    base = tmp_path / "3" / FILES["ruleset"]
    text = base.read_text(encoding="utf-8")
    base.write_text(f"# A comment.\n{text}", encoding="utf-8")
    assert variant(tmp_path / "3", (YEAR, CAP)).ruleset.content_hash == first.content_hash
    base.write_text(text.replace("未失信", "没有失信"), encoding="utf-8")
    moved = variant(tmp_path / "3", (YEAR, CAP)).ruleset
    assert moved.content_hash != first.content_hash
    assert moved.bases[0].content_hash != first.bases[0].content_hash


def test_what_a_base_does_not_use_of_its_surroundings_does_not_move_it(tmp_path: Path) -> None:
    first = variant(tmp_path / "1", (YEAR, CAP)).ruleset
    write_base(tmp_path / "2")
    sources = tmp_path / "2" / FILES["sources"]
    more = "  another:\n    title: 另一份文件\n    issued: 2022-01-01\n"
    sources.write_text(sources.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert variant(tmp_path / "2", (YEAR, CAP)).ruleset.content_hash == first.content_hash


def test_a_chain_without_an_end_is_refused_and_not_followed(tmp_path: Path) -> None:
    write_base(tmp_path)
    below = "cn-nm/refund"
    for n in range(200):
        body = f"extends: {{{below}: {PIN}}}\nselection: by_id\n"
        below = f"cn-nm/refund.v{n}"
        write_overlay(tmp_path, below, body)
    diagnostics = RulesetLoader(is_pinned=False).compile(tmp_path / f"{below}.yaml").diagnostics
    assert [diagnostic.code for diagnostic in diagnostics] == ["too-deep"]
    near = RulesetLoader(is_pinned=False).compile(tmp_path / "cn-nm/refund.v20.yaml")
    assert near.ruleset is not None
    assert len(near.ruleset.bases) == 21


def test_a_receipt_names_every_base_with_its_hash(tmp_path: Path) -> None:
    city = 'extends: {cn-nm/refund.2023: "sha256:0123456789abcdef"}\nuses: [area]\n'
    city += "conditions:\n  reserve:\n    into: eligible\n    title: {zh: 储备, en: Reserve}\n"
    city += "    holds: area.reserve > 0\n    cite: notice\n"
    policy = variant(tmp_path, (YEAR, CAP), (HOHHOT, city))
    receipt = policy.on(date(2022, 6, 1)).decide({}).receipt
    assert list(receipt.bases) == ["cn-nm/refund", YEAR]
    assert receipt.bases[YEAR] == policyrules.load(tmp_path / f"{YEAR}.yaml").ruleset.content_hash
    assert policyrules.Receipt.from_dict(receipt.to_dict()) == receipt


def test_the_base_beside_an_overlay_is_meant_before_an_installed_one(tmp_path: Path) -> None:
    """Whoever works on a copy of what is installed means the copy."""
    shutil.copytree(shipped_folder(), tmp_path / "copy")
    base = tmp_path / "copy" / "cn-nm" / "job-stabilisation-refund.yaml"
    base.write_text(base.read_text(encoding="utf-8").replace("value: 30\n", "value: 31\n"))
    year = base.with_name("job-stabilisation-refund.2023.yaml")
    with pytest.raises(policyrules.RulesetError, match="stale-pin"):
        policyrules.load(year)
    year.write_bytes(update_pins(year.read_bytes(), pins([year])))
    parameter = policyrules.load(year).ruleset.parameters["small_employer_max"]
    assert [row.content for row in parameter.rows] == [Cell("stated", 31, 31)]
