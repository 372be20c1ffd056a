"""Codes of places: `cn-nm` by ISO 3166-2, and `cn-nm-150102` by GB/T 2260 within a province.

A code contains the codes of the enclosing places: the part before a hyphen encloses the whole. The
six digits of GB/T 2260 name the province, the city and the district by two digits each, so a city
encloses its district without a hyphen.
"""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = re.compile(r"[a-z]{2}(-[a-z0-9]+)*")
_SIX_DIGITS: Final = re.compile(r"cn-[a-z]{2}-([0-9]{2})([0-9]{2})([0-9]{2})")
_DIGITS: Final = re.compile(r"(cn-[a-z]{2})-([0-9]+)(-.*)?")


def code_and_enclosing_codes(code: str) -> tuple[str, ...]:
    """Return a code and the codes of the enclosing places, the nearest first.

    >>> code_and_enclosing_codes("cn-nm-150102")
    ('cn-nm-150102', 'cn-nm-150100', 'cn-nm-150000', 'cn-nm', 'cn')
    """
    parts = code.split("-")
    enclosing: list[str] = []
    for end in range(len(parts), 0, -1):
        enclosing_code = "-".join(parts[:end])
        enclosing.append(enclosing_code)
        digits = _SIX_DIGITS.fullmatch(enclosing_code)
        if digits is not None:
            head = enclosing_code[:-6]
            province, city, _ = digits.groups()
            enclosing += [f"{head}{province}{city}00", f"{head}{province}0000"]
    return tuple(dict.fromkeys(enclosing))


def city_of_district(code: str) -> str:
    """Return the code of the city of a district; empty for any other place.

    >>> city_of_district("cn-nm-150102"), city_of_district("cn-nm-150100")
    ('cn-nm-150100', '')
    """
    digits = _SIX_DIGITS.fullmatch(code)
    return "" if digits is None or digits[3] == "00" else f"{code[:-2]}00"


def is_part_of(code: str, enclosing: str) -> bool:
    """Return whether a place is the enclosing one, or a part of it.

    >>> is_part_of("cn-nm-150102", "cn-nm-150100"), is_part_of("cn-zj", "cn-nm")
    (True, False)
    """
    return enclosing in code_and_enclosing_codes(code)


def code_remedy(code: str) -> str:
    """Return the remedy for a text that is not a code; empty for a code.

    >>> code_remedy("cn-nm-1501")
    'below a province a code has the six digits of GB/T 2260: `cn-nm-150100`'
    """
    plain = code.strip().lower().replace("_", "-")
    if _CODE.fullmatch(code) is None:
        if _CODE.fullmatch(plain) is not None:
            return code_remedy(plain) or f"write `{plain}`"
        return "a jurisdiction is a code such as `cn-nm-150100`"
    match = _DIGITS.fullmatch(code)
    if match is None or len(match[2]) == 6:
        return ""
    province, digits = match[1], match[2]
    if len(digits) == 2:
        return f"the province is `{province}`"
    six = f": `{province}-{digits}00`" if len(digits) == 4 else ""
    return f"below a province a code has the six digits of GB/T 2260{six}"
