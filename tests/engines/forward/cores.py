"""Fakes of the module `durable_rules_engine`: a correct one, and faulty ones."""

import json
from collections.abc import Callable
from typing import TypeVar

import attrs

T = TypeVar("T")

Fault = Callable[[], object]


@attrs.define
class Session:
    """The facts of one evaluation and the rules that may fire."""

    facts: set[int] = attrs.Factory(set)
    agenda: list[int] = attrs.Factory(list)


class FakeCore:
    """Answers as the C core does, and notes which handle was used for what.

    It looks at the numbers of the facts only. `on(call, answer)` makes the next such call answer
    otherwise: with what `answer` returns, or with the exception that it raises.
    """

    def __init__(self) -> None:
        self.rulesets: dict[int, dict[int, set[int]]] = {}
        self.sessions: dict[int, Session] = {}
        self.calls: list[tuple[str, int]] = []
        self.n_created = 0
        self._faults: dict[str, list[Fault]] = {}

    def on(self, call: str, *answers: Fault) -> None:
        self._faults.setdefault(call, []).extend(answers)

    @property
    def alive(self) -> set[int]:
        return set(self.rulesets)

    def used(self, handle: int) -> list[str]:
        return [call for call, ruleset in self.calls if ruleset == handle]

    def _called(self, call: str, handle: int, answer: Callable[[], T]) -> T:
        self.calls.append((call, handle))
        faults = self._faults.get(call)
        return answer() if not faults else faults.pop(0)()  # type: ignore[return-value]

    def create_ruleset(self, _name: str, rules: str, /) -> int:
        def create() -> int:
            self.n_created += 1
            self.rulesets[self.n_created] = {
                int(rule): {
                    32 * tests["$and"][0]["b"] + tests["$and"][1]["a"]
                    for pattern in body["all"]
                    for tests in pattern.values()
                }
                for rule, body in json.loads(rules).items()
            }
            return self.n_created

        return self._called("create_ruleset", 0, create)

    def delete_ruleset(self, handle: int, /) -> None:
        def delete() -> None:
            assert handle not in self.sessions, "a ruleset is deleted under its session"
            del self.rulesets[handle]

        self._called("delete_ruleset", handle, delete)

    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]:
        return self._called("assert_fact", handle, lambda: self._take(handle, [json.loads(fact)]))

    def assert_facts(self, handle: int, facts: str, /) -> tuple[int, int]:
        return self._called("assert_facts", handle, lambda: self._take(handle, json.loads(facts)))

    def _take(self, handle: int, facts: list[dict[str, int]]) -> tuple[int, int]:
        session = self.sessions.setdefault(handle, Session())
        for fact in facts:
            number = 32 * fact["b"] + fact["a"]
            assert fact["id"] == number
            if number in session.facts:
                return 2, 1
            before = session.facts.copy()
            session.facts.add(number)
            bodies = self.rulesets[handle].items()
            ready = [rule for rule, body in bodies if number in body and body <= session.facts]
            assert any(number in body for _, body in bodies)
            session.agenda += [rule for rule in ready if not self.rulesets[handle][rule] <= before]
        return 0, 1

    def start_action_for_state(self, handle: int, offset: int, /) -> tuple[str, str] | None:
        def start() -> tuple[str, str] | None:
            assert offset == 1
            firing = self._next(handle)
            return None if firing is None else ('{ "sid":"0", "id":"sid-0", "$s":1}', firing)

        return self._called("start_action_for_state", handle, start)

    def complete_and_start_action(self, handle: int, offset: int, /) -> str | None:
        def complete() -> str | None:
            assert offset == 1
            return self._next(handle)

        return self._called("complete_and_start_action", handle, complete)

    def _next(self, handle: int) -> str | None:
        agenda = self.sessions[handle].agenda
        return fires(agenda.pop(0)) if agenda else None

    def delete_state(self, handle: int, session: str | None, /) -> None:
        def delete() -> None:
            assert session is None
            del self.sessions[handle]

        self._called("delete_state", handle, delete)


def fires(rule: object) -> str:
    """What the core reports when this rule fires."""
    return f'{{"{rule}":{{"m0":{{"id":0,"b":0,"a":0}}}}}}'
