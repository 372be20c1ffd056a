"""The titles of days and numbers that are counted in working days."""

from __future__ import annotations

from collections.abc import Sequence

from policyrules.text.localized import LocalizedText


def title_of_working_days(
    function: str, operands: Sequence[LocalizedText | None]
) -> LocalizedText | None:
    """Return the title of a term; None if an operand has no title.

    >>> title_of_working_days("next", [LocalizedText("截止日期", "Last day")]).en
    'Last day, or the next working day'
    """
    titles = [title for title in operands if title is not None]
    if len(titles) < len(operands):
        return None
    first, last = titles[0], titles[-1]
    if function == "next":
        return LocalizedText(f"{first.zh}（遇休息日顺延）", f"{first.en}, or the next working day")
    if function == "add":
        return LocalizedText(
            f"{first.zh}加{last.zh}（工作日）", f"{first.en} plus {last.en.lower()} (working days)"
        )
    return LocalizedText(
        f"从{first.zh}到{last.zh}的工作日数",
        f"Working days from {first.en.lower()} to {last.en.lower()}",
    )
