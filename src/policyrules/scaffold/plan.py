"""Plan the files of a variant; check and decide it before anything is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Final

import attrs

from policyrules.api.engine_cache import library_version
from policyrules.cases.merge import apply_changes
from policyrules.cases.reader import parse_cases
from policyrules.catalogue.bases import CompileContext, FoundBase, UnknownBase
from policyrules.catalogue.compiler import PIN_LENGTH, compile_ruleset
from policyrules.catalogue.discovery import (
    CALENDARS,
    JURISDICTIONS,
    SOURCES,
    VOCABULARY,
    real_path,
    ruleset_paths,
)
from policyrules.catalogue.result import CompileArtifacts, File
from policyrules.catalogue.store import (
    RulesetLoader,
    cases_beside,
    display_path,
    find_in_parents,
    find_in_parents_or_shipped,
    installed_folders,
    jurisdiction_titles_for,
    paths_by_id,
    read_file,
    shipped_folder,
)
from policyrules.decisions.decision import Decision
from policyrules.diagnostics import Diagnostics, did_you_mean, listed
from policyrules.engines import reference
from policyrules.errors import FactsError, RulesetError, RulesetNotFound, ScaffoldError
from policyrules.evaluation.dated import dated
from policyrules.intake import Intake, facts_of_node
from policyrules.ir.ruleset import CheckedRuleset, Parameter, Period
from policyrules.outcome.build import build_decision
from policyrules.overlays.inherit import jurisdiction_of
from policyrules.scaffold import templates
from policyrules.scaffold.files import ScaffoldFile, add_entry, read_bytes, source_ids
from policyrules.scaffold.orphaned_names import names_to_remove
from policyrules.scaffold.request import ScaffoldRequest
from policyrules.syntax.cases_tree import CaseNode, CasesTree
from policyrules.syntax.spelling import ID
from policyrules.text.localized import LocalizedText
from policyrules.text.place_code import is_part_of
from policyrules.text.span import Span
from policyrules.text.words import with_article

_JURISDICTION_CODE: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)*")
_SOURCE_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@attrs.frozen
class Scaffold:
    """A variant that is ready to be written.

    `missing_figures` are the parameters without a figure. `conflicting_ruleset` is another ruleset
    of the place in force on the same days, `has_foreign_text` says that rules come from a
    jurisdiction that does not contain the place: either makes the variant `selection: by_id`.
    `suggested_lines` are lines to add to `jurisdictions.yaml`, if the title of the place is
    unknown.
    """

    id: str
    base: str
    files: tuple[ScaffoldFile, ...]
    missing_figures: tuple[str, ...]
    conflicting_ruleset: str = ""
    suggested_lines: tuple[str, ...] = ()
    has_foreign_text: bool = False


def scaffold_variant(request: ScaffoldRequest) -> Scaffold:
    """Return the files of a variant; nothing is written.

    Raises:
        RulesetNotFound: there is no such base.
        RulesetError: the base or the new overlay has an error.
        ScaffoldError: the request cannot be met.
    """
    return _ScaffoldBuilder(request, RulesetLoader()).build()


@attrs.frozen
class _ScaffoldBuilder:
    """Builds the files of one variant, and raises an error if the request cannot be met."""

    request: ScaffoldRequest
    loader: RulesetLoader

    def build(self) -> Scaffold:
        request = self.request
        self.reject_invalid_id()
        base, artifacts = self.base()
        self.reject_existing_id()
        source_files, inline_source = self.source_declaration(base)
        place_files, suggested_lines = self.title_declaration()
        period = templates.validity_period(request, base)
        if period.from_ and period.to and period.from_ > period.to:
            raise ScaffoldError(
                "invalid-dates",
                "the variant would end before it begins",
                found=f"`{period.from_}` to `{period.to}`",
                remedy=(
                    "the first day goes with `--from`, the last with `--to`: change their order"
                    if request.from_ and request.to
                    else "give both `--from` and `--to`"
                ),
            )
        trees = {node.name.text: node for node in artifacts.composition.tree.parameters}
        parameters = tuple(self.parameters(base, period, trees))
        content = templates.OverlayContent(
            title=self.title(base),
            pin=base.content_hash[:PIN_LENGTH],
            source=request.source or base.legal_basis,
            in_force=period if request.has_dates else None,
            policy_year=_policy_year(request, base),
            parameters=parameters,
            trees=trees,
            conflicting_ruleset=self.conflicting_ruleset(base, period),
            has_foreign_text=self.has_foreign_text(base),
            inline_source=request.new_source if inline_source else None,
        )
        overlay = templates.overlay_text(request, content)
        try:
            ruleset = self.compile_overlay(overlay, source_files)
        except RulesetError as error:
            removed = names_to_remove(error.diagnostics)
            if not removed:
                raise
            overlay = templates.overlay_text(request, attrs.evolve(content, removed=removed))
            ruleset = self.compile_overlay(overlay, source_files)
        cases = self.cases_text(ruleset, content.title)
        files = (
            ScaffoldFile(request.path, overlay),
            ScaffoldFile(cases_beside(request.path), cases),
            *source_files,
            *place_files,
        )
        missing_figures = tuple(parameter.name for parameter in parameters)
        return Scaffold(
            id=request.id,
            base=request.base,
            files=files,
            missing_figures=missing_figures,
            conflicting_ruleset=content.conflicting_ruleset,
            suggested_lines=suggested_lines,
            has_foreign_text=content.has_foreign_text,
        )

    # --- the id and the base ---------------------------------------------------------------------

    def reject_invalid_id(self) -> None:
        request = self.request
        if not _JURISDICTION_CODE.fullmatch(request.jurisdiction):
            raise ScaffoldError(
                "invalid-jurisdiction",
                f"`{request.jurisdiction}` is not a jurisdiction code",
                expected="an ISO 3166 code in lower case, or a longer code such as `cn-nm-150100`",
            )
        if request.variant and not re.fullmatch(r"[a-z0-9-]+", request.variant):
            raise ScaffoldError(
                "invalid-variant",
                f"`{request.variant}` cannot be the name of a variant",
                expected="small letters, digits and `-`, such as `2023`",
            )

    def base(self) -> tuple[CheckedRuleset, CompileArtifacts]:
        base = self.request.base
        lookup = self.loader.find_base(self.request.path, base)
        if not isinstance(lookup, FoundBase):
            available_ids = lookup.available_ids if isinstance(lookup, UnknownBase) else ()
            remedy = did_you_mean(base, available_ids) or "`policyrules list` shows them all"
            raise RulesetNotFound(base, remedy)
        compiled = lookup.compiled
        if compiled.ruleset is None or compiled.artifacts is None:
            raise RulesetError(compiled.diagnostics)
        return compiled.ruleset, compiled.artifacts

    def reject_existing_id(self) -> None:
        """Raise an error if the id or a file of the variant exists already."""
        request = self.request
        known = paths_by_id((request.folder, *installed_folders()))
        variant_files = (request.path, cases_beside(request.path))
        taken = [*known.get(request.id, ()), *(file for file in variant_files if file.exists())]
        if taken or not ID.fullmatch(request.id):
            raise ScaffoldError(
                "id-taken",
                f"there is {with_article(f'`{request.id}`')} already",
                found=listed(display_path(path) for path in dict.fromkeys(taken)),
                expected="an id that no ruleset has",
                remedy="give the variant a name with `--variant`, such as a year",
            )

    def conflicting_ruleset(self, base: CheckedRuleset, period: Period) -> str:
        """Return another ruleset of the policy and the place in force on some of the days."""
        request = self.request
        known = paths_by_id((request.folder, *installed_folders()))
        for id_, paths in known.items():
            jurisdiction, _, rest = id_.partition("/")
            if (jurisdiction, rest.partition(".")[0]) != (request.jurisdiction, base.policy):
                continue
            for path in paths:
                candidate = self.loader.compile(path).ruleset
                if candidate is None or candidate.selection:
                    continue
                from_ = max(period.from_ or date.min, candidate.in_force.from_ or date.min)
                if from_ in period and from_ in candidate.in_force:
                    return id_
        return ""

    def has_foreign_text(self, base: CheckedRuleset) -> bool:
        """Return whether a jurisdiction that wrote the base does not contain the requested one."""
        writers = {base.jurisdiction, *(jurisdiction_of(ancestor.id) for ancestor in base.bases)}
        return not all(is_part_of(self.request.jurisdiction, writer) for writer in writers)

    def title(self, base: CheckedRuleset) -> LocalizedText:
        request = self.request
        titles = jurisdiction_titles_for(request.path)
        code = request.jurisdiction
        place = request.place or titles.get(code, LocalizedText(code, code))
        of_place = f"{place.zh}{base.title.zh}", f"{base.title.en} of {place.en}"
        if code == base.jurisdiction:
            of_place = base.title.zh, base.title.en
        suffix = (
            (f"（{request.variant}）", f" ({request.variant})") if request.variant else ("", "")
        )
        return LocalizedText(
            request.zh or of_place[0] + suffix[0],
            request.en or of_place[1] + suffix[1],
        )

    # --- parameters ------------------------------------------------------------------------------

    def parameters(
        self, base: CheckedRuleset, period: Period, declared: Collection[str]
    ) -> Iterator[Parameter]:
        """Yield the requested or delegated parameters, and those that a new year or day lacks.

        Only those are yielded that an author has declared; the checker adds others.
        """
        request = self.request
        wanted = set(request.parameters)
        for name in sorted(wanted.difference(declared)):
            raise ScaffoldError(
                "unknown-parameter",
                f"`{request.base}` has no parameter `{name}`",
                expected=f"one of {listed(declared)}",
                remedy=did_you_mean(name, declared),
            )
        if self._is_inside(base):
            for name in sorted(wanted):
                if base.parameters[name].delegated == "no":
                    free = [
                        parameter.name
                        for parameter in base.parameters.values()
                        if parameter.delegated != "no" and parameter.name in declared
                    ]
                    raise ScaffoldError(
                        "not-delegated",
                        f"`{base.jurisdiction}` does not delegate `{name}`",
                        expected=f"one of {listed(free)}" if free else "nothing: it delegates none",
                        remedy="leave it out: what is not set is inherited",
                    )
        for name, parameter in base.parameters.items():
            if name not in declared:
                continue
            is_wanted = name in wanted if wanted else parameter.delegated != "no"
            if (
                is_wanted
                or self.needs_figure_of_new_year(base, parameter)
                or not _has_row_for_every_day(parameter, period)
            ):
                yield parameter

    def needs_figure_of_new_year(self, base: CheckedRuleset, parameter: Parameter) -> bool:
        """Return whether a parameter is yearly and the variant is for another year."""
        is_new_year = _policy_year(self.request, base) is not None
        is_fixed = parameter.delegated == "no" and self._is_inside(base)
        return parameter.is_yearly and is_new_year and not is_fixed

    def _is_inside(self, base: CheckedRuleset) -> bool:
        """Return whether the variant is for a place inside the jurisdiction of its base."""
        place = self.request.jurisdiction
        return place != base.jurisdiction and is_part_of(place, base.jurisdiction)

    # --- files of sources and jurisdictions ------------------------------------------------------

    def source_declaration(self, base: CheckedRuleset) -> tuple[tuple[ScaffoldFile, ...], bool]:
        """Return the file that declares the new source, and whether the overlay does."""
        request = self.request
        name, new = request.source, request.new_source
        file = find_in_parents(request.path, SOURCES)
        known = {*base.sources}
        if file is not None or name:
            known |= source_ids(file or shipped_folder() / SOURCES)
        if not name or (name in known and new is None):
            return (), False
        if new is None:
            lines = [f"  {name}:", "    title: TITLE", "    issued: YYYY-MM-DD"]
            raise ScaffoldError(
                "unknown-source",
                f"the source `{name}` is not declared",
                found=f"`{name}`",
                expected=f"one of {listed(sorted(known))}",
                remedy=did_you_mean(name, known)
                or "declare it with `--source-title` and `--issued`, or in `sources.yaml` with the "
                "lines\n"
                + "\n".join(lines),
            )
        if name in known or not _SOURCE_ID.fullmatch(name):
            raise ScaffoldError(
                "invalid-source",
                f"the source `{name}` is declared already"
                if name in known
                else f"`{name}` cannot be the id of a source",
                expected="an id of its own in small letters, digits and `-`",
                remedy="leave `--source-title` and `--issued` out, or choose another id",
            )
        lines = templates.source_lines(name, new)
        if file is not None:
            return (add_entry(file, name, lines),), False
        if ruleset_paths(request.folder):
            # The rulesets here use the shipped sources, which a file here would hide from them.
            return (), True
        text = templates.file_with_entry("sources", lines)
        return (ScaffoldFile(request.folder / SOURCES, text, added_id=name),), False

    def title_declaration(self) -> tuple[tuple[ScaffoldFile, ...], tuple[str, ...]]:
        """Return the file with the title of the place, or the lines to add for it."""
        request = self.request
        code, place = request.jurisdiction, request.place
        title = jurisdiction_titles_for(request.path).get(code)
        if title is not None and place is not None and title != place:
            raise ScaffoldError(
                "place-named",
                f"`{code}` has a name already",
                found=f"`{title.zh}`, `{title.en}`",
                remedy="leave `--place-zh` and `--place-en` out",
            )
        if title is not None:
            return (), ()
        if place is None:
            return (), tuple(templates.jurisdiction_lines(code, LocalizedText("…", "…")))
        lines = templates.jurisdiction_lines(code, place)
        file = find_in_parents(request.path, JURISDICTIONS)
        if file is not None:
            return (add_entry(file, code, lines),), ()
        text = templates.file_with_entry("jurisdictions", lines)
        return (ScaffoldFile(request.folder / JURISDICTIONS, text, added_id=code),), ()

    # --- the compiled overlay and its cases ------------------------------------------------------

    def compile_overlay(
        self, overlay: str, source_files: tuple[ScaffoldFile, ...]
    ) -> CheckedRuleset:
        """Compile the overlay; an error in it comes from the request."""
        path = self.request.path
        vocabulary = find_in_parents(path, VOCABULARY)
        sources = find_in_parents(path, SOURCES) or shipped_folder() / SOURCES
        words = vocabulary or shipped_folder() / VOCABULARY
        calendars = find_in_parents_or_shipped(path, CALENDARS)
        data = source_files[0].text.encode() if source_files else read_bytes(sources)
        titles = dict(jurisdiction_titles_for(path))
        if self.request.place is not None:
            titles[self.request.jurisdiction] = self.request.place
        compiled = compile_ruleset(
            File(display_path(path), overlay.encode(), real_path(path).as_posix()),
            File(display_path(words), read_bytes(words)),
            File(display_path(sources), data),
            calendars=read_file(calendars, Diagnostics()),
            context=CompileContext(
                partial(self.loader.find_base, path),
                titles,
                has_vocabulary=vocabulary is not None,
            ),
        )
        if compiled.ruleset is None:
            raise RulesetError(compiled.diagnostics)
        return compiled.ruleset

    def cases_text(self, ruleset: CheckedRuleset, title: LocalizedText) -> str:
        """Return the case file: the first case of the base, decided by the variant."""
        base = self.first_case_of_base()
        tree, case = base if base is not None else (None, None)
        day = _case_day(ruleset.in_force, tree, case)
        decision = _decide_case(ruleset, day, tree, case)
        if decision is None:
            base, decision = None, _decide_case(ruleset, day, None, None)
        if decision is None:
            raise TypeError("a case without facts has no wrong facts")
        return templates.cases_text(self.request, title, base, decision)

    def first_case_of_base(self) -> tuple[CasesTree, CaseNode] | None:
        root = real_path(self.request.path).parent.parent
        folders = (root, *installed_folders())
        places = (cases_beside(folder / f"{self.request.base}.yaml") for folder in folders)
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            return None
        tree = parse_cases(File(display_path(path), read_bytes(path)), Diagnostics())
        if tree is None:
            return None
        case = next((node for node in tree.cases if node.expect.error is None), None)
        return None if case is None else (tree, case)


def _policy_year(request: ScaffoldRequest, base: CheckedRuleset) -> int | None:
    """Return the policy year, if the variant begins in another year than that of its base."""
    if request.from_ is None or base.policy_year is None:
        return None
    return None if request.from_.year == base.policy_year else request.from_.year


def _has_row_for_every_day(parameter: Parameter, period: Period) -> bool:
    """Return whether the rows of a parameter cover every day of a period."""
    day = period.from_ or date.min
    last = period.to or date.max
    for row in sorted(parameter.rows, key=lambda row: row.from_ or date.min):
        if (row.from_ or date.min) > day:
            return False
        if (row.to or date.max) >= last:
            return True
        day = max(day, (row.to or date.max) + timedelta(days=1))
    return False


def _case_day(period: Period, tree: CasesTree | None, case: CaseNode | None) -> date:
    """Return the day of a case of the base, or the first day on which the variant is in force."""
    text = (case.on if case is not None else None) or (tree.on if tree is not None else None)
    try:
        day = date.fromisoformat(text.text) if text is not None else date.min
    except ValueError:
        day = date.min
    return day if day in period and day != date.min else (period.from_ or date.min)


def _decide_case(
    ruleset: CheckedRuleset, day: date, tree: CasesTree | None, case: CaseNode | None
) -> Decision | None:
    """Decide a case of the base by the variant; None if its facts are wrong for it."""
    lists: Mapping[str, str] = {
        name: declaration.key for name, declaration in ruleset.all_lists.items()
    }
    diagnostics = Diagnostics()
    facts = tree.facts if tree is not None else ()
    change = case.change if case is not None else ()
    node = apply_changes(facts, change, lists, Span.empty_at(""), diagnostics)
    try:
        situation = Intake(ruleset).read(facts_of_node(node))
    except FactsError:
        return None
    evaluation = reference.evaluate(dated(ruleset, day), situation)
    return None if diagnostics.has_errors else build_decision(evaluation, library=library_version())
