"""Discover suites: rulesets with the case files beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from policyrules.cases.reader import CaseFile, parse_cases, read_case_file
from policyrules.catalogue.discovery import (
    IgnoredFile,
    discover,
    is_case_file,
    not_read_diagnostics,
    real_path,
    remedy_for_another_file,
)
from policyrules.catalogue.result import CompileArtifacts, CompileResult
from policyrules.catalogue.store import (
    RulesetLoader,
    cases_beside,
    display_path,
    find,
    read_file,
    ruleset_beside,
    shipped_folder,
)
from policyrules.diagnostics import Diagnostic, Diagnostics, Severity
from policyrules.errors import RulesetNotFound
from policyrules.intake import FactsFile
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.syntax.cases_tree import CasesTree


@attrs.frozen
class Suite:
    """A ruleset with its cases, ready to run; `artifacts` are those of its compilation."""

    ruleset: CheckedRuleset
    cases: CaseFile
    artifacts: CompileArtifacts | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class SuiteDiscovery:
    """The result of a discovery: suites to run, rulesets without a case file, and diagnostics.

    A suite with an error is not among `suites`. `untested` has a suite without cases for every
    ruleset without a case file.
    """

    suites: tuple[Suite, ...]
    without_cases: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    untested: tuple[Suite, ...] = ()

    @property
    def all(self) -> tuple[Suite, ...]:
        """Every suite: those of tested rulesets, then those of untested ones."""
        return (*self.suites, *self.untested)


def discover_suites(paths: Sequence[str]) -> SuiteDiscovery:
    """Discover the suites of rulesets, case files and folders; without paths, all shipped ones.

    A ruleset is given by its path or its id, and runs with the case file beside it. A case file
    runs with the ruleset beside it, or else with the installed one that it names.

    Raises:
        RulesetNotFound: there is no such file, folder or id, or a folder has neither rulesets nor
            cases.
    """
    suites, without, untested, diagnostics, loader = [], [], [], Diagnostics(), RulesetLoader()
    not_read: list[IgnoredFile] = []
    for path in {real_path(path): path for path in _files_to_run(paths, not_read)}.values():
        if not is_case_file(path):
            without.append(display_path(path))
            # No case file reports its errors.
            compiled = loader.compile(path)
            diagnostics.extend(_errors(compiled.diagnostics))
            if compiled.ruleset is not None:
                untested.append(_without_cases(compiled.ruleset, compiled.artifacts, path))
            continue
        suite = _suite(path, loader, diagnostics)
        if suite is not None:
            suites.append(suite)
    diagnostics.extend(not_read_diagnostics(not_read))
    return SuiteDiscovery(tuple(suites), tuple(without), diagnostics.sorted(), tuple(untested))


def _without_cases(
    ruleset: CheckedRuleset, artifacts: CompileArtifacts | None, path: Path
) -> Suite:
    """Return the suite of a ruleset without a case file."""
    return Suite(
        ruleset, CaseFile(display_path(path), ruleset.id, (), FactsFile({}, {})), artifacts
    )


def _files_to_run(paths: Sequence[str], not_read: list[IgnoredFile]) -> Iterator[Path]:
    """Yield the case files to run, and the rulesets without one."""
    if not paths:
        yield from _files_in_folder(shipped_folder(), not_read)
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = list(_files_in_folder(path, not_read))
            if not files and not any(file.is_policyrules_file for file in not_read):
                raise RulesetNotFound(given, "the folder has neither rulesets nor cases")
            yield from files
        elif is_case_file(path):
            if not path.is_file():
                raise RulesetNotFound(given, "there is no such case file")
            yield path
        else:
            remedy = remedy_for_another_file(path)
            if remedy and path.is_file():
                raise RulesetNotFound(given, remedy)
            yield _case_file_or_ruleset(find(given))


def _files_in_folder(folder: Path, not_read: list[IgnoredFile]) -> Iterable[Path]:
    discovery = discover(folder)
    not_read += discovery.not_read
    return sorted({*map(_case_file_or_ruleset, discovery.rulesets), *discovery.cases})


def _case_file_or_ruleset(ruleset: Path) -> Path:
    """Return the case file of a ruleset, or the ruleset if it has none."""
    cases = cases_beside(ruleset)
    return cases if cases.is_file() else ruleset


def _suite(path: Path, loader: RulesetLoader, diagnostics: Diagnostics) -> Suite | None:
    here = Diagnostics()
    file = read_file(path, here)
    tree = parse_cases(file, here) if file is not None else None
    made = _ruleset(path, tree, loader, here) if tree is not None else None
    cases = None
    if tree is not None and made is not None and made.ruleset is not None:
        cases = read_case_file(tree, made.ruleset, here)
    diagnostics.extend(here)
    if made is None or made.ruleset is None or cases is None or here.has_errors:
        return None
    return Suite(made.ruleset, cases, made.artifacts)


def _ruleset(
    path: Path, tree: CasesTree, loader: RulesetLoader, diagnostics: Diagnostics
) -> CompileResult | None:
    """Return the ruleset beside the case file, or the installed one; report its errors."""
    id_, span = tree.cases_of.text, tree.cases_of.span
    beside = ruleset_beside(path)
    where = beside
    if not beside.is_file():
        try:
            # Only an id: a path would lead elsewhere on another machine.
            where = find(id_.removesuffix(".yaml"))
        except RulesetNotFound as error:
            diagnostics.report(
                "unknown-name",
                span,
                f"there is no ruleset `{id_}`",
                found=f"`{id_}`, and no `{beside.name}` beside the case file",
                expected="the id of the ruleset beside the case file, or of an installed one",
                remedy=error.remedy if error.remedy.startswith("did you mean") else "",
            )
            return None
    compiled = loader.compile(where)
    diagnostics.extend(_errors(compiled.diagnostics))
    if compiled.ruleset is not None and compiled.ruleset.id != id_:
        diagnostics.report(
            "id-path-mismatch",
            span,
            f"`{id_}` is not the ruleset beside the case file",
            found=f"`{id_}`",
            expected=f"`{compiled.ruleset.id}`, the id of `{beside.name}`",
            remedy="correct `cases_of`, or rename the case file",
        )
        return None
    return compiled


def _errors(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the errors; `check` reports the warnings."""
    return (diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR)
