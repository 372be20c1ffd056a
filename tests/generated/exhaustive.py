"""The laws of open cases, tested with every completion; `--help` shows the options.

Rulesets are generated with facts of few figures, so that an open case can be completed in every
way: lists are short, and an unknown one may be empty or have any items. Completions whose facts
contradict each other are set aside, and so are those in which a given figure is another one
rounded, since its value then has two readings; both are counted. Rules of the vocabulary are left
out: they refuse cases and narrow none.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import Final

import attrs
from tests.generated.cases import Drawer, Facts, day
from tests.generated.completions import (
    Filled,
    More,
    OpenCase,
    Opinion,
    candidates,
    insides,
    is_covered,
    is_rounded,
    key_of,
    opinion,
    some_lists,
    with_more,
)
from tests.generated.decorrelated import (
    CROSSED_DOWNWARD,
    CROSSED_UPWARD,
    NO_CHANGE,
    Decorrelated,
    TooManyFacts,
    decorrelated,
    settled,
)
from tests.generated.ledger import SMALL
from tests.generated.rulesets import Files, generated
from tests.generated.shrinking import smallest

from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.situation import Item, KnownFact, Situation
from policyrules.intake import situation_from
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.text.fact_path import FactPath

_OPERATORS: Final = (NO_CHANGE, CROSSED_UPWARD, CROSSED_DOWNWARD)
Look = Callable[[DatedRuleset, Situation], Hashable | None]
KeyOfCase = frozenset[tuple[str, Hashable]]
KNOWN_SHARES: Final = (0.75, 0.85, 0.95, 1)
"""The share of the facts drawn that stay known; the next where that leaves too much open."""

SAMPLES: Final = (400, 8_000)
"""Completions of a decorrelated copy that are tried before it counts as not confirmed."""


@attrs.frozen
class Broken:
    """A law that an open case breaks."""

    law: str
    files: Files
    situation: Situation
    on: date
    why: str

    def __str__(self) -> str:
        texts = [f"# {name}\n{text}" for name, text in self.files.texts().items()]
        known = _facts_data({**self.situation.known, **self.situation.lists})
        return "\n".join([*texts, f"on {self.on}: {known}", f"{self.law}: {self.why}"])


@attrs.define
class Tally:
    """What was counted, and the laws that were broken."""

    counts: Counter[str] = attrs.field(factory=Counter)
    broken: list[Broken] = attrs.field(factory=list)

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.broken += other.broken


def examine(seed: int, n_cases: int) -> Tally:
    """Examines open cases of one generated ruleset."""
    rng, tally = random.Random(seed), Tally()
    files = generated(rng, SMALL)
    ruleset = files.compiled().ruleset
    if ruleset is None:
        tally.counts["rulesets refused"] += 1
        return tally
    tally.counts["rulesets"] += 1
    drawer = Drawer(ruleset)
    for _ in range(n_cases):
        on = day(rng, ruleset)
        try:
            situation = situation_from(drawer.case(rng, on), ruleset)
            era = dated(ruleset, on)
        except (FactsError, NotInForce):
            continue
        for share in KNOWN_SHARES:
            fewer = _fewer(rng, situation, share)
            if OpenCase.from_situation(era, fewer) is not None:
                break
        _Examination(files, era, fewer, rng, tally).run()
    return tally


def _fewer(rng: random.Random, situation: Situation, share: float) -> Situation:
    """The situation with fewer known facts than elsewhere: it is open cases that are examined."""

    def some(known: Mapping[str, KnownFact]) -> dict[str, KnownFact]:
        return {name: fact for name, fact in known.items() if rng.random() < share}

    return Situation(
        some(situation.known),
        {
            name: tuple(Item(item.key, some(item.known)) for item in items)
            for name, items in situation.lists.items()
            if rng.random() < share
        },
    )


def shrunken(broken: Broken) -> Broken:
    """The same law broken by the smallest ruleset and facts."""

    def again(files: Files, facts: Facts) -> Broken | None:
        ruleset, tally = files.compiled().ruleset, Tally()
        if ruleset is None:
            return None
        situation = _situation_of(facts, ruleset)
        try:
            era = dated(ruleset, broken.on)
        except NotInForce:
            return None
        _Examination(files, era, situation, random.Random(0), tally).run()
        return next((candidate for candidate in tally.broken if candidate.law == broken.law), None)

    files, facts = smallest(
        broken.files,
        _facts_of(broken.situation),
        lambda files, facts: again(files, facts) is not None,
    )
    return again(files, facts) or broken


def _facts_of(situation: Situation) -> Facts:
    """A situation in the form in which facts are shrunk: an item is a mapping, its key first."""
    lists = {
        name: [{"": item.key, **item.known} for item in items]
        for name, items in situation.lists.items()
    }
    return {**situation.known, **lists}


def _situation_of(facts: Facts, ruleset: CheckedRuleset) -> Situation:
    """The situation again, as far as a smaller ruleset still has its facts."""
    known: dict[str, KnownFact] = {}
    lists: dict[str, tuple[Item, ...]] = {}
    for name, value in facts.items():
        if (
            isinstance(value, KnownFact)
            and name in ruleset.facts
            and _fits(ruleset.facts[name], value)
        ):
            known[name] = value
        elif isinstance(value, list) and name in ruleset.lists:
            lists[name] = tuple(
                Item(
                    item[""],
                    {
                        fact: figure
                        for fact, figure in item.items()
                        if fact in ruleset.facts and _fits(ruleset.facts[fact], figure)
                    },
                )
                for item in value[: ruleset.lists[name].max_items]
            )
    return Situation(known, lists)


def _fits(fact: Fact, known: KnownFact) -> bool:
    if fact.type.kind is Kind.LIST and isinstance(known.figure, tuple):
        single = (KnownFact((entry,)) in candidates(fact) for entry in known.figure)
        return len(known.figure) <= fact.max_items and all(single)
    return known in candidates(fact)


class _Examination:
    """All laws on one open case."""

    def __init__(
        self,
        files: Files,
        era: DatedRuleset,
        situation: Situation,
        rng: random.Random,
        tally: Tally,
    ) -> None:
        self.files = files
        self.era = era
        self.situation = situation
        self.rng = rng
        self.found = tally
        self.counts = tally.counts
        found_case = OpenCase.from_situation(era, situation)
        self.is_too_large = found_case is None
        self.case = found_case or OpenCase(era, situation, {})
        self.given = {value.input_fact for value in era.ruleset.values.values() if value.input_fact}
        self.kept: dict[KeyOfCase, Opinion | None] = {}

    def opinion(self, more: More) -> Opinion | None:
        key = key_of(more)
        if key not in self.kept:
            self.kept[key] = opinion(self.era, with_more(self.situation, more))
        return self.kept[key]

    def is_rounded(self, more: More) -> bool:
        return is_rounded(self.era, with_more(self.situation, more))

    def breaks(self, law: str, why: object) -> None:
        self.counts[f"BROKEN {law}"] += 1
        self.found.broken.append(Broken(law, self.files, self.situation, self.era.on, str(why)))

    def run(self) -> None:
        try:
            self.laws()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a broken law
            self.breaks("no checked ruleset fails at run time", repr(error))

    def laws(self) -> None:
        whole = self.opinion({})
        if whole is None or self.is_too_large:
            why = "contradictory" if whole is None else "too many completions"
            self.counts[f"cases set aside: {why}"] += 1
            return
        if self.is_rounded({}):
            self.counts["cases set aside: rounded"] += 1
            return
        self.counts["cases"] += 1
        for what in {_what(name, self.era.ruleset) for name in self.case.open}:
            self.counts[f"cases with an unknown {what}"] += 1
        self.counts[f"status {whole.answer.status}"] += 1
        statuses = [amount.status for _, amount in whole.answer.amounts]
        for amount_status in statuses or ["none"]:
            self.counts[f"amount {amount_status}"] += 1
        self.is_plain(whole)
        if self.case.open:
            self.covers(whole)
            self.refines(whole)
        for entry in whole.missing:
            self.entry_matters(entry)

    def is_plain(self, whole: Opinion) -> None:
        """What every decision promises by itself."""
        answer = whole.answer
        is_decided = answer.status == "ineligible" and not whole.has_open_consequences
        if is_decided and (whole.missing or whole.unsettled):
            self.breaks("an ineligible case without open consequences needs nothing", whole)
        decided = (
            answer.status != "undetermined"
            and all(amount.status == "exact" for _, amount in answer.amounts)
            and not whole.has_open_consequences
        )
        if decided and (whole.missing or whole.unsettled):
            self.breaks("a decided case needs nothing", whole)
        if whole.named - self.case.open.keys():
            self.breaks("a known fact is never asked for", whole)

    def covers(self, whole: Opinion) -> None:
        """The answer covers every completion's, and facts not asked for never matter."""
        by_asked: dict[KeyOfCase, tuple[Opinion, dict[str, Filled]]] = {}
        for completion in self.case.completions():
            complete = self.opinion(completion)
            if complete is None:
                self.counts["completions set aside: contradictory"] += 1
                continue
            if self.given and self.is_rounded(completion):
                self.counts["completions set aside: rounded"] += 1
                continue
            self.counts["completions"] += 1
            if complete.missing:
                self.breaks("nothing is missing of a complete case", completion)
            if not is_covered(complete.answer, whole.answer):
                self.breaks(
                    "the answer covers every completion",
                    f"{_facts_data(completion)}: {complete.answer} not in {whole.answer}",
                )
                return
            unforetold = complete.unsettled - whole.unsettled
            if unforetold and all(why == "conflict" for _, why in unforetold):
                # Two exceptions whose texts are open may disagree once they are not.
                self.counts["conflicts not foretold"] += 1
            elif unforetold:
                self.breaks(
                    "what stays open is foretold",
                    f"{_facts_data(completion)}: {complete.unsettled} not in {whole.unsettled}",
                )
                return
            asked = {name: figure for name, figure in completion.items() if name in whole.named}
            first, other = by_asked.setdefault(key_of(asked), (complete, completion))
            if first.answer != complete.answer:
                self.breaks(
                    "a fact not asked for never matters",
                    f"{whole.missing}; {_facts_data(other)}: {first.answer}; "
                    f"{_facts_data(completion)}: {complete.answer}",
                )
                return

    def refines(self, whole: Opinion) -> None:
        """One more known fact narrows the answer, and never takes it back."""
        before, more = whole, dict[str, Filled]()
        steps = [(name, self.rng.choice(self.case.open[name])) for name in self.case.open]
        self.rng.shuffle(steps)
        while steps:
            name, filled = steps.pop()
            if isinstance(filled, tuple):
                filled, later = self.by_and_by(name, filled)
                steps = [*later, *steps]
            more = {**more, name: filled}
            after = self.opinion(more)
            if after is None or (self.given and self.is_rounded(more)):
                return
            self.counts["steps with one more fact"] += 1
            if not is_covered(after.answer, before.answer):
                self.breaks(
                    "one more fact never takes an answer back",
                    f"{_facts_data(more)}: {after.answer} after {before.answer}",
                )
                return
            before = after

    def by_and_by(
        self, name: str, items: tuple[Item, ...]
    ) -> tuple[tuple[Item, ...], list[tuple[str, Filled]]]:
        """A list of items of which less is known at first, and what then becomes known of them."""
        first: list[Item] = []
        later: list[tuple[str, Filled]] = []
        for item in items:
            known = {fact: value for fact, value in item.known.items() if self.rng.random() < 0.5}
            first.append(Item(item.key, known))
            for fact, value in item.known.items():
                if fact not in known:
                    later.append((str(FactPath(name, fact.partition(".")[2], item.key)), value))
        return tuple(first), later

    # Each fact that is asked for can change the answer.

    def entry_matters(self, entry: tuple[str, ...]) -> None:
        self.counts["facts asked for"] += 1
        if self.can_change(entry):
            self.counts["asked for: can change the answer"] += 1
            return
        try:
            copies = [decorrelated(self.era, self.situation, operator) for operator in _OPERATORS]
        except TooManyFacts:
            self.counts["asked for: copy too large"] += 1
            return
        # Samples are drawn at random: what few do not show, many may.
        explanations = (self.explained(copies, entry[0], number) for number in SAMPLES)
        why = next((explanation for explanation in explanations if explanation), "")
        if why:
            self.counts[f"asked for: {why}"] += 1
        else:
            self.breaks("each fact asked for can change the answer", entry)

    def explained(self, copies: list[Decorrelated], fact: str, samples: int) -> str:
        """Why a fact is asked for that changes no answer, shown by a copy; empty for no reason."""

        def changes(copy: Decorrelated, look: Look = answered, **how: bool) -> bool:
            return self.copy_changes(copy, fact, look, samples, **how)

        if copies[0].has_repeats and changes(copies[0]):
            return "ranges lose correlation"
        if any(changes(copy, relaxed=True) for copy in copies):
            return "gap between figures"
        if changes(copies[0], settle=True):
            return "hidden by an open parameter"
        if changes(copies[0], insides):
            return "moves what does not show in the answer"
        return ""

    def can_change(self, entry: tuple[str, ...]) -> bool:
        """Whether two figures of the fact lead to two answers, all else equal.

        The facts that would serve in its place stay unknown then; or it stays unknown itself, and
        they lead to two answers.
        """
        fact, *instead = entry
        rest = [name for name in self.case.open if name not in entry]
        for others in self._completions(rest):
            for names in ([fact], instead):
                answers = {
                    opinion.answer
                    for completion in self.case.completions(names)
                    if (opinion := self.opinion({**others, **completion})) is not None
                }
                if len(answers) > 1:
                    return True
        return False

    def _completions(self, names: list[str]) -> Iterator[dict[str, Filled]]:
        """Every completion of these facts; one that states a value may also stay unknown."""
        given = [name for name in names if name in self.given]
        yield from self.case.completions(names)
        if given:
            yield from self.case.completions([name for name in names if name not in given])

    def copy_changes(
        self,
        copy: Decorrelated,
        fact: str,
        look: Look,
        samples: int,
        *,
        relaxed: bool = False,
        settle: bool = False,
    ) -> bool:
        """Whether some copy of the fact changes what one sees of the decorrelated ruleset.

        `relaxed` tries fractions as well, whatever the facts may be: ranges know no steps.
        `settle` chooses a figure for each parameter that is open.
        """
        options = {
            name: self.options(copy, name, between=relaxed)
            for names in copy.copies.values()
            for name in names
        }
        copies = copy.copies.get(fact, ())
        for number in range(samples if copies else 0):
            share = (0.0, 0.0, 0.2, 0.5)[number % 4]
            era = settled(self.rng, copy.dated) if settle else copy.dated
            others = {
                name: self.rng.choice(values)
                for name, values in options.items()
                if self.rng.random() >= share
            }
            name = self.rng.choice(copies)
            seen = {
                opinion
                for value in self.rng.sample(options[name], min(len(options[name]), 5))
                if (opinion := look(era, with_more(copy.situation, {**others, name: value})))
                is not None
            }
            if len(seen) > 1:
                return True
        return False

    def options(self, copy: Decorrelated, name: str, *, between: bool) -> tuple[Filled, ...]:
        """What a copy of a fact may be, or some of what a copy of a list may."""
        ruleset = copy.dated.ruleset
        if name in ruleset.lists:
            return some_lists(self.rng, ruleset, name, between=between)
        subject, bracket, rest = name.partition("[")
        full = f"{subject}.{rest.rpartition('].')[2]}" if bracket else name
        return candidates(ruleset.facts[full], repeated=True, between=between)


def answered(era: DatedRuleset, situation: Situation) -> Hashable | None:
    """The answer of a case, None where its facts contradict each other."""
    result = opinion(era, situation)
    return None if result is None else result.answer


def _what(name: str, ruleset: CheckedRuleset) -> str:
    """What stands under a name that may be asked for."""
    if name in ruleset.lists:
        return "list of items"
    return "fact of an item" if "[" in name else str(ruleset.facts[name].type.kind)


def _facts_data(known: More) -> dict[str, object]:
    return {
        name: [{"": item.key, **_facts_data(item.known)} for item in value]
        if isinstance(value, tuple)
        else str(value.figure)
        for name, value in known.items()
    }


def findings(seeds: range, n_cases: int, jobs: int) -> Iterator[Tally]:
    """What was found for each ruleset, in the order of the seeds."""
    if jobs == 1:
        yield from (examine(seed, n_cases) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(examine, seeds, [n_cases] * len(seeds), chunksize=10)


def main(arguments: list[str] | None = None) -> int:
    """Examines as many rulesets as asked for, and prints what was counted."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m tests.generated.exhaustive"
    )
    parser.add_argument("--rulesets", type=int, default=200)
    parser.add_argument("--cases", type=int, default=4, help="open cases of each ruleset")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--shown", type=int, default=1, help="broken laws to print in full")
    chosen = parser.parse_args(arguments)
    started, total = time.monotonic(), Tally()
    seeds = range(chosen.seed, chosen.seed + chosen.rulesets)
    for tally in findings(seeds, chosen.cases, chosen.jobs):
        total.add(tally)
    lines = [f"{n:9,}  {what}" for what, n in sorted(total.counts.items())]
    lines.append(f"in {time.monotonic() - started:,.0f} s")
    print("\n".join(lines), flush=True)  # noqa: T201 - its output
    shown = Counter[str]()
    for broken in total.broken:
        shown[broken.law] += 1
        if shown[broken.law] <= chosen.shown:
            print(f"\n{shrunken(broken)}", flush=True)  # noqa: T201 - the same
    return 1 if total.broken else 0


if __name__ == "__main__":
    sys.exit(main())
