"""Representations: a short text that names the object, and a small table in notebooks."""

import inspect
from collections.abc import Iterator, Mapping
from datetime import date

import attrs
import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules import testing
from policyrules.decisions.decision import Decision
from policyrules.errors import PolicyRulesError
from policyrules.text.localized import LocalizedText

LONGEST = 200
DAY = date(2022, 11, 25)
LONG = "很长的题目，" * 10_000


def public_classes() -> list[type]:
    modules = (policyrules, testing)
    return [
        member
        for module in modules
        for name in module.__all__
        if inspect.isclass(member := getattr(module, name))
    ]


def objects() -> Iterator[object]:
    """Yield every object that a user can get: the result of each public function, and all errors."""
    refund = shipped("cn-nm/job-stabilisation-refund")
    hires = shipped("cn-nm/job-expansion-subsidy")
    yield from (refund, refund.ruleset, refund.intake, refund.intake.read({}))
    yield from (refund.on(DAY), refund.on(DAY).dated)
    firm = {"employer.laid_off": 7, "employer.insured_headcount": 30, "employer.kind": "enterprise"}
    for policy, facts in (
        (refund, {}),
        (refund, firm),
        (hires, {"hires": [{"id": "p1", "hired_on": "2022-08-01"}]}),
    ):
        decision = policy.on(DAY).decide(facts)
        yield from (decision, decision.receipt, policyrules.replay(decision.receipt))
        yield from (decision.amount, decision.conditions, decision.reasons, decision.items)
        yield from (decision.values, decision.notices, decision.missing, decision.unsettled)
    yield policyrules.replay(attrs.evolve(decision.receipt, library="0"))
    yield policyrules.check_rulesets()
    yield policyrules.select("job-stabilisation-refund", "cn-nm", DAY)
    yield policyrules.run_cases(["cn-nm/job-stabilisation-refund"])
    yield testing.boundaries(refund.ruleset)
    yield from (next(iter(testing.mutants(refund.ruleset))), testing.MutationOperator)
    yield from errors()


def errors() -> Iterator[object]:
    refund = shipped("cn-nm/job-stabilisation-refund")
    for wrong in (
        lambda: refund.on(date(1999, 1, 1)),
        lambda: refund.on(DAY).decide({f"employer.no_{n}": 1 for n in range(1000)}),
        lambda: policyrules.load("cn-nm/none"),
    ):
        with pytest.raises(PolicyRulesError) as caught:
            wrong()
        yield caught.value


def reached(value: object, seen: dict[int, object]) -> Iterator[object]:
    """The object and all that can be reached from it by the fields of public classes."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        for member in value:
            yield from reached(member, seen)
    elif id(value) not in seen and type(value).__module__.startswith("policyrules"):
        seen[id(value)] = value
        yield value
        if attrs.has(type(value)) and type(value).__module__ not in LEAVES:
            for field in vars(type(value))["__attrs_attrs__"]:
                if not field.name.startswith("_"):
                    yield from reached(getattr(value, field.name), seen)


LEAVES = {"policyrules.values.possible"}
"""The values of an evaluation: not public, so they keep the representation of attrs."""
INNER = ("policyrules.ir.nodes", "policyrules.values")


@pytest.mark.slow
def test_every_object_that_a_user_comes_to_hold_has_a_short_representation() -> None:
    seen: dict[int, object] = {}
    for root in objects():
        for value in reached(root, seen):
            if not type(value).__module__.startswith(INNER) and type(value).__name__[0] != "_":
                assert len(repr(value)) < LONGEST, type(value)
                assert type(value).__name__ in repr(value) or isinstance(value, str)


def filled(kind: type) -> object:
    """An object of a class of which every text is long and every collection large."""
    made: object = object.__new__(kind)
    for field in vars(kind)["__attrs_attrs__"]:
        value: object = LONG
        declared = str(field.type)
        if "Mapping" in declared:
            value = {f"{LONG}{number}": LONG for number in range(20)}
        elif "tuple" in declared:
            value = (LONG,) * 20
        elif "LocalizedText" in declared:
            value = LocalizedText(LONG, LONG)
        object.__setattr__(made, field.name, value)
    return made


@pytest.mark.parametrize("kind", public_classes(), ids=lambda kind: kind.__name__)
def test_whatever_a_public_class_holds_its_representation_is_short(kind: type) -> None:
    if issubclass(kind, PolicyRulesError):
        subclass = type(kind.__name__, (kind,), {"__str__": lambda _: LONG})
        text = repr(PolicyRulesError.__new__(subclass))
    elif attrs.has(kind):
        made = filled(kind)
        if kind is policyrules.Policy:
            object.__setattr__(made, "ruleset", shipped(REFUND).ruleset)
        elif kind is policyrules.DatedPolicy:
            made = shipped(REFUND).on(DAY)
        elif kind is Decision:
            object.__setattr__(made, "on", DAY)
            object.__setattr__(made, "status", "eligible")
        text = repr(made)
    else:
        text = repr(next(iter(kind)))  # type: ignore[call-overload]
    assert len(text) < LONGEST
    assert kind.__name__ in text
    assert "\n" not in text


REFUND = "cn-nm/job-stabilisation-refund"


def test_the_representations_say_what_the_objects_are() -> None:
    policy = shipped(REFUND)
    situation = policy.intake.read({"employer.laid_off": 6})
    assert repr(policy) == "<Policy 'cn-nm/job-stabilisation-refund'>"
    assert repr(policy.on(DAY)) == "<DatedPolicy 'cn-nm/job-stabilisation-refund' on 2022-11-25>"
    assert repr(policy.ruleset).startswith(
        "<CheckedRuleset 'cn-nm/job-stabilisation-refund' sha256:"
    )
    assert repr(policy.intake) == "<Intake of 'cn-nm/job-stabilisation-refund'>"
    assert repr(situation) == "<Situation of 1 known facts, 0 items>"
    decision = policy.on(DAY).decide({"employer.layoff_rate": "23%"})
    assert repr(decision) == "<Decision 'cn-nm/job-stabilisation-refund' on 2022-11-25: ineligible>"
    assert (
        repr(LocalizedText("裁员率", "Layoff rate"))
        == "LocalizedText(zh='裁员率', en='Layoff rate')"
    )


def test_a_notebook_shows_a_decision_and_a_policy_in_both_languages() -> None:
    policy = shipped(REFUND)
    table = policy.on(DAY).decide({"employer.layoff_rate": "23%"})._repr_html_()
    assert "<td>结论</td><td>不符合条件</td><td>Outcome</td><td>not eligible</td>" in table
    assert "<td>不满足</td><td>裁员率</td><td>Failed</td><td>Layoffs</td>" in table
    assert len(table) < 3_000
    table = policy._repr_html_()
    assert "<td>施行期间</td><td>2022-01-01 至 " in table
    assert "<td>In force</td><td>2022-01-01 to " in table
    assert len(table) < 1_000


def test_markup_of_a_ruleset_is_text_in_a_notebook() -> None:
    script = "<script>alert(1)</script>&\"'"
    policy = shipped(REFUND)
    title = LocalizedText(script, f"{script}\u202e")
    rules = attrs.evolve(
        policy.ruleset,
        title=title,
        conditions={
            name: attrs.evolve(condition, title=title)
            for name, condition in policy.ruleset.conditions.items()
        },
        facts={name: attrs.evolve(fact, ask=title) for name, fact in policy.ruleset.facts.items()},
        outcome=attrs.evolve(policy.ruleset.outcome, labels={"undetermined": title}),
    )
    marked = attrs.evolve(policy, ruleset=rules)
    for table in (marked._repr_html_(), marked.on(DAY).decide({})._repr_html_()):
        assert "<script" not in table
        assert "&lt;script&gt;" in table
        assert "\u202e" not in table
        inside = table.replace("<table>", "").replace("</table>", "")
        for tag in ("tr", "td", 'th colspan="2"', "th"):
            inside = inside.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        assert "<" not in inside
