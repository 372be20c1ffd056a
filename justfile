# `just check` is the gate, the same here and in CI. It works unactivated: `.venv/bin/just check`.

set shell := ["bash", "-euo", "pipefail", "-c"]

# The tools come from the environment that holds this very `just` (the `dev` extra puts it there);
# a `just` from elsewhere uses the active environment, or else the checkout's `.venv`.
own_bin := parent_directory(just_executable())
bin := if path_exists(own_bin / ".." / "pyvenv.cfg") == "true" {
    own_bin
} else {
    env("VIRTUAL_ENV", justfile_directory() / ".venv") / "bin"
}
export PATH := bin + ":" + env("PATH")

# Several processes pay off once hypothesis is at work; more than four do not.
parallel := "-n auto --maxprocesses 4 --dist worksteal"

# List the recipes
default:
    @just --list

# Each recipe has a budget in seconds of CPU, the `user` of `time just <recipe>`, with nothing cached:
# the clock of a busy machine says little. Whoever exceeds one makes something cheaper, fewer or
# `slow`; `just test --durations=30` finds it. CONTRIBUTING says more.

# Layout, lint, types, imports and the fast tests (150 s of CPU on two cores, 16 s of it for types)
quick: layout lint mypy imports
    POLICYRULES_PROFILE=quick pytest {{ parallel }} -m "not slow" -x -q

# The whole gate (at most 540 s): done means green
check: layout lint mypy complete-types imports rulesets cases test examples wheel

# Rewrite the code in its one layout, with the lint's safe repairs
fmt:
    ruff check --fix-only --quiet .
    ruff format .

# Is the code in its one layout?
layout:
    ruff format --check .

# Does the code follow the conventions?
lint:
    ruff check .

# Strict types, tests included (16 s; 1 s where `.mypy_cache` is warm)
mypy:
    mypy

# Is every public name of the package fully typed, for those who import it? (7 s)
complete-types:
    basedpyright --verifytypes policyrules --ignoreexternal

# Does every package import packages of lower layers only?
imports:
    lint-imports --no-logo

# Every shipped ruleset: its layout, and its quotes too, where the saved texts lie beside the checkout (3 s)
rulesets:
    policyrules fmt --check rulesets
    policyrules check {{ if path_exists("../shared/policies") == "true" { "--texts ../shared/policies" } else { "" } }}

# The cases beside every shipped ruleset: do they pass, show every rule, and notice every slip? (15 s)
cases:
    policyrules test --coverage --mutate

# All tests (at most 420 s); a warning is an error. `just test tests/project -x` runs some
test *arguments:
    pytest {{ parallel }} {{ arguments }}

# Run every example: README, docs, docstrings (14 s)
examples:
    pytest --doctest-modules README.md docs src

# Build the wheel through the sdist and test what may differ in a place without src (80 s)
wheel:
    tests/wheel.sh

# The same tests at full size, with random examples: hours; `just long tests/generated` runs some
long *arguments:
    POLICYRULES_PROFILE=long pytest {{ parallel }} {{ arguments }}

# Measure decisions, loading and import, as ratios to a hand-written function
bench *arguments:
    python benchmarks/run.py {{ arguments }}

# Change the code in one place at a time: does a direct test notice? No part of the gate (an hour, and the extra `mutants`); `just mutants "policyrules.check.bounds.*"` tries some
mutants *names:
    mutmut run {{ names }}
    mutmut results
