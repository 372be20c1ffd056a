"""The front door of the library: load a ruleset, choose a day, decide cases.

What reads and checks rulesets, and the engines, are imported when they are first needed: a service
that only passes decisions on should not wait for them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import attrs

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
from policyrules.decisions.decision import Decision
from policyrules.diagnostics import Diagnostic
from policyrules.errors import FactsError
from policyrules.objects.representation import cut, short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.words import with_article

if TYPE_CHECKING:
    from policyrules.cases.run import DecideFunction
    from policyrules.catalogue.discovery import IgnoredFile
    from policyrules.evaluation.dated import DatedRuleset
    from policyrules.evaluation.situation import Situation
    from policyrules.intake import Intake
    from policyrules.ir.ruleset import CheckedRuleset
    from policyrules.outcome.batch import BatchDecider

Engine = Literal["forward", "reference", "compiled"]


@attrs.frozen(repr=False)
class Policy:
    """A loaded ruleset; it is frozen, and threads may share it.

    >>> import policyrules
    >>> policyrules.load("cn-nm/job-stabilisation-refund").id
    'cn-nm/job-stabilisation-refund'
    """

    ruleset: CheckedRuleset
    warnings: tuple[Diagnostic, ...]
    _kept: EngineCache = attrs.field(eq=False, repr=False)

    def __repr__(self) -> str:
        """The id; the rules are under `ruleset`."""
        return f"<Policy {cut(self.id)!r}>"

    def _repr_html_(self) -> str:
        """The policy as a small table in both languages, for a notebook."""
        from policyrules.explain.html import policy_html

        period = self.ruleset.in_force
        return policy_html(
            self.ruleset.title,
            self.id,
            (period.from_, period.to),
            conditions=len(self.ruleset.all_conditions),
            facts=len(self.ruleset.facts),
        )

    if not TYPE_CHECKING:  # a type checker is to know the attributes, and no others

        def __getattr__(self, name: str) -> object:
            """Say of what a policy on a day does that it needs the day."""
            if name in {"decide", "decide_many", "python_source"}:
                raise AttributeError(f"a policy decides on a day: `.on(date).{name}(…)`")
            raise AttributeError(f"a policy has no `{name}`")

    @property
    def id(self) -> str:
        """The id of the ruleset."""
        return self.ruleset.id

    @property
    def intake(self) -> Intake:
        """What reads the facts of this ruleset."""
        return self._kept.intake

    def on(self, day: date | str) -> DatedPolicy:
        """The policy on a day, ready to decide cases.

        The day chooses the rows of dated parameters, and nothing else. It is a `date`, or a text
        such as `2022-11-25`; a `datetime` is its day at midnight without a zone, else refused.

        Raises:
            TypeError: it is no day; `ValueError` for a text that is none.
            NotInForce: the ruleset does not cover the day; the error says from when to when.
        """
        from policyrules.evaluation.dated import dated

        return DatedPolicy(self, dated(self.ruleset, to_day(day)))


@attrs.frozen(repr=False)
class DatedPolicy:
    """A policy on a day. Decide as many cases as you like; nothing is kept between them."""

    policy: Policy
    dated: DatedRuleset = attrs.field(repr=False)

    def __repr__(self) -> str:
        """The id and the day."""
        return f"<DatedPolicy {cut(self.policy.id)!r} on {self.day.isoformat()}>"

    def __reduce__(self) -> tuple[type[DatedPolicy], tuple[Policy, DatedRuleset]]:
        """Leave the compiled functions behind, as a policy leaves its engines."""
        return DatedPolicy, (self.policy, self.dated)

    @property
    def day(self) -> date:
        """Return the day."""
        return self.dated.on

    def on(self, day: date | str) -> DatedPolicy:
        """Return the same policy on another day, as `Policy.on` does.

        Raises:
            TypeError: it is no day; `ValueError` for a text that is none.
            NotInForce: the ruleset does not cover the day.
        """
        return self.policy.on(day)

    def decide(
        self,
        facts: Mapping[str, object] | Situation,
        *,
        engine: Engine = "forward",
        kernel: str | None = None,
    ) -> Decision:
        """Decides one case.

        Args:
            facts: What is known, nested (`{"employer": {"laid_off": 6}}`) or dotted
                (`{"employer.laid_off": 6}`): `int`, `Decimal`, `Fraction`, `str`, `bool`; None or
                absent is unknown. A float is refused: `Decimal("0.055")` or `"5.5%"` is exact.
            engine: `forward` chains forward on durable_rules, `reference` evaluates directly,
                `compiled` runs Python that was made of the ruleset. All decide the same.
            kernel: For the forward engine, `durable_rules` or `fixpoint`; the first one where it
                is installed, unless you choose.

        Raises:
            FactsError: facts are misspelt, of another type, out of range, or contradict each other;
                the error holds every problem.
            EngineError: internal error in an engine; no decision was made.

        >>> from datetime import date
        >>> import policyrules
        >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
        >>> refund.decide({"employer": {"kind": "law_firm"}}).missing[0].fact
        'pooling_area.fund_reserve_years'
        """
        return self._decide(engine, kernel)(facts)

    def decide_many(
        self,
        cases: Iterable[Mapping[str, object] | Situation],
        *,
        engine: Engine = "compiled",
        kernel: str | None = None,
    ) -> Iterator[Decision | FactsError]:
        """Decides case after case, as they come: the order is kept, and none is held on to.

        Where the facts of a case are wrong, its error stands in the place of its decision, and the
        next case is decided. Each case is taken from `cases` when its decision is asked for.
        What else of a decision is asked for than `status`, `amount`, `conditions`, `missing` and
        `unsettled` is made then, which takes longer than to decide.

        Args:
            cases: the facts of each case, as `decide` takes them.
            engine: see `decide`; `compiled` is the one for many cases.
            kernel: see `decide`.

        Raises:
            EngineError: internal error in an engine; the cases before it were decided.

        >>> from datetime import date
        >>> import policyrules
        >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
        >>> firms = [{"employer.layoff_rate": "23%"}, {"employer.laid_of": 6}]
        >>> for found in refund.decide_many(firms):
        ...     if isinstance(found, policyrules.FactsError):
        ...         print("wrong:", found.problems[0].remedy)
        ...     else:
        ...         print(found.status)
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
        return _stream(self._decide(engine, kernel), cases)

    def python_source(self) -> str:
        """The Python that the compiled engine runs on the day, to be read.

        It is the same for the same ruleset, library and rows of parameters.
        """
        return self._decider.source

    @cached_property
    def _decider(self) -> BatchDecider:
        from policyrules.outcome.batch import BatchDecider

        kept = self.policy._kept  # noqa: SLF001 - one class in two
        return BatchDecider(kept.compiled(), self.dated, kept.library)

    def _decide(
        self, engine: Engine, kernel: str | None
    ) -> Callable[[Mapping[str, object] | Situation], Decision]:
        """What decides a case by an engine."""
        from policyrules.evaluation.situation import Situation
        from policyrules.outcome.build import build_decision

        read, kept, dated = self.policy.intake.read, self.policy._kept, self.dated  # noqa: SLF001 - one class in two
        if engine == "compiled" and kernel is None:
            decide_situation = self._decider.decide
        else:
            evaluate = kept.engine(engine, kernel)

            def decide_situation(situation: Situation) -> Decision:
                return build_decision(evaluate(dated, situation), library=kept.library)

        def decide(facts: Mapping[str, object] | Situation) -> Decision:
            if isinstance(facts, Situation):
                return decide_situation(facts)
            try:
                return decide_situation(read(facts))
            except FactsError as error:
                raise _with_places(error, facts) from None

        return decide


def _with_places(error: FactsError, facts: Mapping[str, object]) -> FactsError:
    """Return the error with places in the file that the facts came from, if they did."""
    from policyrules.intake.facts_file import with_places

    return with_places(error, facts)


def _stream(
    decide: Callable[[Mapping[str, object] | Situation], Decision],
    cases: Iterable[Mapping[str, object] | Situation],
) -> Iterator[Decision | FactsError]:
    for case in cases:
        found: Decision | FactsError
        try:
            found = decide(case)
        except FactsError as error:
            # Without the calls that led to it, which would keep the case alive.
            found = error.with_traceback(None)
        yield found


def load(id_or_path: str | os.PathLike[str]) -> Policy:
    """Loads a ruleset: one of those that are shipped by its id, any other by its path.

    A path is one that ends in `.yaml`, or an `os.PathLike`. The vocabulary and the sources are
    those in the folders above the file, or else the shipped ones.

    Raises:
        RulesetNotFound: there is none; the message has the nearest id.
        RulesetError: the ruleset is wrong; the error holds every finding with its place.
        TypeError: it is neither an id nor a path.
    """
    from policyrules.catalogue.heads import remedy_for_title
    from policyrules.catalogue.store import find, load_ruleset
    from policyrules.errors import RulesetNotFound

    text = to_path_text(id_or_path, "a ruleset")
    wanted = text if isinstance(id_or_path, str) else Path(text)
    try:
        path = find(wanted)
    except RulesetNotFound as error:
        remedy = "" if text.isascii() else remedy_for_title(text)
        raise RulesetNotFound(error.wanted, remedy or error.remedy) from None
    ruleset, warnings = load_ruleset(path)
    return Policy(ruleset, warnings, EngineCache(ruleset))


def read_facts(data: bytes | str, name: str = "facts") -> Mapping[str, Any]:
    """Reads the facts of a JSON or YAML file, for `DatedPolicy.decide`.

    `data` is what the file holds, as bytes or as text, not its name. A number written `0.055` is
    the decimal that it says. `name` is what problems call the file.

    Raises:
        FactsError: the file cannot be read; the error says where and why.
        TypeError: `data` is neither bytes nor text.

    >>> dict(read_facts(b"employer: {laid_off: 6}")["employer"])
    {'laid_off': '6'}
    """
    from policyrules.intake import read_facts_file

    return read_facts_file(data, name)


@attrs.frozen(repr=False)
class CheckReport:
    """What `check_rulesets` found: the files that it read, and every finding by place.

    `not_read` are files of folders that it passed over, with the reason of each; one that says that
    it is of this language is a finding too. Of the quotes, `quotes_found` stand in a saved text and
    `quotes_not_checked` have none to be looked for in.
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
    """Checks rulesets: files, folders, installed ids, or without any those that are shipped.

    `texts` is a folder of saved texts; every quote of a source with a digest is held against them.

    Raises:
        RulesetNotFound: a path, or the folder of texts, does not exist.
    """
    from policyrules.catalogue.discovery import not_read_diagnostics
    from policyrules.catalogue.overlapping_validity import report_overlapping_validity
    from policyrules.catalogue.store import RulesetLoader, jurisdiction_diagnostics, saved_texts
    from policyrules.check.saved_texts import SavedTexts
    from policyrules.engines.forward.limits import limit_diagnostics

    wanted = [Path(path) for path in to_path_texts(paths)]
    saved = None if texts is None else saved_texts(to_path(texts, "`texts`"))
    quotes = SavedTexts(saved)
    loader = RulesetLoader(quotes)
    found: dict[Diagnostic, None] = {}
    files: dict[str, None] = {}
    chosen, not_read = ruleset_files(wanted)
    made = [loader.compile(path) for path in chosen]
    for compiled in made:
        files[compiled.path] = None
        found.update(dict.fromkeys(compiled.diagnostics))
        if compiled.ruleset is not None:
            found.update(dict.fromkeys(limit_diagnostics(compiled.ruleset, compiled.path)))
    found.update(dict.fromkeys(not_read_diagnostics(not_read)))
    found.update(dict.fromkeys(report_overlapping_validity(made)))
    found.update(dict.fromkeys(jurisdiction_diagnostics(chosen)))
    ordered = sorted(found, key=lambda one: (one.span, one.code))
    return CheckReport(
        files=tuple(files),
        diagnostics=tuple(ordered),
        not_read=tuple((one.path.as_posix(), one.reason) for one in not_read),
        quotes_found=quotes.count(files, is_found=True),
        quotes_not_checked=quotes.count(files, is_found=None),
    )


def ruleset_files(paths: Sequence[Path]) -> tuple[list[Path], list[IgnoredFile]]:
    """Return the rulesets that files, folders and ids mean, and what of the folders is not read.

    Without paths they are all that are shipped.

    Raises:
        RulesetNotFound: a path leads nowhere.
    """
    from policyrules.catalogue.discovery import discover, remedy_for_another_file
    from policyrules.catalogue.store import find, shipped_folder
    from policyrules.errors import RulesetNotFound
    from policyrules.syntax.spelling import ID

    files: list[Path] = []
    not_read: list[IgnoredFile] = []
    for path in paths or [shipped_folder()]:
        if path.is_dir():
            inside = discover(path)
            if not inside.rulesets and not any(one.is_policyrules_file for one in inside.not_read):
                others = ", ".join(f"`{one.path.as_posix()}`" for one in inside.not_read[:3])
                why = f"; no ruleset, for want of `policyrules: 1`: {others}" if others else ""
                raise RulesetNotFound(str(path), f"the folder has no rulesets{why}")
            files += inside.rulesets
            not_read += inside.not_read
        else:
            remedy = remedy_for_another_file(path)
            if remedy and path.is_file():
                raise RulesetNotFound(str(path), remedy)
            is_id = not path.exists() and ID.fullmatch(path.as_posix()) is not None
            files.append(find(path.as_posix() if is_id else path))
    return files, not_read


def format_ruleset(data: bytes | str, name: str = "ruleset.yaml") -> str:
    r"""The text of a ruleset, a vocabulary, a list of sources or a case file in the one layout.

    It says the same, and every comment is kept. Lines end in one newline, and there is no
    byte-order mark. `name` is what findings call the file.

    Raises:
        RulesetError: the text is wrong; the error holds every finding with its place.
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
    """What decides the facts of a ruleset on a day, by an engine that is kept between cases."""
    policy = Policy(ruleset, (), EngineCache(ruleset))
    return lambda on, facts: policy.on(on).decide(facts, engine=engine)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a kind of file.

    The kinds are `ruleset`, `overlay`, `vocabulary`, `sources`, `jurisdictions` and `cases`.

    Raises:
        ValueError: there is no such kind.
    """
    from policyrules.syntax.schema import file_schema, schema_names

    if name not in schema_names():
        raise ValueError(f"there is no schema `{name}`: {', '.join(schema_names())}")
    return file_schema(name)


def kernel_name() -> str:
    """The kernel that the forward engine chains with unless another is asked for."""
    from policyrules.engines.forward.kernels import default_kernel_name

    return default_kernel_name()
