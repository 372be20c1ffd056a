"""The shipped rulesets, each loaded when a test first asks for it and once in a process.

A table of tests names them by `IDS`, which reads no ruleset: collecting loads nothing.
"""

from functools import cache
from typing import Final

from policyrules.api.policy import Policy, load
from policyrules.catalogue.discovery import ruleset_paths
from policyrules.catalogue.store import shipped_folder

IDS: Final = tuple(
    path.relative_to(shipped_folder()).with_suffix("").as_posix()
    for path in ruleset_paths(shipped_folder())
)


@cache
def shipped(id_: str) -> Policy:
    """The policy of an id. Nobody changes it, and engines are kept from test to test."""
    return load(id_)
