"""Files with very many mistakes: equal findings are merged, and those not shown are counted."""

import difflib
from collections.abc import Sequence
from typing import Any

import pytest
from tests.conformance.cases import BASE, FILES

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import CompileResult, File
from policyrules.diagnostics import (
    MAX_PER_CODE,
    MAX_RELATED_PLACES,
    Diagnostics,
    Severity,
    did_you_mean,
)
from policyrules.text.span import Span

MANY = 400
RULESET = (BASE / FILES["ruleset"]).read_text(encoding="utf-8")

KEYS = RULESET + "".join(f"kez{place}: 1\n" for place in range(MANY))
MEMBERS = RULESET.replace("all: [subject", f"all: [{', '.join(f'm{n}' for n in range(MANY))}")
CONDITION = "  c{0}: {{title: {{zh: 甲, en: a}}, holds: {1}, cite: law}}\n"
NAMES = RULESET.replace(
    "outcome:", "".join(CONDITION.format(n, f"not nam{n}") for n in range(MANY)) + "outcome:"
)
FACTS = RULESET.replace(
    "outcome:", "".join(CONDITION.format(n, f"employer.f{n}") for n in range(MANY)) + "outcome:"
)
WORDS = RULESET.replace(
    "value: [enterprise, union]", f"value: [{', '.join(f'word_{n}' for n in range(MANY))}]"
)
TEXTS = {"keys": KEYS, "members": MEMBERS, "names": NAMES, "facts": FACTS, "words": WORDS}


def compiled(text: str) -> CompileResult:
    others = [File(FILES[kind], (BASE / FILES[kind]).read_bytes()) for kind in list(FILES)[1:]]
    return compile_ruleset(File(FILES["ruleset"], text.encode()), *others)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_not_shown_is_counted(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    near = difflib.get_close_matches

    def counting(word: str, names: Sequence[str], **options: Any) -> list[str]:
        compared.extend(names)
        return near(word, names, **options)

    monkeypatch.setattr(difflib, "get_close_matches", counting)
    diagnostics = compiled(text).diagnostics
    assert len(compared) <= 30 * MAX_PER_CODE
    assert len(diagnostics) <= MAX_PER_CODE + 2
    last = diagnostics[-1]
    assert last.message.startswith(f"{MANY - MAX_PER_CODE:,} more findings")
    assert (last.code, last.span) == (diagnostics[-2].code, diagnostics[-2].span)
    assert last.severity is Severity.ERROR


def test_names_that_are_too_long_or_too_many_are_not_compared() -> None:
    known = [f"{letter}name_{place}" for letter in "abcdefgh" for place in range(1_000)]
    assert did_you_mean("aname_17x", known) == "did you mean `aname_17`?"
    assert did_you_mean("a" * 10_000, ["a" * 9_999]) == ""


def test_one_name_is_one_finding_at_its_first_place() -> None:
    diagnostics = Diagnostics()
    for line in (9, 3, 7, 5, 11, 3):
        diagnostics.report("unknown-name", Span.empty_at("a", line), "there is no `x`", found="`x`")
    [diagnostic] = diagnostics.sorted()
    assert diagnostic.span.line == 3
    assert diagnostic.found == "`x`, in 5 places"
    assert [span.line for span, _ in diagnostic.related] == [5, 7, 9]
    assert len(diagnostic.related) == MAX_RELATED_PLACES


def test_one_name_of_two_files_is_two_findings() -> None:
    diagnostics = Diagnostics()
    for path in ("a", "b"):
        diagnostics.report("unknown-name", Span.empty_at(path), "there is no `x`", found="`x`")
    assert [diagnostic.span.path for diagnostic in diagnostics.sorted()] == ["a", "b"]


def test_other_findings_are_not_merged() -> None:
    diagnostics = Diagnostics()
    for line in (1, 2):
        diagnostics.report("missing-key", Span.empty_at("a", line), "the key `quote` is missing")
    assert len(diagnostics.sorted()) == 2


def test_one_kind_of_finding_hides_no_other() -> None:
    diagnostics = Diagnostics()
    for line in range(3 * MAX_PER_CODE):
        diagnostics.report("missing-key", Span.empty_at("a", line), "a key is missing")
    diagnostics.report("cycle", Span.empty_at("a", 1), "`a` depends on itself")
    diagnostics.report("missing-key", Span.empty_at("b", 1), "a key is missing")
    codes = [(diagnostic.code, diagnostic.span.path) for diagnostic in diagnostics.sorted()]
    assert codes.count(("cycle", "a")) == codes.count(("missing-key", "b")) == 1
    assert codes.count(("missing-key", "a")) == MAX_PER_CODE + 1


# --- findings made elsewhere ---------------------------------------------------------------------


def misspelt(*lines: int) -> Diagnostics:
    diagnostics = Diagnostics()
    for line in lines:
        span = Span("a.yaml", line, 1, line, 5)
        diagnostics.report("unknown-name", span, "there is no fact `a`", remedy="did you mean `b`?")
    return diagnostics


def test_what_is_collected_apart_is_merged_as_what_is_collected_at_once() -> None:
    apart = misspelt(1)
    apart.extend(misspelt(1, 2))
    apart.extend(misspelt(3))
    assert apart.sorted() == misspelt(1, 2, 3).sorted()


def test_what_was_only_counted_elsewhere_is_counted_here_too() -> None:
    some = Diagnostics()
    for line in range(1, 151):
        some.report("bad-literal", Span("a.yaml", line, 1, line, 5), f"no number: {line}")
    all_ = Diagnostics()
    all_.extend(some)
    assert all_.sorted() == some.sorted()
