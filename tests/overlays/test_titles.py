"""Titles that an overlay gives to rules of its base, and removals with one ground."""

from pathlib import Path

from tests.conformance.cases import BASE

from policyrules.api.policy import check_rulesets, load
from policyrules.catalogue.compiler import PIN_LENGTH
from policyrules.syntax.formatter import format_text

OVERLAY = """policyrules: 1
id: cn-nm/refund.other
title: {zh: 变体, en: Variant}
extends: {cn-nm/refund: PIN}
selection: by_id
legal_basis: notice
set:
  layoff_cap:
    value: 30%
    cite: notice
titles:
  layoff_cap: {zh: 裁员比例上限, en: Largest share laid off}
  layoffs: {zh: 稳岗, en: Jobs kept}
  refund: {zh: 稳岗补贴, en: Retention subsidy}
  nobody-laid-off: {zh: 没有裁员, en: No layoffs}
remove:
  ids: [not-listed]
  cite: notice
"""


def overlay(folder: Path, text: str) -> Path:
    """The overlay, beside the base."""
    for name in ("cn-nm/refund.yaml", "vocabulary.yaml", "sources.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes((BASE / name).read_bytes())
    path = folder / "cn-nm" / "refund.other.yaml"
    pin = load(folder / "cn-nm" / "refund.yaml").ruleset.content_hash[:PIN_LENGTH]
    path.write_text(text.replace("PIN", pin), encoding="utf-8")
    return path


def test_a_figure_is_set_and_its_title_changed(tmp_path: Path) -> None:
    path = overlay(tmp_path, OVERLAY)
    assert check_rulesets([path]).diagnostics == ()
    ruleset = load(path).ruleset
    assert ruleset.parameters["layoff_cap"].title.zh == "裁员比例上限"
    assert ruleset.conditions["layoffs"].title.en == "Jobs kept"
    [amount] = ruleset.outcome.amounts.values()
    assert amount.title.zh == "稳岗补贴"
    [exception] = ruleset.values["layoff_rate"].exceptions
    assert exception.title.zh == "没有裁员"
    assert ruleset.outcome.eligible.members == ("subject", "layoffs")


def test_removals_with_one_ground_keep_their_form() -> None:
    group = "remove:\n  ids: [not-listed]\n  cite: notice\n"
    several = "remove:\n  - {ids: [not-listed], cite: notice}\n  - {ids: [layoffs], cite: law}\n"
    for removals in (group, several):
        result = format_text(OVERLAY.replace(group, removals).encode(), "cn-nm/refund.other.yaml")
        assert result.diagnostics == ()
        assert removals in (result.text or "")
