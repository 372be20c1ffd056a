"""The receipt of a decision: it proves later what was decided, and can be replayed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from policyrules.errors import ReceiptError
from policyrules.objects.frozen import freeze, thaw
from policyrules.objects.representation import short_repr


def digest(data: object) -> str:
    """Return the SHA-256 of data in canonical JSON.

    >>> digest({"b": 1, "a": "税"}) == digest({"a": "税", "b": 1})
    True
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@attrs.frozen(repr=False)
class Receipt:
    """The outcome of a decision with the ruleset, the library and the facts that led to it.

    `facts` are the facts as they were understood, by full name: exact texts, for a list a tuple
    of texts or of mappings. A redacted receipt has None there and keeps `facts_hash`. `language`
    is the version of the ruleset language. `bases` are all rulesets that a variant extends, also
    indirectly, each with its content hash. `assumed` are the facts that were missing and that the
    caller assumed, in the same form; None if there are none or the receipt is redacted.
    `assumed_hash` is their hash, empty if there are none.
    """

    __repr__ = short_repr

    ruleset: str
    language: int
    content_hash: str
    library: str
    engine: str
    kernel: str
    on: str
    facts: Mapping[str, Any] | None = attrs.field(converter=freeze, hash=False)
    facts_hash: str
    outcome: Mapping[str, Any] = attrs.field(converter=freeze, hash=False)
    bases: Mapping[str, str] = attrs.field(factory=dict, converter=freeze, hash=False)
    assumed: Mapping[str, Any] | None = attrs.field(default=None, converter=freeze, hash=False)
    assumed_hash: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Receipt:
        """Read the data that `to_dict` returned, and verify its hashes.

        The hashes detect damage and careless changes, not forgery: anyone can compute new ones.
        `policyrules.replay` decides the case again.

        Raises:
            ReceiptError: the data is not a receipt, or was altered.
        """
        receipt, altered = read_receipt(data)
        if altered:
            raise altered[0]
        return receipt

    def redacted(self) -> Receipt:
        """Return the receipt without the facts, stated or assumed; their hashes stay.

        The hash identifies the facts for a holder of them. It does not protect facts with few
        possible values: they can be guessed by trying all values.
        """
        return attrs.evolve(self, facts=None, assumed=None)

    def to_dict(self) -> dict[str, Any]:
        """Return the receipt as plain data, with the hash of the whole under `receipt_hash`.

        The hash is the same for a receipt and for its redacted form.
        """
        data = {
            "ruleset": self.ruleset,
            "language": self.language,
            "content_hash": self.content_hash,
            "library": self.library,
            "engine": self.engine,
            "kernel": self.kernel,
            "on": self.on,
            "facts_hash": self.facts_hash,
            "outcome": thaw(self.outcome),
        }
        if self.bases:
            data["bases"] = thaw(self.bases)
        facts = {"facts": thaw(self.facts)}
        if self.assumed_hash:
            data["assumed_hash"] = self.assumed_hash
            facts["assumed"] = thaw(self.assumed)
        return data | facts | {"receipt_hash": digest(data)}


def read_receipt(data: Mapping[str, Any]) -> tuple[Receipt, tuple[ReceiptError, ...]]:
    """Return the receipt in `data` as it is, and an error for each hash that does not match.

    The hash covers every key, so a receipt of a later version with more keys is not altered.

    Raises:
        ReceiptError: the data is not a receipt.
    """
    if not isinstance(data, Mapping):
        raise _invalid_receipt("", "a receipt is a mapping", data, "the keys of a receipt")
    for key, (kinds, expected) in _REQUIRED_KEYS.items():
        if key not in data:
            remedy = "give the whole, unchanged `receipt` of a decision"
            message = f"the receipt has no `{key}`"
            raise ReceiptError("invalid-receipt", message, expected=expected, remedy=remedy)
        if not isinstance(data[key], kinds) or isinstance(data[key], bool):
            raise _invalid_receipt(
                key, f"`{key}` of the receipt is not {expected}", data[key], expected
            )
    bases = data.get("bases", {})
    if not isinstance(bases, Mapping):
        raise _invalid_receipt(
            "bases", "`bases` of the receipt is not a mapping", bases, "a mapping"
        )
    assumed, assumed_hash = data.get("assumed"), data.get("assumed_hash", "")
    if not isinstance(assumed_hash, str):
        raise _invalid_receipt(
            "assumed_hash", "`assumed_hash` of the receipt is not a text", assumed_hash, "a text"
        )
    if not isinstance(assumed, Mapping | None):
        raise _invalid_receipt(
            "assumed", "`assumed` of the receipt is not a mapping", assumed, "a mapping, or null"
        )
    parts = {key: data[key] for key in _REQUIRED_KEYS if key != "receipt_hash"}
    try:
        receipt = Receipt(**parts, bases=bases, assumed=assumed, assumed_hash=assumed_hash)
    except RecursionError:
        message = "the receipt is nested more deeply than any that policyrules writes"
        expected = "the unchanged `receipt` of a decision"
        raise ReceiptError("invalid-receipt", message, expected=expected) from None
    hashed = {key: part for key, part in data.items() if key not in _NOT_HASHED}
    altered = []
    if _digest_of(hashed) != data["receipt_hash"]:
        altered.append(
            _integrity_error("receipt-altered", "the receipt was altered", "receipt_hash")
        )
    if receipt.facts is not None and _digest_of(receipt.facts) != receipt.facts_hash:
        message = "the facts of the receipt were altered: they are not those of the decision"
        altered.append(_integrity_error("facts-altered", message, "facts_hash"))
    if receipt.assumed is not None and _digest_of(receipt.assumed) != receipt.assumed_hash:
        message = (
            "the assumed facts of the receipt were altered: they are not those of the decision"
        )
        altered.append(_integrity_error("facts-altered", message, "assumed_hash"))
    return receipt, tuple(altered)


_NOT_HASHED: Final = frozenset({"facts", "assumed", "receipt_hash"})
"""The keys that the hash of a receipt leaves out; facts have hashes of their own."""

_TEXT_VALUE: Final = ((str,), "a text")
_MAPPING_VALUE: Final = ((Mapping,), "a mapping")
_REQUIRED_KEYS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "ruleset": _TEXT_VALUE,
    "language": ((int,), "a whole number"),
    "content_hash": _TEXT_VALUE,
    "library": _TEXT_VALUE,
    "engine": _TEXT_VALUE,
    "kernel": _TEXT_VALUE,
    "on": _TEXT_VALUE,
    "facts": ((Mapping, type(None)), "a mapping, or null"),
    "facts_hash": _TEXT_VALUE,
    "outcome": _MAPPING_VALUE,
    "receipt_hash": _TEXT_VALUE,
}
"""The required keys of a receipt, with the types and the description of their values."""


def _invalid_receipt(place: str, message: str, value: object, expected: str) -> ReceiptError:
    kinds = ((bool, "a yes or no"), (str, "a text"), (int, "a number"), (Mapping, "a mapping"))
    named = next((text for kind, text in kinds if isinstance(value, kind)), "something else")
    found = "null" if value is None else named
    return ReceiptError("invalid-receipt", message, found=found, expected=expected, place=place)


def _integrity_error(code: str, message: str, place: str) -> ReceiptError:
    remedy = "find the unchanged receipt: an altered one proves nothing"
    message = f"{message}; `{place}` does not match"
    return ReceiptError(code, message, remedy=remedy, place=place)


def _digest_of(data: Mapping[str, Any]) -> str:
    """Return the digest of data from outside, or an empty text if it is not JSON."""
    try:
        return digest(dict(data))
    except (TypeError, ValueError, RecursionError):
        return ""
