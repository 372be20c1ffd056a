"""The package in `docs/examples/regional-package`, installed as a user installs it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from tests.docs.pages import ROOT, WRITTEN, fences

import policyrules
from policyrules.api.policy import check_rulesets
from policyrules.cli import main

EXAMPLE = ROOT / "docs" / "examples" / "regional-package"
RULES = EXAMPLE / "src" / "regional_rules"
WALK = ROOT / "docs" / "how-to" / "write-a-variant-with-a-formula.md"
FACTS = """\
pooling_area: {fund_reserve_years: 2, risk_area_dates: [2022-03-15]}
employer:
  kind: enterprise
  industry: other
  insured: true
  insured_headcount: 10
  stopped_by_epidemic: true
  dishonesty_listed: false
  zombie_listed: false
  environment_compliant: true
  apprentices: 6
  training_plan_filed: true
"""


def test_its_rulesets_pass_and_their_pins_hold() -> None:
    assert not check_rulesets([RULES]).diagnostics
    assert policyrules.run_cases([RULES]).passed
    assert main(["fmt", "--check", str(RULES)]) == 0


def test_it_brings_what_the_walk_writes() -> None:
    for fence in fences(WALK.read_text(encoding="utf-8")):
        written = WRITTEN.fullmatch(fence.above)
        if written is not None:
            there = (RULES / written[1]).read_text(encoding="utf-8").splitlines()
            lines = fence.text.split("\n")
            differ = [actual for line, actual in zip(lines, there, strict=True) if line != actual]
            assert not [line for line in differ if "sha256:" not in line]


def run(*command: str | Path, within: Path) -> str:
    """What a command prints; it must end well. No environment of ours leads it elsewhere."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "PYTEST_ADDOPTS", "PYTEST_PLUGINS")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=within,
        env={**kept, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def wheel(project: Path, into: Path) -> Path:
    """The wheel of a project, built with what is installed here."""
    before = set(into.glob("*.whl"))
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", into, within=project)
    (made,) = set(into.glob("*.whl")) - before
    return made


@pytest.mark.slow
@pytest.mark.checkout
def test_whoever_installs_it_has_its_variant_and_its_tests_pass(tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(EXAMPLE, project)
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    made = [wheel(ROOT, wheels), wheel(project, wheels)]

    # An environment of its own, in which nothing is asked of a network: the two wheels, and for
    # what they need a path to the environment that runs this. No `.pth` there is read, so what is
    # installed there to be edited, policyrules itself, is not found.
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    bin_ = home / ("Scripts" if os.name == "nt" else "bin")
    paths = sysconfig.get_paths("venv", vars={"base": str(home), "platbase": str(home)})
    site = Path(paths["purelib"])
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "needed.pth").write_text("\n".join(sorted(here)) + "\n", encoding="utf-8")
    python = bin_ / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "-q", "--no-index", "--no-deps", *made, within=tmp_path)

    where = run(python, "-c", "import policyrules; print(policyrules.__file__)", within=project)
    assert Path(where.strip()).is_relative_to(site)
    passed = run(python, "-m", "pytest", "-q", "-W", "error", within=project)
    assert "10 passed" in passed

    program = bin_ / "policyrules"
    listed = run(program, "list", "--lang", "en", within=tmp_path)
    assert "\n  cn-nm-xx/retention-training-subsidy  " in listed
    (tmp_path / "facts.yaml").write_text(FACTS, encoding="utf-8")
    words = ("retention-training-subsidy", "facts.yaml", "--jurisdiction", "cn-nm-xx")
    decided = run(program, "decide", *words, "--on", "2022-11-25", "--lang", "en", within=tmp_path)
    assert decided.startswith(
        "`cn-nm-xx/retention-training-subsidy`: it is the ruleset of cn-nm-xx itself"
    )
    assert "Outcome: eligible" in decided
    assert "3,600.00 CNY" in decided
    assert run(program, "test", "cn-nm-xx/retention-training-subsidy", within=tmp_path)
