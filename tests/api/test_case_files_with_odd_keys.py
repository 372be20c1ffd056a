"""Case files name items by keys with any printable characters."""

import json
from pathlib import Path

import pytest
from tests.api.test_keys_of_items import ODD

import policyrules
from policyrules.text.fact_path import FactPath

BASE = "cn-nm/job-expansion-subsidy"


@pytest.mark.parametrize("key", ODD)
def test_a_case_changes_asks_and_expects_an_item_by_its_key(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    signed = str(FactPath("hires", "contract_signed", key))
    hired = str(FactPath("hires", "hired_on", key))
    decision = (
        policyrules.load(BASE)
        .on("2022-11-25")
        .decide({"employer.kind": "enterprise", "hires": [{"id": key, "contract_signed": False}]})
    )
    missing = [question.fact for question in decision.missing]
    folder = tmp_path / "cn-nm"
    folder.mkdir()
    case = {
        "name": "一人",
        "change": {
            str(FactPath("hires", item_key=key)): {
                "hired_on": "2022-07-15",
                "contract_signed": True,
            },
            signed: False,
            hired: "unknown",
        },
        "expect": {
            "status": decision.status,
            "missing": missing,
            "items": {key: {"status": decision.items["hires"][key].status}},
        },
    }
    text = {
        "policyrules": 1,
        "cases_of": BASE,
        "on": "2022-11-25",
        "facts": {"employer": {"kind": "enterprise"}},
        "cases": [case],
    }
    (folder / "job.cases.yaml").write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    report = policyrules.run_cases([str(folder / "job.cases.yaml")])
    assert not report.diagnostics
    assert [str(result.differences) for result in report.results] == ["()"]
