"""A ruleset with every kind of expression, compiled once per package of tests."""

from functools import cache
from typing import Final

from tests.conformance.cases import BASE, CALENDARS, FILES

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.ir.nodes import Test
from policyrules.ir.ruleset import CheckedRuleset, Group

HEAD: Final = """\
policyrules: 1
id: cn-nm/refund
title: {zh: 返还, en: Refund}
legal_basis: law
in_force: {from: 2022-01-01, to: 2022-12-31, cite: law}
uses: [area, employer, hires]
facts:
  employer:
    months: {title: {zh: 月份, en: Months}, type: list, of: month, unit: month, at_most: 12}
    trades: {title: {zh: 行业, en: Trades}, type: list, of: word, at_most: 3, words: {retail: {zh: 零售, en: retail}, tourism: {zh: 旅游, en: tourism}}}
parameters:
  few: {title: {zh: 少, en: Few}, type: count, unit: person, value: 30, cite: law}
  cap: {title: {zh: 上限, en: Cap}, type: ratio, by: employer.size, value: {large: 10%, small: 20%, none: 30%}, cite: law}
  kinds: {title: {zh: 类型, en: Kinds}, type: words, of: employer.kind, value: [enterprise], cite: law}
  season: {title: {zh: 期间, en: Season}, type: period, value: 2022-01-01..2022-06-30, cite: law}
  age: {title: {zh: 年龄, en: Age}, type: count, unit: year, value: 16, cite: law}
  months: {title: {zh: 月数, en: Months}, type: count, unit: month, value: 3, cite: law}
  days: {title: {zh: 天数, en: Days}, type: count, unit: day, value: 5, cite: law}
  year: {title: {zh: 年份, en: Year}, type: calendar_year, value: 2022, cite: law}
  fixed: {title: {zh: 固定, en: Fixed}, type: yes_no, value: true, cite: law}
  wage: {title: {zh: 工资, en: Wage}, type: money, value: 2000 CNY, cite: law}
  rent: {title: {zh: 租金, en: Rent}, type: money, values: [{to: 2022-06-30, value: 800 CNY, cite: law}, {from: 2022-07-01, value: 1200 CNY, cite: law}]}
  scale: {title: {zh: 分档, en: Scale}, type: scale, value: [{above: 0 CNY, rate: 3%}, {above: 5000 CNY, rate: 10%}], cite: law}
  group_share: {title: {zh: 组别, en: Share}, type: ratio, by: group, value: {rich: 10%, poor: 20%}, cite: law}
  rich: {title: {zh: 富, en: Rich}, type: word, words: {rich: {zh: 富, en: rich}, poor: {zh: 贫, en: poor}}, value: rich, cite: law}
values:
  rate: {title: {zh: 率, en: Rate}, type: ratio, given: employer.layoff_rate, is: employer.laid_off / employer.headcount, cite: law, except: {listed-ones: {title: {zh: 失信, en: Listed}, when: employer.listed, is: cap, cite: law}}}
  group: {title: {zh: 组, en: Group}, type: word, words: {rich: {zh: 富, en: rich}, poor: {zh: 贫, en: poor}}, is: rich, cite: law}
  twice: {title: {zh: 两倍, en: Twice}, type: ratio, is: rate + rate, cite: law}
  total: {title: {zh: 合计, en: Total}, type: money, is: sum(due for hire in hires if hire.eligible), cite: law}
lists:
  hires:
    each: hire
    values:
      due: {title: {zh: 应发, en: Due}, type: money, is: 'min(hire.wage, wage)', cite: law}
    conditions:
      young: {title: {zh: 年轻, en: Young}, holds: hire.graduated is none, cite: law}
      paid: {title: {zh: 缴费, en: Paid}, holds: any(month in season for month in hire.paid_months), cite: law}
    eligible: {all: [young, paid]}
"""

EXPRESSIONS: Final = (
    "employer.headcount <= few",
    "marginal(scale, employer.premium - wage) <= wage",
    "employer.headcount + employer.laid_off * 1 > few",
    "(employer.headcount + employer.laid_off) * cap >= few",
    "employer.headcount - (employer.laid_off - few) < few",
    "employer.headcount - employer.laid_off - few < few",
    "-(employer.headcount + few) <= 0",
    "-employer.headcount * cap <= 0",
    "min(employer.headcount, few, employer.laid_off) < few",
    "max(employer.headcount, few) != few",
    "employer.kind == 'union'",
    "employer.kind in kinds",
    "employer.kind not in kinds",
    "not employer.listed",
    "not (employer.listed and fixed)",
    "employer.listed and fixed or employer.headcount > few",
    "employer.listed and (fixed or employer.headcount > few)",
    "(employer.listed or fixed) and not employer.listed",
    "held('c-0') and not held('c-1') or employer.listed",
    "employer.size is none",
    "not employer.size is none",
    "any(hire.eligible for hire in hires)",
    "all(hire.wage >= wage and hire.elsewhere for hire in hires)",
    "count(hire.status == 'graduate' for hire in hires) >= few",
    "sum(hire.wage for hire in hires) > wage",
    "sum(due for hire in hires if hire.eligible or hire.elsewhere) > wage",
    "any(max(hire.born_on, hire.hired_on.month.first_day) > season.last_day for hire in hires)",
    "any(hire.hired_on.month_of_year <= months for hire in hires)",
    "any(years_between(hire.born_on, hire.hired_on) >= age for hire in hires)",
    "any(months_between(hire.born_on, hire.hired_on) >= months for hire in hires)",
    "any(days_between(hire.born_on, hire.hired_on) > 0 for hire in hires)",
    "any(age(hire.born_on, hire.hired_on) <= age for hire in hires)",
    "any(hire.hired_on <= hire.born_on + months for hire in hires)",
    "any((hire.hired_on - age).year < year + age for hire in hires)",
    "any(hire.hired_on.year == year for hire in hires)",
    "any(hire.hired_on <= add_working_days(hire.born_on, days) for hire in hires)",
    "any(working_days_between(hire.born_on, hire.hired_on) > days for hire in hires)",
    "any(next_working_day(hire.hired_on) in season for hire in hires)",
    "sum(rent[hire.hired_on] for hire in hires if hire.elsewhere) > wage",
    "any(hire.hired_on in season for hire in hires)",
    "any(hire.hired_on not in season for hire in hires)",
    "count(month in season for month in employer.months) > months",
    "any(trade == 'tourism' for trade in employer.trades)",
    "max(hire.wage for hire in hires) > wage",
    "max((hire.wage for hire in hires if hire.elsewhere), default=wage) > wage",
    "min(hire.hired_on for hire in hires if hire.eligible) in season",
    "sum_of_largest((hire.wage for hire in hires if hire.elsewhere), few - few) > wage",
    "sum_of_largest((due for hire in hires), few) > wage",
    "distinct(trade for trade in employer.trades) > 1",
    "distinct(hire.status for hire in hires if hire.elsewhere) > 1",
    "twice <= group_share",
    "total >= wage",
    "group == 'rich'",
    "True",
)


@cache
def ruleset() -> CheckedRuleset:
    """The ruleset whose conditions are the expressions, each by its number."""
    rules = "".join(
        f'  c-{place}: {{title: {{zh: 条{place}, en: C}}, holds: "{text}", cite: law}}\n'
        for place, text in enumerate(EXPRESSIONS)
    )
    members = ", ".join(f"c-{place}" for place in range(len(EXPRESSIONS)))
    text = f"{HEAD}conditions:\n{rules}outcome:\n  eligible: {{any: [{members}]}}\n"
    files = [File(FILES[kind], (BASE / FILES[kind]).read_bytes()) for kind in list(FILES)[1:]]
    made = compile_ruleset(File(FILES["ruleset"], text.encode()), *files, calendars=CALENDARS)
    assert made.ruleset is not None, [str(diagnostic) for diagnostic in made.diagnostics]
    return made.ruleset


def expression(text: str) -> Test:
    """The test of an expression of the ruleset."""
    test = ruleset().conditions[f"c-{EXPRESSIONS.index(text)}"].test
    assert not isinstance(test, Group)
    return test
