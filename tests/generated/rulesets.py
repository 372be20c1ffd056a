"""Random rulesets, as the texts of their three files; the checker accepts nearly all.

    generated(random.Random(7), ORDINARY) -> Files(ruleset, vocabulary, sources)

This module uses neither the tree nor the IR: it writes texts as an author might.
"""

import random
import re
from collections.abc import Callable, Mapping
from typing import Final

import attrs
from tests.generated.calendars import CALENDARS
from tests.generated.consistency import constraints
from tests.generated.expressions import Expressions
from tests.generated.ledger import LAST_DAY, ORDINARY, Ledger, Size, any_number, entry_of
from tests.generated.places import CASE, Declared, Place
from tests.generated.prose import SOURCES
from tests.generated.sorts import (
    CALENDAR,
    COUNTED,
    FAMILIES,
    UNITS,
    YES_NO,
    Sort,
    Text,
    joined,
)
from tests.generated.table_rows import keys_at_hand, rows_by
from tests.generated.yaml_text import Data, yaml_text

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import CompileResult, File

ID: Final = "cn-nm/generated"
MODES: Final = ("half_up", "half_even", "down", "up")
ORDERED_KINDS: Final = {"count", "number", "ratio", "money", *CALENDAR}
GROUPS: Final = ("all", "any", "none", "at_least")
UNITS_OF_AMOUNTS: Final = ("CNY/person", "CNY/month", "month", "person", "hour")


@attrs.frozen
class Files:
    """The data of the three files."""

    ruleset: Mapping[str, Data]
    vocabulary: Mapping[str, Data]
    sources: Mapping[str, Data]

    def texts(self) -> dict[str, str]:
        """The texts of the files."""
        return {
            "ruleset": yaml_text(self.ruleset),
            "vocabulary": yaml_text(self.vocabulary),
            "sources": yaml_text(self.sources),
        }

    def conditions(self) -> Mapping[str, Data]:
        """The conditions of the ruleset, in their order."""
        conditions = self.ruleset["conditions"]
        if not isinstance(conditions, dict):
            raise TypeError("the conditions are a mapping")
        return conditions

    def compiled(self) -> CompileResult:
        """What the compiler makes of the texts."""
        texts = {name: text.encode() for name, text in self.texts().items()}
        return compile_ruleset(
            File(f"{ID}.yaml", texts["ruleset"]),
            File("vocabulary.yaml", texts["vocabulary"]),
            File("sources.yaml", texts["sources"]),
            calendars=File("calendars.yaml", CALENDARS.encode()),
        )


def generated(rng: random.Random, size: Size = ORDINARY) -> Files:
    """A ruleset with its vocabulary and its sources."""
    return _Ruleset(rng, size).files()


@attrs.define
class _Rules:
    """The rules of the case or of a block; `members` are the conditions that still join groups."""

    place: Place
    expressions: Expressions
    values: dict[str, Data] = attrs.field(factory=dict)
    conditions: dict[str, Data] = attrs.field(factory=dict)
    members: list[str] = attrs.field(factory=list)


class _Ruleset:
    def __init__(self, rng: random.Random, size: Size) -> None:
        self.rng = rng
        self.size = size
        self.ledger = Ledger(rng, size)
        self.prose = self.ledger.prose
        self.case = self.rules(CASE)
        self.blocks: dict[str, Data] = {}
        self.places: list[Place] = []
        self.n_conditions = self.n_exceptions = 0

    def rules(self, place: Place) -> _Rules:
        return _Rules(place, Expressions(self.ledger, place))

    def files(self) -> Files:
        n_values = self.rng.randint(*self.size.values)
        n_first = self.rng.randint(0, n_values)
        if self.chance(0.3):
            self.condition(self.case)  # one that values may read
        for _ in range(n_first):
            self.value(self.case)
        blocks: list[_Rules] = []
        if self.chance(self.size.lists):
            blocks += self.block_of_items()
        if self.chance(self.size.lists / 2):
            self.block_of_figures()
        for _ in range(n_values - n_first):
            self.value(self.case)
            # Values of items that may read what the case reads of items, and are read in turn.
            for block in blocks:
                state = self.rng.getstate()
                if block.values and self.chance(0.4):
                    self.value(block)
                self.rng.setstate(state)  # what is drawn for the rest does not depend on it
        for _ in range(self.rng.randint(*self.size.conditions)):
            self.condition(self.case)
        outcome = self.outcome()
        in_force = self.in_force()
        notes = self.notes()
        rules = constraints(self.ledger)
        vocabulary, items, local = self.facts()
        ruleset: dict[str, Data] = {
            "policyrules": "1",
            "id": ID,
            "title": self.prose.title(),
            "policy_year": "2022",
            "legal_basis": SOURCES[0],
            "in_force": in_force,
            "uses": ["firm", "area", *self.ledger.lists],
            "facts": local,
            "sources": {SOURCES[-1]: self.source()} if self.prose.own_source else {},
            "parameters": self.ledger.parameter_data,
            "values": self.case.values,
            "lists": self.blocks,
            "conditions": self.case.conditions,
            "outcome": outcome,
            "notes": notes,
        }
        if self.chance(0.3):
            del ruleset["policy_year"]
        words: dict[str, Data] = {
            "policyrules": "1",
            "units": {"hour": {"title": {"zh": "小时", "en": "hour"}}},
            "subjects": vocabulary,
            "lists": items,
            "constraints": rules,
        }
        return Files(
            {key: data for key, data in ruleset.items() if data != {}},
            {key: data for key, data in words.items() if data != {}},
            {
                "policyrules": "1",
                "sources": {source_id: self.source() for source_id in SOURCES[:-1]},
            },
        )

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # Values.

    def value(self, rules: _Rules) -> None:
        rng, ledger, expressions = self.rng, self.ledger, rules.expressions
        sort = self._sort_of_value()
        name = f"{sort.kind}_value_{len(ledger.values) + 1}"
        data: dict[str, Data] = {"title": self.prose.title(), "type": sort.kind}
        if sort.unit and not (sort.kind == "money" and sort.unit == "CNY" and self.chance(0.5)):
            data["unit"] = sort.unit
            if self.chance(0.2):
                data["unit_title"] = self.prose.title()
        words: tuple[str, ...] = ()
        if sort.kind == "word":
            words = FAMILIES[sort.family]
            data["words"] = self.prose.word_titles(words)
        texts = [expressions.fitting(sort, self.size.depth)]
        exceptions: dict[str, Data] = {}
        if self.chance(0.45):
            for _ in range(rng.choice((1, 1, 2, 3))):
                text = expressions.fitting(sort, self.size.depth - 1)
                texts.append(text)
                exceptions[self._exception_id()] = self._exception(rules, "is", text)
        if not rules.place.list and self.chance(self.size.given):
            fact = ledger.fact(sort, new=len(ledger.facts) < ledger.most_facts)
            # No value is reckoned from the fact that states it.
            if not any(fact.name in text.text for text in texts):
                data["given"] = fact.name
        if exceptions or not self._fill_rows(rules, data, texts, sort):
            data["is"] = texts[0].text
        low, high = joined(texts)
        if sort.is_number and self.chance(0.25):
            data["round"] = self._rounding(sort.unit, sort.kind)
            low = high = None
        data.update(self.prose.ground())
        if exceptions:
            self._order(data, exceptions)
            data["except"] = exceptions
        if "given" in data:
            low = high = None
        scope = rules.place.list
        ledger.values[name] = Declared(name, sort, words, low=low, high=high, scope=scope)
        rules.values[name] = data
        if scope:
            whens = re.findall(r"'when': '([^']*)'", str(exceptions))
            ledger.note_plain_value(name, [*(text.text for text in texts), *whens])

    def _fill_rows(
        self, rules: _Rules, data: dict[str, Data], texts: list[Text], sort: Sort
    ) -> bool:
        """A table with rows in the place of one text, now and then; adds the texts of its rows."""
        state = self.rng.getstate()
        keys = keys_at_hand(self.ledger, rules.place) if self.chance(0.12) else None
        if keys is None or data.get("given") in keys.names:
            self.rng.setstate(state)  # what is drawn for the rest does not depend on it
            return False
        if in_order := self.chance(0.4):
            data["pick"] = "first"

        def content() -> Data:
            text = rules.expressions.fitting(sort, self.size.depth - 1)
            while str(data.get("given", "?")) in text.text:
                text = rules.expressions.fitting(sort, self.size.depth - 1)
            texts.append(text)
            return text.text

        data["by"] = keys.by
        texts.clear()
        data["rows"] = rows_by(self.ledger, keys, content, in_order=in_order)
        return True

    def _sort_of_value(self) -> Sort:
        rng = self.rng
        numbers = ("count", "number", "ratio", "money")
        kind = rng.choice((*numbers, "word", "yes_no", rng.choice(CALENDAR)))
        match kind:
            case "word":
                return Sort("word", family=rng.choice(tuple(FAMILIES)))
            case "yes_no":
                return YES_NO
            case "count":
                return Sort("count", rng.choice(COUNTED))
            case "money":
                return Sort("money", rng.choice(("CNY", "CNY", "CNY/person", "CNY/month")))
            case "ratio" | "date" | "month" | "calendar_year":
                return Sort(kind)
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
        rounding: dict[str, Data] = {"to": step, "mode": self.rng.choice(MODES)}
        rounding.update(self.prose.ground(needed=False))
        return rounding

    def _order(self, data: dict[str, Data], exceptions: dict[str, Data]) -> None:
        if self.chance(0.5 if len(exceptions) > 1 else 0.1):
            data["pick"] = "first"

    def _exception_id(self) -> str:
        self.n_exceptions += 1
        return f"except-{self.n_exceptions}"

    def _exception(self, rules: _Rules, key: str, text: Text) -> Data:
        when = self._band(rules, text) or rules.expressions.test(1)
        data: dict[str, Data] = {"title": self.prose.title(), "when": when.text, key: text.text}
        data.update(self.prose.ground())
        self._give_period(data)
        return data

    def _band(self, rules: _Rules, text: Text) -> Text | None:
        """A test that cuts the range of a fact that an exception reads, or None."""
        read = set(re.findall(r"[a-z0-9_]+\.[a-z0-9_]+", text.text))
        facts = [
            fact
            for fact in self.ledger.facts_at_hand(ORDERED_KINDS, rules.place, none=False)
            if fact.name in read
        ]
        if not facts or self.chance(0.4):
            return None
        return rules.expressions.band(self.rng.choice(facts))

    # Conditions.

    def condition(self, rules: _Rules) -> None:
        self.n_conditions += 1
        name = f"condition-{self.n_conditions}"
        data: dict[str, Data] = {"title": self.prose.title()}
        if len(rules.members) >= 2 and self.chance(0.35):
            data.update(self._group(self._some_members(rules)))
            data.update(self.prose.ground(needed=False))
        else:
            if self.chance(0.15):
                data["excludes"] = self.prose.title()
            data["holds"] = rules.expressions.test(self.size.depth - 1).text
            data.update(self.prose.ground())
        if self.chance(0.3):
            exceptions: dict[str, Data] = {}
            for _ in range(self.rng.choice((1, 1, 2, 3))):
                plain = self.rng.choice(("true", "false", "True"))
                text = Text(plain) if self.chance(0.3) else rules.expressions.test(1)
                exceptions[self._exception_id()] = self._exception(rules, "holds", text)
            self._order(data, exceptions)
            data["except"] = exceptions
        self._give_period(data)
        rules.conditions[name] = data
        rules.members.append(name)
        if "in_force" not in data:  # the verdict of a condition with a period cannot be read
            self.ledger.conditions[name] = rules.place.list

    def _give_period(self, rule: dict[str, Data]) -> None:
        """Let a condition or an exception be in force for a time of its own, now and then."""
        state = self.rng.getstate()
        if self.chance(0.06):
            day = self.rng.choice(("2021-09-30", "2022-03-01", "2022-06-30"))
            period: dict[str, Data] = {self.rng.choice(("from", "to")): day}
            if self.chance(0.3):
                period = {"from": "2021-09-01", "to": day}
            period.update(self.prose.ground(needed=False))
            rule["in_force"] = period
        self.rng.setstate(state)  # what is drawn for the rest does not depend on it

    def _some_members(self, rules: _Rules) -> list[str]:
        """Members for a group; most of them then stand in no other."""
        chosen = self.rng.sample(rules.members, self.rng.randint(2, min(3, len(rules.members))))
        rules.members = [
            member for member in rules.members if member not in chosen or self.chance(0.15)
        ]
        return chosen

    def _group(
        self, members: list[str], weights: tuple[int, ...] = (2, 3, 2, 2)
    ) -> dict[str, Data]:
        kind = self.rng.choices(GROUPS, weights)[0]
        if kind != "at_least":
            return {kind: [*members]}
        return {kind: {"n": str(self.rng.randint(1, len(members))), "of": [*members]}}

    # Blocks: what holds of each item, or of each entry of a list of figures.

    def block_of_items(self) -> list[_Rules]:
        """The rules of a block over the items of a list, if there is a list."""
        items = self.ledger.item_list()
        if items is None:
            return []
        rules = self.rules(Place(items.name, items.each, is_block=True))
        data = self.block(rules, items.each, conditions=0.9)
        self.ledger.lists[items.name] = attrs.evolve(items, has_eligible="eligible" in data)
        self.blocks[items.name] = data
        return [rules]

    def block_of_figures(self) -> None:
        """A list of dates has none: a date may stand in it twice."""
        entry_kind = self.rng.choice(("month", "word"))
        family = self.rng.choice(tuple(FAMILIES)) if entry_kind == "word" else ""
        figures = self.ledger.fact(Sort("list", "", family, entry_kind), open_=True)
        place = Place(figures.name, entries={"entry": entry_of(figures, "entry")}, is_block=True)
        self.blocks[figures.name] = self.block(self.rules(place), "entry", conditions=0.4)

    def block(self, rules: _Rules, each: str, *, conditions: float) -> dict[str, Data]:
        has_conditions = self.chance(conditions)
        least = 0 if has_conditions else 1
        most = 1 if self.size.small else 2
        for _ in range(self.rng.randint(least, most)):
            self.value(rules)
        if has_conditions:
            for _ in range(self.rng.randint(1, 1 + most)):
                self.condition(rules)
        data: dict[str, Data] = {"each": each, "values": rules.values}
        data["conditions"] = rules.conditions
        if rules.members and self.chance(0.85):
            data["eligible"] = self._group(rules.members, (5, 4, 1, 3))
        self.places.append(rules.place)
        return {key: under for key, under in data.items() if under != {}}

    # The outcome and what stands around it.

    def outcome(self) -> Data:
        data: dict[str, Data] = {}
        if self.chance(0.15):
            statuses = ("eligible", "ineligible", "undetermined")
            chosen = self.rng.sample(statuses, self.rng.randint(1, 3))
            data["labels"] = {status: self.prose.title() for status in chosen}
        data["eligible"] = self._group(self.case.members, (5, 4, 1, 3))
        state = self.rng.getstate()
        is_always = self.chance(0.08)
        signed = self.rng.choices(("", "true", "false"), (7, 2, 1))[0]
        unit = self.rng.choice(UNITS_OF_AMOUNTS) if self.chance(0.1) else "CNY"
        self.rng.setstate(state)  # what is drawn for the rest does not depend on it
        if is_always:
            data["eligible"] = "always"
        if self.chance(0.85):
            data["amount"] = self._amount(signed, unit)
            state = self.rng.getstate()
            if self.chance(0.3):
                data["amounts"] = self._several_amounts(data.pop("amount"))
            self.rng.setstate(state)  # what is drawn for the rest does not depend on it
        values = list(self.ledger.values)
        if values and self.chance(0.4):
            chosen = self.rng.sample(values, self.rng.randint(1, len(values)))
            data["consequences"] = [*chosen]
            state = self.rng.getstate()
            for name in chosen:
                if self.chance(0.4):
                    self.state_for(name)
            self.rng.setstate(state)  # what is drawn for the rest does not depend on it
        return data

    def state_for(self, name: str) -> None:
        """Let a consequence be stated for some statuses alone."""
        statuses = ("eligible", "ineligible", "undetermined")
        chosen = self.rng.sample(statuses, self.rng.randint(1, 3))
        blocks = [block.get("values") for block in self.blocks.values() if isinstance(block, dict)]
        for values in (self.case.values, *blocks):
            value = values.get(name) if isinstance(values, dict) else None
            if isinstance(value, dict):
                value["for"] = [*chosen]

    def _several_amounts(self, first: Data) -> Data:
        """The amounts by name: one that was drawn, and one or two besides, in any unit."""
        assert isinstance(first, dict)
        amounts: dict[str, Data] = {}
        drawn = [first]
        for _ in range(self.rng.randint(1, 2)):
            signed = self.rng.choices(("", "true", "false"), (7, 2, 1))[0]
            unit = self.rng.choice(("CNY", *UNITS_OF_AMOUNTS)) if self.chance(0.5) else "CNY"
            amount = self._amount(signed, unit)
            assert isinstance(amount, dict)
            drawn.append(amount)
        for number, amount in enumerate(drawn):
            content: dict[str, Data] = {"title": self.prose.title(), **amount}
            del content["name"]
            if self.chance(0.4):
                content["paid_to"] = self.prose.title()
            amounts["amount" if not number else f"amount_{number + 1}"] = content
        return amounts

    def _amount(self, signed: str, unit: str = "CNY") -> Data:
        kind = "money" if unit.startswith("CNY") else "number"
        text = self.case.expressions.number(unit, self.size.depth)
        if self.chance(0.2):
            # A figure as the text states it, or does not: what is computed seldom has none.
            self.ledger.open_cells = 0.7
            text = self.case.expressions.parameter(any_number(self.rng, unit))
            self.ledger.open_cells = self.size.open_cells
        if signed != "true" and (text.low is None or text.low < 0):
            text = Text(f"max(0, {text.text})")
        if self.chance(0.3) or "_" not in text.text or text.text.startswith("distinct("):
            # 0 and a number of kinds have no unit of their own; besides, 0 says little.
            text = Text(
                f"{self.case.expressions.parameter(Sort(kind, unit)).text} + {text.inside(6)}"
            )
        data: dict[str, Data] = {"name": "amount", "is": text.text}
        if unit != "CNY":
            data["unit"] = unit
            state = self.rng.getstate()
            if self.chance(0.3):
                data["unit_title"] = self.prose.title()
            self.rng.setstate(state)
        if signed:
            data["signed"] = signed
        if self.chance(0.7):
            data["title"] = self.prose.title()
        if self.chance(0.5):
            data["round"] = self._rounding(unit, kind)
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
                data["when"] = self._when()
            data.update({"zh": self.prose.text(), "en": self.prose.text()})
            texts[f"note-{len(texts) + 1}"] = data
        return texts

    def _when(self) -> str:
        """The test of a note; one of an item must name it, or it is taken for one of the case."""
        place = self.rng.choice((CASE, *self.places))
        if place == CASE:
            return self.case.expressions.test(1).text
        each = place.each or "entry"
        while not re.search(rf"\b{each}\b", text := Expressions(self.ledger, place).test(1).text):
            pass
        return text

    def facts(self) -> tuple[dict[str, Data], dict[str, Data], dict[str, Data]]:
        """The subjects and the lists of the vocabulary, and the facts of the ruleset itself."""
        names = ("firm", "area", *self.ledger.lists)
        never_read: dict[str, Data] = {"title": self.prose.title(), "type": "yes_no"}
        shared: dict[str, dict[str, Data]] = {name: {} for name in names}
        local: dict[str, dict[str, Data]] = {}
        for name, data in self.ledger.fact_data.items():
            subject, _, fact = name.partition(".")
            where = local if self.chance(0.25) else shared
            where.setdefault(subject, {})[fact] = data
        for name in names:
            shared[name]["never_read"] = never_read
        subjects: dict[str, Data] = {
            name: {"title": self.prose.title(), "facts": {**shared[name]}}
            for name in ("firm", "area")
        }
        items: dict[str, Data] = {}
        for item_list in self.ledger.lists.values():
            declaration: dict[str, Data] = {"title": self.prose.title(), "key": item_list.key}
            if item_list.unit:
                declaration["unit"] = item_list.unit
                if self.chance(0.3):
                    declaration["unit_title"] = self.prose.title()
            for key in ("item", "ask"):
                if self.chance(0.4):
                    declaration[key] = self.prose.title()
            items[item_list.name] = declaration | {
                "at_most": str(item_list.at_most),
                "facts": {**shared[item_list.name]},
            }
        return subjects, items, {name: {**facts} for name, facts in local.items()}

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
