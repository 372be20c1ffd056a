"""Generated constraints: rules of the vocabulary that no true facts violate."""

from tests.generated.ledger import Ledger
from tests.generated.places import CASE, Declared, ItemList, Place
from tests.generated.sorts import CALENDAR
from tests.generated.yaml_text import Data


def constraints(ledger: Ledger) -> dict[str, Data]:
    """Rules over facts that are declared already; they have no parameters to read."""
    rules: dict[str, Data] = {}
    while ledger.chance(ledger.size.constraints) and len(rules) < 3:
        items = ledger.rng.choice((None, *ledger.lists.values()))
        each = "one_item"
        place = CASE if items is None else Place(items.name, each, is_block=True)
        holds = _Rule(ledger, place).text()
        if holds:
            under: dict[str, Data] = {} if items is None else {"in": items.name, "each": each}
            rules[f"rule-{len(rules) + 1}"] = {**under, "holds": holds}
    return rules


class _Rule:
    """Writes the test of one rule; most facts there are do not break it."""

    def __init__(self, ledger: Ledger, place: Place) -> None:
        self.ledger = ledger
        self.rng = ledger.rng
        self.place = place

    def text(self) -> str:
        """The test, or nothing where the facts at hand make none."""
        ways = [self.of_two, self.of_none, self.of_yes_and_no, self.of_a_list]
        self.rng.shuffle(ways)
        return next((text for way in ways if (text := way())), "")

    def facts(self, *kinds: str) -> list[Declared]:
        return self.ledger.facts_at_hand(set(kinds), self.place, none=False)

    def of_two(self) -> str:
        """Two figures of one sort of which one is never the greater."""
        facts = self.facts("count", "number", "money", "ratio", *CALENDAR)
        pairs = [
            (first, second)
            for first in facts
            for second in facts
            if first.name < second.name and first.sort == second.sort
        ]
        if not pairs:
            return ""
        first, second = self.rng.choice(pairs)
        return f"{first.name} {self.rng.choice(('<=', '!=', '>='))} {second.name}"

    def of_none(self) -> str:
        facts = [fact for fact in self.facts("count", "money", "number") if fact.low != fact.high]
        return f"{self.rng.choice(facts).name} != 0" if facts else ""

    def of_yes_and_no(self) -> str:
        facts = self.facts("yes_no")
        if len(facts) < 2:
            return ""
        first, second = self.rng.sample(facts, 2)
        return f"not ({first.name} and {second.name})"

    def of_a_list(self) -> str:
        """One that looks into a list: its items, or its figures."""
        lists: list[ItemList | Declared] = [*self.facts("list")]
        if not self.place.is_block:
            lists += self.ledger.lists.values()
        if not lists:
            return ""
        over = self.rng.choice(lists)
        if isinstance(over, ItemList):
            each = self.rng.choice((over.each, "each_of_them"))
            inner = Place(over.name, each, in_generator=True)
            test = _Rule(self.ledger, inner).of_yes_and_no() or _Rule(self.ledger, inner).of_none()
            if not test:
                return ""
            count = f"count({test} for {inner.each} in {over.name})"
            return self.rng.choice(
                (f"all({test} for {inner.each} in {over.name})", f"{count} >= 0")
            )
        if over.sort.entry_kind == "word":
            word = self.rng.choice(over.words)
            return f"not all(figure == '{word}' for figure in {over.name})"
        facts = self.facts(over.sort.entry_kind)
        if not facts:
            return ""
        return f"all(day <= {self.rng.choice(facts).name} for day in {over.name})"
