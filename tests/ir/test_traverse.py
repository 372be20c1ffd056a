"""Traversal of expressions: direct dependencies, and those through parameters and values."""

import pytest
from tests.support.rules import EXPRESSIONS, expression, ruleset

from policyrules.ir.nodes import (
    ConditionRef,
    EligibleRef,
    FactRef,
    ParameterRef,
    Reference,
    ValueRef,
)
from policyrules.ir.traverse import (
    atoms,
    children,
    dependencies_outside,
    direct_dependencies,
    expressions_of,
    fact_dependencies,
    list_reference,
    references,
    value_dependencies,
)
from policyrules.ir.unparse import unparse


def names(references: object) -> list[str]:
    return [
        f"{reference.name}.eligible" if isinstance(reference, EligibleRef) else reference.name
        for reference in references  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize(
    "text, read",
    [
        (
            "(employer.headcount + employer.laid_off) * cap >= few",
            ["employer.headcount", "employer.laid_off", "cap", "few"],
        ),
        ("-(employer.headcount + few) <= 0", ["employer.headcount", "few"]),
        (
            "min(employer.headcount, few, employer.laid_off) < few",
            ["employer.headcount", "few", "employer.laid_off", "few"],
        ),
        ("employer.kind not in kinds", ["employer.kind", "kinds"]),
        (
            "employer.listed and (fixed or employer.headcount > few)",
            ["employer.listed", "fixed", "employer.headcount", "few"],
        ),
        ("employer.size is none", ["employer.size"]),
        ("any(hire.eligible for hire in hires)", ["hires", "hires.eligible"]),
        (
            "count(hire.status == 'graduate' for hire in hires) >= few",
            ["hires", "hires.status", "few"],
        ),
        ("sum(hire.wage for hire in hires) > wage", ["hires", "hires.wage", "wage"]),
        (
            "sum(due for hire in hires if hire.eligible or hire.elsewhere) > wage",
            ["hires", "due", "hires.eligible", "hires.elsewhere", "wage"],
        ),
        (
            "any(years_between(hire.born_on, hire.hired_on) >= age for hire in hires)",
            ["hires", "hires.born_on", "hires.hired_on", "age"],
        ),
        ("any(hire.hired_on.year == year for hire in hires)", ["hires", "hires.hired_on", "year"]),
        (
            "count(month in season for month in employer.months) > months",
            ["employer.months", "season", "months"],
        ),
        ("True", []),
    ],
)
def test_an_expression_reads_its_names_in_the_order_of_its_text(text: str, read: list[str]) -> None:
    assert names(references(expression(text))) == read


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_the_children_of_a_node_have_all_that_it_reads(text: str) -> None:
    node = expression(text)
    below = [name for child in children(node) for name in names(references(child))]
    assert below == names(references(node))


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "employer.listed and fixed or employer.headcount > few",
            ["employer.listed", "fixed", "employer.headcount > few"],
        ),
        ("not (employer.listed and fixed)", ["employer.listed", "fixed"]),
        ("employer.kind not in kinds", ["employer.kind in kinds"]),
        ("employer.size is none", ["employer.size is none"]),
        # The atom itself evaluates the expressions inside a list.
        (
            "all(hire.wage >= wage and hire.elsewhere for hire in hires)",
            ["all(hire.wage >= wage and hire.elsewhere for hire in hires)"],
        ),
        (
            "sum(due for hire in hires if hire.eligible or hire.elsewhere) > wage",
            ["sum(due for hire in hires if hire.eligible or hire.elsewhere) > wage"],
        ),
        ("True", ["True"]),
    ],
)
def test_atoms_are_the_tests_without_logic_inside(text: str, expected: list[str]) -> None:
    assert [unparse(atom) for atom in atoms(expression(text))] == expected


@pytest.mark.parametrize(
    "reference, read",
    [
        (ParameterRef("few"), []),
        (ParameterRef("cap"), ["employer.size"]),
        (ParameterRef("group_share"), ["group"]),
        (
            ValueRef("rate"),
            [
                "employer.layoff_rate",
                "employer.laid_off",
                "employer.headcount",
                "employer.listed",
                "cap",
            ],
        ),
        (ValueRef("group"), ["rich"]),
        (ValueRef("due"), ["hires.wage", "wage"]),
        (
            EligibleRef("hires"),
            ["hires.graduated", "hires.paid_months", "season"],
        ),
        (ConditionRef("c-0"), ["employer.headcount", "few"]),
        (ConditionRef("young"), ["hires.graduated"]),
        (FactRef("employer.headcount"), []),
    ],
)
def test_what_stands_behind_a_name_is_read_directly(reference: Reference, read: list[str]) -> None:
    assert names(direct_dependencies(ruleset(), reference)) == read


@pytest.mark.parametrize(
    "text, facts, facts_without_given, values",
    [
        ("employer.headcount <= few", ["employer.headcount"], ["employer.headcount"], []),
        (
            "(employer.headcount + employer.laid_off) * cap >= few",
            ["employer.headcount", "employer.laid_off", "employer.size"],
            ["employer.headcount", "employer.laid_off", "employer.size"],
            [],
        ),
        (
            "twice <= group_share",
            [
                "employer.layoff_rate",
                "employer.laid_off",
                "employer.headcount",
                "employer.listed",
                "employer.size",
            ],
            ["employer.laid_off", "employer.headcount", "employer.listed", "employer.size"],
            ["twice", "rate", "group"],
        ),
        (
            "total >= wage",
            ["hires", "hires.wage", "hires.graduated", "hires.paid_months"],
            ["hires", "hires.wage", "hires.graduated", "hires.paid_months"],
            ["total", "due"],
        ),
        (
            "count(month in season for month in employer.months) > months",
            ["employer.months"],
            ["employer.months"],
            [],
        ),
    ],
)
def test_an_expression_rests_on_facts_and_values_each_once(
    text: str, facts: list[str], facts_without_given: list[str], values: list[str]
) -> None:
    node = expression(text)
    assert list(fact_dependencies(ruleset(), node)) == facts
    assert list(fact_dependencies(ruleset(), node, through_inputs=False)) == facts_without_given
    assert list(value_dependencies(ruleset(), node)) == values


def test_the_texts_of_a_value_are_its_own_and_those_of_its_exceptions() -> None:
    rate = ruleset().values["rate"]
    assert [unparse(text) for text in expressions_of(rate)] == [
        "employer.laid_off / employer.headcount",
        "employer.listed",
        "cap",
    ]


def test_a_block_is_of_a_list_of_things_or_of_figures() -> None:
    block = ruleset().item_rules["hires"]
    assert list_reference(block).name == "hires"
    assert not isinstance(list_reference(block), FactRef)


def test_outside_a_block_only_what_a_result_of_its_rules_depends_on_is_read() -> None:
    outside = {
        result.name: names(dependencies_outside(ruleset(), [result]))
        for result in (EligibleRef("hires"), ValueRef("due"))
    }
    assert outside == {
        "hires": ["hires.graduated", "hires.paid_months", "season"],
        "due": ["hires.wage", "wage"],
    }
