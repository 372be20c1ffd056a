"""The command line: commands, colours, exit statuses; no logic.

`main` is the program. The typer application is `policyrules.cli.application.app`; it is imported
only when a command runs, so that `policyrules --version` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    0: success. 1: the input is wrong, or the ruleset is not in force on the day. 2: wrong usage.
    As in shells, 130 after Ctrl-C and 141 for a broken pipe.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    from policyrules.cli import output

    output.prepare()
    try:
        if given == ["--version"]:
            from policyrules.cli.version import version_text

            output.write(version_text() + "\n")
            return output.flush_status(0)
        _require_current_folder()
        from policyrules.cli.application import run

        return run(given)
    except BrokenPipeError:
        return output.broken_pipe_status()
    except KeyboardInterrupt:
        return output.INTERRUPTED
    except OSError as error:
        return output.report_system_error(error)


def _require_current_folder() -> None:
    """Raise an error in a folder that was removed, where some packages cannot be imported.

    Their import ends in a SystemError.
    """
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise FileNotFoundError(error.errno, "the current folder has been removed", ".") from None
