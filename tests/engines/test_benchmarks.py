"""The benchmarks run, and the timed functions give the same answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

BENCHMARKS: Final = Path(__file__).parents[2] / "benchmarks"


@pytest.mark.slow
def test_every_row_of_decisions_is_measured() -> None:
    script = "import json, run; print(json.dumps(run.decisions(1)))"
    finished = subprocess.run(
        [sys.executable, "-c", script],
        cwd=BENCHMARKS,
        check=True,
        capture_output=True,
        text=True,
    )
    rows = json.loads(finished.stdout)
    engines = {row["name"].partition(",")[0].partition(":")[0] for row in rows}
    assert {"forward", "reference", "compiled"} <= engines
    assert all(row["value"] > 0 for row in rows)
