"""No modules import each other in a circle, not even for types."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import policyrules

SOURCE = Path(policyrules.__file__).parent


def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module by its name."""
    trees = {}
    for path in SOURCE.rglob("*.py"):
        parts = ("policyrules", *path.relative_to(SOURCE).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def imported(tree: ast.Module, names: frozenset[str], *, lazily: bool) -> Iterator[str]:
    """Yield the modules that a module imports, in functions too if `lazily` is set."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.ImportFrom) and node.module in names:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in names else node.module for name in inner)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        if lazily or not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)


def circles(graph: Mapping[str, frozenset[str]]) -> set[frozenset[str]]:
    """Return the largest sets of nodes that all reach each other.

    >>> circles({"a": frozenset("b"), "b": frozenset("a"), "c": frozenset("a")})
    {frozenset({'a', 'b'})}
    """
    reached = {name: set(after) for name, after in graph.items()}
    changed = True
    while changed:
        changed = False
        for after in reached.values():
            more = set().union(*(reached[other] for other in after)) - after
            after.update(more)
            changed = changed or bool(more)
    return {
        frozenset(other for other in after if name in reached[other])
        for name, after in reached.items()
        if name in after
    }


def graph_of(*, lazily: bool) -> dict[str, frozenset[str]]:
    trees = modules()
    names = frozenset(trees)
    return {
        name: frozenset(imported(tree, names, lazily=lazily)) - {name}
        for name, tree in trees.items()
    }


def test_circles_are_found() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("b"), "d": frozenset("a")}
    assert circles(graph) == {frozenset("bc")}
    assert circles({"a": frozenset("b"), "b": frozenset()}) == set()


def test_no_modules_import_each_other_even_for_their_types() -> None:
    assert circles(graph_of(lazily=False)) == set()


def test_the_only_lazy_circle_is_the_explanation_of_a_decision() -> None:
    (circle,) = circles(graph_of(lazily=True))
    assert "policyrules.decisions.decision" in circle
    packages = {name.split(".")[1] for name in circle}
    assert packages == {"decisions", "explain"}
