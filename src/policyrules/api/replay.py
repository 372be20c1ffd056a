"""Decides again what a receipt says was decided, and names every difference.

The receipt says which ruleset, which day, which facts and which engine; the ruleset is the one that
is installed now.
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
    """One thing that is not now what the receipt says; `receipt` and `now` are the two.

    `name` is `receipt_altered`, `decision_altered`, `facts_altered`, `other_facts`,
    `ruleset_changed`, `not_decided`, or a part of the outcome: `status`, `amount.value`, … A note
    is called `library`, `engine` or `kernel`.
    """

    __repr__ = short_repr

    name: str
    text: LocalizedText
    receipt: Any = attrs.field(default=None, converter=freeze)
    now: Any = attrs.field(default=None, converter=freeze)

    def to_dict(self) -> dict[str, Any]:
        """As data; the text is there in both languages."""
        return {
            "name": self.name,
            "receipt": thaw(self.receipt),
            "now": thaw(self.now),
            **self.text.to_dict(),
        }


@attrs.frozen(repr=False)
class Replay:
    """What came of deciding a receipt again.

    `differences` is empty for the same decision. `notes` are circumstances that are no difference:
    another library, engine or kernel. `decision` is the one of now, and None where it could not be
    taken: the facts are not those of the receipt, or the ruleset of now decides nothing on them.
    """

    __repr__ = short_repr

    receipt: Receipt
    differences: tuple[ReplayDifference, ...]
    notes: tuple[ReplayDifference, ...]
    decision: Decision | None

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a replay", "use `.same`")

    @property
    def same(self) -> bool:
        """Return whether ruleset, facts and outcome of both decisions are the same."""
        return not self.differences

    def explain(self, language: str = "zh") -> str:
        """The answer as a text for a reader, in Chinese (`zh`) or English (`en`)."""
        answer = _SAME if self.same else _NOT_SAME
        lines = [answer.get(language), f"{self.receipt.ruleset} {self.receipt.on}"]
        lines += [f"- {one.text.get(language)}" for one in self.differences]
        lines += [_NOTE.get(language) + one.text.get(language) for one in self.notes]
        return "".join(f"{escape_control_characters(line)}\n" for line in lines)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, ready for JSON; without the decision, which has a `to_dict` of its own."""
        return {
            "same": self.same,
            "ruleset": self.receipt.ruleset,
            "on": self.receipt.on,
            "differences": [one.to_dict() for one in self.differences],
            "notes": [one.to_dict() for one in self.notes],
        }


def replay(
    receipt: Receipt | Decision | Mapping[str, Any],
    *,
    facts: Mapping[str, object] | None = None,
    policy: Policy | AnyPath | None = None,
) -> Replay:
    """Decides again what a receipt says was decided: same facts, same day, same engine.

    A kernel that is not installed here is replaced by the one that is, and a note says so.

    Args:
        receipt: A receipt, its data, or a whole decision, also its data with `receipt` in it.
        facts: The facts of a redacted receipt. They count only if their hash is the receipt's.
        policy: The ruleset, or its id or path; if left out, the installed one that has the
            receipt's id.

    Raises:
        ReceiptError: it is no receipt, it has no facts and none are given, it is of another
            ruleset than `policy`, or of another version of the language.
        RulesetNotFound: no ruleset has the receipt's id.
        RulesetError: the ruleset is wrong.
        FactsError: the facts that were given cannot be read.
        EngineError: the forward engine met a surprise and decided nothing.

    >>> from datetime import date
    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
    >>> policyrules.replay(refund.decide({"employer.layoff_rate": "23%"}).receipt).same
    True
    """
    # What a caller hands in may be anything that JSON can be.
    data: Any = receipt.receipt if isinstance(receipt, Decision) else receipt
    data = data.to_dict() if isinstance(data, Receipt) else data
    if policy is not None and not isinstance(policy, Policy):
        policy = load(policy)
    around: Mapping[str, Any] | None = None
    if isinstance(data, Mapping) and isinstance(data.get("receipt"), Mapping):
        around, data = data, data["receipt"]
    then, altered = read_receipt(data)
    day = _day(then.on)
    chosen = _policy(then, policy)
    if facts is None and then.facts is None:
        remedy = "give them: `--facts FILE`, or in Python `facts=`"
        message = "the receipt is redacted: it does not hold the facts"
        raise ReceiptError("no_facts", message, remedy=remedy, place="facts")
    again = _Again(then, chosen, day, {one.code for one in altered})
    differences = (*again.damage(around), *again.differences(facts))
    return Replay(then, differences, tuple(again.notes()), again.decision)


_JSON_OF_DECIDE: Final = "give the JSON that `policyrules decide --json` wrote"


def read_receipt_file(data: bytes, path: str) -> Mapping[str, Any]:
    """Reads a JSON file for `replay`: a receipt, or a whole decision. `path` is for messages.

    Raises:
        ReceiptError: it is not JSON, or no mapping; the error says where.
    """
    from policyrules.diagnostics import Diagnostics
    from policyrules.intake.json_text import read_json
    from policyrules.syntax import yaml

    diagnostics = Diagnostics()
    text = yaml.decode(data, path, diagnostics)
    node = read_json(text, path, diagnostics) if text is not None else None
    if node is None or diagnostics.has_errors:
        found = diagnostics.sorted()[0]
        # What begins otherwise was never the JSON of a decision, so no slip in it is to be mended.
        is_object = text is None or text.lstrip().startswith("{")
        raise ReceiptError(
            "receipt_wrong",
            found.message,
            found=found.found,
            expected=found.expected,
            remedy=(found.remedy if is_object else "") or _JSON_OF_DECIDE,
            place=str(found.span),
        )
    if not isinstance(node, yaml.Mapping):
        expected = "a receipt, or a decision with its receipt"
        message = "the file does not hold a receipt"
        raise ReceiptError(
            "receipt_wrong",
            message,
            expected=expected,
            remedy=_JSON_OF_DECIDE,
            place=str(node.span),
        )
    return {key.text: _plain(inner) for key, inner in node.entries}


class _Again:
    """One receipt while it is decided again; `decision` is what came of it."""

    def __init__(self, then: Receipt, policy: Policy, day: date, altered: set[str]) -> None:
        self.then = then
        self.policy = policy
        self.day = day
        self.altered = altered
        self.decision: Decision | None = None

    def damage(self, around: Mapping[str, Any] | None) -> Iterator[ReplayDifference]:
        """Where the receipt, or the decision around it, is not as it was made."""
        if "receipt_altered" in self.altered:
            yield ReplayDifference("receipt_altered", _TEXTS["receipt_altered"])
        if "facts_altered" in self.altered:
            yield ReplayDifference("facts_altered", _TEXTS["facts_altered"])
        if around is not None:
            told = {"ruleset": self.then.ruleset, "on": self.then.on, **self.then.outcome}
            for key, part in told.items():
                if key in around and around[key] != part:
                    text = _filled("decision_altered", key=key)
                    yield ReplayDifference("decision_altered", text, part, around[key])

    def differences(self, given: Mapping[str, object] | None) -> Iterator[ReplayDifference]:
        """What is otherwise now: the ruleset, then what came out on the facts."""
        outcome = list(self.decided(given))
        yield from self.ruleset(outcome)
        yield from outcome

    def decided(self, given: Mapping[str, object] | None) -> Iterator[ReplayDifference]:
        """Decides on the facts that are given, else on the receipt's; never on altered ones."""
        if given is None and "facts_altered" in self.altered:
            return
        facts = given if given is not None else self.then.facts or {}
        try:
            decision = self.decide(self.policy.on(self.day), facts)
        except (FactsError, NotInForce) as error:
            if given is not None and isinstance(error, FactsError):
                raise
            yield self.not_decided(error)
            return
        now = decision.receipt.facts_hash
        if given is not None and now != self.then.facts_hash:
            yield ReplayDifference("other_facts", _TEXTS["other_facts"], self.then.facts_hash, now)
            return
        self.decision = decision
        yield from self.outcome(decision)

    def decide(self, dated: DatedPolicy, facts: Mapping[str, object]) -> Decision:
        """The decision by the engine and the kernel of the receipt, where they are there."""
        from policyrules.engines.forward.durable import DURABLE
        from policyrules.engines.forward.fixpoint import FIXPOINT

        if self.then.engine == "reference":
            return dated.decide(facts, engine="reference")
        if self.then.engine == "compiled":
            return dated.decide(facts, engine="compiled")
        kernel = self.then.kernel.partition(" ")[0]
        if self.then.engine == "forward" and kernel in {DURABLE, FIXPOINT}:
            try:
                return dated.decide(facts, kernel=kernel)
            except EngineError as error:
                if error.code != "kernel_missing":
                    raise
        return dated.decide(facts)

    def ruleset(self, outcome: Sequence[ReplayDifference]) -> Iterator[ReplayDifference]:
        """Return whether the ruleset has changed, told with whether that made a difference here."""
        now = self.policy.ruleset.content_hash
        if now != self.then.content_hash:
            same = self.decision is not None and not outcome
            text = _TEXTS["ruleset_changed, same outcome" if same else "ruleset_changed"]
            yield ReplayDifference("ruleset_changed", text, self.then.content_hash, now)

    def not_decided(self, error: PolicyRulesError) -> ReplayDifference:
        # The first problem will do: these facts were right once, so all of them have one cause.
        message = str(error).partition("\n")[0]
        text = _filled("not_decided", why=message)
        return ReplayDifference("not_decided", text, None, error.code)

    def outcome(self, decision: Decision) -> Iterator[ReplayDifference]:
        """The parts of the outcome that came out otherwise."""
        then = dict(_parts(self.then.outcome))
        now = dict(_parts(decision.receipt.outcome))
        for name in dict.fromkeys((*then, *now)):
            if then.get(name) != now.get(name):
                old, new = then.get(name), now.get(name)
                text = _filled("outcome", name=name, then=_written(old), now=_written(new))
                yield ReplayDifference(name, text, old, new)

    def notes(self) -> Iterator[ReplayDifference]:
        """What decided then and what decides now, where the two differ."""
        if self.decision is None:
            return
        now = self.decision.receipt
        for name in ("library", "engine", "kernel"):
            old, new = getattr(self.then, name), getattr(now, name)
            if old != new:
                yield ReplayDifference(name, _filled(name, then=old, now=new), old, new)


def _policy(then: Receipt, policy: Policy | None) -> Policy:
    if policy is None:
        # A receipt may come from anywhere: it may name a ruleset, never a file.
        if not re.fullmatch(r"[\w-]+(/[\w.-]+)+", then.ruleset) or _FILE.search(then.ruleset):
            remedy = "a receipt names an id; for a file of your own give the ruleset besides"
            raise RulesetNotFound(then.ruleset, remedy)
        policy = load(then.ruleset)
    if policy.id != then.ruleset:
        message = f"the receipt is of another ruleset than `{policy.id}`"
        found = f"`{then.ruleset}`"
        raise ReceiptError("receipt_wrong", message, found=found, place="ruleset")
    if policy.ruleset.language != then.language:
        raise ReceiptError(
            "language_version",
            "the receipt is of another version of the language of rules",
            found=f"`{then.language}`",
            expected=f"`{policy.ruleset.language}`",
            remedy=f"replay it with the library that made it: policyrules {then.library}",
            place="language",
        )
    return policy


def _day(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    message, expected = "`on` of the receipt is not a day", "a day of the calendar, as YYYY-MM-DD"
    raise ReceiptError(
        "receipt_wrong", message, found=f"`{text[:40]}`", expected=expected, place="on"
    )


def _parts(outcome: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The parts of an outcome by their dotted names; one that is null is as one that is not there.

    >>> list(_parts({"status": "eligible", "amount": {"value": "1.00", "min": None}}))
    [('status', 'eligible'), ('amount.value', '1.00')]
    """
    for key, part in outcome.items():
        if isinstance(part, Mapping):
            yield from _parts(part, f"{above}{key}.")
        elif part is not None:
            yield f"{above}{key}", part


def _written(part: Any) -> str:
    return "—" if part is None else str(part)


def _plain(node: Node) -> Any:
    """A JSON value as Python data; recursion is safe, the reader bounds the depth."""
    from policyrules.syntax import yaml

    if isinstance(node, yaml.Mapping):
        return {key.text: _plain(inner) for key, inner in node.entries}
    if isinstance(node, yaml.Sequence):
        return [_plain(inner) for inner in node.items]
    if not node.plain:
        return node.text
    if node.text in _WORDS:
        return _WORDS[node.text]
    # No receipt holds another number than a small whole one; a Decimal fits no hash.
    return int(node.text) if re.fullmatch("-?[0-9]{1,18}", node.text) else Decimal(node.text)


_FILE: Final = re.compile(r"\.ya?ml$|\.\.")
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}

_SAME: Final = LocalizedText("同一决定", "The same decision")
_NOT_SAME: Final = LocalizedText("不是同一决定", "Not the same decision")
_NOTE: Final = LocalizedText("说明：", "Note: ")


def _filled(text: str, **parts: str) -> LocalizedText:
    """A text of the table below, with its parts put in."""
    title = _TEXTS[text]
    return LocalizedText(title.zh.format(**parts), title.en.format(**parts))


_TEXTS: Final[Mapping[str, LocalizedText]] = {
    "receipt_altered": LocalizedText(
        "凭证被改动过：其散列值与内容不符", "the receipt was altered: its hash does not fit"
    ),
    "facts_altered": LocalizedText(
        "凭证中的事实被改动过：不是当时据以决定的事实",
        "the facts in the receipt were altered: they are not those that were decided",
    ),
    "other_facts": LocalizedText(
        "所给的事实不是当时据以决定的事实",
        "the facts that were given are not those that were decided: their hash is another",
    ),
    "decision_altered": LocalizedText(
        "凭证之外的决定被改动过：`{key}` 与凭证不符",
        "the decision around the receipt was altered: its `{key}` is not that of the receipt",
    ),
    "ruleset_changed": LocalizedText(
        "规则集此后有改动：内容散列值不同",
        "the ruleset has changed since: its content hash is another",
    ),
    "ruleset_changed, same outcome": LocalizedText(
        "规则集此后有改动：内容散列值不同；对本案结论没有影响",
        "the ruleset has changed since: its content hash is another; "
        "the outcome of this case is the same",
    ),
    "not_decided": LocalizedText(
        "现在不能就这些事实作出决定：{why}", "it cannot be decided now: {why}"
    ),
    "outcome": LocalizedText(
        "`{name}`：凭证为 {then}，现为 {now}", "`{name}`: {then} in the receipt, {now} now"
    ),
    "library": LocalizedText(
        "程序版本不同：凭证为 policyrules {then}，现为 {now}",
        "another version of the library: policyrules {then} in the receipt, {now} now",
    ),
    "engine": LocalizedText(
        "引擎不同：凭证为 {then}，现为 {now}",
        "another engine: {then} in the receipt, which is not there now; {now} decided",
    ),
    "kernel": LocalizedText(
        "内核不同：凭证为 {then}，此处为 {now}",
        "another kernel: {then} in the receipt, {now} is what is installed here",
    ),
}
