"""Names and docstrings of the source, and names of the tests, read from the syntax trees.

Each check is a function from a tree to findings, and is first shown what it must object to.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "policyrules"

# The only modules beside the packages.
LOOSE_MODULES = frozenset({"__init__", "__main__", "diagnostics", "errors"})

# A function is a verb or what it returns, a class is a noun; these are neither.
RIDDLES = frozenset(
    {
        "found",
        "kept",
        "looked",
        "of",
        "one",
        "other",
        "own",
        "said",
        "shown",
        "told",
        "written",
    }
)

# A variable says what it holds.
PRONOUNS = frozenset({"found", "it", "of", "one", "own", "said", "told"})

# Names that the source shares with its public names: `found` is a field of a diagnostic, `of` a
# key of the language.
PUBLIC = frozenset({"found", "of"})

# Every folder with Python that the project keeps beside its source.
BESIDE = ("tests", "typing_tests", "benchmarks", "docs")

# A module is named by a noun of the field, such as `parse_facts` or `text_layout`.
PARTICIPLES = frozenset(
    {
        "collecting",
        "deciding",
        "drafting",
        "expecting",
        "finding",
        "killing",
        "listing",
        "pinning",
        "replacing",
        "replaying",
        "running",
        "saying",
        "selecting",
        "shown",
        "telling",
        "undone",
        "writing",
        "written",
    }
)

# A description of a thing begins with the thing, and that of a function with a verb.
RELATIVE = re.compile(r"(That|What|When|Where|Whether|Which|Who|Whom|Whose|Why|How)\b")

Check = Callable[[ast.Module], Iterator[str]]


def riddles(tree: ast.Module) -> Iterator[str]:
    """A function is named by a verb or by what it returns, a class by a noun: rename these."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name.strip("_") in RIDDLES:
                    yield f"{node.lineno}: {name}()"
            case ast.ClassDef(name=name):
                if name.strip("_").lower() in RIDDLES:
                    yield f"{node.lineno}: {name}"
            case _:
                pass


def pronouns(tree: ast.Module) -> Iterator[str]:
    """A variable or a parameter is named by what it holds: rename these."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=str(name), ctx=ast.Store())
                | ast.arg(arg=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.ExceptHandler(name=str(name))
            ):
                if name.strip("_") in PRONOUNS:
                    yield f"{node.lineno}: {name}"
            case _:
                pass


def relative_openings(tree: ast.Module) -> Iterator[str]:
    """A docstring opens with a verb (“Return whether …”) or a noun, not with a relative clause."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for statement in body:
            match statement:
                case ast.Expr(value=ast.Constant(value=str(text))) if RELATIVE.match(text):
                    yield f"{statement.lineno}: {text.partition(chr(10))[0]}"
                case _:
                    pass


@pytest.mark.parametrize(
    "check, text, expected",
    [
        (riddles, "def told(): ...", ["1: told()"]),
        (riddles, "class A:\n    async def _of(self): ...", ["2: _of()"]),
        (riddles, "def f():\n    def own(): ...", ["2: own()"]),
        (riddles, "class _Shown: ...", ["1: _Shown"]),
        (riddles, "def offset_of(): ...\nfound = 1", []),
        (pronouns, "for one in xs: ...", ["1: one"]),
        (pronouns, "def f(told, *, own=1):\n    said: int = 2", ["1: told", "1: own", "2: said"]),
        (pronouns, "lambda it: it", ["1: it"]),
        (pronouns, "match x:\n    case [a, *found]: ...\n    case of: ...", ["3: of", "2: found"]),
        (pronouns, "try: ...\nexcept E as one: ...", ["2: one"]),
        (pronouns, "item = other = one.own\nresult = f(own=1)", []),
        (relative_openings, '"""What it is."""', ["1: What it is."]),
        (relative_openings, 'def f():\n    """Whether so.\n\n    And."""', ["2: Whether so."]),
        (relative_openings, 'x = 1\n"""How many."""', ["2: How many."]),
        (relative_openings, 'class A:\n    x = 1\n    """Who."""', ["3: Who."]),
        (relative_openings, '"""Return what it is."""\nx = "What"', []),
        (relative_openings, '"""However it is."""', []),
    ],
)
def test_a_check_objects_to_what_it_should_and_to_nothing_else(
    check: Check, text: str, expected: list[str]
) -> None:
    assert list(check(ast.parse(text))) == expected


def trees(*folders: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path and the syntax tree of every module in these folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield path.relative_to(ROOT).as_posix(), tree


@pytest.mark.checkout
@pytest.mark.parametrize("check", [riddles, pronouns, relative_openings])
def test_the_source_keeps(check: Check) -> None:
    findings = [
        f"{path}:{finding}"
        for path, tree in trees(PACKAGE)
        for finding in check(tree)
        if check is not pronouns or finding.rpartition(" ")[2] not in PUBLIC
    ]
    assert not findings, f"{check.__doc__}\n" + "\n".join(findings)


@pytest.mark.checkout
@pytest.mark.parametrize("check", [riddles, pronouns])
def test_the_tests_keep(check: Check) -> None:
    modules = list(trees(*(ROOT / name for name in BESIDE)))
    assert len(modules) > 200
    findings = [f"{path}:{finding}" for path, tree in modules for finding in check(tree)]
    assert not findings, f"{check.__doc__}\n" + "\n".join(findings)


@pytest.mark.checkout
def test_no_class_name_is_defined_twice() -> None:
    places: dict[str, list[str]] = {}
    for path, tree in trees(PACKAGE):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(f"{path}:{node.lineno}")
    assert len(places) > 100
    twice = {name: defined for name, defined in places.items() if len(defined) > 1}
    assert not twice, f"two classes have one name: rename the newer of each\n{twice}"


@pytest.mark.checkout
def test_no_module_is_named_with_a_participle() -> None:
    paths = [path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py")]
    named = [path.as_posix() for path in paths if PARTICIPLES & set(path.parts)]
    assert not named, f"name a module by a noun of the field, not by a participle: {named}"


@pytest.mark.checkout
def test_no_module_is_loose() -> None:
    loose = {path.stem for path in PACKAGE.glob("*.py")}
    assert loose == LOOSE_MODULES, "a module belongs to a package: move it into one"
