"""The default day without `--on` is today in China; slips in days and places get a remedy."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.catalogue.store import shipped_folder
from policyrules.cli import arguments, main
from policyrules.cli.arguments import case_day

REFUND = "cn-nm/job-stabilisation-refund"
EVENING = datetime(2022, 11, 24, 16, 0, tzinfo=UTC)
"""Midnight in China, while it is still the day before in Europe and America."""


@pytest.fixture
def facts(tmp_path: Path) -> str:
    path = tmp_path / "firm.yaml"
    path.write_text("employer: {layoff_rate: 23%}\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock of the command line; the machine stands in New York."""

    def clock(moment: datetime) -> None:
        machine = timezone(timedelta(hours=-5))
        monkeypatch.setattr(arguments, "_now", lambda zone: moment.astimezone(zone or machine))

    return clock


@pytest.mark.parametrize(
    "moment, china, machine",
    [
        (EVENING - timedelta(seconds=1), "2022-11-24", "2022-11-24"),
        (EVENING, "2022-11-25", "2022-11-24"),
        (EVENING + timedelta(hours=8), "2022-11-25", "2022-11-24"),
        (EVENING + timedelta(hours=13), "2022-11-25", "2022-11-25"),
        (datetime(2022, 7, 1, 15, 59, 59, tzinfo=UTC), "2022-07-01", "2022-07-01"),
        (datetime(2022, 7, 1, 16, tzinfo=UTC), "2022-07-02", "2022-07-01"),
    ],
)
def test_the_day_is_that_of_china_without_summer_time(
    moment: datetime, china: str, machine: str, at: Callable[[datetime], None]
) -> None:
    at(moment)
    for jurisdiction in ("cn", "cn-nm", "cn-nm-150100"):
        assert case_day(None, jurisdiction).day.isoformat() == china
    for jurisdiction in ("xx", "xx-1", "cnx"):
        assert case_day(None, jurisdiction).day.isoformat() == machine
    assert case_day("2020-02-29", "cn").day.isoformat() == "2020-02-29"


@pytest.mark.slow
def test_a_day_that_was_taken_is_said_and_one_that_was_given_is_not(
    facts: str, at: Callable[[datetime], None], capsys: pytest.CaptureFixture[str]
) -> None:
    at(EVENING)
    default_day = {
        "zh": "未给出 `--on`，按今天决定：2022-11-25（北京时间）。",
        "en": "`--on` is not given, so the day is today: 2022-11-25, in China (UTC+08:00).",
    }
    commands = (
        ["decide", REFUND, facts],
        ["missing", REFUND, facts],
        ["decide", "job-stabilisation-refund", facts, "--jurisdiction", "cn-nm"],
    )
    for command in commands:
        for language, line in default_day.items():
            assert main([*command, "--lang", language]) == 0
            out = capsys.readouterr().out
            assert line in out.split("\n\n")[0].splitlines()
            assert "2022-11-25" in out.replace(line, "")
        assert main([*command, "--json"]) == 0
        data = json.loads(capsys.readouterr().out)
        assert (data["on"], data["default_day"]) == ("2022-11-25", default_day)
        assert main([*command, "--on", "2022-11-25", "--json"]) == 0
        assert "default_day" not in json.loads(capsys.readouterr().out)
        assert main([*command, "--on", "2022-11-25", "--lang", "en"]) == 0
        assert "--on" not in capsys.readouterr().out


@pytest.mark.slow
def test_a_ruleset_that_is_not_in_force_today_names_the_option(
    facts: str, at: Callable[[datetime], None], capsys: pytest.CaptureFixture[str]
) -> None:
    at(datetime(2030, 1, 1, tzinfo=UTC))
    commands = (
        ["decide", REFUND, facts],
        ["missing", REFUND, facts],
        ["show", REFUND, "--python"],
        ["decide", "job-stabilisation-refund", facts, "--jurisdiction", "cn-nm"],
    )
    for command in commands:
        assert main(command) == 1
        assert "give the day of the case with `--on YYYY-MM-DD`" in capsys.readouterr().err
        assert main([*command, "--json"]) == 1
        error = json.loads(capsys.readouterr().out)["error"]
        assert "--on" in error["remedy"]
        assert "\n" not in error["message"]
        assert main([*command, "--on", "2030-01-01"]) == 1
        assert "--on" not in capsys.readouterr().err


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_the_zone_of_the_machine_does_not_matter(zone: str) -> None:
    script = """if True:
        import sys
        from datetime import UTC, datetime
        from policyrules.cli import arguments
        print(arguments.case_day(None, "cn").day == datetime.now(UTC).astimezone(arguments._CHINA_TIME).date())
    """
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=dict(os.environ) | {"TZ": zone, "PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


# --- what is asked for in another way ------------------------------------------------------------


def output(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main(command) in {1, 2}
    out, err = capsys.readouterr()
    return " ".join((out + err).split())


def test_a_policy_without_its_place_asks_for_the_place(
    facts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = output(capsys, "decide", "job-stabilisation-refund", facts)
    assert "give the place with `--jurisdiction`" in text
    assert "`cn-nm/job-stabilisation-refund`" in text
    assert "did you mean" not in text
    with pytest.raises(policyrules.RulesetNotFound, match="load_for"):
        policyrules.load("retention-training-subsidy")


def test_a_place_without_the_policy_is_told_which_places_have_it(
    facts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = "job-stabilisation-refund"
    text = output(capsys, "decide", policy, facts, "--jurisdiction", "cn-bj")
    assert "other places have some: " in text
    assert "`cn-nm`" in text
    elsewhere = output(capsys, "decide", policy, facts, "--jurisdiction", "us")
    assert "there are some for `cn`, " in elsewhere


def test_a_policy_by_its_chinese_name_is_answered_with_ids(
    facts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    title = shipped("cn-nm-150100/retention-training-subsidy").ruleset.title.zh
    for name in (title, title[3:], f"{title}（2022年）"):
        assert "`cn-nm-150100/retention-training-subsidy`" in output(capsys, "decide", name, facts)


def test_a_file_that_is_no_ruleset_is_told_what_takes_it(
    facts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("check", "test", "pin"):
        text = output(capsys, command, facts)
        assert "`policyrules decide RULESET FACTS`" in text
        assert "unknown-key" not in text
    folder = shipped_folder()
    assert "belongs to the rulesets beside it" in output(
        capsys, "check", str(folder / "vocabulary.yaml")
    )
    cases = str(folder / "cn-nm" / "job-stabilisation-refund.cases.yaml")
    assert "`policyrules test` runs" in output(capsys, "check", cases)


def test_days_in_the_wrong_order_are_told_to_be_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--from", "2022-12-31", "--to", "2022-01-01"]
    base = "cn-nm/retention-training-subsidy"
    new = ["new", "variant", base, "--jurisdiction", "xx-1", "--folder", str(tmp_path)]
    assert "change their order" in output(capsys, *new, *days)
    assert "give both" in output(capsys, *new, "--to", "2000-01-01")


@pytest.mark.parametrize(
    "command, hint",
    [
        (["explain", REFUND], "`decide` explains every decision"),
        (["facts", REFUND], "`schema facts RULESET`"),
        (["validate"], "`check` says what is wrong"),
        (["decide", REFUND, "-", "--date", "2022-11-25"], "the day of a case is `--on`"),
        (["missing", REFUND, "-", "--as-of", "2022-11-25"], "the day of a case is `--on`"),
        (["list", "--language", "en"], "the language is `--lang`"),
        (["decide", REFUND, "-", "--region", "cn-nm"], "the place is `--jurisdiction`"),
    ],
)
def test_words_of_other_tools_are_answered_with_ours(
    command: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hint in output(capsys, *command)
    assert hint in output(capsys, *command, "--json")
