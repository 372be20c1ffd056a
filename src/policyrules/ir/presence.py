"""Facts that a test proves to be present, not `none`, where it is held or where it failed."""

from __future__ import annotations

from policyrules.ir.nodes import And, FactRef, FellowRef, IsNone, Not, Or, Test


def present_facts(test: Test, *, is_held: bool = True) -> frozenset[str]:
    """Return the facts that are never `none` where a test is held, or else where it failed.

    Each fact has its name as written in the test.

    >>> present_facts(Not(IsNone(FactRef("person.pension"))))
    frozenset({'person.pension'})
    >>> present_facts(IsNone(FactRef("person.pension")))
    frozenset()
    """
    match test:
        case Not(operand):
            return present_facts(operand, is_held=not is_held)
        case And(operands) if is_held:
            return frozenset[str]().union(*map(present_facts, operands))
        case Or(operands) if not is_held:
            absent = (present_facts(operand, is_held=False) for operand in operands)
            return frozenset[str]().union(*absent)
        case IsNone(FactRef(name, original_name)) if not is_held:
            return frozenset({original_name or name})
        case IsNone(FellowRef(_, original_name)) if not is_held:
            return frozenset({original_name})
        case _:
            return frozenset()
