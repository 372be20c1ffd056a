"""Heads of rulesets: the data for lists and for selection, read without the rules."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import FILES, HOHHOT, Case, write_overlay
from tests.overlays.test_overlays import CASES, overlays_of, variant, write_base

import policyrules
from policyrules.catalogue.heads import CatalogueEntry, HeadReader, list_rulesets
from policyrules.catalogue.store import RulesetLoader, load_ruleset, shipped_folder
from policyrules.cli import main
from policyrules.diagnostics import Diagnostics
from policyrules.errors import RulesetError
from policyrules.syntax import reader, yaml

BASE = FILES["ruleset"]


def as_checked(path: Path, loader: RulesetLoader) -> CatalogueEntry:
    """What the checked ruleset at a path says of itself."""
    ruleset, _ = load_ruleset(path, loader)
    source = ruleset.sources[ruleset.legal_basis]
    return CatalogueEntry(
        id=ruleset.id,
        path=path,
        title=ruleset.title,
        in_force_from=ruleset.in_force.from_,
        in_force_to=ruleset.in_force.to,
        source_title=source.title,
        source_issued=source.issued,
        extends=ruleset.extends,
        selection=ruleset.selection,
    )


@pytest.fixture
def no_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: RulesetLoader, path: Path) -> None:
        raise AssertionError(f"{path} is compiled")

    monkeypatch.setattr(RulesetLoader, "compile", refuse)


@pytest.mark.slow
def test_a_head_says_what_the_checked_ruleset_says() -> None:
    loader = RulesetLoader()
    listed = list_rulesets(shipped_folder())
    assert listed.entries
    assert not listed.diagnostics
    assert [as_checked(entry.path, loader) for entry in listed.entries] == list(listed.entries)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_head_of_an_overlay_has_what_its_bases_say(case: Case, tmp_path: Path) -> None:

    overlays = overlays_of(case)
    variant(tmp_path, *overlays)
    listed = list_rulesets(tmp_path)
    assert not listed.diagnostics
    assert {id_ for id_, _ in overlays} <= {entry.id for entry in listed.entries}
    loader = RulesetLoader()
    assert [as_checked(entry.path, loader) for entry in listed.entries] == list(listed.entries)


@pytest.mark.usefixtures("no_compiling")
def test_no_ruleset_is_compiled_for_a_list_or_a_choice() -> None:
    assert main(["list"]) == 0
    picked = policyrules.select("job-stabilisation-refund", "cn-nm-150100", date(2023, 7, 5))
    assert picked.ruleset == "cn-nm/job-stabilisation-refund.2023"


def test_a_file_whose_rules_are_wrong_is_listed(tmp_path: Path) -> None:
    write_base(tmp_path)
    path = tmp_path / BASE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("conditions:", "conditionz:", 1), encoding="utf-8")
    assert [entry.id for entry in list_rulesets(tmp_path).entries] == ["cn-nm/refund"]
    with pytest.raises(RulesetError):
        policyrules.load(path)


WRONG_HEADS = [
    ("title: {zh: 返还, en: Refund}\n", "", "missing-key"),
    ("title: {zh: 返还, en: Refund}", "title: 返还", "wrong-shape"),
    ("from: 2022-01-01", "from: 2022-13-01", "no-such-date"),
    ("to: 2022-12-31", "to: 2021-12-31", "date-order"),
    ("from: 2022-01-01, ", "", "missing-key"),
    ("legal_basis: law", "legal_basis: lax", "unknown-name"),
    ("id: cn-nm/refund", "id: cn-nm/other", "id-path-mismatch"),
    ("policyrules: 1", "policyrules: 2", "language-version"),
    ("policyrules: 1", "policyrules: [", "yaml-syntax"),
]


@pytest.mark.parametrize("old, new, code", WRONG_HEADS)
def test_a_wrong_head_is_told_and_the_others_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, code: str
) -> None:
    write_base(tmp_path)
    path = tmp_path / BASE
    text = path.read_text(encoding="utf-8")
    sound = text.replace("id: cn-nm/refund", "id: cn-hb/refund")
    (tmp_path / "cn-hb").mkdir()
    (tmp_path / "cn-hb" / "refund.yaml").write_text(sound, encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    listed = list_rulesets(tmp_path)
    assert [entry.id for entry in listed.entries] == ["cn-hb/refund"]
    assert code in {diagnostic.code for diagnostic in listed.diagnostics}
    assert main(["list", "--folder", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert "cn-hb/refund" in out
    assert f"[{code}]" in err
    assert main(["list", "--folder", str(tmp_path), "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [entry["id"] for entry in data["rulesets"]] == ["cn-hb/refund"]
    assert data["error"]["code"] == "invalid-ruleset"


@pytest.mark.parametrize(
    "extends, code",
    [
        ("extends: {cn-nm/nowhere: PIN}\n", "unknown-base"),
        ("extends: {../refund: PIN}\n", "unknown-base"),
        (f"extends: {{{HOHHOT}: PIN}}\n", "extends-cycle"),
    ],
)
def test_an_overlay_without_a_base_is_told(tmp_path: Path, extends: str, code: str) -> None:
    write_base(tmp_path)
    write_overlay(tmp_path, HOHHOT, extends)
    listed = list_rulesets(tmp_path)
    assert [entry.id for entry in listed.entries] == ["cn-nm/refund"]
    assert code in {diagnostic.code for diagnostic in listed.diagnostics}


def test_an_edit_is_seen_by_the_next_reader(tmp_path: Path) -> None:
    write_base(tmp_path)
    path = tmp_path / BASE
    assert HeadReader().entry(path).title.en == "Refund"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("en: Refund", "en: Rebate"), encoding="utf-8")
    assert HeadReader().entry(path).title.en == "Rebate"


@pytest.mark.slow
def test_what_rulesets_share_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    real = yaml.read_yaml

    def read(text: str, path: str, diagnostics: Diagnostics) -> yaml.Node | None:
        texts.append(path)
        return real(text, path, diagnostics)

    monkeypatch.setattr(reader, "read_yaml", read)
    policyrules.check_rulesets([shipped_folder()])
    assert len(texts) > 20
    twice = {path for path in texts if texts.count(path) > 1}
    # The command for all files reads what jurisdictions are called once more, to check it.
    assert {Path(path).name for path in twice} <= {"jurisdictions.yaml"}


def test_what_is_wrong_with_a_shared_file_is_told_of_each(tmp_path: Path) -> None:
    write_base(tmp_path)
    (tmp_path / "sources.yaml").write_text("policyrules: 1\nsources: [\n", encoding="utf-8")
    loader = RulesetLoader()
    write_overlay(tmp_path, HOHHOT, "")
    for name in (BASE, f"{HOHHOT}.yaml"):
        codes = {diagnostic.code for diagnostic in loader.compile(tmp_path / name).diagnostics}
        assert "yaml-syntax" in codes
