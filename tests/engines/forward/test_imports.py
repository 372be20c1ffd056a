"""The import of the core, also where Python lacks a function that its callbacks call."""

import ast
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.engines.forward.horn_programs import derived, layered

import policyrules.engines.forward
from policyrules.engines.forward import durable
from policyrules.engines.forward.durable import Core, DurableKernel, KernelMissing, load
from policyrules.engines.forward.kernels import default_kernel_name, kernel_for

BUILD_LINE = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install"
LAZY = "policyrules.engines.forward.lazy_binding"

needs_loader_flags = pytest.mark.skipif(
    not hasattr(sys, "setdlopenflags"), reason="this platform has no flags of the loader"
)

# --- which kernel --------------------------------------------------------------------------------


def test_durable_rules_is_the_kernel_wherever_it_is_installed() -> None:
    is_installed = importlib.util.find_spec("durable_rules_engine") is not None
    assert default_kernel_name() == ("durable_rules" if is_installed else "fixpoint")


def test_the_core_is_loaded_once() -> None:
    if default_kernel_name() == "durable_rules":
        assert load() is load()
        assert kernel_for(layered()).name == "durable_rules 2.0.28"


# --- where a plain import fails ------------------------------------------------------------------


class Finder:
    """Finds a core that lacks a function: it is imported only if the loader binds lazily."""

    def __init__(self, missing: str = "PyEval_CallObject", *, binds_at_once: bool = False) -> None:
        self.missing = missing
        self.binds_at_once = binds_at_once
        self.flags: list[int] = []

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name == "durable_rules_engine" else None  # type: ignore[arg-type]

    def create_module(self, _spec: ModuleSpec) -> None:
        flags = sys.getdlopenflags()
        self.flags.append(flags)
        if flags & os.RTLD_NOW or self.binds_at_once:
            raise ImportError(f"core.so: undefined symbol: {self.missing}")

    def exec_module(self, module: ModuleType) -> None:
        module.is_bound_lazily = True  # type: ignore[attr-defined]


def loader_flags() -> int | None:
    return sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing was imported before, and nothing that a test imports is kept."""
    before = loader_flags()
    for name in ("durable_rules_engine", LAZY):
        monkeypatch.setitem(sys.modules, name, None)  # noted, so that it is undone
        monkeypatch.delitem(sys.modules, name)
    yield
    assert loader_flags() == before


def find_with(monkeypatch: pytest.MonkeyPatch, finder: Finder) -> Finder:
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    return finder


@needs_loader_flags
@pytest.mark.usefixtures("_fresh")
def test_a_core_without_the_removed_function_is_bound_lazily(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finder = find_with(monkeypatch, Finder())
    core: Any = load()
    assert core.is_bound_lazily
    assert load() is core
    assert default_kernel_name() == "durable_rules"
    at_once, lazily = finder.flags
    assert at_once == sys.getdlopenflags()
    assert lazily == at_once & ~os.RTLD_NOW | os.RTLD_LAZY


@needs_loader_flags
@pytest.mark.usefixtures("_fresh")
def test_threads_that_import_at_once_restore_the_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = find_with(monkeypatch, Finder())
    begin, cores = threading.Barrier(8), list[object]()

    def import_it() -> None:
        begin.wait()
        cores.append(load())

    threads = [threading.Thread(target=import_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cores) == 8
    assert set(map(id, cores)) == {id(load())}
    assert sum(not flags & os.RTLD_NOW for flags in finder.flags) == 1


@needs_loader_flags
@pytest.mark.usefixtures("_fresh")
def test_where_the_loader_binds_at_once_the_message_has_the_build_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find_with(monkeypatch, Finder(binds_at_once=True))
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    for _ in range(2):
        with pytest.raises(KernelMissing, match="undefined symbol: PyEval_CallObject") as missing:
            load()
        assert BUILD_LINE in str(missing.value)
    assert default_kernel_name() == "fixpoint"


@pytest.mark.usefixtures("_fresh")
def test_a_platform_without_loader_flags_names_the_build_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find_with(monkeypatch, Finder())
    monkeypatch.setattr(durable, "_may_bind_lazily", lambda: False)
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    with pytest.raises(KernelMissing) as missing:
        load()
    assert BUILD_LINE in str(missing.value)


@needs_loader_flags
@pytest.mark.usefixtures("_fresh")
def test_a_core_that_lacks_anything_else_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = find_with(monkeypatch, Finder("Py_BuildValue"))
    with pytest.raises(KernelMissing, match="Py_BuildValue"):
        load()
    assert len(finder.flags) == 1


@pytest.mark.parametrize("version, line", [((3, 12, 1), "pip install"), ((3, 13, 0), BUILD_LINE)])
@pytest.mark.usefixtures("_fresh")
def test_what_is_not_installed_is_named_with_the_line_that_builds_it(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], line: str
) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(KernelMissing) as missing:
        load()
    message = str(missing.value)
    assert f'{line} --force-reinstall --no-cache-dir "durable-rules==2.0.28"' in message
    assert ("CPPFLAGS" in message) == (version >= (3, 13))


def test_a_python_without_its_global_lock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "abiflags", "t")
    with pytest.raises(KernelMissing, match="global lock"):
        load()
    assert default_kernel_name() == "fixpoint"


# --- the fence: no callbacks ---------------------------------------------------------------------

FENCED = {name for name in vars(Core) if not name.startswith("_")}
CALLBACKS = [
    *("set_store_message_callback", "set_delete_message_callback", "set_queue_message_callback"),
    *("set_get_queued_messages_callback", "set_get_idle_state_callback"),
]


def names_used(path: Path) -> set[str]:
    """Every attribute, name and text of a module of ours."""
    used = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                used.add(name)
            case ast.Constant(value=str(text)) if text.isidentifier():
                used.add(text)
            case _:
                pass
    return used


def modules_of(package: ModuleType) -> Sequence[Path]:
    (folder,) = package.__path__
    return sorted(Path(folder).rglob("*.py"))


def test_no_callback_is_among_what_is_used_of_the_core() -> None:
    assert not FENCED & set(CALLBACKS)
    assert {
        *("create_ruleset", "delete_ruleset", "assert_fact", "assert_facts", "delete_state"),
        *("start_action_for_state", "complete_and_start_action"),
    } == FENCED


@pytest.mark.slow
def test_no_module_names_a_function_of_the_core_outside_the_fence() -> None:
    modules = modules_of(policyrules)
    assert len(modules) > 100
    used = {name for path in modules for name in names_used(path)}
    assert used >= FENCED
    assert not {name for name in used if name in CALLBACKS or name.endswith("_callback")}
    if default_kernel_name() == "durable_rules":
        functions = {name for name in dir(load()) if callable(getattr(load(), name))}
        assert set(CALLBACKS) < functions
        assert functions & used <= FENCED | {"error"}


class Recorder:
    """A core that notes what is asked of it."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.used: set[str] = set()

    def __getattr__(self, name: str) -> object:
        self.used.add(name)
        return getattr(self.core, name)


@pytest.mark.skipif(
    default_kernel_name() != "durable_rules", reason="durable_rules cannot be imported here"
)
def test_an_evaluation_calls_nothing_of_the_core_outside_the_fence() -> None:
    recorder: Any = Recorder(load())
    kernel = DurableKernel(layered(), recorder)
    assert any(derived(kernel, [range(0, 30, 2), range(1, 30, 2)]))
    kernel.close()
    assert recorder.used == FENCED
