"""Rulesets within a national one: held to its bounds, and otherwise independent."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import FILES, HOHHOT, write_overlay
from tests.overlays.test_overlays import variant, write_base

import policyrules
from policyrules.catalogue import bases
from policyrules.catalogue.store import RulesetLoader, shipped_folder
from policyrules.diagnostics import Severity
from policyrules.errors import RulesetError, RulesetNotFound

NATION = """
policyrules: 1
id: cn/refund
title: {zh: 国家上限, en: National caps}
selection: by_id
legal_basis: law
in_force: {from: 2022-01-01, to: 2022-12-31, cite: law}
uses: [employer]
parameters:
  refund_rate:
    title: {zh: 返还比例, en: Refund rate}
    type: ratio
    range: 0..100%
    by: employer.size
    delegated: at_most
    value: {large: 50%, small: 90%, none: not_stated}
    cite: law
conditions:
  not-listed:
    title: {zh: 未失信, en: Not listed}
    holds: not employer.listed
    cite: law
outcome:
  eligible: {all: [not-listed]}
  amount: {name: refund, is: employer.premium * refund_rate, round: {to: 0.01 CNY, mode: half_up}, cite: law}
"""
RATES = "selection: by_id\nset:\n  refund_rate: {value: {large: %s, small: %s, none: not_stated}, cite: notice}\n"
ZHEJIANG = "cn-zj/refund"


def nation(folder: Path, text: str = NATION, within: str = "within: [cn/refund]\n") -> Path:
    """A folder with the base ruleset within one of the nation."""
    write_base(folder)
    (folder / "cn").mkdir()
    (folder / "cn" / "refund.yaml").write_text(text, encoding="utf-8")
    base = folder / FILES["ruleset"]
    base_text = base.read_text(encoding="utf-8")
    base.write_text(base_text.replace("legal_basis:", f"{within}legal_basis:", 1), encoding="utf-8")
    return base


def codes_of(path: Path) -> list[str]:
    """The codes of what is found in a file."""
    return [
        diagnostic.code for diagnostic in RulesetLoader(is_pinned=False).compile(path).diagnostics
    ]


def test_what_is_within_takes_nothing_over_and_keeps_its_hash(tmp_path: Path) -> None:
    within = policyrules.load(nation(tmp_path / "within"))
    write_base(tmp_path / "alone")
    alone = policyrules.load(tmp_path / "alone" / FILES["ruleset"])
    assert not within.warnings
    assert within.ruleset == alone.ruleset


def test_a_chain_of_enclosing_rulesets_that_is_too_long_is_no_cycle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "MAX_DEPTH", 2)
    nation(tmp_path)
    place, last = "cn", tmp_path
    for number in range(3):
        enclosing, place = place, f"{place}-{number}"
        text = NATION.replace(
            "id: cn/refund\n", f"id: {place}/refund\nwithin: [{enclosing}/refund]\n"
        )
        last = tmp_path / place / "refund.yaml"
        last.parent.mkdir()
        last.write_text(text, encoding="utf-8")
    assert set(codes_of(last)) == {"too-deep"}
    shorter = last.parents[1] / enclosing / "refund.yaml"
    assert codes_of(shorter) == []


def test_how_a_ruleset_is_picked_is_no_part_of_its_hash(tmp_path: Path) -> None:
    picked = policyrules.load(nation(tmp_path / "picked")).ruleset
    named = policyrules.load(nation(tmp_path / "named", within="selection: by_id\n")).ruleset
    assert (picked.selection, named.selection) == ("", "by_id")
    assert picked.content_hash == named.content_hash


@pytest.mark.parametrize(
    "place, large, small, codes",
    [
        (ZHEJIANG, "50%", "90%", []),
        (ZHEJIANG, "51%", "90%", ["bound-exceeded"]),
        (ZHEJIANG, "50%", "91%", ["bound-exceeded"]),
        ("hk/refund", "51%", "91%", []),
    ],
)
def test_a_nation_holds_every_place_in_it_whatever_text_is_taken_over(
    tmp_path: Path, place: str, large: str, small: str, codes: list[str]
) -> None:
    nation(tmp_path)
    assert codes_of(write_overlay(tmp_path, place, RATES % (large, small))) == codes


def test_a_bound_holds_on_the_days_of_its_ruleset_alone(tmp_path: Path) -> None:
    nation(tmp_path)
    rates = ", to: 2023-12-31, cite: notice}\n" + RATES % ("99%", "99%")
    later = write_overlay(tmp_path, ZHEJIANG, f"in_force: {{from: 2023-01-01{rates}")
    assert codes_of(later) == []
    sooner = write_overlay(tmp_path, ZHEJIANG, f"in_force: {{from: 2022-12-31{rates}")
    assert codes_of(sooner) == ["bound-exceeded"]


def test_what_is_around_a_nation_within_is_around_its_cities(tmp_path: Path) -> None:
    """A city that names its province is bound by the nation that its province names."""
    nation(tmp_path)
    city = RATES % ("51%", "90%")
    alone = write_overlay(tmp_path, "cn-nm-150100/other", f"within: [cn-nm/refund]\n{city}")
    text = alone.read_text(encoding="utf-8").replace("cn-nm/refund:", "hk/refund:")
    write_overlay(tmp_path, "hk/refund", RATES % ("1%", "1%"))
    alone.write_text(text, encoding="utf-8")
    diagnostics = RulesetLoader(is_pinned=False).compile(alone).diagnostics
    assert {diagnostic.code for diagnostic in diagnostics} == {"bound-exceeded", "not-delegated"}
    assert all(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


@pytest.mark.parametrize("delegated, codes", [("free", []), ("at_least", ["bound-exceeded"])])
def test_how_far_a_nation_lets_its_provinces_go(
    tmp_path: Path, delegated: str, codes: list[str]
) -> None:
    text = NATION.replace("at_most", delegated).replace("large: 50%", "large: 40%")
    assert codes_of(nation(tmp_path, text)) == codes


def test_a_single_figure_is_held_against_every_row_of_a_table(tmp_path: Path) -> None:
    base = nation(tmp_path)
    text = base.read_text(encoding="utf-8")
    rows = text[text.index("    by: employer.size\n") : text.index("\nvalues:")]
    base.write_text(text.replace(rows, "    value: 60%\n    cite: law\n"), encoding="utf-8")
    assert codes_of(base) == ["bound-exceeded"]
    base.write_text(text.replace(rows, "    value: 50%\n    cite: law\n"), encoding="utf-8")
    assert codes_of(base) == []


def test_a_nation_that_is_wrong_itself_is_told(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match=r"cn/refund\.yaml.*listd"):
        policyrules.load(nation(tmp_path, NATION.replace("employer.listed", "employer.listd")))


def test_caps_are_never_picked_as_the_rule_of_a_place(tmp_path: Path) -> None:
    nation(tmp_path)
    variant(tmp_path, (HOHHOT, "labels: {eligible: {zh: 可领, en: Paid}}\n"))
    on = date(2022, 3, 1)
    for place, id_ in [("cn-nm", "cn-nm/refund"), ("cn-nm-150100", HOHHOT)]:
        picked = policyrules.select("refund", place, on, folders=[tmp_path])
        assert picked.ruleset == id_
        assert dict(picked.rejected)["cn/refund"].en == "it is selected by id only"
    with pytest.raises(RulesetNotFound, match="are selected by id only: `cn/refund`"):
        policyrules.select("refund", "cn-gd", on, folders=[tmp_path])


@pytest.mark.slow
def test_the_shipped_rulesets_are_held_to_the_caps_of_the_nation() -> None:
    """Whatever place or year: Hohhot by what its base is within."""
    on = date(2022, 11, 25)
    for place in ("cn-nm", "cn-nm-150100"):
        picked = policyrules.select("job-stabilisation-refund", place, on)
        assert picked.ruleset == f"{place}/job-stabilisation-refund"
        assert "cn/job-stabilisation-refund" in dict(picked.rejected)
    with pytest.raises(
        RulesetNotFound, match="are selected by id only: `cn/job-stabilisation-refund`"
    ):
        policyrules.select("job-stabilisation-refund", "cn-gd", on)


def test_a_shipped_figure_above_the_cap_is_refused(tmp_path: Path) -> None:
    shutil.copytree(shipped_folder(), tmp_path / "copy")
    chengdu = tmp_path / "copy" / "cn-sc-510100" / "job-stabilisation-refund.yaml"
    text = chengdu.read_text(encoding="utf-8")
    chengdu.write_text(text.replace("large: 50%", "large: 51%"), encoding="utf-8")
    assert codes_of(chengdu) == ["bound-exceeded"]
