"""A calendar of working days for generated rulesets, with a year that has no list on each side."""

from typing import Final

CALENDARS: Final = """\
policyrules: 1
calendars:
  cn:
    title: {zh: 工作日, en: Working days}
    years:
      2022:
        title: 某年节假日安排
        issued: 2021-10-25
        url: https://example.org/2022
        read_on: 2022-01-01
        quote: 放假
        holidays: [2022-01-01..2022-01-03, 2022-01-31..2022-02-06, 2022-10-03..2022-10-07]
        working_days: [2022-01-29, 2022-01-30, 2022-10-08, 2022-10-09]
"""
"""The days of generated rulesets lie around this year."""
