"""Read quantities in foreign notations for remedies: 4.3万, 5.5‰, 500元/人, 2022年11月25日.

The language has one notation. A literal in another notation is rejected; if it can mean only one
quantity, the remedy is that quantity in the notation of the language. `intake` reads facts, which
may be in some of these notations, by itself.
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


def _alternation(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NUMBER: Final = r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[,_ ]\d{3})+|\d*)(?P<places>\.\d+)?"
_QUANTITY: Final = re.compile(
    _NUMBER
    + r"(?:/(?P<divisor>[1-9]\d*)|[eE](?P<exponent>[-+]?\d{1,2}))?"
    + rf" *(?P<scale>{_alternation(_SCALES)})"
    + rf" *(?:(?P<share>{_alternation(_SHARES)})|(?P<unit>[^\d\s.,-].*))?",
    re.ASCII,
)
_CHINESE_SHARE: Final = re.compile(r"(百分之|千分之)(\d+(?:\.\d+)?)", re.ASCII)
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
    chinese_share = _CHINESE_SHARE.fullmatch(plain)
    if chinese_share is not None:
        whole = 100 if chinese_share[1] == "百分之" else 1_000
        return Quantity(Fraction(chinese_share[2]) / whole, is_share=True)
    currency = _CURRENCY.fullmatch(plain)
    if currency is not None:
        amount = _plain_quantity(currency["rest"])
        is_money = amount is not None and not amount.is_share and amount.unit in {None, _CNY}
        return attrs.evolve(amount, unit=_CNY) if amount is not None and is_money else None
    return _plain_quantity(plain) or _jiao_and_fen(plain)


_CNY: Final = Unit.from_name("CNY")


def _plain_quantity(text: str) -> Quantity | None:
    match = _QUANTITY.fullmatch(text)
    if match is None or not (match["whole"] or match["places"]):
        return None
    whole, share = re.sub(r"[,_ ]", "", match["whole"]), match["share"]
    if "," in match["whole"] and share and not match["places"]:
        return None  # it may be a decimal comma: 5,500% is five thousand or five and a half
    number = Fraction(f"{match['sign']}{whole or '0'}{match['places'] or ''}")
    number *= _SCALES[match["scale"]]
    if match["divisor"]:
        number /= int(match["divisor"])
    if match["exponent"]:
        number *= Fraction(10) ** int(match["exponent"])
    if share:
        return Quantity(number * _SHARES[share], is_share=True)
    if not match["unit"]:
        return Quantity(number)
    unit = read_unit(match["unit"])
    return None if unit is None else Quantity(number, unit)


def _jiao_and_fen(text: str) -> Quantity | None:
    """Read an amount with its jiao and fen: 43210元5角2分."""
    match = _MONEY.fullmatch(text)
    if match is None or not (match["jiao"] or match["fen"]):
        return None
    number = Fraction(int(match["jiao"] or 0), 10) + Fraction(int(match["fen"] or 0), 100)
    if match["before"]:
        before = _plain_quantity(match["before"])
        if before is None or before.unit != _CNY or before.number < 0:
            return None
        number += before.number
    return Quantity(number, _CNY)


def read_unit(text: str) -> Unit | None:
    """Return the unit that a text names in any spelling; else None.

    >>> str(read_unit("元/人")), str(read_unit("yuan")), read_unit("USD")
    ('CNY/person', 'CNY', None)
    """
    numerator, slash, denominator = (
        to_ascii(text).replace(" ", "").replace("每", "/").partition("/")
    )
    factors, divisors = _unit_names(numerator), _unit_names(denominator)
    if not all((*factors, *divisors)) or bool(slash) is not bool(denominator):
        return None
    return Unit.parse("*".join(factors) + (f"/{'*'.join(divisors)}" if divisors else ""))


def _unit_names(text: str) -> list[str]:
    """Return the names of the factors of a unit; an empty text for an unknown factor."""
    factors = re.split(r"[*·×/]", text) if text else []
    return [_UNITS.get(factor.lower(), _UNITS.get(factor, "")) for factor in factors]


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
    match = pattern.fullmatch(to_ascii(text).replace(" ", "")) if len(text) <= _MAX_LENGTH else None
    if match is None:
        return None
    year, *rest = (part for part in match.groups() if part)
    written = "-".join([year, *(part.zfill(2) for part in rest)])
    return written if calendar.read_figure(kind, written) is not None else None


# --- ranges --------------------------------------------------------------------------------------

_RANGE_SEPARATOR: Final = re.compile(r" *(?:\.{2,3}|…+|-|~|–|—+|至|到|(?<=\s)to(?=\s)) *")


def split_range(text: str) -> Iterator[tuple[str, str]]:
    """Yield each way to read a text as two ends of a range.

    >>> list(split_range("1-30"))
    [('1', '30')]
    """
    plain = to_ascii(text).strip()
    if len(plain) > 2 * _MAX_LENGTH:
        return
    for match in _RANGE_SEPARATOR.finditer(plain):
        low, high = plain[: match.start()], plain[match.end() :]
        if low and high:
            yield low, high
