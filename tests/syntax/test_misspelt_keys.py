"""A misspelt key is reported in every kind of file, whatever content it has."""

from pathlib import Path

import pytest
from tests.conformance.cases import BASE, FILES

import policyrules

CASES = """policyrules: 1
cases_of: cn-nm/refund
on: 2022-11-25
facts: {employer: {kind: enterprise}}
cases:
- {name: 甲, expect: {status: undetermined}}
"""
OVERLAY = """policyrules: 1
id: cn-nm-150100/refund
title: {zh: 变体, en: Variant}
extends: {cn-nm/refund: "sha256:0123456789abcdef"}
legal_basis: law
"""
TEXTS = {
    FILES["ruleset"]: (BASE / FILES["ruleset"]).read_text(encoding="utf-8"),
    FILES["vocabulary"]: (BASE / FILES["vocabulary"]).read_text(encoding="utf-8"),
    FILES["sources"]: (BASE / FILES["sources"]).read_text(encoding="utf-8"),
    "cn-nm/refund.cases.yaml": CASES,
    "cn-nm-150100/refund.yaml": OVERLAY,
}
KEYS = [
    (path, line.partition(":")[0])
    for path, text in TEXTS.items()
    for line in text.splitlines()
    if line[:1].isalpha() and ":" in line
]


@pytest.mark.slow
@pytest.mark.parametrize("under", ["", " x", " [x]", " {x: y}"])
@pytest.mark.parametrize("path, key", KEYS, ids=lambda value: str(value).replace("/", "_"))
def test_a_misspelt_key_is_a_finding_and_no_traceback(
    path: str, key: str, under: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in TEXTS.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        lines = text.splitlines(keepends=True)
        if name == path:
            place = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
            end = next(
                (n for n in range(place + 1, len(lines)) if lines[n][:1].isalpha()), len(lines)
            )
            misspelt = f"{key[:-1]}x{key[-1]}:"
            if under:
                lines[place:end] = [f"{misspelt}{under}\n"]
            else:
                lines[place] = lines[place].replace(f"{key}:", misspelt, 1)
        file.write_text("".join(lines), encoding="utf-8")
    diagnostics = (
        policyrules.run_cases([str(tmp_path)]).diagnostics
        if path.endswith(".cases.yaml")
        else policyrules.check_rulesets([tmp_path]).diagnostics
    )
    assert diagnostics


@pytest.mark.parametrize("key", ["id", "title", "legal_basis", "in_force", "outcome"])
def test_a_misspelt_required_key_is_one_finding(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ruleset = FILES["ruleset"]
    for name in (ruleset, FILES["vocabulary"], FILES["sources"]):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        text = TEXTS[name]
        if name == ruleset:
            assert f"\n{key}:" in text
            text = text.replace(f"\n{key}:", f"\n{key}s:")
        file.write_text(text, encoding="utf-8")
    errors = policyrules.check_rulesets([ruleset]).diagnostics
    assert [(error.code, error.found) for error in errors] == [("unknown-key", f"`{key}s`")]
