"""Pins: a changed base is reported, and `pin` renews the hash without touching other text."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conformance.cases import FILES, HOHHOT, PIN, write_overlay
from tests.overlays.test_overlays import CAP, YEAR, variant

import policyrules
from policyrules.catalogue.pins import pins, update_pins
from policyrules.cli import main
from policyrules.errors import RulesetError, RulesetNotFound

CITY = f'extends: {{{YEAR}: "{PIN}"}}\nset:\n  layoff_cap: {{value: 5%, cite: notice}}\n'


def test_a_pin_is_renewed_in_its_place_and_nothing_else_changes(tmp_path: Path) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = tmp_path / f"{YEAR}.yaml"
    text = f"""# the year
extends:
  # the base, as it was in January
  cn-nm/refund: '{PIN}'  # look here
{CAP}"""
    write_overlay(tmp_path, YEAR, text)
    [pin] = pins([path])
    assert (pin.base, pin.pinned_hash, pin.overridden_ids) == ("cn-nm/refund", PIN, ("layoff_cap",))
    assert pin.is_stale
    before = path.read_text(encoding="utf-8")
    after = update_pins(path.read_bytes(), [pin]).decode()
    assert after == before.replace(PIN, pin.current_hash[: len(PIN)])


@pytest.mark.parametrize("written", ["new", '"sha256:00"', "'sha256:0000000000000000'"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_whatever_stands_for_a_pin_is_renewed(tmp_path: Path, written: str, ending: str) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = write_overlay(tmp_path, YEAR, f"extends: {{cn-nm/refund: {written}}}\n{CAP}")
    data = path.read_bytes().replace(b"\n", ending.encode())
    path.write_bytes(update_pins(b"\xef\xbb\xbf" + data, pins([path])))
    assert policyrules.load(path).ruleset.extends == ("cn-nm/refund",)
    assert not [pin for pin in pins([path]) if pin.is_stale]


def test_a_stack_is_pinned_in_any_order(tmp_path: Path) -> None:
    """The content of a year does not hold its pin, so renewing that moves no city."""
    variant(tmp_path, (YEAR, CAP))
    paths = [
        write_overlay(tmp_path, HOHHOT, CITY.replace("set", "# the city\nset")),
        write_overlay(tmp_path, YEAR, CAP),
    ]
    pinned = pins(paths)
    assert len(pinned) == 2
    for path in paths:
        path.write_bytes(
            update_pins(path.read_bytes(), [pin for pin in pinned if pin.path == path])
        )
    assert not [pin for pin in pins(paths) if pin.is_stale]


def test_a_base_that_is_wrong_cannot_be_pinned(tmp_path: Path) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = tmp_path / f"{YEAR}.yaml"
    base = tmp_path / FILES["ruleset"]
    base.write_text(base.read_text(encoding="utf-8").replace("layoff_rate", "rate", 1))
    with pytest.raises(RulesetError):
        pins([path])
    base.unlink()
    with pytest.raises(RulesetNotFound, match="extends it"):
        pins([path])


def test_the_program_shows_renews_and_checks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = write_overlay(tmp_path, YEAR, CAP)
    before = path.read_bytes()
    assert main(["pin", "--check", str(tmp_path)]) == 1
    assert path.read_bytes() == before
    out = capsys.readouterr().out
    assert f"pinned: {PIN}" in out
    assert "review what the overlay changes: `layoff_cap`" in out
    assert main(["pin", str(path)]) == 0
    assert "the pin is updated" in capsys.readouterr().out
    assert main(["pin", "--check", "--json", str(tmp_path)]) == 0
    [pin] = json.loads(capsys.readouterr().out)["pins"]
    assert (pin["overlay"], pin["is_stale"], pin["is_updated"]) == (YEAR, False, False)
    assert main(["check", str(tmp_path)]) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_first_pin_is_written_and_nothing_has_moved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = write_overlay(tmp_path, YEAR, CAP)
    path.write_text(path.read_text(encoding="utf-8").replace(PIN, "new"), encoding="utf-8")
    assert main(["pin", "--check", str(path)]) == 1
    assert " has no pin yet\n" in capsys.readouterr().out
    assert main(["pin", str(path)]) == 0
    out = capsys.readouterr().out
    assert " had no pin; the pin is written\n" in out
    assert "has changed" not in out


def test_an_overlay_that_does_not_fit_on_the_disk_is_left_as_it_is(tmp_path: Path) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = write_overlay(tmp_path, YEAR, CAP + "# a long comment\n" * 100)
    before = path.read_bytes()
    script = """if True:
        import resource, sys
        from policyrules.cli import main
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))
        sys.exit(main(sys.argv[1:]))
    """
    done = subprocess.run(
        [sys.executable, "-c", script, "pin", str(path)], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"cannot be written: file too large [not-written]" in done.stderr
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir() if file.name.startswith(".")] == []


def test_what_moved_since_is_refused_until_it_was_looked_at(tmp_path: Path) -> None:
    variant(tmp_path, (YEAR, CAP))
    path = tmp_path / f"{YEAR}.yaml"
    base = tmp_path / FILES["ruleset"]
    base.write_text(base.read_text(encoding="utf-8").replace("value: 20%", "value: 21%"))
    with pytest.raises(RulesetError, match="stale-pin"):
        policyrules.load(path)
    path.write_bytes(update_pins(path.read_bytes(), pins([path])))
    assert policyrules.load(path).id == YEAR
