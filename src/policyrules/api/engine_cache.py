"""Cache the objects that all decisions of a policy share: the facts reader and the engines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyrules.engines.compiled import CompiledEngine
    from policyrules.engines.forward.engine import ForwardEngine
    from policyrules.evaluation.dated import DatedRuleset
    from policyrules.evaluation.result import Evaluation
    from policyrules.evaluation.situation import Situation
    from policyrules.intake import Intake
    from policyrules.ir.ruleset import CheckedRuleset


def library_version() -> str:
    """Return the version of the installed library."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("policyrules")
    except PackageNotFoundError:
        return "unknown"


class EngineCache:
    """The facts reader and the engines of one policy, created once and shared by threads."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self._lock = threading.Lock()
        self._forward: dict[str | None, ForwardEngine] = {}
        self._compiled: CompiledEngine | None = None

    @cached_property
    def intake(self) -> Intake:
        """Return the facts reader, created on first use."""
        from policyrules.intake import Intake

        return Intake(self.ruleset)

    @cached_property
    def library_version(self) -> str:
        """Return the version of the library, looked up on first use."""
        return library_version()

    def __reduce__(self) -> tuple[type[EngineCache], tuple[CheckedRuleset]]:
        """Leave out the engines; a copy creates its own when it decides."""
        return EngineCache, (self.ruleset,)

    def compiled(self) -> CompiledEngine:
        """Return the compiled engine, created on first use."""
        from policyrules.engines.compiled import CompiledEngine

        with self._lock:
            if self._compiled is None:
                self._compiled = CompiledEngine()
            return self._compiled

    def engine(
        self, name: str, kernel: str | None
    ) -> Callable[[DatedRuleset, Situation], Evaluation]:
        """Return the function by which an engine evaluates a case.

        Raises:
            ValueError: the engine does not exist, or has no kernels.
        """
        from policyrules.engines import reference
        from policyrules.engines.forward.engine import ForwardEngine

        if name == "reference" and kernel is None:
            return reference.evaluate
        if name not in {"forward", "reference", "compiled"}:
            raise ValueError(f"there is no engine `{name}`: `forward`, `reference` or `compiled`")
        if name != "forward":
            raise ValueError(f"the engine `{name}` has no kernels: leave `{kernel}` out")
        with self._lock:
            if kernel not in self._forward:
                self._forward[kernel] = ForwardEngine(self.ruleset, kernel)
            return self._forward[kernel].evaluate
