"""The exceptions of policyrules.

    PolicyRulesError                 the base class, never raised itself
    ├── RulesetError                 a ruleset has errors: carries every diagnostic
    ├── RulesetNotFound              no ruleset has this id or path (also a LookupError)
    ├── RulesetConflict              two rulesets have one id, or apply to one place and day
    ├── NotInForce                   the ruleset does not cover the date
    ├── FactsError                   the facts are wrong: carries every problem (also a ValueError)
    ├── ReceiptError                 a receipt cannot be read or replayed (also a ValueError)
    ├── FormatError                  a bug of the formatter; nothing was written
    ├── ScaffoldError                a variant cannot be scaffolded as asked; nothing was written
    ├── WriteError                   a file cannot be written; every file is as it was
    ├── EngineError                  internal error in an engine; no decision was made
    └── MissingExtra                 an optional package is not installed (also an ImportError)

Each keeps its data in fields, and makes its message from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs

from policyrules.diagnostics import Diagnostic, Severity, listed
from policyrules.objects.representation import cut, short_repr
from policyrules.text.control_characters import escape_control_characters, escape_in_lines


class PolicyRulesError(Exception):
    """The base class of all exceptions of policyrules; never raised itself."""

    code: str = "error"

    def __reduce__(self) -> tuple[Any, ...]:
        """Include the fields: by default an exception is unpickled from its message alone."""
        return _unpickle, (type(self), self.args), self.__dict__

    def __repr__(self) -> str:
        """Return the class and the beginning of the message, which may be very long."""
        return f"{type(self).__name__}({cut(str(self).partition(chr(10))[0], 120)!r})"

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain data: at least `code` and `message`."""
        return {"code": self.code, "message": str(self)}


def _unpickle(kind: type[PolicyRulesError], args: tuple[object, ...]) -> PolicyRulesError:
    """Return an error without its fields, which pickle sets afterwards."""
    error = kind.__new__(kind, *args)
    super(PolicyRulesError, error).__init__(*args)
    return error


class RulesetError(PolicyRulesError):
    """A ruleset has errors; `diagnostics` has every finding, in the order of their places."""

    code = "invalid-ruleset"

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(tuple(diagnostics))
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)

    def __str__(self) -> str:
        errors = sum(entry.severity is Severity.ERROR for entry in self.diagnostics)
        counted = f"{errors} error" + ("s" if errors != 1 else "")
        return "\n".join([f"the ruleset has {counted}", *map(str, self.diagnostics)])

    def to_dict(self) -> dict[str, Any]:
        """Return the error with its diagnostics as plain data."""
        diagnostics = [
            {
                "code": diagnostic.code,
                "severity": str(diagnostic.severity),
                "path": diagnostic.span.path,
                "line": diagnostic.span.line,
                "column": diagnostic.span.column,
                "message": diagnostic.message,
                "found": diagnostic.found,
                "expected": diagnostic.expected,
                "remedy": diagnostic.remedy,
            }
            for diagnostic in self.diagnostics
        ]
        message = str(self).partition("\n")[0]
        return {"code": self.code, "message": message, "diagnostics": diagnostics}


class RulesetNotFound(PolicyRulesError, LookupError):
    """No ruleset has this id, and no file has this path."""

    code = "ruleset-not-found"

    def __init__(self, wanted: str, remedy: str = "") -> None:
        super().__init__(wanted, remedy)
        self.wanted = wanted
        self.remedy = remedy

    def __str__(self) -> str:
        remedy = f"; {self.remedy}" if self.remedy else ""
        return escape_control_characters(f"there is no ruleset `{self.wanted}`{remedy}")


class RulesetConflict(PolicyRulesError):
    """Two rulesets conflict where only one is allowed.

    Either two files have one id, and `places` are the files; or two rulesets are in force for one
    place and day, and `places` are their ids.
    """

    code = "ruleset-conflict"

    def __init__(self, wanted: str, places: Sequence[str], what: str = "claim the id") -> None:
        super().__init__(wanted, tuple(places), what)
        self.wanted = wanted
        self.places: tuple[str, ...] = tuple(places)
        self.what = what

    def __str__(self) -> str:
        text = f"{listed(self.places)} {self.what} `{self.wanted}`: there can be only one"
        return escape_control_characters(text)


class NotInForce(PolicyRulesError):
    """The ruleset is not in force on this date.

    `code` is `not-yet-in-force`, `ended` or `gap` (between two periods). `from_` and `to` are the
    first and last day of the nearest period, or None. `remedy` is set if the date was a default.
    """

    def __init__(
        self, ruleset: str, on: date, code: str, from_: date | None, to: date | None
    ) -> None:
        super().__init__(ruleset, on, code, from_, to)
        self.ruleset = ruleset
        self.on = on
        self.code = code
        self.from_ = from_
        self.to = to
        self.remedy = ""

    @classmethod
    def outside(cls, ruleset: str, on: date, from_: date | None, to: date | None) -> NotInForce:
        """Return the error for a day before or after the only period of a ruleset."""
        is_early = from_ is not None and on < from_
        return cls(ruleset, on, "not-yet-in-force" if is_early else "ended", from_, to)

    def __str__(self) -> str:
        if self.code == "not-yet-in-force":
            reason = f"it begins on {self.from_}"
        elif self.code == "ended":
            reason = f"it ended on {self.to}"
        else:
            reason = "it has a gap there"
        text = f"`{self.ruleset}` is not in force on {self.on}: {reason}"
        return "\n".join([escape_control_characters(text), *_details("", "", self.remedy)])

    def to_dict(self) -> dict[str, Any]:
        """Return the error as plain data, with the period."""
        return {
            "code": self.code,
            "ruleset": self.ruleset,
            "on": self.on.isoformat(),
            "from": self.from_.isoformat() if self.from_ else None,
            "to": self.to.isoformat() if self.to else None,
            "message": str(self).partition("\n")[0],
            **({"remedy": self.remedy} if self.remedy else {}),
        }


@attrs.frozen(repr=False)
class FactProblem:
    """One problem with the facts.

    `code` is one of `unknown-fact`, `wrong-type`, `not-exact`, `out-of-range`, `too-many-places`,
    `unknown-word`, `no-such-date`, `wrong-unit`, `given-twice`, `unreadable-file`,
    `facts-disagree`, `in-the-future`.
    """

    __repr__ = short_repr

    code: str
    facts: tuple[str, ...]
    message: str
    found: str = ""
    expected: str = ""
    remedy: str = ""
    place: str = ""

    def __str__(self) -> str:
        head = (f"{self.place}: " if self.place else "") + f"{self.message} [{self.code}]"
        lines = [escape_control_characters(head)]
        lines += _details(self.found, self.expected, self.remedy)
        return "\n".join(lines)


MAX_PROBLEMS: Final = 20
"""The number of problems of one case that are listed; the others are counted."""


class FactsError(PolicyRulesError, ValueError):
    """The facts are wrong, and no decision was made.

    `problems` has the first `MAX_PROBLEMS` problems; `left_out` is the number of the others.
    """

    code: str = "invalid-facts"

    def __init__(self, problems: Sequence[FactProblem], left_out: int = 0) -> None:
        left_out += max(0, len(problems) - MAX_PROBLEMS)
        problems = tuple(problems[:MAX_PROBLEMS])
        super().__init__(problems, left_out)
        self.problems: tuple[FactProblem, ...] = problems
        self.left_out = left_out
        if {problem.code for problem in self.problems} == {"facts-disagree"}:
            self.code = "facts-disagree"

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that are named in the problems, each once."""
        return tuple(dict.fromkeys(name for problem in self.problems for name in problem.facts))

    def __str__(self) -> str:
        lines = list(map(str, self.problems))
        return "\n".join(
            [*lines, f"and {self.left_out:,} more problems"] if self.left_out else lines
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the error with its problems as plain data; `left_out` only if it is not 0."""
        problems = [attrs.asdict(problem) for problem in self.problems]
        left_out = {"left_out": self.left_out} if self.left_out else {}
        return {
            "code": self.code,
            "message": "; ".join(problem.message for problem in self.problems),
            "facts": list(self.facts),
            "problems": problems,
            **left_out,
        }


def facts_disagree(
    value: str, facts: Sequence[str], given: str, computed: str, *, by_rounding: bool = False
) -> FactsError:
    """Return the error for a given figure that differs from the one computed from other facts.

    `by_rounding` is true if the given figure is a rounding of the computed one.
    """
    stated, *inputs = facts
    expected = f"the exact figure in `{stated}`, or none"
    remedy = f"leave `{stated}` out: it is computed from {listed(inputs)}"
    return FactsError(
        [
            FactProblem(
                "facts-disagree",
                tuple(facts),
                f"the facts disagree on `{value}`"
                + (" because of rounding" if by_rounding else "")
                + f": {listed(facts)}",
                found=f"given {given}, but computed {computed}",
                expected=expected if by_rounding and inputs else "facts that agree",
                remedy=remedy
                if by_rounding and inputs
                else "correct one of them, or leave one out",
            )
        ]
    )


class ReceiptError(PolicyRulesError, ValueError):
    """A receipt cannot be read, or cannot be replayed.

    `code` is `invalid-receipt` (the data is not a complete receipt), `receipt-altered` (its hash
    does not match), `facts-altered` (the hash of its facts does not match), `no-facts` (it is
    redacted, and no facts were given) or `language-version`. `place` is the file with line and
    column, or the key of the receipt.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        found: str = "",
        expected: str = "",
        remedy: str = "",
        place: str = "",
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.found = found
        self.expected = expected
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        head = (f"{self.place}: " if self.place else "") + f"{self.message} [{self.code}]"
        lines = [escape_control_characters(head)]
        lines += _details(self.found, self.expected, self.remedy)
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the error with its parts as plain data."""
        parts = ("code", "message", "found", "expected", "remedy", "place")
        return {part: getattr(self, part) for part in parts}


class FormatError(PolicyRulesError):
    """A bug of the formatter: it would lose a rule or a comment. Nothing was written."""

    code = "format-error"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"internal error in the formatter, nothing was written: {self.reason}"


class ScaffoldError(PolicyRulesError):
    """A variant cannot be scaffolded as asked, and nothing was written.

    `code` is `invalid-jurisdiction`, `invalid-variant`, `id-taken`, `invalid-dates`,
    `unknown-parameter`, `not-delegated`, `unknown-source`, `invalid-source`, `place-named` or
    `not-added` (an entry has to be put into a file by hand).
    """

    def __init__(
        self, code: str, message: str, *, found: str = "", expected: str = "", remedy: str = ""
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.found = found
        self.expected = expected
        self.remedy = remedy

    def __str__(self) -> str:
        head = escape_control_characters(f"{self.message} [{self.code}]")
        details = _details(self.found, self.expected, "")
        if self.remedy:
            # It may show lines to put into a file.
            details.append(f"    remedy: {escape_in_lines(self.remedy)}")
        return "\n".join([head, *details])

    def to_dict(self) -> dict[str, Any]:
        """Return the error with its parts as plain data."""
        parts = ("code", "message", "found", "expected", "remedy")
        return {part: getattr(self, part) for part in parts}


# The reasons of a `WriteError` that have a special remedy.
READ_BY_COMMAND: Final = "the command reads this file"
MISSING_FOLDER: Final = "its folder does not exist"
NOT_A_REPORT: Final = "it exists already, and holds no JUnit report"


class WriteError(PolicyRulesError):
    """A file cannot be written, or has changed after it was read; every file is as it was."""

    code = "not-written"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    @property
    def _message_parts(self) -> tuple[str, str, str]:
        if self.reason.endswith("meanwhile"):
            remedy = "look at what changed, and run the command again"
        elif self.reason == "it exists already":
            remedy = "choose another name or folder"
        elif self.reason == MISSING_FOLDER:
            folder = self.path.replace("\\", "/").rpartition("/")[0]
            remedy = f"make the folder `{folder}` first, or write to another one"
        elif self.reason in {READ_BY_COMMAND, NOT_A_REPORT}:
            remedy = "give the report a name of its own, such as `report.xml`"
        else:
            remedy = "make room or give rights there, or write to another folder"
        return f"`{self.path}` cannot be written: {self.reason}", "nothing was written", remedy

    def __str__(self) -> str:
        message, found, remedy = self._message_parts
        head = escape_control_characters(f"{message} [{self.code}]")
        return "\n".join([head, *_details(found, "", remedy)])

    def to_dict(self) -> dict[str, Any]:
        """Return the error with its parts as plain data."""
        message, found, remedy = self._message_parts
        return {
            "code": self.code,
            "message": message,
            "found": found,
            "expected": "",
            "remedy": remedy,
            "path": self.path,
        }


class EngineError(PolicyRulesError):
    """A bug: an engine contradicted itself or another engine. No decision was made.

    `engine` is its name. `program`, `literals` and `expected` help to find a bug of the forward
    engine: the Horn program, its input literals, and the literals that the fixpoint derives.
    """

    code = "engine-error"

    def __init__(
        self,
        message: str,
        *,
        engine: str = "forward",
        program: object = None,
        literals: Sequence[int] = (),
        expected: Mapping[str, object] | Sequence[int] = (),
    ) -> None:
        super().__init__(message)
        self.engine = engine
        self.program = program
        self.literals: tuple[int, ...] = tuple(literals)
        self.expected = expected

    def __str__(self) -> str:
        return f"internal error in the {self.engine} engine, no decision was made: {self.args[0]}"


class MissingExtra(PolicyRulesError, ImportError):
    """An optional package is not installed; the message has the line that installs it."""

    code = "missing-extra"

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(package, extra)
        self.package = package
        self.extra = extra

    def __str__(self) -> str:
        return (
            f"the package `{self.package}` is not installed: "
            f'pip install "policyrules[{self.extra}]"'
        )


def _details(found: str, expected: str, remedy: str) -> list[str]:
    """Return the lines under a message; empty parts are left out."""
    parts = (("found", found), ("expected", expected), ("remedy", remedy))
    return [f"    {label}: {escape_control_characters(text)}" for label, text in parts if text]
