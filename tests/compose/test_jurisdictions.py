"""Jurisdictions by their codes: which is a part of which."""

import pytest

from policyrules.compose.inherit import jurisdiction_of, lies_within


@pytest.mark.parametrize(
    "inner, outer, expected",
    [
        ("cn", "cn", True),
        ("cn-nm", "cn", True),
        ("cn-nm-150100", "cn", True),
        ("cn-nm-150100", "cn-nm", True),
        ("cn-nm", "cn-nm", True),
        ("cn-nm", "cn-nm-150100", False),
        ("cn", "cn-nm", False),
        # A code that begins with the letters of another one is no part of it.
        ("cn-nmx", "cn-nm", False),
        ("cn-nmx-1", "cn-nm", False),
        ("cn-nm-1501001", "cn-nm-150100", False),
        ("cnx", "cn", False),
        ("cnx-nm", "cn", False),
        ("cn-nm", "cn-nmx", False),
        ("cn-zj", "cn-nm", False),
        ("cn-nm-150100", "cn-nm-150200", False),
        ("hk", "cn", False),
        ("xx-cn", "cn", False),
    ],
)
def test_a_jurisdiction_lies_within_itself_and_what_is_around_it(
    inner: str, outer: str, expected: bool
) -> None:
    assert lies_within(inner, outer) is expected


@pytest.mark.parametrize(
    "id_, expected",
    [("cn/refund", "cn"), ("cn-nm-150100/refund.2023", "cn-nm-150100"), ("cn-nm/a/b", "cn-nm")],
)
def test_the_jurisdiction_of_a_ruleset_stands_before_the_stroke(id_: str, expected: str) -> None:
    assert jurisdiction_of(id_) == expected
