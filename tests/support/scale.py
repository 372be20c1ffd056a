"""How many examples a test tries: moderate by default, many in the long profile.

The profile is the environment variable `POLICYRULES_PROFILE`: `default`, `quick` (fewer examples
of hypothesis) or `long`; `just quick` and `just long` set it. It scales tests only: the package
itself never reads it.
"""

import os
from typing import Final

PROFILES: Final = ("default", "quick", "long")


def profile() -> str:
    """The name of the profile that was asked for."""
    name = os.environ.get("POLICYRULES_PROFILE", "default")
    if name not in PROFILES:
        message = f"POLICYRULES_PROFILE is `{name}`: expected one of {', '.join(PROFILES)}"
        raise ValueError(message)
    return name


def scaled(default: int, long: int) -> int:
    """The count for the profile that was asked for: `scaled(200, long=20_000)`."""
    return long if profile() == "long" else default
