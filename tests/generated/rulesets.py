"""Whole rulesets at random, as the texts of their three files; the checker accepts nearly all.

    generated(random.Random(7), ORDINARY) -> Files(ruleset, vocabulary, sources)

Nothing here knows the tree or the IR: what comes out is what an author might have typed.
"""

import random
from collections.abc import Callable, Mapping
from typing import Final

import attrs
from tests.generated.expressions import Expressions
from tests.generated.ledger import LAST_DAY, ORDINARY, Declared, Ledger, Size
from tests.generated.prose import SOURCES
from tests.generated.sorts import COUNTED, FAMILIES, UNITS, YES_NO, Sort, Text, joined
from tests.generated.yaml_text import Data, written

from policyrules.compiler import Compiled, File, compile_ruleset

ID: Final = "cn-nm/generated"
MODES: Final = ("half_up", "half_even", "down", "up")
GROUPS: Final = ("all", "any", "none", "at_least")


@attrs.frozen
class Files:
    """The data of the three files."""

    ruleset: Mapping[str, Data]
    vocabulary: Mapping[str, Data]
    sources: Mapping[str, Data]

    def texts(self) -> dict[str, str]:
        """The texts of the files."""
        return {
            "ruleset": written(self.ruleset),
            "vocabulary": written(self.vocabulary),
            "sources": written(self.sources),
        }

    def conditions(self) -> Mapping[str, Data]:
        """The conditions of the ruleset, in their order."""
        conditions = self.ruleset["conditions"]
        if not isinstance(conditions, dict):
            raise TypeError("the conditions are a mapping")
        return conditions

    def compiled(self) -> Compiled:
        """What the compiler makes of the texts."""
        texts = {name: text.encode() for name, text in self.texts().items()}
        return compile_ruleset(
            File(f"{ID}.yaml", texts["ruleset"]),
            File("vocabulary.yaml", texts["vocabulary"]),
            File("sources.yaml", texts["sources"]),
        )


def generated(rng: random.Random, size: Size = ORDINARY) -> Files:
    """A ruleset with its vocabulary and its sources."""
    return _Ruleset(rng, size).files()


class _Ruleset:
    def __init__(self, rng: random.Random, size: Size) -> None:
        self.rng = rng
        self.size = size
        self.ledger = Ledger(rng, size)
        self.prose = self.ledger.prose
        self.expressions = Expressions(self.ledger)
        self.conditions: dict[str, Data] = {}
        self.members: list[str] = []
        self.n_exceptions = 0

    def files(self) -> Files:
        for _ in range(self.rng.randint(*self.size.values)):
            self.value()
        for _ in range(self.rng.randint(*self.size.conditions)):
            self.condition()
        outcome = self.outcome()
        in_force = self.in_force()
        notes = self.notes()
        vocabulary, local = self.facts()
        ruleset: dict[str, Data] = {
            "policyrules": "1",
            "id": ID,
            "title": self.prose.title(),
            "policy_year": "2022",
            "legal_basis": SOURCES[0],
            "in_force": in_force,
            "uses": ["firm", "area"],
            "facts": local,
            "sources": {SOURCES[-1]: self.source()} if self.prose.own_source else {},
            "parameters": self.ledger.parameter_data,
            "values": self.ledger.value_data,
            "conditions": self.conditions,
            "outcome": outcome,
            "notes": notes,
        }
        if self.chance(0.3):
            del ruleset["policy_year"]
        return Files(
            {key: data for key, data in ruleset.items() if data != {}},
            {"policyrules": "1", "subjects": vocabulary},
            {"policyrules": "1", "sources": {one: self.source() for one in SOURCES[:-1]}},
        )

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # Values.

    def value(self) -> None:
        rng, ledger = self.rng, self.ledger
        sort = self._sort_of_value()
        name = f"{sort.kind}_value_{len(ledger.values) + 1}"
        data: dict[str, Data] = {"title": self.prose.title(), "type": sort.kind}
        if sort.unit and not (sort.kind == "money" and sort.unit == "CNY" and self.chance(0.5)):
            data["unit"] = sort.unit
        words: tuple[str, ...] = ()
        if sort.kind == "word":
            words = FAMILIES[sort.family]
            data["words"] = {word: self.prose.title() for word in words}
        texts = [self.expressions.fitting(sort, self.size.depth)]
        exceptions: dict[str, Data] = {}
        if self.chance(0.45):
            for _ in range(rng.choice((1, 1, 2, 3))):
                text = self.expressions.fitting(sort, self.size.depth - 1)
                texts.append(text)
                exceptions[self._exception_id()] = self._exception("is", text)
        if self.chance(self.size.given):
            fact = ledger.fact(sort, new=len(ledger.facts) < ledger.most_facts)
            # No value is reckoned from the fact that states it.
            if not any(fact.name in text.text for text in texts):
                data["given"] = fact.name
        data["is"] = texts[0].text
        low, high = joined(texts)
        if sort.is_number and self.chance(0.25):
            data["round"] = self._rounding(sort.unit, sort.kind)
            low = high = None
        data.update(self.prose.ground())
        if exceptions:
            data["except"] = exceptions
        if "given" in data:
            low = high = None
        ledger.values[name] = Declared(name, sort, words, low=low, high=high)
        ledger.value_data[name] = data

    def _sort_of_value(self) -> Sort:
        rng = self.rng
        kind = rng.choice(("count", "number", "ratio", "money", "word", "yes_no"))
        match kind:
            case "word":
                return Sort("word", family=rng.choice(tuple(FAMILIES)))
            case "yes_no":
                return YES_NO
            case "count":
                return Sort("count", rng.choice(COUNTED))
            case "money":
                return Sort("money", rng.choice(("CNY", "CNY", "CNY/person", "CNY/month")))
            case "ratio":
                return Sort("ratio")
            case _:
                return Sort("number", rng.choice(UNITS))

    def _rounding(self, unit: str, kind: str) -> Data:
        step = self.rng.choice(("1", "1", "5", "2"))
        if kind != "count":
            step = self.rng.choice(("1", "0.5", "0.01", "1/3", "10"))
        if kind == "ratio":
            step = self.rng.choice(("1%", "0.1%", "1/3", "50%"))
        elif kind == "money" or (unit and self.chance(0.3)):
            step += f" {unit}"
        found: dict[str, Data] = {"to": step, "mode": self.rng.choice(MODES)}
        found.update(self.prose.ground(needed=False))
        return found

    def _exception_id(self) -> str:
        self.n_exceptions += 1
        return f"except-{self.n_exceptions}"

    def _exception(self, key: str, text: Text) -> Data:
        when = self.expressions.test(1)
        data: dict[str, Data] = {"title": self.prose.title(), "when": when.text, key: text.text}
        data.update(self.prose.ground())
        return data

    # Conditions.

    def condition(self) -> None:
        name = f"condition-{len(self.conditions) + 1}"
        data: dict[str, Data] = {"title": self.prose.title()}
        if len(self.members) >= 2 and self.chance(0.35):
            data.update(self._group(self._some_members()))
            data.update(self.prose.ground(needed=False))
        else:
            data["holds"] = self.expressions.test(self.size.depth - 1).text
            data.update(self.prose.ground())
        if self.chance(0.3):
            exceptions: dict[str, Data] = {}
            for _ in range(self.rng.choice((1, 1, 2, 3))):
                plain = self.rng.choice(("true", "false", "True"))
                text = Text(plain) if self.chance(0.3) else self.expressions.test(1)
                exceptions[self._exception_id()] = self._exception("holds", text)
            data["except"] = exceptions
        self.conditions[name] = data
        self.members.append(name)

    def _some_members(self) -> list[str]:
        """Members for a group; most of them then stand in no other."""
        chosen = self.rng.sample(self.members, self.rng.randint(2, min(3, len(self.members))))
        self.members = [one for one in self.members if one not in chosen or self.chance(0.15)]
        return chosen

    def _group(
        self, members: list[str], weights: tuple[int, ...] = (2, 3, 1, 2)
    ) -> dict[str, Data]:
        kind = self.rng.choices(GROUPS, weights)[0]
        if kind != "at_least":
            return {kind: [*members]}
        return {kind: {"n": str(self.rng.randint(1, len(members))), "of": [*members]}}

    # The outcome and what stands around it.

    def outcome(self) -> Data:
        data: dict[str, Data] = {}
        if self.chance(0.15):
            statuses = ("eligible", "ineligible", "undetermined")
            chosen = self.rng.sample(statuses, self.rng.randint(1, 3))
            data["says"] = {one: self.prose.title() for one in chosen}
        data["eligible"] = self._group(self.members, (5, 4, 1, 3))
        if self.chance(0.85):
            data["amount"] = self._amount()
        values = list(self.ledger.values)
        if values and self.chance(0.3):
            data["consequences"] = [*self.rng.sample(values, self.rng.randint(1, len(values)))]
        return data

    def _amount(self) -> Data:
        unit = self.rng.choice(("CNY", "CNY", "CNY", "CNY/month", "month", "person"))
        text = self.expressions.number(unit, self.size.depth)
        if text.low is None or text.low < 0:
            text = Text(f"max(0, {text.text})")
        if self.chance(0.3) or "_" not in text.text:
            # 0 alone has no unit of its own; besides, an amount of 0 says little.
            kind = "money" if "CNY" in unit else "count"
            text = Text(f"{self.ledger.parameter(Sort(kind, unit)).text} + {text.inside(6)}")
        data: dict[str, Data] = {"name": "amount", "is": text.text}
        if self.chance(0.7):
            data["title"] = self.prose.title()
        if self.chance(0.5):
            data["round"] = self._rounding(unit, "money" if "CNY" in unit else "number")
        data.update(self.prose.ground())
        return data

    def in_force(self) -> Data:
        data: dict[str, Data] = {"from": self.rng.choice(("2021-03-01", "2021-05-15"))}
        if self.ledger.ends:
            data["to"] = self.rng.choice(("2022-06-30", "2022-12-31", LAST_DAY))
        data.update(self.prose.ground())
        return data

    def notes(self) -> Data:
        """Every note that was referred to; the tests of the notes declare no further ones."""
        texts: dict[str, Data] = {}
        while len(texts) < len(self.prose.notes):
            data: dict[str, Data] = {"kind": self.rng.choice(("assumption", "warning"))}
            if self.chance(0.4):
                data["when"] = self.expressions.test(1).text
            data.update({"zh": self.prose.text(), "en": self.prose.text()})
            texts[f"note-{len(texts) + 1}"] = data
        return texts

    def facts(self) -> tuple[dict[str, Data], dict[str, Data]]:
        """The facts, most of them in the vocabulary and some in the ruleset itself."""
        shared: dict[str, dict[str, Data]] = {"firm": {}, "area": {}}
        local: dict[str, dict[str, Data]] = {}
        for name, data in self.ledger.fact_data.items():
            subject, _, fact = name.partition(".")
            where = local if self.chance(0.25) else shared
            where.setdefault(subject, {})[fact] = data
        shared["firm"]["never_read"] = {"title": self.prose.title(), "type": "yes_no"}
        shared["area"]["never_read"] = {"title": self.prose.title(), "type": "yes_no"}
        subjects: dict[str, Data] = {
            name: {"title": self.prose.title(), "facts": {**facts}}
            for name, facts in shared.items()
        }
        return subjects, {name: {**facts} for name, facts in local.items()}

    def source(self) -> Data:
        data: dict[str, Data] = {"title": self.prose.text(), "issued": "2022-11-25"}
        rng = self.rng
        extra: Mapping[str, Callable[[], str]] = {
            "grade": lambda: rng.choice(("A", "B", "C", "A/B", "A/C", "B/C")),
            "ref": self.prose.text,
            "url": lambda: "https://example.invalid/a?b=c#d",
            "sha256": lambda: f"{rng.getrandbits(256):064x}",
        }
        for key, make in extra.items():
            if self.chance(0.4):
                data[key] = make()
        return data
