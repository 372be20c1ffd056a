"""Rules of the source that no other tool checks, read from the files of the checkout.

The checks of the source read its syntax tree, not its text, so that a word in a comment or in a
quote of law is never mistaken for code. Each is a function from a tree to findings, `line: what`,
and is first shown texts that it must and must not object to.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

import policyrules

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "policyrules"

CEILING = 500

# A name that says nothing gathers everything.
CATCH_ALL_NAMES = frozenset({"helper", "helpers", "manager", "managers", "util", "utils"})

# Where a path may be named that no checkout has: made by tools, or the reader's own.
GENERATED = (".venv", ".hypothesis", "dist")

# Whole numbers in, whole numbers out. All else in math works on floats.
EXACT_MATH = frozenset({"comb", "gcd", "isqrt", "lcm"})

# mypy refuses to write through these types, whatever the value is.
READ_ONLY = frozenset(
    {"AbstractSet", "Collection", "Iterable", "Mapping", "Sequence", "frozenset", "tuple"}
)
MUTABLE = frozenset(
    {"Counter", "OrderedDict", "bytearray", "defaultdict", "deque", "dict", "list", "set"}
)

# The packages that may do what no other may, and why.
CLOCK_ROOMS: Mapping[str, str] = {
    "cli": "`--on` defaults to today; a date is an argument everywhere else",
}
FILE_ROOMS: Mapping[str, str] = {
    "catalogue": "finds rulesets and reads them, for everyone",
    "discovery": "lists the files of folders, for the catalogue and for every command",
    "cli": "reads the facts file and writes what the user asked for",
}

# Run by hand for an hour or a night, they print how long they took; no test reads it.
PROGRAMS = frozenset({"tests/generated/agreement.py", "tests/generated/exhaustive.py"})
DYNAMIC_ROOMS: Mapping[str, str] = {
    "__init__": "brings the module of a public name when it is first used",
}

Check = Callable[[ast.Module], Iterator[str]]


def modules() -> list[Path]:
    paths = sorted(PACKAGE.rglob("*.py"))
    assert paths, f"no module under {PACKAGE}"
    return paths


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a module, parsed once for all checks."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def package_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name(node: ast.AST | None) -> str:
    """The last word of a dotted name: `Mapping` of `collections.abc.Mapping[str, int]`."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word
        case ast.Subscript(value=value):
            return name(value)
        case _:
            return ""


def imported(node: ast.AST) -> list[str]:
    """The modules that an import names, `from` ones with the name that they take."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return [f"{module}.{alias.name}" for alias in names]
        case _:
            return []


# --- the checks --------------------------------------------------------------------------------


def floats(tree: ast.Module) -> Iterator[str]:
    """No float on the way from fact to amount. One may be recognised, in order to refuse it."""
    recognised: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]):
                recognised.update(ast.walk(kinds))
            case ast.MatchClass(cls=kind):
                recognised.add(kind)
            case ast.Compare(ops=[ast.Is() | ast.IsNot()], comparators=[kind]):
                recognised.add(kind)
            case _:
                pass
    for node in ast.walk(tree):
        match node:
            case ast.Name(id="float") if node not in recognised:
                yield f"{node.lineno}: float"
            case ast.Constant(value=value) if isinstance(value, float | complex):
                yield f"{node.lineno}: {value}"
            case ast.Call(func=ast.Name(id="round")):
                yield f"{node.lineno}: round()"
            case ast.Attribute(value=ast.Name(id="math"), attr=attr) if attr not in EXACT_MATH:
                yield f"{node.lineno}: math.{attr}"
            case ast.ImportFrom(module="math", names=names):
                for alias in names:
                    if alias.name not in EXACT_MATH:
                        yield f"{node.lineno}: math.{alias.name}"
            case _:
                pass


def clocks(tree: ast.Module) -> Iterator[str]:
    """A decision is taken on a date that somebody gave, so that it can be taken again."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="now" | "today" | "utcnow" as attr)):
                yield f"{node.lineno}: .{attr}()"
            case ast.Import() | ast.ImportFrom():
                for module in imported(node):
                    if module.split(".")[0] == "time":
                        yield f"{node.lineno}: import {module}"
            case _:
                pass


def files(tree: ast.Module) -> Iterator[str]:
    """Below the catalogue, texts come as arguments: no file is opened, no network is asked."""
    functions = {"open", "read_bytes", "read_text", "write_bytes", "write_text"}
    folders = {"glob", "iterdir", "rglob", "scandir", "walk_packages"}
    network = {"http", "requests", "socket", "subprocess", "urllib"}
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="open")):
                yield f"{node.lineno}: open()"
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in functions | folders:
                yield f"{node.lineno}: .{attr}()"
            case ast.Import() | ast.ImportFrom():
                for module in imported(node):
                    if module.split(".")[0] in network:
                        yield f"{node.lineno}: import {module}"
            case _:
                pass


def dynamic_imports(tree: ast.Module) -> Iterator[str]:
    """An import by name escapes the contracts of import-linter."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=func) if name(func) in {"import_module", "__import__"}:
                yield f"{node.lineno}: {name(func)}()"
            case _:
                pass


def seconds(tree: ast.Module) -> Iterator[str]:
    """A test waits for what happens, not for seconds: on a busy machine these are too few."""
    clocks_ = {"monotonic", "perf_counter", "perf_counter_ns", "process_time", "sleep", "time_ns"}
    for node in ast.walk(tree):
        match node:
            case ast.Call(keywords=keywords, func=func):
                if any(keyword.arg == "timeout" for keyword in keywords):
                    yield f"{node.lineno}: timeout="
                if name(func) in clocks_:
                    yield f"{node.lineno}: {name(func)}()"
                for keyword in keywords:
                    if keyword.arg == "deadline" and not is_none(keyword.value):
                        yield f"{node.lineno}: deadline="
            case _:
                pass


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def collected(tree: ast.Module) -> Iterator[str]:
    """Pytest collects what is called `test…` or `Test…` in every test module that imports it."""
    for statement in at_module_level(tree.body):
        match statement:
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word):
                if word.startswith("test"):
                    yield f"{statement.lineno}: {word}()"
            case ast.ClassDef(name=word, body=body):
                if word.startswith("Test") and not any(map(is_no_test, body)):
                    yield f"{statement.lineno}: {word}"
            case _:
                pass


def is_no_test(statement: ast.stmt) -> bool:
    """Return whether a statement is `__test__ = False`, which pytest heeds."""
    match statement:
        case ast.Assign(targets=[target], value=ast.Constant(value=False)):
            return name(target) == "__test__"
        case ast.AnnAssign(target=target, value=ast.Constant(value=False)):
            return name(target) == "__test__"
        case _:
            return False


def mutable_globals(tree: ast.Module) -> Iterator[str]:
    """No global state: a table of a module has a type that cannot be written through."""
    for statement in at_module_level(tree.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                pass  # the convention is a list; a test below holds it
            case ast.Assign(targets=targets, value=value) if is_mutable(value):
                yield f"{statement.lineno}: {', '.join(map(ast.unparse, targets))}"
            case ast.AnnAssign(target=target, annotation=annotation, value=value) if is_mutable(
                value
            ) and not is_read_only(annotation):
                yield f"{statement.lineno}: {ast.unparse(target)}"
            case _:
                pass
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield f"{node.lineno}: global {', '.join(node.names)}"


def at_module_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run on import, those in an `if` or a `try` included."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for part in ("body", "orelse", "finalbody"):
                yield from at_module_level(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from at_module_level(handler.body)


def is_mutable(value: ast.expr | None) -> bool:
    match value:
        case ast.List() | ast.Dict() | ast.Set():
            return True
        case ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call(func=func):
            return name(func) in MUTABLE
        case _:
            return False


def split_names(tree: ast.Module) -> Iterator[str]:
    """Names of facts are split and joined by `text/fact_path`, and by nobody else."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=owner, attr="partition" | "split"),
                args=[ast.Constant(value=".")],
            ) if name(owner) in {"name", "fact"}:
                yield f"{node.lineno}: a name that is split"
            case _:
                pass


def is_read_only(annotation: ast.expr) -> bool:
    """`Mapping[str, int]` and `Final[Mapping[str, int]]`; a bare `Final` still lets one write."""
    if name(annotation) == "Final" and isinstance(annotation, ast.Subscript):
        return is_read_only(annotation.slice)
    return name(annotation) in READ_ONLY


# --- shown to themselves -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "check, text, expected",
    [
        (floats, "x = 0.5", ["1: 0.5"]),
        (floats, "x = float('1')", ["1: float"]),
        (floats, "def f(x: float | None) -> None: ...", ["1: float"]),
        (floats, "xs = map(float, words)", ["1: float"]),
        (floats, "x = round(y)", ["1: round()"]),
        (floats, "import math\nx = math.floor(y)", ["2: math.floor"]),
        (floats, "from math import gcd, sqrt", ["1: math.sqrt"]),
        (floats, "import math\nx = math.gcd(1, 2)", []),
        (floats, "if isinstance(x, float): raise TypeError", []),
        (floats, "if isinstance(x, (str, float)): raise TypeError", []),
        (floats, "match x:\n    case float(): raise TypeError", []),
        (floats, "if type(x) is float: raise TypeError", []),
        (floats, "x = 'a float of 0.5'  # round(0.5)", []),
        (floats, "x = node.round", []),
        (clocks, "x = datetime.now()", ["1: .now()"]),
        (clocks, "x = datetime.date.today()", ["1: .today()"]),
        (clocks, "import time", ["1: import time"]),
        (clocks, "from time import monotonic", ["1: import time.monotonic"]),
        (clocks, "x = date(2022, 11, 25)", []),
        (files, "x = open(path)", ["1: open()"]),
        (files, "x = Path('a').read_text()", ["1: .read_text()"]),
        (files, "x = folder.rglob('*')", ["1: .rglob()"]),
        (files, "from urllib.request import urlopen", ["1: import urllib.request.urlopen"]),
        (files, "x = parameter.open", []),
        (dynamic_imports, "importlib.import_module('rich')", ["1: import_module()"]),
        (dynamic_imports, "__import__('rich')", ["1: __import__()"]),
        (seconds, "process.wait(timeout=3)", ["1: timeout="]),
        (seconds, "start = time.perf_counter()", ["1: perf_counter()"]),
        (seconds, "sleep(1)", ["1: sleep()"]),
        (seconds, "settings(deadline=200)", ["1: deadline="]),
        (seconds, "settings(deadline=None)", []),
        (seconds, "process.wait()", []),
        (collected, "def test_verdict(node): ...", ["1: test_verdict()"]),
        (collected, "if x:\n    class TestReason: ...", ["2: TestReason"]),
        (collected, "class TestReason:\n    __test__ = True", ["1: TestReason"]),
        (collected, "class TestReason:\n    __test__ = False", []),
        (collected, "class TestReason:\n    __test__: ClassVar[bool] = False", []),
        (collected, "class Reason:\n    def test(self): ...", []),
        (collected, "def contest(): ...", []),
        (split_names, "x = name.partition('.')", ["1: a name that is split"]),
        (split_names, "x = fact.name.split('.')[0]", ["1: a name that is split"]),
        (split_names, "x = digits.partition('.')", []),
        (split_names, "x = name.partition('/')", []),
        (mutable_globals, "x = {}", ["1: x"]),
        (mutable_globals, "x: dict[str, int] = {}", ["1: x"]),
        (mutable_globals, "x: Final = [1]", ["1: x"]),
        (mutable_globals, "x = collections.defaultdict(list)", ["1: x"]),
        (mutable_globals, "if y:\n    x = [z for z in y]", ["2: x"]),
        (mutable_globals, "def f():\n    global x\n    x = 1", ["2: global x"]),
        (mutable_globals, "x: Mapping[str, int] = {'a': 1}", []),
        (mutable_globals, "x: Final[Mapping[str, int]] = {'a': 1}", []),
        (mutable_globals, "x = frozenset({1, 2})", []),
        (mutable_globals, "x = (1, 2)", []),
        (mutable_globals, "__all__ = ['x']", []),
        (mutable_globals, "def f():\n    x = {}", []),
    ],
)
def test_a_check_objects_to_what_it_should_and_to_nothing_else(
    check: Check, text: str, expected: list[str]
) -> None:
    assert list(check(ast.parse(text))) == expected


# --- the source ----------------------------------------------------------------------------------


@pytest.mark.checkout
@pytest.mark.parametrize(
    "check, packages",
    [
        (floats, {}),
        (clocks, CLOCK_ROOMS),
        (files, FILE_ROOMS),
        (dynamic_imports, DYNAMIC_ROOMS),
        (collected, {}),
        (mutable_globals, {}),
        (split_names, {"text": "has the functions that split a name"}),
    ],
)
def test_the_source_keeps(check: Check, packages: Mapping[str, str]) -> None:
    findings = [
        f"src/policyrules/{name_of(path)}:{finding}"
        for path in modules()
        if package_of(path) not in packages
        for finding in check(tree_of(path))
    ]
    assert not findings, f"{check.__doc__}\n" + "\n".join(findings)


@pytest.mark.checkout
def test_no_test_hangs_on_seconds() -> None:
    paths = [ROOT / "conftest.py", *(ROOT / "tests").rglob("*.py")]
    paths += (ROOT / "docs" / "examples").glob("*/tests/*.py")
    findings = [
        f"{path.relative_to(ROOT)}:{finding}"
        for path in sorted(paths)
        if path.relative_to(ROOT).as_posix() not in PROGRAMS
        for finding in seconds(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not findings, f"{seconds.__doc__}\n" + "\n".join(findings)


@pytest.mark.checkout
def test_no_module_is_longer_than_one_meaning() -> None:
    lengths = {
        name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()
    }
    long = {module: n for module, n in lengths.items() if n > CEILING}
    assert not long, f"split by purpose what has more than {CEILING} lines: {long}"


@pytest.mark.checkout
def test_no_module_is_a_catch_all() -> None:
    words = {
        name_of(path): set(re.split(r"[/_]", path.relative_to(PACKAGE).with_suffix("").as_posix()))
        for path in modules()
    }
    named = {module for module, parts in words.items() if parts & CATCH_ALL_NAMES}
    assert not named, f"name a module by what it is about: {named}"


# --- the public names ------------------------------------------------------------------------------


@pytest.mark.installed
def test_the_public_names_are_listed_and_sorted() -> None:
    listed = list(policyrules.__all__)
    modules = {path.stem for path in Path(policyrules.__file__).parent.iterdir()}
    assert not modules & set(listed), (
        "a module of this name would hide the public name once imported"
    )
    assert listed == sorted(set(listed))
    assert set(listed) <= set(dir(policyrules))


def test_type_checkers_and_programs_find_a_public_name_in_the_same_place() -> None:
    tree = ast.parse(Path(policyrules.__file__).read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    to_checkers = {
        name.name: node.module
        for node in imports
        for name in node.names
        if node.module != "importlib"
    }
    to_programs = {
        name: module for module, names in policyrules._MODULES_OF_NAMES for name in names
    }
    assert to_checkers == to_programs
    assert sorted(to_programs) == list(policyrules.__all__)
    for name, module in to_programs.items():
        assert getattr(policyrules, name) is getattr(import_module(module), name)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="`policyrules` has no attribute `lode`"):
        policyrules.lode  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_imports_none_of_its_modules() -> None:
    program = "import sys, policyrules; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not [name for name in run.stdout.split() if name.startswith("policyrules.")]
    assert "attr" not in run.stdout.split()


def test_loading_a_ruleset_imports_nothing_that_decides_or_tests() -> None:
    program = (
        "import sys, policyrules; policyrules.load('cn-nm/job-stabilisation-refund');"
        "print(*sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    names = [name.split(".") for name in run.stdout.split()]
    packages = {name[1] for name in names if name[0] == "policyrules" and len(name) > 1}
    assert not packages & {
        *("cases", "cli", "decisions", "engines", "explain", "intake", "outcome"),
        *("reporting", "scaffold", "testing"),
    }
    assert ["policyrules", "catalogue", "heads"] not in names
    assert ["ruamel"] not in names


def test_pytest_collects_no_public_name() -> None:
    assert not [name for name in policyrules.__all__ if name.startswith(("test", "Test"))]


# --- the pages -----------------------------------------------------------------------------------


def paths_named_in(text: str) -> Iterator[str]:
    """Yield the texts in backticks that look like paths, outside code blocks."""
    # Docstrings in the table of modules quote what authors write, such as `3/2`.
    text = re.sub(r"^<!-- modules.*?^<!-- end of modules", "", text, flags=re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for words in re.findall(r"`([^`\n]+)`", prose):
        if re.fullmatch(r"[\w.<>*/-]*(/[\w.<>*-]*|\.(md|py|toml|yaml|yml|json|sh))", words):
            yield words


def exists(words: str) -> bool:
    """From the checkout, the package or the rulesets; `<code>` and `*` stand for anything."""
    if words.split("/", maxsplit=1)[0] in GENERATED:
        return True
    pattern = re.sub(r"<\w+>", "*", words).strip("/")
    return any(
        any(base.glob(candidate))
        for base in (ROOT, ROOT / "src", PACKAGE, ROOT / "rulesets")
        for candidate in (pattern, f"{pattern}.py", f"{pattern}.yaml")
    )


def test_a_path_is_known_by_its_looks() -> None:
    text = (
        "`docs/errors/<code>.md`, `engines/forward`, `justfile`, `a b/c`, `load()`, `x.py`, `src/`"
    )
    assert list(paths_named_in(text)) == [
        "docs/errors/<code>.md",
        "engines/forward",
        "x.py",
        "src/",
    ]


@pytest.mark.checkout
@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_every_path_named_in_the_page_exists(page: str) -> None:
    named = list(paths_named_in((ROOT / page).read_text(encoding="utf-8")))
    assert named, f"{page} names no path: is it still read rightly?"
    assert not [words for words in named if not exists(words)]


@pytest.mark.checkout
def test_every_changelog_fragment_has_a_known_type() -> None:
    kinds = "meaning|feature|fix|doc|misc"
    fragments = {path.name for path in (ROOT / "changelog.d").iterdir()} - {"README.md"}
    assert not {
        fragment
        for fragment in fragments
        if not re.fullmatch(rf"(\d+|\+[\w.-]+)\.({kinds})(\.\d+)?\.md", fragment)
    }
