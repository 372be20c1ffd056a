"""The floor: the job-stabilisation refund as one hand-written Python function.

It answers what `policyrules` answers for a firm about which everything is known, on a day from
2022-11-10 on, and is as fast as plain Python gets without being wrong: whole numbers only, the
divisions multiplied across, money in fen. It reads a mapping because a decision does too, but
the mapping is ready: numbers scaled and words spelt as it wants them.

What it leaves out, and `policyrules` does not:

- unknown facts, and with them the undetermined answer, ranges of amounts, and what to ask next;
- a layoff rate that is given instead of counted, and the check that it agrees with the counts;
- dates: the policy's own, and the rates of large firms before 2022-11-10;
- checking the input, and reading decimals (`fund_reserve` comes in ten-thousandths of a year);
- somebody laid off out of nobody insured, which is unknown and counts as failed here;
- quotes, margins, notes, the receipt, and any way to change the rules but editing this file.
"""

from collections.abc import Mapping
from typing import Any, Final

SUBJECTS: Final = frozenset(
    {
        "enterprise",
        "social_group",
        "foundation",
        "social_service_org",
        "law_firm",
        "accounting_firm",
        "individual_business_unit_insured",
    }
)


def refund(firm: Mapping[str, Any]) -> tuple[bool, int | None]:
    """Whether the firm gets the refund, and how much, in fen; None: no rate is stated."""
    headcount = firm["insured_headcount"]
    laid_off = firm["laid_off"]
    kind = firm["kind"]
    if (
        kind not in SUBJECTS
        or firm["fund_reserve"] < 10_000
        or firm["full_paid_months"] < 12
        or (laid_off * 5 > headcount if headcount <= 30 else laid_off * 200 > headcount * 11)
        or firm["dishonesty_listed"]
        or firm["zombie_listed"]
        or not firm["environment_compliant"]
    ):
        return False, None
    if kind == "enterprise":
        size = firm["size"]
        if size == "large":
            return True, (firm["premium"] + 1) // 2
        if size == "none":
            return True, None
    return True, (firm["premium"] * 9 + 5) // 10


def with_reasons(firm: Mapping[str, Any]) -> tuple[bool, int | None, list[str]]:
    """The same, with the ids of the conditions that failed."""
    failed = []
    headcount = firm["insured_headcount"]
    laid_off = firm["laid_off"]
    kind = firm["kind"]
    if kind not in SUBJECTS:
        failed.append("subject")
    if firm["fund_reserve"] < 10_000:
        failed.append("fund-reserve")
    if firm["full_paid_months"] < 12:
        failed.append("paid-12-months")
    if laid_off * 5 > headcount if headcount <= 30 else laid_off * 200 > headcount * 11:
        failed.append("layoffs")
    if firm["dishonesty_listed"]:
        failed.append("not-dishonest")
    if firm["zombie_listed"]:
        failed.append("not-zombie")
    if not firm["environment_compliant"]:
        failed.append("environment")
    if failed:
        return False, None, failed
    if kind == "enterprise":
        size = firm["size"]
        if size == "large":
            return True, (firm["premium"] + 1) // 2, failed
        if size == "none":
            return True, None, failed
    return True, (firm["premium"] * 9 + 5) // 10, failed
