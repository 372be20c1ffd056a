"""Case files as text: what is found in a bad one, and what is told of a case that fails.

A file of `bad/` or `failing/` is read as those of the conformance suite are: its name, then
sections. `cases` changes `base.cases.yaml`, which stands beside the conformance suite's own
ruleset, `ruleset` changes that one, `hires` changes the cases of `hires/`, a ruleset that looks into
a list; the last section is what comes out. The same variable resets
them: `POLICYRULES_RESET_SNAPSHOTS=1 pytest tests/cases`.
"""

import shutil
from pathlib import Path
from typing import Final

from tests.conformance.cases import BASE, Case, _file, read_case

HERE: Final = Path(__file__).parent
RULESET: Final = "cn-nm/refund.yaml"
CASES: Final = "cn-nm/refund.cases.yaml"
HIRES: Final = "cn-nm/hires.cases.yaml"


def read_folder(name: str) -> list[Case]:
    cases = [read_case(path) for path in sorted((HERE / name).glob("*.txt"))]
    assert cases, f"no case in {name}"
    return cases


def write_files(case: Case, folder: Path) -> None:
    """Writes the ruleset and its cases as a case has them."""
    if any(heading.startswith("hires") for heading, _ in case.sections):
        shutil.copytree(HERE / "hires", folder, dirs_exist_ok=True)
    else:
        left = shutil.ignore_patterns("head.yaml", "hires.yaml", "texts")
        shutil.copytree(BASE, folder, dirs_exist_ok=True, ignore=left)
        shutil.copy(HERE / "base.cases.yaml", folder / CASES)
    for heading, body in case.sections:
        kind, _, how = heading.partition(", ")
        name = {"cases": CASES, "ruleset": RULESET, "hires": HIRES}.get(kind)
        if name is not None and how == "left out":
            (folder / name).unlink()
        elif name is not None:
            (folder / name).write_bytes(_file((folder / name).read_bytes(), how, body))
