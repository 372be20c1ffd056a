"""Selection of a ruleset by place and day, also among the rulesets of installed packages."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import BASE, FILES, HOHHOT, PIN, pin_overlays, write_overlay
from tests.overlays.test_overlays import CAP, YEAR, variant, write_base

import policyrules
from policyrules.catalogue.heads import rulesets
from policyrules.catalogue.store import installed_folders
from policyrules.cli import main
from policyrules.errors import NotInForce, RulesetConflict, RulesetNotFound

IN_2023 = "in_force: {from: 2023-01-01, to: 2023-12-31, cite: notice}\nset:\n  refund_rate: {value: {large: 1%, small: 2%, none: not_stated}, cite: notice}\n"
FROM_MAY = "in_force: {from: 2022-05-01, to: 2022-12-31, cite: notice}\n"
READING = f"selection: by_id\n{CAP}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A region with two years and a reading, and a city from May on."""
    variant(tmp_path, (YEAR, IN_2023), ("cn-nm/refund.reading", READING), (HOHHOT, FROM_MAY))
    return tmp_path


@pytest.mark.parametrize(
    "place, day, expected",
    [
        ("cn-nm", "2022-06-01", "cn-nm/refund"),
        ("cn-nm", "2023-06-01", YEAR),
        ("cn-nm-150100", "2022-05-01", HOHHOT),
        ("cn-nm-150100", "2022-04-30", "cn-nm/refund"),
        ("cn-nm-150100", "2023-06-01", YEAR),
        ("cn-nm-150100-102", "2022-06-01", HOHHOT),
        ("cn-nm-150200", "2022-06-01", "cn-nm/refund"),
        # A district lies in its city, by the six digits of GB/T 2260.
        ("cn-nm-150102", "2022-06-01", HOHHOT),
        ("cn-nm-150102", "2022-04-30", "cn-nm/refund"),
        ("cn-nm-150202", "2022-06-01", "cn-nm/refund"),
    ],
)
def test_the_nearest_that_is_in_force_is_picked(
    folder: Path, place: str, day: str, expected: str
) -> None:
    on = date.fromisoformat(day)
    picked = policyrules.select("refund", place, on, folders=[folder])
    assert picked.ruleset == expected
    assert policyrules.load_for("refund", place, on, folders=[folder]).id == expected
    assert expected in picked.reason.zh
    assert place in picked.reason.en
    assert expected not in dict(picked.rejected)


def test_why_the_others_were_not_picked(folder: Path) -> None:
    picked = policyrules.select("refund", "cn-nm-150100", date(2022, 6, 1), folders=[folder])
    assert {id_: why.en for id_, why in picked.rejected} == {
        "cn-nm/refund": "a more specific jurisdiction has one",
        YEAR: "it is not in force on 2022-06-01",
        "cn-nm/refund.reading": "it is selected by id only",
    }


def test_the_ruleset_of_a_district_is_nearer_than_that_of_its_city(folder: Path) -> None:
    district = "cn-nm-150102/refund"
    variant(folder, (district, FROM_MAY))
    picked = policyrules.select("refund", "cn-nm-150102", date(2022, 6, 1), folders=[folder])
    assert picked.ruleset == district
    assert dict(picked.rejected)[HOHHOT].en == "a more specific jurisdiction has one"
    city = policyrules.select("refund", "cn-nm-150100", date(2022, 6, 1), folders=[folder])
    assert city.ruleset == HOHHOT
    assert district not in dict(city.rejected)


@pytest.mark.parametrize(
    "text, code",
    [("150100", "cn-nm-150100"), ("呼和浩特市", "cn-nm-150100"), ("hohhot", "cn-nm-150100")],
)
def test_a_place_by_its_title_or_its_digits_is_answered_with_its_code(
    folder: Path, text: str, code: str
) -> None:
    with pytest.raises(policyrules.RulesetNotFound, match=f"write `{code}`"):
        policyrules.select("refund", text, date(2022, 6, 1), folders=[folder])


def test_a_code_that_nobody_declares_is_told(folder: Path) -> None:
    def why(place: str) -> policyrules.Selection:
        return policyrules.select("refund", place, date(2022, 6, 1), folders=[folder])

    unknown = why("cn-nm-999999")
    words = "No jurisdictions.yaml lists `cn-nm-999999`: check the code."
    assert unknown.reason.en.endswith(words)
    assert unknown.reason.zh.endswith("jurisdictions.yaml 中没有代码“cn-nm-999999”，请核对。")
    assert unknown.to_dict()["reason"]["en"].endswith(words)
    assert "jurisdictions.yaml" not in why("cn-nm-150100").reason.en
    district = why("cn-nm-150102").reason
    assert district.en.endswith(
        "By the digits of GB/T 2260 `cn-nm-150102` lies within `cn-nm-150100`; "
        "no jurisdictions.yaml lists the district itself, so check the code."
    )
    assert district.zh.endswith(
        "cn-nm-150102 按 GB/T 2260 的编码属于 cn-nm-150100；"
        "jurisdictions.yaml 未收录这一区县，请核对代码。"
    )
    lines = "policyrules: 1\njurisdictions:\n  cn-nm-999999: {zh: 某市, en: a city}\n"
    (folder / "jurisdictions.yaml").write_text(lines, encoding="utf-8")
    assert "jurisdictions.yaml" not in why("cn-nm-999999").reason.en


def test_a_day_that_none_covers_is_answered_with_dates(folder: Path) -> None:
    with pytest.raises(NotInForce, match="it ended on 2023-12-31"):
        policyrules.select("refund", "cn-nm-150100", date(2024, 1, 1), folders=[folder])
    with pytest.raises(NotInForce, match="it begins on 2022-01-01"):
        policyrules.select("refund", "cn-nm-150100", date(2021, 12, 31), folders=[folder])


def test_two_in_force_for_one_place_and_day_are_an_error(folder: Path) -> None:
    autumn = "in_force: {from: 2022-09-01, to: 2022-11-30, cite: notice}\n"
    variant(folder, ("cn-nm/refund.autumn", autumn))
    with pytest.raises(RulesetConflict, match=r"`cn-nm/refund`, `cn-nm/refund.autumn` are both"):
        policyrules.select("refund", "cn-nm", date(2022, 10, 1), folders=[folder])


@pytest.mark.parametrize(
    "policy, place, words",
    [
        ("refund", "cn-zj", "there are some for `cn-nm`, `cn-nm-150100`"),
        ("refnud", "cn-nm", "there are policies `grassroots-senior-title`"),
        ("refund", "Hohhot", "write `cn-nm-150100`"),
        ("refund", "cn-nm-1501", "six digits of GB/T 2260: `cn-nm-150100`"),
    ],
)
def test_what_cannot_be_picked(folder: Path, policy: str, place: str, words: str) -> None:
    with pytest.raises(RulesetNotFound, match=words):
        policyrules.select(policy, place, date(2022, 6, 1), folders=[folder])


def test_the_program_says_what_it_picked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = folder / "facts.json"
    facts.write_text('{"employer": {"kind": "other"}}', encoding="utf-8")
    arguments = ["decide", "refund", str(facts), "--jurisdiction", "cn-nm-150100"]
    arguments += ["--on", "2022-06-01", "--folder", str(folder)]
    assert main([*arguments, "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith(
        f"`{HOHHOT}`: it is the ruleset of cn-nm-150100 itself"
    )
    assert main([*arguments, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["selection"]["ruleset"], answer["ruleset"]) == (HOHHOT, HOHHOT)
    assert main(["decide", "refund", str(facts), "--folder", str(folder)]) == 2
    assert main(["list", "--folder", str(folder), "--lang", "en"]) == 0
    listed = [re.split(r" +20", line)[0] for line in capsys.readouterr().out.splitlines()]
    assert listed[1:] == [
        "cn-nm/refund",
        f"  {HOHHOT}",
        f"  {YEAR}",
        "  cn-nm/refund.reading",
    ]


# --- packages ------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which packages are installed, as pip would leave them there."""
    place = tmp_path / "site"
    place.mkdir()
    monkeypatch.syspath_prepend(str(place))
    yield place
    for name in [name for name in sys.modules if name.startswith("rules_of_")]:
        del sys.modules[name]


def install(site: Path, name: str, target: str = "") -> Path:
    package = site / name
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('it is run')\n", encoding="utf-8")
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[policyrules.rulesets]\n{name} = {target or name}\n")
    return package


@pytest.mark.slow
def test_a_package_brings_a_variant_of_what_is_shipped(site: Path) -> None:
    package = install(site, "rules_of_baotou")
    (package / "sources.yaml").write_text(
        "policyrules: 1\nsources:\n  baotou: {title: 包头市通知（虚构）, issued: 2022-12-01}\n",
        encoding="utf-8",
    )
    body = f'extends: {{cn-nm/retention-training-subsidy: "{PIN}"}}\nlegal_basis: baotou\n'
    body += "set:\n  subsidy_per_head: {value: 300 CNY/person, cite: baotou}\n"
    id_ = "cn-nm-150200/retention-training-subsidy"
    pin_overlays([write_overlay(package, id_, body)])
    assert package in installed_folders()
    assert policyrules.load(id_).ruleset.sources["baotou"].title == "包头市通知（虚构）"
    picked = policyrules.load_for("retention-training-subsidy", "cn-nm-150200", date(2022, 6, 1))
    assert picked.id == id_
    assert id_ in {entry.id for entry in rulesets()}


@pytest.mark.slow
def test_two_that_claim_one_id_are_an_error(site: Path) -> None:
    package = install(site, "rules_of_another")
    for name in FILES.values():
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_bytes((BASE / name).read_bytes())
    assert policyrules.load("cn-nm/refund").id == "cn-nm/refund"
    second = install(site, "rules_of_the_same")
    write_base(second)
    with pytest.raises(RulesetConflict, match="claim the id `cn-nm/refund`") as raised:
        policyrules.load("cn-nm/refund")
    assert raised.value.to_dict()["code"] == "ruleset-conflict"
    assert len(raised.value.places) == 2
    with pytest.raises(RulesetConflict):
        rulesets()
    assert policyrules.load("cn-nm/job-stabilisation-refund").id == "cn-nm/job-stabilisation-refund"


@pytest.mark.parametrize("target", ["rules_of_nobody_knows", "rules_of_it:FOLDER", "json.tool"])
def test_an_entry_point_that_leads_nowhere_is_told(site: Path, target: str) -> None:
    install(site, "rules_of_it", target)
    with pytest.raises(RulesetNotFound, match="the entry point `rules_of_it`"):
        installed_folders()
