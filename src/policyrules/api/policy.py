"""Policies: load a ruleset, choose a day and decide cases; check and format ruleset files.

Readers, the checker and the engines are imported when they are first needed, since a service that
only handles decisions should start fast.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import attrs

from policyrules.api.case_decider import CaseDecider, refuse_facts_by_keyword
from policyrules.api.conversion import (
    AnyPath,
    AnyPaths,
    to_day,
    to_path,
    to_path_text,
    to_path_texts,
    to_text,
)
from policyrules.api.engine_cache import EngineCache
from policyrules.diagnostics import Diagnostic
from policyrules.errors import FactsError
from policyrules.objects.representation import cut, short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.words import with_article

if TYPE_CHECKING:
    from policyrules.cases.run import DecideFunction
    from policyrules.catalogue.discovery import IgnoredFile
    from policyrules.decisions.decision import Decision
    from policyrules.evaluation.dated import DatedRuleset
    from policyrules.evaluation.situation import Situation
    from policyrules.intake import Intake
    from policyrules.ir.ruleset import CheckedRuleset
    from policyrules.outcome.batch import BatchDecider

Engine = Literal["forward", "reference", "compiled"]


@attrs.frozen(repr=False)
class Policy:
    """A loaded ruleset. It is immutable, and threads may share it.

    >>> import policyrules
    >>> policyrules.load("cn-nm/job-stabilisation-refund").id
    'cn-nm/job-stabilisation-refund'
    """

    ruleset: CheckedRuleset
    warnings: tuple[Diagnostic, ...]
    _engines: EngineCache = attrs.field(eq=False, repr=False)

    def __repr__(self) -> str:
        """Return the id; the rules are under `ruleset`."""
        return f"<Policy {cut(self.id)!r}>"

    def _repr_html_(self) -> str:
        """Return the policy as an HTML table in both languages, for a notebook."""
        from policyrules.explain.html import policy_html

        period = self.ruleset.in_force
        return policy_html(
            self.ruleset.title,
            self.id,
            (period.from_, period.to),
            conditions=len(self.ruleset.all_conditions),
            facts=len(self.ruleset.facts),
        )

    if not TYPE_CHECKING:  # a type checker should know the attributes and nothing else

        def __getattr__(self, name: str) -> object:
            """Raise an error that tells how to get a policy on a day, if `name` needs one."""
            if name in {"decide", "decide_many", "python_source"}:
                raise AttributeError(f"a policy decides on a day: `.on(date).{name}(…)`")
            raise AttributeError(f"a policy has no `{name}`")

    @property
    def id(self) -> str:
        """The id of the ruleset."""
        return self.ruleset.id

    @property
    def intake(self) -> Intake:
        """The reader of the facts of this ruleset."""
        return self._engines.intake

    def on(self, day: date | str) -> DatedPolicy:
        """Return the policy on a day, ready to decide cases.

        The day selects the rows of dated parameters and nothing else. It is a `date` or a text such
        as `2022-11-25`. A `datetime` is accepted at midnight without a time zone only.

        Raises:
            TypeError: the value is not a day.
            ValueError: the text is not a day.
            NotInForce: the ruleset does not cover the day; the error has the period.
        """
        from policyrules.evaluation.dated import dated

        return DatedPolicy(self, dated(self.ruleset, to_day(day)))


@attrs.frozen(repr=False)
class DatedPolicy:
    """A policy on a day. It decides any number of cases and keeps no state between them."""

    policy: Policy
    dated: DatedRuleset = attrs.field(repr=False)

    def __repr__(self) -> str:
        """Return the id and the day."""
        return f"<DatedPolicy {cut(self.policy.id)!r} on {self.day.isoformat()}>"

    def __reduce__(self) -> tuple[type[DatedPolicy], tuple[Policy, DatedRuleset]]:
        """Leave out the compiled functions, as a policy leaves out its engines."""
        return DatedPolicy, (self.policy, self.dated)

    @property
    def day(self) -> date:
        """Return the day."""
        return self.dated.on

    def on(self, day: date | str) -> DatedPolicy:
        """Return the same policy on another day, as `Policy.on` does.

        Raises:
            TypeError: the value is not a day.
            ValueError: the text is not a day.
            NotInForce: the ruleset does not cover the day.
        """
        return self.policy.on(day)

    @refuse_facts_by_keyword
    def decide(
        self,
        facts: Mapping[str, object] | Situation,
        *,
        assuming: Mapping[str, object] | Situation | None = None,
        engine: Engine = "forward",
        kernel: str | None = None,
    ) -> Decision:
        """Decide one case.

        Args:
            facts: The known facts, nested (`{"employer": {"laid_off": 6}}`) or dotted
                (`{"employer.laid_off": 6}`): `int`, `Decimal`, `Fraction`, `str`, `bool`. A fact
                that is None or left out is unknown. Floats are refused; `Decimal("0.055")` and
                `"5.5%"` are exact.
            assuming: Facts to assume where they are missing, in the same form; a fact of every
                item of a list is `{"hires": {"registered_unemployed": False}}`. A stated fact is
                never replaced. `assumed` and the receipt have what was assumed, `missing` what of
                it must be confirmed.
            engine: `forward` chains forward on durable_rules, `reference` evaluates directly,
                `compiled` runs Python code generated from the ruleset. All decide the same.
            kernel: For the forward engine, `durable_rules` (the default if it is installed) or
                `fixpoint`.

        Raises:
            FactsError: facts have unknown names, wrong types, are out of range or contradict each
                other; the error has the problems.
            EngineError: internal error in an engine; no decision was made.

        >>> from datetime import date
        >>> import policyrules
        >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
        >>> refund.decide({"employer": {"kind": "law_firm"}}).missing[0].fact
        'pooling_area.fund_reserve_years'
        """
        decider = self._case_decider(engine, kernel)
        return decider.decide(facts, decider.read_assumptions(assuming))

    @refuse_facts_by_keyword
    def decide_many(
        self,
        cases: Iterable[Mapping[str, object] | Situation],
        *,
        assuming: Mapping[str, object] | Situation | None = None,
        engine: Engine = "compiled",
        kernel: str | None = None,
    ) -> Iterator[Decision | FactsError]:
        """Decide a stream of cases lazily, in order and in constant memory.

        For wrong facts, the error is yielded in place of the decision, and the next case is
        decided. `status`, `amount`, `conditions`, `missing` and `unsettled` are cheap. Reading any
        other attribute evaluates the case again with explanations, some hundred times slower.

        Args:
            cases: The facts of each case, as `decide` takes them.
            assuming: Facts to assume where a case lacks them; see `decide`.
            engine: See `decide`; `compiled` is the fastest for many cases.
            kernel: See `decide`.

        Raises:
            FactsError: the assumed facts are wrong; it is raised before any case is decided.
            EngineError: internal error in an engine; the cases before it were decided.

        >>> from datetime import date
        >>> import policyrules
        >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
        >>> firms = [{"employer.layoff_rate": "23%"}, {"employer.laid_of": 6}]
        >>> for result in refund.decide_many(firms):
        ...     if isinstance(result, policyrules.FactsError):
        ...         print("wrong:", result.problems[0].remedy)
        ...     else:
        ...         print(result.status)
        ineligible
        wrong: did you mean `employer.laid_off`?
        """
        given: object = cases
        if isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable):
            kind = with_article(f"`{type(given).__name__}`")
            remedy = "; for one case use `decide`, or give `[facts]`"
            raise TypeError(
                f"`cases` is a stream of cases, each with its facts, not {kind}"
                + (remedy if isinstance(given, Mapping) else "")
            )
        decider = self._case_decider(engine, kernel)
        return decider.decide_stream(cases, decider.read_assumptions(assuming))

    def python_source(self) -> str:
        """Return the Python code that the compiled engine runs on the day, for reading.

        It is the same for the same ruleset, library and rows of parameters.
        """
        return self._decider.source

    @cached_property
    def _decider(self) -> BatchDecider:
        from policyrules.outcome.batch import BatchDecider

        engines = self.policy._engines  # noqa: SLF001 - a policy and its day share the engines
        return BatchDecider(engines.compiled(), self.dated, engines.library_version)

    def _case_decider(self, engine: Engine, kernel: str | None) -> CaseDecider:
        """Return the object that decides cases by an engine."""
        from policyrules.outcome.build import build_decision

        engines, dated = self.policy._engines, self.dated  # noqa: SLF001 - a policy and its day share the engines
        if engine == "compiled" and kernel is None:
            decide_situation = self._decider.decide
        else:
            evaluate = engines.engine(engine, kernel)

            def decide_situation(situation: Situation) -> Decision:
                return build_decision(evaluate(dated, situation), library=engines.library_version)

        return CaseDecider(self.policy.intake, dated, decide_situation)


def load(id_or_path: str | os.PathLike[str]) -> Policy:
    """Load a ruleset: an installed one by its id, any other by its path.

    A text that ends in `.yaml` is a path, and so is any `os.PathLike`. The vocabulary and the
    sources are those in the folders above the file, or else the installed ones.

    Raises:
        RulesetNotFound: no ruleset has the id or path; the message has the nearest id.
        RulesetError: the ruleset has errors; the exception has every diagnostic.
        TypeError: the value is neither an id nor a path.
    """
    from policyrules.catalogue.store import find, load_ruleset
    from policyrules.errors import RulesetNotFound

    text = to_path_text(id_or_path, "a ruleset")
    wanted = text if isinstance(id_or_path, str) else Path(text)
    try:
        path = find(wanted)
    except RulesetNotFound as error:
        raise RulesetNotFound(error.wanted, _remedy_for_title(text) or error.remedy) from None
    ruleset, warnings = load_ruleset(path)
    return Policy(ruleset, warnings, EngineCache(ruleset))


def _remedy_for_title(text: str) -> str:
    """Suggest an id for a Chinese title; only then are the heads of all rulesets read."""
    if text.isascii():
        return ""
    from policyrules.catalogue.heads import remedy_for_title

    return remedy_for_title(text)


def read_facts(data: bytes | str, name: str = "facts") -> Mapping[str, Any]:
    """Read the facts of a JSON or YAML file, for `DatedPolicy.decide`.

    `data` is the content of the file as bytes or text, not its name. Numbers are read as exact
    decimals. `name` is the name of the file in problems.

    Raises:
        FactsError: the file cannot be read; the error has the place and the reason.
        TypeError: `data` is neither bytes nor text.

    >>> dict(read_facts(b"employer: {laid_off: 6}")["employer"])
    {'laid_off': '6'}
    """
    from policyrules.intake import read_facts_file

    return read_facts_file(data, name)


@attrs.frozen(repr=False)
class CheckReport:
    """The result of `check_rulesets`: the files and every diagnostic, sorted by place.

    `not_read` are the ignored files of the folders with the reasons; one with the key
    `policyrules` also has a diagnostic. `quotes_found` is the number of quotes found in
    a saved text, `quotes_not_checked` the number of those without a saved text.
    """

    __repr__ = short_repr

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    not_read: tuple[tuple[str, str], ...] = ()
    quotes_found: int = 0
    quotes_not_checked: int = 0

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a report of a check", "look at its `.diagnostics`")


def check_rulesets(paths: AnyPaths = (), texts: AnyPath | None = None) -> CheckReport:
    """Check rulesets, given as files, folders or installed ids; by default the shipped ones.

    `texts` is a folder of saved source texts, in which quotes are looked for.

    Raises:
        RulesetNotFound: a path, or the folder of texts, does not exist.
    """
    from policyrules.catalogue.discovery import not_read_diagnostics
    from policyrules.catalogue.overlapping_validity import report_overlapping_validity
    from policyrules.catalogue.store import RulesetLoader, jurisdiction_diagnostics, saved_texts
    from policyrules.check.saved_texts import SavedTexts
    from policyrules.engines.forward.limits import limit_diagnostics

    saved = None if texts is None else saved_texts(to_path(texts, "`texts`"))
    quotes = SavedTexts(saved)
    loader = RulesetLoader(quotes)
    # A dict keeps each diagnostic once, in order.
    diagnostics: dict[Diagnostic, None] = {}
    files: dict[str, None] = {}
    ruleset_paths, not_read = ruleset_files([Path(path) for path in to_path_texts(paths)])
    results = [loader.compile(path) for path in ruleset_paths]
    for result in results:
        files[result.path] = None
        diagnostics.update(dict.fromkeys(result.diagnostics))
        if result.ruleset is not None:
            diagnostics.update(dict.fromkeys(limit_diagnostics(result.ruleset, result.path)))
    diagnostics.update(dict.fromkeys(not_read_diagnostics(not_read)))
    diagnostics.update(dict.fromkeys(report_overlapping_validity(results)))
    diagnostics.update(dict.fromkeys(jurisdiction_diagnostics(ruleset_paths)))
    return CheckReport(
        files=tuple(files),
        diagnostics=tuple(sorted(diagnostics, key=lambda entry: (entry.span, entry.code))),
        not_read=tuple((file.path.as_posix(), file.reason) for file in not_read),
        quotes_found=quotes.count(files, is_found=True),
        quotes_not_checked=quotes.count(files, is_found=None),
    )


def ruleset_files(paths: Sequence[Path]) -> tuple[list[Path], list[IgnoredFile]]:
    """Return the ruleset files for paths, folders and ids, and the ignored files of the folders.

    Without paths, all shipped rulesets.

    Raises:
        RulesetNotFound: a path does not exist.
    """
    from policyrules.catalogue.discovery import discover, remedy_for_another_file
    from policyrules.catalogue.store import find, shipped_folder
    from policyrules.errors import RulesetNotFound
    from policyrules.syntax.spelling import ID

    files: list[Path] = []
    not_read: list[IgnoredFile] = []
    for path in paths or [shipped_folder()]:
        if path.is_dir():
            folder = discover(path)
            ignored = folder.not_read
            if not folder.rulesets and not any(file.is_policyrules_file for file in ignored):
                names = ", ".join(f"`{file.path.as_posix()}`" for file in ignored[:3])
                reason = f"; these lack the key `policyrules: 1`: {names}" if names else ""
                raise RulesetNotFound(str(path), f"the folder has no rulesets{reason}")
            files += folder.rulesets
            not_read += ignored
        else:
            remedy = remedy_for_another_file(path)
            if remedy and path.is_file():
                raise RulesetNotFound(str(path), remedy)
            is_id = not path.exists() and ID.fullmatch(path.as_posix()) is not None
            files.append(find(path.as_posix() if is_id else path))
    return files, not_read


def format_ruleset(data: bytes | str, name: str = "ruleset.yaml") -> str:
    r"""Format a ruleset, a vocabulary, a list of sources or a case file in the standard layout.

    The meaning and the comments stay the same. `name` is the name of the file in diagnostics.

    Raises:
        RulesetError: the text has errors; the exception has every diagnostic.
        FormatError: the formatter has a bug: it would change a rule or lose a comment.

    >>> print(format_ruleset("policyrules: 1\nsources: {a-law: {title: A law}}  # one"), end="")
    policyrules: 1
    sources:  # one
      a-law:
        title: A law
    """
    from policyrules.errors import RulesetError
    from policyrules.syntax.formatter import format_text

    to_text(name, "`name`")
    encoded = data if isinstance(data, bytes) else to_text(data, "a file, unless it is `bytes`,")

    formatted = format_text(
        encoded.encode("utf-8", "surrogatepass") if isinstance(encoded, str) else encoded, name
    )
    if formatted.text is None:
        raise RulesetError(formatted.diagnostics)
    return formatted.text


def make_decider(ruleset: CheckedRuleset, engine: Engine) -> DecideFunction:
    """Return a function that decides facts on a day; the engine is cached between cases."""
    policy = Policy(ruleset, (), EngineCache(ruleset))
    return lambda on, facts, assuming=None: policy.on(on).decide(
        facts, assuming=assuming, engine=engine
    )


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file.

    The kinds are `ruleset`, `overlay`, `vocabulary`, `sources`, `jurisdictions` and `cases`.

    Raises:
        ValueError: the kind does not exist.
    """
    from policyrules.syntax.schema import file_schema, schema_names

    if name not in schema_names():
        raise ValueError(f"there is no schema `{name}`: {', '.join(schema_names())}")
    return file_schema(name)


def kernel_name() -> str:
    """Return the name of the default kernel of the forward engine."""
    from policyrules.engines.forward.kernels import default_kernel_name

    return default_kernel_name()
