"""Read facts from Python values or a file exactly, check them, and build a `Situation`."""

from policyrules.intake.facts_file import FactsFile, facts_of_node, read_facts_file
from policyrules.intake.facts_schema import facts_schema
from policyrules.intake.parse_facts import Intake, situation_from

__all__ = [
    "FactsFile",
    "Intake",
    "facts_of_node",
    "facts_schema",
    "read_facts_file",
    "situation_from",
]
