"""Diagnostics as SARIF 2.1.0, for editors and code hosts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from policyrules.diagnostics import CODES, Code, Diagnostic
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.span import Span


def sarif(diagnostics: Iterable[Diagnostic], version: str) -> dict[str, Any]:
    """Return a SARIF log of one run; its rules are all diagnostic codes."""
    order = {name: number for number, name in enumerate(CODES)}
    driver = {
        "name": "policyrules",
        "version": version,
        "rules": [_rule(code) for code in CODES.values()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, order[diagnostic.code]) for diagnostic in diagnostics],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }


def _rule(code: Code) -> dict[str, Any]:
    return {
        "id": code.name,
        "shortDescription": {"text": code.title},
        "helpUri": f"docs/errors/{code.name}.md",
        "defaultConfiguration": {"level": str(code.severity)},
    }


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    labelled = (
        ("found", diagnostic.found),
        ("expected", diagnostic.expected),
        ("remedy", diagnostic.remedy),
    )
    parts = [diagnostic.message, *(f"{label}: {text}" for label, text in labelled if text)]
    parts = [escape_control_characters(part) for part in parts]
    related = [
        {"id": number, "message": {"text": escape_control_characters(text)}, **_location(span)}
        for number, (span, text) in enumerate(diagnostic.related)
    ]
    return {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": str(diagnostic.severity),
        "message": {"text": "\n".join(parts)},
        "locations": [_location(diagnostic.span)],
        **({"relatedLocations": related} if related else {}),
    }


def _location(span: Span) -> dict[str, Any]:
    path = Path(span.path)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
