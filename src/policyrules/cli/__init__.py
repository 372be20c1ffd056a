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
    """Runs the program and returns its exit status.

    0: done. 1: the input was found wrong, or decides nothing on the day. 2: usage. As shells have
    it, 130 after Ctrl-C and 141 where the reader of the output has gone.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    from policyrules.cli import output

    output.prepare()
    try:
        if given == ["--version"]:
            from policyrules.cli.version import version_text

            output.write(version_text() + "\n")
            return output.flushed(0)
        _require_current_folder()
        from policyrules.cli.application import run

        return run(given)
    except BrokenPipeError:
        return output.reader_has_gone()
    except KeyboardInterrupt:
        return output.INTERRUPTED
    except OSError as error:
        return output.system_error(error)


def _require_current_folder() -> None:
    """Refuse to go on in a folder that has been removed.

    Some packages cannot be imported there and end in a SystemError.
    """
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise FileNotFoundError(error.errno, "the current folder has been removed", ".") from None
