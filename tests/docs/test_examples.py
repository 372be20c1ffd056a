"""The facts in `docs/examples`: each file names a command, and the command decides it."""

import json
import re
from pathlib import Path
from typing import Final

import pytest

from policyrules.cli import main

pytestmark = pytest.mark.installed

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
STATUSES: Final = {
    "caterer.yaml": "eligible",
    "firm-before-the-search.yaml": "undetermined",
    "firm-of-30.yaml": "eligible",
    "firm-size-unknown.yaml": "eligible",
    "new-hires.yaml": "eligible",
    "water-engineer.yaml": "eligible",
}
COMMAND: Final = re.compile(
    r"^# policyrules decide (\S+) docs/examples/(\S+) --on (\S+)$", re.MULTILINE
)


def decided(name: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """The decision by the command that the file names."""
    path = EXAMPLES / name
    command = COMMAND.search(path.read_text(encoding="utf-8"))
    assert command is not None, f"{name} names no command"
    ruleset, itself, on = command.groups()
    assert itself == name
    assert main(["decide", ruleset, str(path), "--on", on, "--json"]) == 0
    decision: dict[str, object] = json.loads(capsys.readouterr().out)
    return decision


@pytest.mark.parametrize("name", STATUSES)
def test_an_example_is_decided_by_the_command_in_it(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert decided(name, capsys)["status"] == STATUSES[name]


def test_every_file_of_facts_is_among_them() -> None:
    facts = {path.name for path in EXAMPLES.glob("*.yaml")}
    # What belongs to a ruleset of another folder is shown with it.
    assert {name for name in facts if ".cases." not in name} == set(STATUSES)


def test_of_three_hires_one_counts_one_is_a_day_too_old_and_one_is_open(
    capsys: pytest.CaptureFixture[str],
) -> None:
    items = decided("new-hires.yaml", capsys)["items"]
    assert isinstance(items, dict)
    statuses = {key: hire["status"] for key, hire in items["hires"].items()}
    assert statuses == {"张三": "eligible", "李四": "ineligible", "王五": "undetermined"}
