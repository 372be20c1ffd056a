"""The lines of an explanation about an amount: its figure or its bounds, with the reservations."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policyrules.decisions.decision import Amount
from policyrules.decisions.status import Status
from policyrules.display.numbers import distinguishing_places, number_text
from policyrules.explain.messages import phrase
from policyrules.text.localized import Language
from policyrules.values.exact import Exact


def lines_of_amount(amount: Amount, status: Status, language: Language) -> Iterator[str]:
    """Yield the amount with its label, the figure before rounding, and a reservation."""
    label = phrase("label", language, name=name_of_amount(amount, language))
    kind = amount.kind
    figures = (amount.value, amount.unrounded, amount.min, amount.max)
    places = distinguishing_places((figure for figure in figures if figure is not None), kind)

    def format_number(number: Exact) -> str:
        return number_text(
            number, kind, amount.unit, language, unit_title=amount.unit_title, places=places
        )

    bounds = _bounds(amount, language, format_number)
    known = bounds or phrase("open amount", language)
    if amount.status == "exact" and amount.value is not None:
        yield label + format_number(amount.value)
    elif amount.status == "range":
        yield label + known
    elif amount.status == "undetermined" and amount.may_be_not_stated and not bounds:
        yield label + phrase("if eligible", language, amount=phrase("no figure", language))
    elif amount.status == "undetermined":
        key = "not computed" if status == "eligible" else "if eligible"
        yield label + phrase(key, language, amount=known)
    elif amount.status == "not_stated":
        yield label + phrase("no figure", language)
    else:
        yield label + phrase("no amount", language)
    if amount.status == "exact" and amount.unrounded not in {None, amount.value}:
        yield phrase("unrounded", language, amount=format_number(amount.unrounded or 0))
    if amount.may_be_not_stated and bounds:
        yield phrase("perhaps no figure", language)


def name_of_amount(amount: Amount, language: Language) -> str:
    """Return the title of an amount, and to whom it goes."""
    title = amount.title.get(language)
    if amount.paid_to is None:
        return title
    return phrase("paid to", language, name=title, party=amount.paid_to.get(language))


def _bounds(amount: Amount, language: Language, format_number: Callable[[Exact], str]) -> str:
    """Return the figure of the amount or its bounds, or an empty text if neither is known."""
    if amount.value is not None:
        return format_number(amount.value)
    if amount.min is not None and amount.min == amount.max:
        return format_number(amount.min)
    parts = []
    if amount.min is not None:
        parts.append(phrase("at least", language, amount=format_number(amount.min)))
    if amount.max is not None:
        parts.append(phrase("at most", language, amount=format_number(amount.max)))
    return phrase("comma", language).join(parts)
