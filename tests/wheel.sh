#!/usr/bin/env bash
# Builds the wheel from the sdist and tests what may differ when a user installs it: in an
# environment of its own, from a folder that holds tests and docs but no src and no rulesets.
set -euo pipefail
unset PYTHONPATH
cd "$(dirname "${BASH_SOURCE[0]}")/.."
checkout=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Without --sdist or --wheel, `build` makes the sdist and then the wheel out of the sdist.
python -m build --no-isolation --outdir "$work/dist" . > "$work/build.log" 2>&1 \
    || { cat "$work/build.log"; exit 1; }
wheel=$(echo "$work"/dist/*.whl)
echo "built $(basename "$wheel")"

# The environment has no pip of its own, and no module is compiled before it is imported.
python -m venv --without-pip "$work/venv"
python -m pip --python "$work/venv/bin/python" install \
    --quiet --disable-pip-version-check --no-compile "$wheel[tests]"

mkdir "$work/away"
cp -R pyproject.toml conftest.py README.md tests docs "$work/away"
cd "$work/away"
export PATH="$work/venv/bin:$PATH"

python - "$checkout" <<'PROOF'
import importlib
import pathlib
import pkgutil
import sys
import sysconfig

import policyrules

package = pathlib.Path(policyrules.__file__).resolve().parent
site = pathlib.Path(sysconfig.get_path("purelib")).resolve()
assert package == site / "policyrules", f"imported from {package}, not from {site}"
assert not package.is_relative_to(sys.argv[1]), f"imported from the checkout: {package}"
assert (package / "py.typed").is_file(), "the wheel lacks py.typed"
shipped = pathlib.Path(sys.argv[1], "rulesets")
for folder, there in ((shipped, package / "_rulesets"), (shipped.parent / "src", site)):
    lacks = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.*")
        if path.suffix != ".pyc"
        and (
            not (installed := there / path.relative_to(folder)).is_file()
            or installed.read_bytes() != path.read_bytes()
        )
    ]
    assert not lacks, f"the wheel lacks or changes {lacks}"
# What a module imports is declared as a dependency, or this environment lacks it.
modules = [one.name for one in pkgutil.walk_packages(policyrules.__path__, "policyrules.")]
for name in modules:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(f"policyrules is imported from site-packages, {len(modules)} modules")
PROOF

policyrules --version
policyrules decide cn-nm/job-stabilisation-refund docs/examples/firm-of-30.yaml --on 2022-11-25
# Every file of the wheel is byte for byte that of the checkout, where `just cases` runs all cases:
# here a base, an overlay and a ruleset with lists show that the cases are found and run.
policyrules test cn-nm/job-stabilisation-refund cn-nm-150100/job-stabilisation-refund \
    cn-nm/job-expansion-subsidy
# What may differ once it is installed: the programs (`check` of all that is shipped among them),
# the plugin, the data files, the extras. All else is the same code as in the checkout, which the
# gate tests there.
pytest -q -n auto --maxprocesses 4 -m "installed and not checkout" tests
pytest -q README.md
