"""A command class that rejects an option given more than once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import typer
from typer.core import TyperCommand


class SingleOptionsCommand(TyperCommand):
    """Rejects a repeated option, of which the parser would silently keep the last value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the arguments, after a check for repeated options."""
        if args:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            for name, times in Counter(_name(parameter) for parameter in order).items():
                if name and times > 1:
                    message = "it is given more than once: give it once"
                    raise typer.BadParameter(message, ctx=ctx, param_hint=name)
        return super().parse_args(ctx, args)


def _name(parameter: Any) -> str:
    """Return the name of an option with one value, or an empty text."""
    is_single = parameter.param_type_name == "option" and not (
        parameter.multiple or parameter.is_flag or parameter.count
    )
    return str(parameter.opts[0]) if is_single else ""
