"""Units that a vocabulary declares: how they are shown, read, hashed and merged."""

from pathlib import Path
from typing import Final

import pytest

import policyrules
from policyrules.diagnostics import Diagnostics
from policyrules.ir.types import Unit
from policyrules.overlays.vocabulary import merge_vocabularies
from policyrules.syntax.reader import read_vocabulary
from policyrules.syntax.tree import VocabularyTree
from policyrules.text.localized import LocalizedText, compound_unit_title, unit_text

VOCABULARY: Final = """\
policyrules: 1
subjects:
  trainee:
    title: {zh: 学员, en: Trainee}
    facts:
      hours:
        title: {zh: 学时, en: Hours}
        type: count
        unit: hour
        range: 0..1000
      home_hours:
        title: {zh: 自学学时, en: Hours at home}
        type: count
        unit: hour
        unit_title: {zh: 课时, en: lesson}
        range: 0..1000
units:
  hour:
    title: {zh: 小时, en: hour}
"""
UNUSED: Final = "  m2:\n    title: {zh: 平方米, en: square metre}\n"
SOURCES: Final = "policyrules: 1\nsources:\n  law: {title: A law, issued: 2024}\n"
RULESET: Final = """\
policyrules: 1
id: xx/course
title: {zh: 培训补贴, en: Course}
legal_basis: law
in_force: {from: 2025-01-01, cite: law}
uses: [trainee]
parameters:
  per_hour:
    title: {zh: 每小时标准, en: Each hour}
    type: money
    unit: CNY/hour
    value: 20 CNY/hour
    cite: law
  enough:
    title: {zh: 最低学时, en: Fewest hours}
    type: count
    unit: hour
    value: 40 hour
    cite: law
conditions:
  long-enough:
    title: {zh: 学时达标, en: Long enough}
    holds: trainee.hours + trainee.home_hours >= enough
    cite: law
outcome:
  eligible: {all: [long-enough]}
  amount: {name: subsidy, is: per_hour * trainee.hours, cite: law}
"""


def load(folder: Path, vocabulary: str = VOCABULARY, ruleset: str = RULESET) -> policyrules.Policy:
    (folder / "xx").mkdir(exist_ok=True)
    (folder / "vocabulary.yaml").write_text(vocabulary, encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    path = folder / "xx" / "course.yaml"
    path.write_text(ruleset, encoding="utf-8")
    return policyrules.load(path)


def test_a_declared_unit_is_shown_by_its_title_alone_and_in_a_rate(tmp_path: Path) -> None:
    policy = load(tmp_path).on("2025-02-01")
    decision = policy.decide({"trainee": {"hours": "40小时", "home_hours": "1 lesson"}})
    assert decision.amount is not None
    assert (decision.amount.value, decision.amount.unit) == (800, "CNY")
    rate = decision.values["per_hour"]
    assert (rate.text("zh"), rate.text("en")) == ("20.00 元/小时", "20.00 CNY/hour")
    hours = decision.values["enough"]
    assert (hours.text("zh"), hours.text("en")) == ("40 小时", "40 hours")


@pytest.mark.parametrize("given", [40, "40", "40 hour", "40 hours", "40小时"])
def test_a_fact_may_be_given_with_its_declared_unit(tmp_path: Path, given: object) -> None:
    policy = load(tmp_path).on("2025-02-01")
    assert policy.decide({"trainee": {"hours": given, "home_hours": 0}}).status == "eligible"


def test_what_is_expected_names_the_declared_unit(tmp_path: Path) -> None:
    policy = load(tmp_path).on("2025-02-01")
    with pytest.raises(policyrules.FactsError) as caught:
        policy.decide({"trainee.hours": "40 months"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.expected) == (
        "wrong-unit",
        "a whole number of hours, 0 to 1,000",
    )


def test_a_unit_that_nobody_declared_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(policyrules.RulesetError) as caught:
        load(tmp_path, ruleset=RULESET.replace("unit: CNY/hour", "unit: CNY/week"))
    diagnostic = caught.value.diagnostics[0]
    assert diagnostic.message == "`CNY/week` is not a unit"
    assert ", CNY, hour, or a quotient" in diagnostic.expected


def test_a_figure_in_another_declared_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(policyrules.RulesetError) as caught:
        load(tmp_path, VOCABULARY + UNUSED, RULESET.replace("value: 40 hour", "value: 40 m2"))
    assert caught.value.diagnostics[0].message == "`m2` is not the unit of this figure"


def test_the_hash_has_the_title_of_a_unit_that_is_used_and_of_no_other(tmp_path: Path) -> None:
    plain = load(tmp_path).ruleset.content_hash
    assert load(tmp_path, VOCABULARY + UNUSED).ruleset.content_hash == plain
    retitled = VOCABULARY.replace("zh: 小时", "zh: 钟头")
    assert load(tmp_path, retitled).ruleset.content_hash != plain


def test_units_are_merged_with_those_of_the_base_and_must_be_the_same() -> None:
    diagnostics = Diagnostics()

    def vocabulary(units: str) -> VocabularyTree:
        tree = read_vocabulary(f"{{policyrules: 1, units: {{{units}}}}}", "v.yaml", diagnostics)
        assert tree is not None
        return tree

    hour, m2 = "hour: {title: {zh: 小时, en: hour}}", "m2: {title: {zh: 平方米, en: square metre}}"
    merged = merge_vocabularies(vocabulary(hour), vocabulary(f"{hour}, {m2}"), diagnostics)
    assert [unit.name.text for unit in merged.units] == ["hour", "m2"]
    assert not diagnostics.has_errors
    merge_vocabularies(vocabulary(hour), vocabulary(hour.replace("小时", "钟头")), diagnostics)
    assert [(each.code, each.message) for each in diagnostics.sorted()] == [
        (
            "duplicate-of-base",
            "the unit `hour` differs from the one in the vocabulary of the base",
        )
    ]


def test_a_compound_title_has_its_plural_in_the_first_part() -> None:
    titles = {"hour": LocalizedText("小时", "hour")}

    def unit_texts(unit: str) -> tuple[str, str, str]:
        title = compound_unit_title(unit, titles)
        plural = unit_text(unit, "en", plural=True, title=title)
        return title.zh, title.en, plural

    assert unit_texts("CNY/hour") == ("元/小时", "CNY/hour", "CNY/hour")
    assert unit_texts("hour") == ("小时", "hour", "hours")
    assert unit_texts("hour/month") == ("小时/月", "hour/month", "hours/month")
    assert unit_texts("hour*person") == ("小时·人", "hour·person", "hour·persons")


def test_a_unit_is_parsed_with_the_declared_ones_only() -> None:
    assert Unit.parse("hour") is None
    assert str(Unit.parse("CNY/hour", {"hour"})) == "CNY/hour"
    assert Unit.parse("CNY/", {"hour"}) is None


@pytest.mark.parametrize(
    "text", ["CNY/person/month", "CNY/month/person", "CNY/person*month", "CNY / person / month"]
)
def test_a_rate_for_each_person_and_month_is_written_as_people_write_it(text: str) -> None:
    unit = Unit.parse(text)
    assert str(unit) == "CNY/person/month"
    assert unit_text(str(unit), "zh") == "元/人/月"
    assert unit_text(str(unit), "en") == "CNY/person/month"


@pytest.mark.parametrize("text", ["CNY/", "CNY//month", "/month", "CNY/person/", "CNY/rent"])
def test_a_unit_that_is_cut_off_or_undeclared_is_none(text: str) -> None:
    assert Unit.parse(text) is None
