"""The receipt: enough to prove later what was decided and why, and to decide it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import attrs


def digest(data: object) -> str:
    """The sha256 of data in its one canonical JSON form.

    >>> digest({"b": 1, "a": "税"}) == digest({"a": "税", "b": 1})
    True
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@attrs.frozen
class Receipt:
    """What was decided, by which ruleset and which library, on which facts.

    `facts` are the facts as they were understood, each as exact text, a list as a list of texts and
    the items of a list as mappings; a redacted receipt has None there and keeps `facts_hash`.
    `language` is the version of the ruleset language.
    """

    ruleset: str
    language: int
    content_hash: str
    library: str
    engine: str
    kernel: str
    on: str
    facts: Mapping[str, Any] | None = attrs.field(hash=False)
    facts_hash: str
    outcome: Mapping[str, Any] = attrs.field(hash=False)

    def redacted(self) -> Receipt:
        """The receipt without the facts; their hash stays.

        The hash proves which facts were decided to whoever holds them; it does not hide facts of
        few possible values from somebody who tries them all.
        """
        return attrs.evolve(self, facts=None)

    def to_dict(self) -> dict[str, Any]:
        """As data, with the hash of the whole receipt under `receipt_hash`.

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
            "outcome": dict(self.outcome),
        }
        facts = None if self.facts is None else dict(self.facts)
        return data | {"facts": facts, "receipt_hash": digest(data)}
