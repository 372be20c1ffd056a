"""An overlay counts by the calendar around its own file."""

import shutil
from pathlib import Path
from typing import Final

import policyrules
from policyrules.catalogue.store import shipped_folder

ROOT: Final = Path(__file__).parents[2]
OVERLAY: Final = """\
policyrules: 1
id: cn-nm-150100/review-time
title: {{zh: 办理时限, en: Time to decide}}
extends: {{cn/review-time: "{pin}"}}
legal_basis: review-notice
selection: by_id
set:
  decide_within:
    value: 5
    cite: review-notice
"""


def test_an_overlay_has_the_calendar_of_its_place(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs/examples/working-days", tmp_path / "rules")
    base = tmp_path / "rules/cn/review-time.yaml"
    text = base.read_text(encoding="utf-8")
    base.write_text(
        text.replace("    unit: day\n", "    unit: day\n    delegated: free\n"), "utf-8"
    )
    pin = policyrules.load(base).ruleset.content_hash
    path = tmp_path / "rules/cn-nm-150100/review-time.yaml"
    path.parent.mkdir()
    path.write_text(OVERLAY.format(pin=pin), encoding="utf-8")
    facts = {
        "claim": {
            "issued_on": "2025-06-01",
            "accepted_on": "2026-02-09",
            "published_on": "2026-02-06",
            "decided_on": "2026-02-14",
        }
    }
    review = policyrules.load(path)
    assert review.on("2026-06-01").decide(facts).status == "eligible"
    before = review.ruleset.content_hash

    # A calendar of the city, in which Saturday 14 February is not worked.
    shipped = (shipped_folder() / "calendars.yaml").read_text(encoding="utf-8")
    _, _, entries = shipped.partition("calendars:\n")
    city = entries.replace("  cn:\n", "  cn-nm-150100:\n")
    city = city.replace("2026-02-14, 2026-02-28", "2026-02-28").replace(
        "2026-02-15..", "2026-02-14.."
    )
    (tmp_path / "rules/calendars.yaml").write_text(shipped + city, encoding="utf-8")
    assert policyrules.load(base).ruleset.content_hash == pin
    review = policyrules.load(path)
    assert review.ruleset.content_hash != before
    decision = review.on("2026-06-01").decide(
        {"claim": {**facts["claim"], "decided_on": "2026-02-24"}}
    )
    assert decision.status == "eligible"
