"""Read quantities in other notations than the language's: 4.3万, 5.5‰, 500元/人, 2022年11月25日.

The language has one notation. A literal in another one is rejected; if it can mean only one
quantity, the remedy is that quantity in the notation of the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.ir.types import BASE_UNITS, Kind, Type, Unit
from policyrules.text.punctuation import to_ascii
from policyrules.values import calendar
from policyrules.values.exact import decimal_places, decimal_text, fraction_text

_MAX_LENGTH: Final = 60
"""The maximum length of a text that is read as a quantity."""


@attrs.frozen
class Quantity:
    """A number with its unit, None if the text has none; `is_share` marks a ratio."""

    number: Fraction
    unit: Unit | None = None
    is_share: bool = False


_SCALES: Final[Mapping[str, Fraction]] = MappingProxyType(
    {
        "": Fraction(1),
        "百": Fraction(100),
        "千": Fraction(1_000),
        "万": Fraction(10_000),
        "萬": Fraction(10_000),
        "十万": Fraction(100_000),
        "百万": Fraction(1_000_000),
        "千万": Fraction(10_000_000),
        "亿": Fraction(100_000_000),
        "億": Fraction(100_000_000),
        "万亿": Fraction(1_000_000_000_000),
    }
)
_SHARES: Final[Mapping[str, Fraction]] = MappingProxyType(
    {
        "%": Fraction(1, 100),
        "‰": Fraction(1, 1_000),
        "‱": Fraction(1, 10_000),
        "percent": Fraction(1, 100),
        "per cent": Fraction(1, 100),
        "成": Fraction(1, 10),
    }
)
_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("元", "块", "圆", "人民币", "yuan", "rmb", "cny", "¥", "￥"), "CNY"),
        **dict.fromkeys(("人", "名", "persons", "people", "employees", "heads"), "person"),
        **dict.fromkeys(("月", "个月", "months"), "month"),
        **dict.fromkeys(("年", "岁", "周岁", "years"), "year"),
        **dict.fromkeys(("天", "日", "days"), "day"),
        **dict.fromkeys(("次", "events", "times"), "event"),
        **dict.fromkeys(("个", "项", "件", "items"), "item"),
        **{unit: unit for unit in BASE_UNITS},
    }
)
"""The spellings of units, and the units that they mean."""


def _one_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NUMBER: Final = r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[,_ ]\d{3})+|\d*)(?P<places>\.\d+)?"
_QUANTITY: Final = re.compile(
    _NUMBER
    + r"(?:/(?P<divisor>[1-9]\d*)|[eE](?P<exponent>[-+]?\d{1,2}))?"
    + rf" *(?P<scale>{_one_of(_SCALES)})"
    + rf" *(?:(?P<share>{_one_of(_SHARES)})|(?P<unit>[^\d\s.,-].*))?",
    re.ASCII,
)
_OF_A_HUNDRED: Final = re.compile(r"(百分之|千分之)(\d+(?:\.\d+)?)", re.ASCII)
_MONEY: Final = re.compile(
    r"(?P<before>[^元角分]*\d[^元角分]*元)?(?:(?P<jiao>\d)角)?(?:(?P<fen>\d)分)?", re.ASCII
)
_CURRENCY: Final = re.compile(
    r"(?:¥|￥|RMB|CNY|人民币) *(?P<rest>[-+]?[\d.].*)", re.ASCII | re.IGNORECASE
)


def read_quantity(text: str) -> Quantity | None:
    """Return the only quantity that a text can mean, in any notation; else None.

    >>> read_quantity("4.3万").number, read_quantity("500元/人").unit == Unit.parse("CNY/person")
    (Fraction(43000, 1), True)
    >>> read_quantity("43210元5角").number, read_quantity("5,5%")
    (Fraction(86421, 2), None)
    """
    plain = to_ascii(text).strip()
    if not plain or len(plain) > _MAX_LENGTH:
        return None
    of_a_hundred = _OF_A_HUNDRED.fullmatch(plain)
    if of_a_hundred is not None:
        whole = 100 if of_a_hundred[1] == "百分之" else 1_000
        return Quantity(Fraction(of_a_hundred[2]) / whole, is_share=True)
    currency = _CURRENCY.fullmatch(plain)
    if currency is not None:
        found = _plain_quantity(currency["rest"])
        is_money = found is not None and not found.is_share and found.unit in {None, _CNY}
        return attrs.evolve(found, unit=_CNY) if found is not None and is_money else None
    return _plain_quantity(plain) or _coins(plain)


_CNY: Final = Unit.from_name("CNY")


def _plain_quantity(text: str) -> Quantity | None:
    found = _QUANTITY.fullmatch(text)
    if found is None or not (found["whole"] or found["places"]):
        return None
    whole, share = re.sub(r"[,_ ]", "", found["whole"]), found["share"]
    if "," in found["whole"] and share and not found["places"]:
        return None  # it may be a decimal comma: 5,500% is five thousand or five and a half
    number = Fraction(f"{found['sign']}{whole or '0'}{found['places'] or ''}")
    number *= _SCALES[found["scale"]]
    if found["divisor"]:
        number /= int(found["divisor"])
    if found["exponent"]:
        number *= Fraction(10) ** int(found["exponent"])
    if share:
        return Quantity(number * _SHARES[share], is_share=True)
    if not found["unit"]:
        return Quantity(number)
    unit = read_unit(found["unit"])
    return None if unit is None else Quantity(number, unit)


def _coins(text: str) -> Quantity | None:
    """Read an amount with its jiao and fen: 43210元5角2分."""
    found = _MONEY.fullmatch(text)
    if found is None or not (found["jiao"] or found["fen"]):
        return None
    number = Fraction(int(found["jiao"] or 0), 10) + Fraction(int(found["fen"] or 0), 100)
    if found["before"]:
        before = _plain_quantity(found["before"])
        if before is None or before.unit != _CNY or before.number < 0:
            return None
        number += before.number
    return Quantity(number, _CNY)


def read_unit(text: str) -> Unit | None:
    """Return the unit that a text names in any spelling; else None.

    >>> str(read_unit("元/人")), str(read_unit("yuan")), read_unit("USD")
    ('CNY/person', 'CNY', None)
    """
    over, slash, under = to_ascii(text).replace(" ", "").replace("每", "/").partition("/")
    names = [_UNITS.get(part.lower(), _UNITS.get(part, "")) for part in _factors(over)]
    below = [_UNITS.get(part.lower(), _UNITS.get(part, "")) for part in _factors(under)]
    if not all((*names, *below)) or bool(slash) is not bool(under):
        return None
    return Unit.parse("*".join(names) + (f"/{'*'.join(below)}" if below else ""))


def _factors(text: str) -> list[str]:
    return re.split(r"[*·×/]", text) if text else []


def format_literal(number: Fraction, type_: Type, *, with_unit: bool) -> str:
    """Return the number as a literal of a numeric type.

    >>> format_literal(Fraction(11, 200), Type(Kind.RATIO), with_unit=False)
    '5.5%'
    """
    if type_.kind is Kind.RATIO:
        hundredfold = number * 100
        if decimal_places(hundredfold) is None:
            return fraction_text(number)
        return f"{decimal_text(hundredfold)}%"
    return decimal_text(number) + (f" {type_.unit}" if with_unit else "")


# --- the calendar --------------------------------------------------------------------------------

_DAY: Final = re.compile(
    r"(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})[日号]?|(\d{4})(\d{2})(\d{2})", re.ASCII
)
_MONTH: Final = re.compile(r"(\d{4})[年/.-](\d{1,2})月?|(\d{4})(\d{2})", re.ASCII)
_YEAR: Final = re.compile(r"(\d{4})年?", re.ASCII)


def read_calendar(kind: Kind, text: str) -> str | None:
    """Return the only day, month or year that a text can mean, as the language writes it.

    >>> read_calendar(Kind.DATE, "2022年1月5日"), read_calendar(Kind.DATE, "1/2/2022")
    ('2022-01-05', None)
    """
    pattern = {Kind.DATE: _DAY, Kind.MONTH: _MONTH}.get(kind, _YEAR)
    found = pattern.fullmatch(to_ascii(text).replace(" ", "")) if len(text) <= _MAX_LENGTH else None
    if found is None:
        return None
    year, *rest = (part for part in found.groups() if part)
    written = "-".join([year, *(part.zfill(2) for part in rest)])
    return written if calendar.read_figure(kind, written) is not None else None


# --- ranges --------------------------------------------------------------------------------------

_BETWEEN: Final = re.compile(r" *(?:\.{2,3}|…+|-|~|–|—+|至|到|(?<=\s)to(?=\s)) *")


def split_range(text: str) -> Iterator[tuple[str, str]]:
    """Yield each way to read a text as two ends of a range.

    >>> list(split_range("1-30"))
    [('1', '30')]
    """
    plain = to_ascii(text).strip()
    if len(plain) > 2 * _MAX_LENGTH:
        return
    for found in _BETWEEN.finditer(plain):
        low, high = plain[: found.start()], plain[found.end() :]
        if low and high:
            yield low, high
