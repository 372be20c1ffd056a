"""`policyrules new variant`: its files pass at once, and are written all or none."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.support.scale import profile
from tests.support.shipped import shipped

import policyrules
from policyrules.catalogue.heads import rulesets
from policyrules.catalogue.store import shipped_folder
from policyrules.cli import main
from policyrules.scaffold.plan import scaffold_variant
from policyrules.scaffold.request import NewSource, ScaffoldRequest

pytestmark = pytest.mark.slow

BASE = "cn-nm/retention-training-subsidy"
TOWN = [BASE, "--jurisdiction", "xx-1"]
NOTICE = ["--source", "notice", "--source-title", "某镇通知（虚构）", "--issued", "2022-05-01"]
PLACE = ["--place-zh", "某镇", "--place-en", "a town"]


def new(folder: Path, *arguments: str) -> int:
    return main(["new", "variant", *arguments, "--folder", str(folder)])


def tree(folder: Path) -> dict[str, bytes]:
    paths = {path for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def passes(folder: Path) -> None:
    """Whatever stands in a folder is in the layout, has no finding, and its cases pass."""
    assert main(["fmt", "--check", str(folder)]) == 0
    assert not policyrules.check_rulesets([folder]).diagnostics
    assert policyrules.run_cases([str(folder)]).passed


@pytest.mark.parametrize("base", [entry.id for entry in rulesets()])
def test_a_start_on_any_ruleset_that_is_shipped_passes_as_it_stands(
    base: str, tmp_path: Path
) -> None:
    # Elsewhere every parameter may be set, and all of them are.
    parameters = shipped(base).ruleset.parameters
    chosen = [word for name in parameters for word in ("--set", name)]
    assert new(tmp_path, base, "--jurisdiction", "xx-1", *chosen, *NOTICE, *PLACE) == 0
    passes(tmp_path)
    policy = base.partition("/")[2].partition(".")[0]
    started = policyrules.load(tmp_path / "xx-1" / f"{policy}.yaml").ruleset
    assert started.extends == (base,)


def one_of_each_depth() -> list[str]:
    """Return the first ruleset of each policy that rests on no other, on one, on two.

    `just long` takes all rulesets.
    """
    if profile() == "long":
        return [entry.id for entry in rulesets()]
    depth, chosen = dict[str, int](), dict[tuple[str, int], str]()
    for entry in sorted(rulesets(), key=lambda entry: (len(entry.extends), entry.id)):
        depth[entry.id] = 1 + max((depth.get(base, 1) for base in entry.extends), default=-1)
        policy = entry.id.partition("/")[2].partition(".")[0]
        chosen.setdefault((policy, depth[entry.id]), entry.id)
    return sorted(chosen.values())


@pytest.mark.parametrize("base", one_of_each_depth())
def test_a_start_on_new_dates_removes_what_only_the_old_dates_used(
    base: str, tmp_path: Path
) -> None:
    days = ["--from", "2022-07-01", "--to", "2022-12-31"]
    assert new(tmp_path, base, "--jurisdiction", "xx-1", *NOTICE, *PLACE, *days) == 0
    passes(tmp_path)


def test_a_start_with_dates_a_source_and_a_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ["--from", "2022-06-01", "--to", "2022-12-31"]
    assert new(tmp_path, *TOWN, *NOTICE, *PLACE, *days) == 0
    assert capsys.readouterr().out.replace(f"{tmp_path.as_posix()}/", "").split("\n") == [
        "wrote xx-1/retention-training-subsidy.yaml",
        "wrote xx-1/retention-training-subsidy.cases.yaml",
        "wrote sources.yaml",
        "wrote jurisdictions.yaml",
        "it is selected by id only: it takes rules over from another place",
        "to be filled in: `subsidy_per_head`",
        "",
    ]
    text = (tmp_path / "xx-1" / "retention-training-subsidy.yaml").read_text(encoding="utf-8")
    pin = shipped(BASE).ruleset.content_hash[: len("sha256:") + 16]
    assert (
        text
        == f"""\
# 某镇一次性留工培训补助 · One-off retention and training subsidy of a town
#
# A draft: fill in figures, quote the source, then remove the note `draft`.
policyrules: 1
id: xx-1/retention-training-subsidy
title: {{zh: 某镇一次性留工培训补助, en: One-off retention and training subsidy of a town}}
extends:
  {BASE}: {pin}
# It holds rules of another place, so it is not selected by place and day.
selection: by_id
legal_basis: notice
in_force:
  from: 2022-06-01
  to: 2022-12-31
  notes: [draft]
set:
  # In the base: not_stated; delegated: free.
  subsidy_per_head:
    value: not_stated
    notes: [draft]
# Only the notes on the dates of the base used these.
remove:
  closed_elsewhere:
    cite: notice
notes:
  draft:
    kind: warning
    zh: 草稿：本地的数字和日期尚未按来源填写。
    en: "A draft: figures and dates of this place have not been filled in from its source yet."
"""
    )
    passes(tmp_path)
    with pytest.raises(policyrules.RulesetNotFound, match="are selected by id only"):
        policyrules.load_for(
            "retention-training-subsidy", "xx-1", date(2022, 6, 1), folders=[tmp_path]
        )
    town = policyrules.load(tmp_path / "xx-1" / "retention-training-subsidy.yaml")
    decision = town.on(date(2022, 6, 1)).decide({"employer.insured_headcount": 1})
    assert "draft" in [notice.id for notice in decision.notices]


def test_another_year_sets_what_its_base_says_nothing_of(tmp_path: Path) -> None:
    refund = ["cn-nm/job-stabilisation-refund", "--jurisdiction", "cn-nm", "--variant", "2031"]
    assert new(tmp_path, *refund, "--from", "2031-01-01", "--to", "2031-12-31") == 0
    passes(tmp_path)
    path = tmp_path / "cn-nm" / "job-stabilisation-refund.2031.yaml"
    assert policyrules.load(path).ruleset.policy_year == 2031


def test_one_that_is_in_force_beside_another_of_its_place_is_selected_by_id(
    tmp_path: Path,
) -> None:
    shutil.copytree(shipped_folder(), tmp_path, dirs_exist_ok=True)
    assert new(tmp_path, BASE, "--jurisdiction", "cn-nm", "--variant", "reading") == 0
    path = tmp_path / "cn-nm" / "retention-training-subsidy.reading.yaml"
    assert policyrules.load(path).ruleset.selection == "by_id"
    assert not policyrules.check_rulesets([tmp_path]).diagnostics


def test_entries_are_added_to_files_that_are_there_and_every_comment_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = "# Documents.\npolicyrules: 1\nsources:\n  old:  # the first\n    title: 旧\n    issued: 2022-01-01\n"
    places = "policyrules: 1\njurisdictions:\n  xx: {zh: 某省, en: a province}  # above"
    (tmp_path / "sources.yaml").write_text(sources, encoding="utf-8")
    (tmp_path / "jurisdictions.yaml").write_text(places, encoding="utf-8", newline="\r\n")
    assert new(tmp_path, *TOWN, *NOTICE, *PLACE, "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["added"] == [
        {"path": f"{tmp_path.as_posix()}/sources.yaml", "id": "notice"},
        {"path": f"{tmp_path.as_posix()}/jurisdictions.yaml", "id": "xx-1"},
    ]
    entry = "  notice:\n    title: 某镇通知（虚构）\n    issued: 2022-05-01\n"
    assert (tmp_path / "sources.yaml").read_text(encoding="utf-8") == sources + entry
    entry = "  xx-1: {zh: 某镇, en: a town}\n"
    text = (tmp_path / "jurisdictions.yaml").read_text(encoding="utf-8")
    assert text == f"{places}\n{entry}"
    assert not policyrules.check_rulesets([tmp_path]).diagnostics


def test_a_source_goes_into_the_overlay_where_a_file_would_hide_those_that_are_shipped(
    tmp_path: Path,
) -> None:
    assert new(tmp_path, *TOWN) == 0
    assert new(tmp_path, *TOWN, *NOTICE, "--variant", "2022", "--to", "2022-12-31") == 0
    assert not (tmp_path / "sources.yaml").exists()
    passes(tmp_path)


def test_a_place_without_a_name_is_told_with_the_lines_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert new(tmp_path, *TOWN) == 0
    out = capsys.readouterr().out
    assert "jurisdictions.yaml, under `jurisdictions`:\n  xx-1: {zh: …, en: …}\n" in out


WRONG: list[tuple[list[str], int, str]] = [
    (["cn-nm/retention-training-subsidi", "--jurisdiction", "xx"], 1, f"did you mean `{BASE}`?"),
    ([BASE, "--jurisdiction", "CN-NM"], 1, "such as `cn-nm-150100`"),
    ([BASE, "--jurisdiction", "../.."], 1, "such as `cn-nm-150100`"),
    ([*TOWN, "--variant", "a/b"], 1, "`a/b` cannot be the name of a variant"),
    ([BASE, "--jurisdiction", "cn-nm"], 1, "with `--variant`"),
    ([*TOWN, "--set", "subsidy_per_hed"], 1, "did you mean `subsidy_per_head`?"),
    (
        [BASE, "--jurisdiction", "cn-nm-1", "--set", "risk_areas_min"],
        1,
        "`cn-nm` does not delegate `risk_areas_min`",
    ),
    ([*TOWN, "--source", "notice"], 1, "  notice:\n    title: TITLE\n    issued: YYYY-MM-DD"),
    ([*TOWN, "--from", "2022-02-30"], 2, "the calendar has no day `2022-02-30`"),
    ([*TOWN, "--to", "tomorrow"], 2, "`tomorrow` is not a day as YYYY-MM-DD"),
    ([*TOWN, "--to", "2021-12-31"], 1, "would end before it begins"),
    ([*TOWN, "--place-zh", "某镇"], 2, "go together"),
    ([*TOWN, "--source", "notice", "--issued", "2022-05-01"], 2, "together"),
    (["cn-nm-150100/retention-training-subsidy", *TOWN[1:], "--source", "hohhot-2022-11-10", *NOTICE[2:]], 1, "is declared already"),
]  # fmt: skip


@pytest.mark.parametrize("arguments, status, message", WRONG, ids=lambda value: str(value)[-50:])
def test_what_cannot_be_begun_is_refused_and_nothing_is_written(
    arguments: list[str],
    status: int,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert new(tmp_path, *arguments) == status
    assert message in capsys.readouterr().err
    assert new(tmp_path, *arguments, "--json") == status
    assert json.loads(capsys.readouterr().out)["error"]["code"]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert new(tmp_path / "none", *TOWN) == 2


def test_no_file_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tmp_path / "xx-1" / "retention-training-subsidy.cases.yaml"
    cases.parent.mkdir()
    cases.write_text("mine", encoding="utf-8")
    assert new(tmp_path, *TOWN, *NOTICE) == 1
    assert "retention-training-subsidy.cases.yaml" in capsys.readouterr().err
    assert tree(tmp_path) == {"xx-1/retention-training-subsidy.cases.yaml": b"mine"}


def test_where_one_file_cannot_be_written_none_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources.yaml").write_text(
        "policyrules: 1\nsources:\n  old: {title: 旧, issued: 2022-01-01}\n", encoding="utf-8"
    )
    (tmp_path / "xx-1").mkdir()
    cases = tmp_path / "xx-1" / "retention-training-subsidy.cases.yaml"
    cases.symlink_to("nowhere.yaml")
    before = tree(tmp_path)
    assert new(tmp_path, *TOWN, *NOTICE, "--json") == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == "not-written"
    assert error["message"].endswith(".cases.yaml` cannot be written: it exists already")
    assert tree(tmp_path) == before
    assert list(cases.parent.iterdir()) == [cases]


def test_an_entry_that_does_not_belong_at_the_end_is_left_to_its_author(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sources.yaml").write_text(
        "sources: {old: {title: 旧, issued: 2022-01-01}}\npolicyrules: 1\n", encoding="utf-8"
    )
    assert new(tmp_path, *TOWN, *NOTICE) == 1
    message = capsys.readouterr().err
    assert "add it yourself:\n  notice:\n    title: 某镇通知（虚构）\n" in message
    assert [path.name for path in tmp_path.iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize("name", ["sources.yaml", "jurisdictions.yaml"])
def test_a_file_that_cannot_be_read_is_told(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(b"policyrules: 1\nsources: \xff")
    assert new(tmp_path, *TOWN, *NOTICE, *PLACE) == 1
    message = capsys.readouterr().err
    assert f"{name}:2:1" in message
    assert "[not-utf-8]" in message
    assert list(tree(tmp_path)) == [name]


def test_titles_are_quoted_where_yaml_needs_it(tmp_path: Path) -> None:
    request = ScaffoldRequest(
        base=BASE,
        jurisdiction="xx-1",
        folder=tmp_path,
        source="notice",
        new_source=NewSource("通知: 第1号 # 一", date(2022, 5, 1)),
        zh="补助: “甲”, {乙}",
        en='A "subsidy": yes',
    )
    overlay, _, sources = scaffold_variant(request).files
    assert 'title: "通知: 第1号 # 一"' in sources.text
    assert policyrules.format_ruleset(overlay.text) == overlay.text
