#!/usr/bin/env bash
# Builds the wheel from the sdist and tests it as a user gets it: installed in an environment of
# its own, from a folder that holds tests and docs but no src and no rulesets.
set -euo pipefail
unset PYTHONPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."
checkout=$PWD
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

# Without --sdist or --wheel, `build` makes the sdist and then the wheel out of the sdist.
python -m build --no-isolation --outdir "$room/dist" . > "$room/build.log" 2>&1 \
    || { cat "$room/build.log"; exit 1; }
wheel=$(echo "$room"/dist/*.whl)
echo "built $(basename "$wheel")"

python -m venv "$room/venv"
"$room/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel[tests]"

mkdir "$room/away"
cp -R pyproject.toml conftest.py README.md tests docs "$room/away"
cd "$room/away"
export PATH="$room/venv/bin:$PATH"

python - "$checkout" <<'PROOF'
import pathlib
import sys
import sysconfig

import policyrules

package = pathlib.Path(policyrules.__file__).resolve().parent
site = pathlib.Path(sysconfig.get_path("purelib")).resolve()
assert package == site / "policyrules", f"imported from {package}, not from {site}"
assert not package.is_relative_to(sys.argv[1]), f"imported from the checkout: {package}"
assert (package / "py.typed").is_file(), "the wheel lacks py.typed"
assert list(package.glob("_rulesets/**/*.yaml")), "the wheel lacks the rulesets"
assert list(package.glob("_rulesets/**/*.cases.yaml")), "the wheel lacks the cases"
print(f"policyrules is imported from site-packages, {len(list(package.rglob('*.py')))} modules")
PROOF

policyrules --version
policyrules decide cn-nm/job-stabilisation-refund docs/examples/firm-of-30.yaml --on 2022-11-25
policyrules test
pytest -q -n auto --maxprocesses 4 -m "not slow and not checkout" tests
# In one process: the examples of a page build on each other, and workers would share a page out.
pytest -q README.md docs
