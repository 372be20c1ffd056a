"""Another folder extends the vocabulary of a base: added facts, and conflicts."""

from datetime import date
from pathlib import Path

import pytest

import policyrules
from policyrules.diagnostics import Diagnostic

BASE = "cn-nm/retention-training-subsidy"
OVERLAY = """\
policyrules: 1
id: xx/retention-training-subsidy
title: {zh: 某镇留工培训补助, en: Retention subsidy of a town}
extends: {cn-nm/retention-training-subsidy: sha256:PIN}
selection: by_id
legal_basis: town-notice
"""
SOURCES = """\
policyrules: 1
sources:
  town-notice: {title: 某镇通知（虚构）, issued: 2022-05-01}
"""
CRAFTS = """\
policyrules: 1
subjects:
  employer:
    title: {zh: 单位, en: Body}
    facts:
      craft_workers:
        title: {zh: 手艺人人数, en: Craft workers}
        type: count
        unit: person
        range: 0..1000
  workshop:
    title: {zh: 作坊, en: Workshop}
    facts:
      listed:
        title: {zh: 名录内, en: Listed}
        type: yes_no
"""
CONDITIONS = """\
uses: [workshop]
conditions:
  crafts:
    into: eligible
    title: {zh: 有手艺人, en: Craft workers}
    holds: employer.craft_workers > 0 and workshop.listed
    cite: town-notice
"""


def write(folder: Path, body: str, vocabulary: str = "", policy: str = OVERLAY) -> Path:
    pin = policyrules.load(BASE).ruleset.content_hash[len("sha256:") :][:16]
    path = folder / "xx" / "retention-training-subsidy.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(policy.replace("PIN", pin) + body, encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    if vocabulary:
        (folder / "vocabulary.yaml").write_text(vocabulary, encoding="utf-8")
    return path


def findings(path: Path) -> list[Diagnostic]:
    return list(policyrules.check_rulesets([path]).diagnostics)


def test_a_folder_adds_facts_to_a_subject_of_the_base_and_a_subject_of_its_own(
    tmp_path: Path,
) -> None:
    town = policyrules.load(write(tmp_path, CONDITIONS, CRAFTS)).on(date(2022, 11, 25))
    facts = {"employer.craft_workers": 1, "workshop.listed": False, "employer.kind": "enterprise"}
    assert "crafts" in town.decide(facts).conditions.failed
    assert "crafts" in town.decide({**facts, "workshop.listed": True}).conditions.held
    assert "crafts" in town.decide({**facts, "employer.craft_workers": 0}).conditions.failed


def test_the_same_fact_declared_twice_is_one_fact(tmp_path: Path) -> None:
    insured = """\
      insured_headcount:
        title: {zh: 参保职工人数, en: Insured headcount}
        ask: {zh: 参保职工有多少人？, en: How many insured employees?}
        type: count
        unit: person
        range: 0..10000000
  workshop:
"""
    path = write(tmp_path, CONDITIONS, CRAFTS.replace("  workshop:\n", insured))
    assert not findings(path)


OTHER_FACT = """\
policyrules: 1
subjects:
  employer:
    title: {zh: 单位, en: Body}
    facts:
      insured_headcount:
        title: {zh: 参保人数, en: Insured}
        type: count
        unit: person
        range: 0..99
"""
OTHER_LIST = """\
policyrules: 1
subjects:
  guests:
    title: {zh: 客人, en: Guests}
    facts:
      left: {title: {zh: 离开, en: Left}, type: yes_no}
lists:
  hires:
    title: {zh: 新招, en: New}
    key: name
    at_most: 7
    facts:
      left: {title: {zh: 离职, en: Left}, type: yes_no}
"""
SUBJECT_AND_LIST = """\
policyrules: 1
subjects:
  hires:
    title: {zh: 新招, en: New}
    facts:
      left: {title: {zh: 离职, en: Left}, type: yes_no}
"""
RULE = """\
policyrules: 1
subjects:
  guests:
    title: {zh: 客人, en: Guests}
    facts:
      left: {title: {zh: 离开, en: Left}, type: yes_no}
constraints:
  born-before-hired:
    holds: not guests.left
"""


@pytest.mark.parametrize(
    "vocabulary, what, line",
    [
        (OTHER_FACT, "the fact `employer.insured_headcount`", 6),
        (SUBJECT_AND_LIST, "the subject `hires`", 3),
        (OTHER_LIST, "the list `hires`", 8),
        (RULE, "the constraint `born-before-hired`", 8),
    ],
)
def test_two_declarations_that_differ_are_an_error_that_names_both(
    tmp_path: Path, vocabulary: str, what: str, line: int
) -> None:
    (diagnostic,) = findings(write(tmp_path, "labels: {eligible: {zh: 可, en: yes}}\n", vocabulary))
    assert diagnostic.code == "duplicate-of-base"
    assert diagnostic.message == f"{what} differs from the one in the vocabulary of the base"
    assert diagnostic.span.path.endswith("vocabulary.yaml")
    assert diagnostic.span.line == line
    ((there, _),) = diagnostic.related
    assert there.path.endswith("vocabulary.yaml")
    assert there.path != diagnostic.span.path


def test_a_variant_of_a_variant_has_the_facts_of_both_folders(tmp_path: Path) -> None:
    write(tmp_path / "1", CONDITIONS, CRAFTS)
    policy = policyrules.load(tmp_path / "1" / "xx" / "retention-training-subsidy.yaml")
    above = tmp_path / "1" / "xx-1"
    above.mkdir()
    pin = policy.ruleset.content_hash[: len("sha256:") + 16]
    body = OVERLAY.replace("id: xx/", "id: xx-1/")
    body = body.replace(f"{BASE}: sha256:PIN", f"xx/retention-training-subsidy: {pin}")
    body += "labels: {eligible: {zh: 可, en: yes}}\n"
    (above / "retention-training-subsidy.yaml").write_text(body, encoding="utf-8")
    village = policyrules.load(above / "retention-training-subsidy.yaml").ruleset
    assert "workshop.listed" in village.facts


HIRES = """\
policyrules: 1
lists:
  hires:
    title: {zh: 新招, en: New}
    key: id
    unit: person
    at_most: 10000
    facts:
      apprentice: {title: {zh: 学徒, en: Apprentice}, type: yes_no}
"""


def test_a_folder_adds_a_fact_to_the_items_of_a_list(tmp_path: Path) -> None:
    body = """\
uses: [hires]
conditions:
  apprentices:
    into: eligible
    title: {zh: 有学徒, en: An apprentice}
    holds: any(hire.apprentice for hire in hires)
    cite: town-notice
"""
    town = policyrules.load(write(tmp_path, body, HIRES))
    assert town.ruleset.all_lists["hires"].title.en == "Hires"
    dated = town.on(date(2022, 11, 25))
    apprentice = {"id": "p1", "apprentice": True, "born_on": "2000-01-01"}
    assert "apprentices" in dated.decide({"hires": [apprentice]}).conditions.held
    assert "apprentices" in dated.decide({"hires": []}).conditions.failed
    assert policyrules.format_ruleset(HIRES)
