"""Keys of items: any printable text, compared without regard to full-width characters."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.scale import scaled
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine
from policyrules.decisions.redaction import redacted_data
from policyrules.text.fact_path import FactPath, fold_key

POLICY = shipped("cn-nm/job-expansion-subsidy").on(date(2022, 11, 25))
KEYS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=20).filter(
    lambda text: bool(fold_key(text)) and text == text.strip()
)
ODD = ["a]b", "a[b", '"', "\\", "a].hired_on", "张三（大）", "张　三", "p 1", "a.b", "é", "[]", "'"]


def hires(*keys: str) -> dict[str, Any]:
    return {"hires": [{"id": key} for key in keys]}


@settings(max_examples=scaled(40, long=2_000))
@given(KEYS)
@example('a]."b\\')
def test_what_is_missing_of_an_item_names_it_whatever_its_key(key: str) -> None:
    engines: list[Engine] = ["reference", "forward", "compiled"]
    for engine in engines:
        decision = POLICY.decide(hires(key), engine=engine)
        paths = [FactPath.parse(question.fact) for question in decision.missing]
        assert {path.item_key for path in paths if path and path.subject == "hires"} == {key}
        assert list(decision.items["hires"]) == [key]
    for question in redacted_data(decision, "zh")["missing"]:
        assert question["fact"] in {"hires[]." + path.fact for path in paths if path} or (
            not question["fact"].startswith("hires")
        )


@pytest.mark.parametrize(
    "keys", [("p1", "ｐ１"), ("张三", " 张三　"), ("①", "1"), ("A\u030a", "Å"), (1, "1")]
)
def test_one_person_is_not_given_twice_in_other_characters(keys: tuple[str, str]) -> None:
    with pytest.raises(policyrules.FactsError) as caught:
        POLICY.decide(hires(*keys))
    assert [problem.code for problem in caught.value.problems] == ["given-twice"]


def test_keys_in_capitals_are_others() -> None:
    assert list(POLICY.decide(hires("P1", "p1")).items["hires"]) == ["P1", "p1"]


@pytest.mark.parametrize("key", ODD)
def test_a_receipt_is_replayed_whatever_the_keys_are(key: str) -> None:
    receipt = POLICY.decide(hires(key)).receipt
    assert policyrules.replay(receipt).is_same
