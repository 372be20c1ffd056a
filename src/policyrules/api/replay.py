"""Decide the case of a receipt again, and name every difference.

The receipt names the ruleset, the day, the facts and the engine. The ruleset is the one that is
installed now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

import attrs

from policyrules.api.conversion import AnyPath
from policyrules.api.policy import DatedPolicy, Policy, load
from policyrules.decisions.decision import Decision
from policyrules.decisions.receipt import Receipt, read_receipt
from policyrules.errors import (
    EngineError,
    FactsError,
    NotInForce,
    PolicyRulesError,
    ReceiptError,
    RulesetNotFound,
)
from policyrules.objects.frozen import freeze, thaw
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import LocalizedText

if TYPE_CHECKING:
    from policyrules.syntax.yaml import Node


@attrs.frozen(repr=False)
class ReplayDifference:
    """One difference between the receipt and the replay: the `recorded` and the `current` value.

    `name` is `receipt-altered`, `decision-altered`, `facts-altered`, `other-facts`,
    `other-assumed-facts`, `ruleset-changed`, `not-decided`, or a part of the outcome, such as
    `status` or `amount.value`. The name of a note is `library`, `engine` or `kernel`.
    """

    __repr__ = short_repr

    name: str
    text: LocalizedText
    recorded: Any = attrs.field(default=None, converter=freeze)
    current: Any = attrs.field(default=None, converter=freeze)

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain data, with the text in both languages."""
        return {
            "name": self.name,
            "recorded": thaw(self.recorded),
            "current": thaw(self.current),
            **self.text.to_dict(),
        }


@attrs.frozen(repr=False)
class Replay:
    """The result of deciding the case of a receipt again.

    `differences` is empty for the same decision. `notes` name another library, engine or kernel,
    which is not a difference. `decision` is the new decision. It is None if the facts are not those
    of the receipt, or if the current ruleset cannot decide on them.
    """

    __repr__ = short_repr

    receipt: Receipt
    differences: tuple[ReplayDifference, ...]
    notes: tuple[ReplayDifference, ...]
    decision: Decision | None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a replay", "use `.is_same`")

    @property
    def is_same(self) -> bool:
        """Return whether ruleset, facts and outcome of both decisions are the same."""
        return not self.differences

    def explain(self, language: str = "zh") -> str:
        """Return the result as a text for a reader, in Chinese (`zh`) or English (`en`)."""
        answer = _SAME_DECISION if self.is_same else _OTHER_DECISION
        lines = [answer.get(language), f"{self.receipt.ruleset} {self.receipt.on}"]
        lines += [f"- {difference.text.get(language)}" for difference in self.differences]
        lines += [_NOTE_PREFIX.get(language) + note.text.get(language) for note in self.notes]
        return "".join(f"{escape_control_characters(line)}\n" for line in lines)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, ready for JSON, without the decision."""
        return {
            "is_same": self.is_same,
            "ruleset": self.receipt.ruleset,
            "on": self.receipt.on,
            "differences": [difference.to_dict() for difference in self.differences],
            "notes": [note.to_dict() for note in self.notes],
        }


def replay(
    receipt: Receipt | Decision | Mapping[str, Any],
    *,
    facts: Mapping[str, object] | None = None,
    assuming: Mapping[str, object] | None = None,
    policy: Policy | AnyPath | None = None,
) -> Replay:
    """Decide the case of a receipt again, on the same facts and day and by the same engine.

    Facts that were assumed are assumed again. A kernel that is not installed is replaced by an
    installed one, which a note reports.

    Args:
        receipt: A receipt or a decision, or the data of either.
        facts: The facts of a redacted receipt. Their hash must be that of the receipt.
        assuming: The assumed facts of a redacted receipt. Their hash must be that of the receipt.
        policy: The ruleset, or its id or path; by default the installed one with the id of the
            receipt.

    Raises:
        ReceiptError: the data is not a receipt, it is redacted and no facts are given, or it is
            for another ruleset than `policy` or another version of the language.
        RulesetNotFound: no ruleset has the id of the receipt.
        RulesetError: the ruleset has errors.
        FactsError: the facts that were given cannot be read.
        EngineError: internal error in an engine; no decision was made.

    >>> from datetime import date
    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
    >>> policyrules.replay(refund.decide({"employer.layoff_rate": "23%"}).receipt).is_same
    True
    """
    # The argument may be any JSON value.
    data: Any = receipt.receipt if isinstance(receipt, Decision) else receipt
    data = data.to_dict() if isinstance(data, Receipt) else data
    if policy is not None and not isinstance(policy, Policy):
        policy = load(policy)
    decision: Mapping[str, Any] | None = None
    if isinstance(data, Mapping) and isinstance(data.get("receipt"), Mapping):
        decision, data = data, data["receipt"]
    recorded, alterations = read_receipt(data)
    day = _parse_day(recorded.on)
    ruleset = _policy_of(recorded, policy)
    if facts is None and recorded.facts is None:
        remedy = "give them: `--facts FILE`, or in Python `facts=`"
        message = "the receipt is redacted: it does not hold the facts"
        raise ReceiptError("no-facts", message, remedy=remedy, place="facts")
    if assuming is None and recorded.assumed is None and recorded.assumed_hash:
        remedy = "give them: `--assume FILE`, or in Python `assuming=`"
        message = "the receipt is redacted: it does not hold the assumed facts"
        raise ReceiptError("no-facts", message, remedy=remedy, place="assumed")
    replayer = _Replayer(recorded, ruleset, day, {error.code for error in alterations}, assuming)
    differences = (*replayer.integrity_differences(decision), *replayer.differences(facts))
    return Replay(recorded, differences, tuple(replayer.notes()), replayer.decision)


_RECEIPT_FILE_REMEDY: Final = "give the JSON that `policyrules decide --json` wrote"


def read_receipt_file(data: bytes, path: str) -> Mapping[str, Any]:
    """Read the JSON of a receipt or a whole decision, for `replay`; `path` is for messages.

    Raises:
        ReceiptError: the file is not JSON, or not a mapping; the error has the place.
    """
    from policyrules.diagnostics import Diagnostics
    from policyrules.intake.json_text import read_json
    from policyrules.syntax import yaml

    diagnostics = Diagnostics()
    text = yaml.decode(data, path, diagnostics)
    node = read_json(text, path, diagnostics) if text is not None else None
    if node is None or diagnostics.has_errors:
        problem = diagnostics.sorted()[0]
        # The remedy of the parser helps only if the text was meant as a JSON object.
        is_object = text is None or text.lstrip().startswith("{")
        raise ReceiptError(
            "invalid-receipt",
            problem.message,
            found=problem.found,
            expected=problem.expected,
            remedy=(problem.remedy if is_object else "") or _RECEIPT_FILE_REMEDY,
            place=str(problem.span),
        )
    if not isinstance(node, yaml.Mapping):
        expected = "a receipt, or a decision with its receipt"
        message = "the file does not hold a receipt"
        raise ReceiptError(
            "invalid-receipt",
            message,
            expected=expected,
            remedy=_RECEIPT_FILE_REMEDY,
            place=str(node.span),
        )
    return {key.text: _to_python(inner) for key, inner in node.entries}


class _Replayer:
    """Decides one receipt again; `decision` is the result, once `differences` has run."""

    def __init__(
        self,
        receipt: Receipt,
        policy: Policy,
        day: date,
        altered: set[str],
        assuming: Mapping[str, object] | None = None,
    ) -> None:
        self.receipt = receipt
        self.policy = policy
        self.day = day
        self.altered = altered
        self.given_assumptions = assuming
        self.decision: Decision | None = None

    def integrity_differences(
        self, decision: Mapping[str, Any] | None
    ) -> Iterator[ReplayDifference]:
        """Yield the parts of the receipt, or of the decision around it, that were altered."""
        if "receipt-altered" in self.altered:
            yield ReplayDifference("receipt-altered", _TEMPLATES["receipt-altered"])
        if "facts-altered" in self.altered:
            yield ReplayDifference("facts-altered", _TEMPLATES["facts-altered"])
        if decision is not None:
            recorded = {
                "ruleset": self.receipt.ruleset,
                "on": self.receipt.on,
                **self.receipt.outcome,
            }
            for key, part in recorded.items():
                if key in decision and decision[key] != part:
                    text = _fill_template("decision-altered", key=key)
                    yield ReplayDifference("decision-altered", text, part, decision[key])

    def differences(self, facts: Mapping[str, object] | None) -> Iterator[ReplayDifference]:
        """Yield a change of the ruleset, then the differences of the outcome."""
        outcome = list(self.outcome_differences(facts))
        yield from self.ruleset_difference(outcome)
        yield from outcome

    def outcome_differences(self, given: Mapping[str, object] | None) -> Iterator[ReplayDifference]:
        """Decide on the given facts, or else on those of the receipt unless they were altered."""
        if given is None and "facts-altered" in self.altered:
            return
        facts = given if given is not None else self.receipt.facts or {}
        try:
            decision = self.decide(self.policy.on(self.day), facts)
        except (FactsError, NotInForce) as error:
            are_given = given is not None or self.given_assumptions is not None
            if are_given and isinstance(error, FactsError):
                raise
            yield self.decision_failed(error)
            return
        recorded, current = self.receipt.facts_hash, decision.receipt.facts_hash
        if given is not None and current != recorded:
            yield ReplayDifference("other-facts", _TEMPLATES["other-facts"], recorded, current)
            return
        recorded, current = self.receipt.assumed_hash, decision.receipt.assumed_hash
        if current != recorded and (given is not None or self.given_assumptions is not None):
            text = _TEMPLATES["other-assumed-facts"]
            yield ReplayDifference("other-assumed-facts", text, recorded or None, current or None)
            return
        self.decision = decision
        yield from self.changed_parts(decision)

    def decide(self, dated: DatedPolicy, facts: Mapping[str, object]) -> Decision:
        """Decide by the engine and the kernel of the receipt, if they are available."""
        from policyrules.engines.forward.durable import DURABLE
        from policyrules.engines.forward.fixpoint import FIXPOINT

        assuming = self.receipt.assumed
        if self.given_assumptions is not None:
            assuming = self.given_assumptions
        if self.receipt.engine == "reference":
            return dated.decide(facts, assuming=assuming, engine="reference")
        if self.receipt.engine == "compiled":
            return dated.decide(facts, assuming=assuming, engine="compiled")
        kernel = self.receipt.kernel.partition(" ")[0]
        if self.receipt.engine == "forward" and kernel in {DURABLE, FIXPOINT}:
            try:
                return dated.decide(facts, assuming=assuming, kernel=kernel)
            except EngineError as error:
                if error.code != "missing-kernel":
                    raise
        return dated.decide(facts, assuming=assuming)

    def ruleset_difference(self, outcome: Sequence[ReplayDifference]) -> Iterator[ReplayDifference]:
        """Yield a change of the ruleset; its text says if the outcome stayed the same."""
        recorded, current = self.receipt.content_hash, self.policy.ruleset.content_hash
        if current != recorded:
            is_same = self.decision is not None and not outcome
            text = _TEMPLATES["ruleset-changed, same outcome" if is_same else "ruleset-changed"]
            yield ReplayDifference("ruleset-changed", text, recorded, current)

    def decision_failed(self, error: PolicyRulesError) -> ReplayDifference:
        """Return the difference for a case that cannot be decided any more."""
        # The first problem is enough: the facts were valid once, so all problems have one cause.
        message = str(error).partition("\n")[0]
        text = _fill_template("not-decided", reason=message)
        return ReplayDifference("not-decided", text, None, error.code)

    def changed_parts(self, decision: Decision) -> Iterator[ReplayDifference]:
        """Yield the parts of the outcome that differ, such as `status` or `amount.value`."""
        recorded = dict(_flatten(self.receipt.outcome))
        current = dict(_flatten(decision.receipt.outcome))
        for name in dict.fromkeys((*recorded, *current)):
            old, new = recorded.get(name), current.get(name)
            if old != new:
                text = _fill_template("outcome", name=name, old=_format(old), new=_format(new))
                yield ReplayDifference(name, text, old, new)

    def notes(self) -> Iterator[ReplayDifference]:
        """Yield the library, the engine and the kernel if they differ."""
        if self.decision is None:
            return
        current = self.decision.receipt
        for name in ("library", "engine", "kernel"):
            old, new = getattr(self.receipt, name), getattr(current, name)
            if old != new:
                yield ReplayDifference(name, _fill_template(name, old=old, new=new), old, new)


def _policy_of(receipt: Receipt, policy: Policy | None) -> Policy:
    """Return the ruleset to decide by, after checking that the receipt is for it."""
    if policy is None:
        # A receipt may come from anywhere, so it may name an installed ruleset but not a file.
        if not re.fullmatch(r"[\w-]+(/[\w.-]+)+", receipt.ruleset) or _FILE_NAME.search(
            receipt.ruleset
        ):
            remedy = "a receipt names an id; for a file of your own give the ruleset besides"
            raise RulesetNotFound(receipt.ruleset, remedy)
        policy = load(receipt.ruleset)
    if policy.id != receipt.ruleset:
        message = f"the receipt is of another ruleset than `{policy.id}`"
        found = f"`{receipt.ruleset}`"
        raise ReceiptError("invalid-receipt", message, found=found, place="ruleset")
    if policy.ruleset.language != receipt.language:
        raise ReceiptError(
            "language-version",
            "the receipt is of another version of the language of rules",
            found=f"`{receipt.language}`",
            expected=f"`{policy.ruleset.language}`",
            remedy=f"replay it with the library that made it: policyrules {receipt.library}",
            place="language",
        )
    return policy


def _parse_day(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    message, expected = "`on` of the receipt is not a day", "a day of the calendar, as YYYY-MM-DD"
    raise ReceiptError(
        "invalid-receipt", message, found=f"`{text[:40]}`", expected=expected, place="on"
    )


def _flatten(outcome: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the parts of an outcome with dotted names; null parts are left out.

    >>> list(_flatten({"status": "eligible", "amount": {"value": "1.00", "min": None}}))
    [('status', 'eligible'), ('amount.value', '1.00')]
    """
    for key, part in outcome.items():
        if isinstance(part, Mapping):
            yield from _flatten(part, f"{prefix}{key}.")
        elif part is not None:
            yield f"{prefix}{key}", part


def _format(part: Any) -> str:
    return "—" if part is None else str(part)


def _to_python(node: Node) -> Any:
    """Return a JSON value as Python data; the reader has limited the depth of the recursion."""
    from policyrules.syntax import yaml

    if isinstance(node, yaml.Mapping):
        return {key.text: _to_python(inner) for key, inner in node.entries}
    if isinstance(node, yaml.Sequence):
        return [_to_python(inner) for inner in node.items]
    if not node.plain:
        return node.text
    if node.text in _JSON_LITERALS:
        return _JSON_LITERALS[node.text]
    # A receipt has small whole numbers only. Any other number makes the hash differ.
    return int(node.text) if re.fullmatch("-?[0-9]{1,18}", node.text) else Decimal(node.text)


_FILE_NAME: Final = re.compile(r"\.ya?ml$|\.\.")
_JSON_LITERALS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}

_SAME_DECISION: Final = LocalizedText("同一决定", "The same decision")
_OTHER_DECISION: Final = LocalizedText("不是同一决定", "Not the same decision")
_NOTE_PREFIX: Final = LocalizedText("说明：", "Note: ")


def _fill_template(name: str, /, **parts: str) -> LocalizedText:
    """Return a text of `_TEMPLATES`, with its placeholders filled in."""
    template = _TEMPLATES[name]
    return LocalizedText(template.zh.format(**parts), template.en.format(**parts))


_TEMPLATES: Final[Mapping[str, LocalizedText]] = {
    "receipt-altered": LocalizedText(
        "凭证被改动过：其散列值与内容不符", "the receipt was altered: its hash does not match"
    ),
    "facts-altered": LocalizedText(
        "凭证中的事实被改动过：不是当时据以决定的事实",
        "the facts in the receipt were altered: they are not those of the decision",
    ),
    "other-facts": LocalizedText(
        "所给的事实不是当时据以决定的事实",
        "the given facts are not those of the decision: their hash differs",
    ),
    "other-assumed-facts": LocalizedText(
        "所给的假定事实不是当时据以决定的假定事实",
        "the given assumed facts are not those of the decision: their hash differs",
    ),
    "decision-altered": LocalizedText(
        "凭证之外的决定被改动过：`{key}` 与凭证不符",
        "the decision around the receipt was altered: its `{key}` is not that of the receipt",
    ),
    "ruleset-changed": LocalizedText(
        "规则集此后有改动：内容散列值不同",
        "the ruleset has changed since: its content hash differs",
    ),
    "ruleset-changed, same outcome": LocalizedText(
        "规则集此后有改动：内容散列值不同；对本案结论没有影响",
        "the ruleset has changed since: its content hash differs; "
        "the outcome of this case is the same",
    ),
    "not-decided": LocalizedText(
        "现在不能就这些事实作出决定：{reason}", "it cannot be decided now: {reason}"
    ),
    "outcome": LocalizedText(
        "`{name}`：凭证为 {old}，现为 {new}", "`{name}`: {old} in the receipt, {new} now"
    ),
    "library": LocalizedText(
        "程序版本不同：凭证为 policyrules {old}，现为 {new}",
        "another version of the library: policyrules {old} in the receipt, {new} now",
    ),
    "engine": LocalizedText(
        "引擎不同：凭证为 {old}，现为 {new}",
        "another engine: {old} in the receipt, which is not there now; {new} decided",
    ),
    "kernel": LocalizedText(
        "内核不同：凭证为 {old}，此处为 {new}",
        "another kernel: {old} in the receipt, {new} is what is installed here",
    ),
}
