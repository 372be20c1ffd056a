"""Codes of jurisdictions: which place is a part of which."""

import pytest

from policyrules.overlays.inherit import jurisdiction_of
from policyrules.text.place_code import code_and_enclosing_codes, code_remedy, is_part_of


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
        # The six digits of GB/T 2260 have the city of a district, and the province of a city.
        ("cn-nm-150102", "cn-nm-150100", True),
        ("cn-nm-150102", "cn-nm", True),
        ("cn-nm-150102-7", "cn-nm-150100", True),
        ("cn-nm-150100-102", "cn-nm-150100", True),
        ("cn-nm-150100", "cn-nm-150102", False),
        ("cn-nm-150102", "cn-nm-150103", False),
        ("cn-nm-150202", "cn-nm-150100", False),
        ("cn-nm-150102", "cn-nx-150100", False),
        ("cn-nm-150100", "cn-nm-150000", True),
        ("cn-nm-150000", "cn-nm", True),
        ("cn-nm-150000", "cn-nm-150100", False),
        ("cn-nm-150000-150102", "cn-nm-150100", False),
        ("xx-nm-150102", "xx-nm-150100", False),
    ],
)
def test_a_jurisdiction_lies_within_itself_and_what_is_around_it(
    inner: str, outer: str, expected: bool
) -> None:
    assert is_part_of(inner, outer) is expected


@pytest.mark.parametrize(
    "id_, expected",
    [("cn/refund", "cn"), ("cn-nm-150100/refund.2023", "cn-nm-150100"), ("cn-nm/a/b", "cn-nm")],
)
def test_the_jurisdiction_of_a_ruleset_stands_before_the_stroke(id_: str, expected: str) -> None:
    assert jurisdiction_of(id_) == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("cn-nm-150102", ("cn-nm-150102", "cn-nm-150100", "cn-nm-150000", "cn-nm", "cn")),
        ("cn-nm-150100", ("cn-nm-150100", "cn-nm-150000", "cn-nm", "cn")),
        ("cn-nm-150000", ("cn-nm-150000", "cn-nm", "cn")),
        ("cn", ("cn",)),
    ],
)
def test_the_nearest_place_around_a_code_comes_first(code: str, expected: tuple[str, ...]) -> None:
    assert code_and_enclosing_codes(code) == expected


@pytest.mark.parametrize(
    "code, expected",
    [
        ("cn", ""),
        ("cn-nm", ""),
        ("cn-nm-150100", ""),
        ("cn-nm-150100-102", ""),
        ("cn-nm-xx", ""),
        ("us-ca-1501", ""),
        ("cn-nm-1501", "below a province a code has the six digits of GB/T 2260: `cn-nm-150100`"),
        ("cn-nm-1501001", "below a province a code has the six digits of GB/T 2260"),
        ("cn-nm-15", "the province is `cn-nm`"),
        ("CN-NM-150100", "write `cn-nm-150100`"),
        ("CN_NM_15", "the province is `cn-nm`"),
        ("Hohhot", "a jurisdiction is a code such as `cn-nm-150100`"),
        ("150100", "a jurisdiction is a code such as `cn-nm-150100`"),
    ],
)
def test_what_is_no_code_has_a_remedy(code: str, expected: str) -> None:
    assert code_remedy(code) == expected
