"""Near words: a notice for an open word that is one slip away from a declared word."""

import json
from datetime import date
from typing import Any

import attrs
import pytest
from tests.support.firm import office_ruleset
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine, kernel_name
from policyrules.decisions.notices import Notice
from policyrules.decisions.redaction import redacted_data
from policyrules.evaluation.situation import Item, KnownFact, Situation
from policyrules.ir.types import Kind, Type
from policyrules.outcome.near_words import near_word_notices
from policyrules.text.localized import LocalizedText

ENGINES: list[tuple[Engine, str | None]] = [
    ("reference", None),
    ("forward", "fixpoint"),
    ("compiled", None),
]
if kernel_name() == "durable_rules":
    ENGINES.append(("forward", "durable_rules"))

POLICY = shipped("cn-nm/grassroots-senior-title").on(date(2022, 11, 25))
SLIP: dict[str, Any] = {"applicant": {"field": "heatlh", "evidence": ["survey_repot", "海报"]}}
ZH = [
    "“专业领域”（`applicant.field`）填写的“heatlh”不在所列选项之中，相近的选项有“卫生”（`health`）。如属笔误，请更正。",
    "“业绩成果”（`applicant.evidence`）填写的“survey_repot”不在所列选项之中，相近的选项有“调查报告”（`survey_report`）。如属笔误，请更正。",
]
EN = [
    "`applicant.field` is given as `heatlh`, which is not one of the declared words. The nearest is `health` (health). If it is a slip, correct it.",
    "`applicant.evidence` is given as `survey_repot`, which is not one of the declared words. The nearest is `survey_report` (survey report). If it is a slip, correct it.",
]


def notices_of_slips(notices: list[str]) -> list[str]:
    return [text for text in notices if "不在所列" in text or "declared words" in text]


@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_every_engine_tells_of_a_slip(engine: Engine, kernel: str | None) -> None:
    alone = POLICY.decide(SLIP, engine=engine, kernel=kernel)
    (streamed,) = POLICY.decide_many([SLIP], engine=engine, kernel=kernel)
    assert isinstance(streamed, policyrules.Decision)
    for decision in (alone, streamed):
        assert notices_of_slips([notice.text.zh for notice in decision.notices]) == ZH
        assert notices_of_slips([notice.text.en for notice in decision.notices]) == EN
        assert notices_of_slips(decision.to_dict("en")["warnings"]) == EN
        assert [
            notice["facts"] for notice in decision.to_dict()["notices"] if "facts" in notice
        ] == [
            ["applicant.field"],
            ["applicant.evidence"],
        ]
        flowed = decision.explain("zh").replace("\n", "").replace(" ", "")
        assert all(text.replace(" ", "") in flowed for text in ZH)


def test_a_slip_is_no_declared_word_and_the_status_is_that_of_another() -> None:
    other = POLICY.decide({"applicant": {"field": "astronomy"}})
    assert POLICY.decide({"applicant": {"field": "heatlh"}}).conditions == other.conditions
    assert notices_of_slips([notice.text.en for notice in other.notices]) == []


@pytest.mark.parametrize("field", ["health", "Health", "ｗater", "水利", "School-Teacher", None])
def test_a_declared_word_is_told_of_by_nobody(field: str | None) -> None:
    decision = POLICY.decide({"applicant": {"field": field}})
    assert notices_of_slips([notice.text.en for notice in decision.notices]) == []


def test_where_facts_are_redacted_a_slip_is_told_without_what_was_given() -> None:
    for language in ("zh", "en"):
        redacted = redacted_data(POLICY.decide(SLIP), language)
        text = json.dumps(redacted, ensure_ascii=False)
        for shown in ("heatlh", "survey_repot", "海报", "`health`", "`survey_report`", "卫生"):
            assert f'"{shown}"' not in text
            assert shown not in "".join(notices_of_slips(redacted["warnings"]))
        assert len(notices_of_slips(redacted["warnings"])) == 2
        notes = [notice for notice in redacted["notices"] if "facts" in notice]
        assert [notice["facts"] for notice in notes] == [
            ["applicant.field"],
            ["applicant.evidence"],
        ]
        assert "heatlh" not in json.dumps(notes)


def _hires(count: int) -> tuple[Notice, ...]:
    ruleset = office_ruleset()
    status = attrs.evolve(
        ruleset.facts["hires.status"],
        type=Type(Kind.WORD, words={"graduate": LocalizedText("毕业生", "graduate")}, open=True),
    )
    ruleset = attrs.evolve(ruleset, facts={**ruleset.facts, "hires.status": status})
    hires = tuple(
        Item(f"张{number}", {"hires.status": KnownFact("gradaute" if number % 2 else "pupil")})
        for number in range(count)
    )
    return near_word_notices(ruleset, Situation({}, {"hires": hires}))


def test_one_slip_of_many_items_is_told_once_and_names_some() -> None:
    (notice,) = _hires(9)
    assert "`hires[张1].status`、`hires[张3].status`、`hires[张5].status`等 4 项" in notice.text.zh
    assert notice.text.en.startswith(
        "`hires[张1].status`, `hires[张3].status`, `hires[张5].status` and 1 more is given as"
    )
    assert len(notice.facts) == 4
    assert _hires(1) == ()


def test_the_keys_of_items_are_not_told_where_facts_are_redacted() -> None:
    decision = POLICY.decide(SLIP)
    # `warnings` is made once and kept: these stand in its place.
    object.__setattr__(decision, "notices", _hires(9))
    redacted = redacted_data(decision, "zh")
    shown = json.dumps([redacted["notices"], redacted["warnings"]], ensure_ascii=False)
    assert "张" not in shown
    assert "gradaute" not in shown
    assert redacted["notices"][0]["facts"] == ["hires[].status"]
