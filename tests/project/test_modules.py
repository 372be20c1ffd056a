"""ARCHITECTURE lists every module with the first line of its docstring."""

import ast
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "ARCHITECTURE.md"
PACKAGE: Final = ROOT / "src" / "policyrules"
BEGIN: Final = "<!-- modules: POLICYRULES_RESET_SNAPSHOTS=1 pytest tests/project -->\n"
END: Final = "<!-- end of modules -->\n"


def first_line(path: Path) -> str:
    """The first line of a module's docstring, without its final stop."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert text, f"{path} has no docstring"
    return text.splitlines()[0].removesuffix(".")


def rows() -> Iterator[str]:
    """One row for each package and each module, in alphabetical order."""
    yield "| module | purpose |"
    yield "|---|---|"
    for path in sorted(PACKAGE.rglob("*.py"), key=lambda path: path.relative_to(PACKAGE).parts):
        name = path.relative_to(PACKAGE).as_posix()
        if path.parent == PACKAGE and path.stem.startswith("__"):
            continue
        name = name.removesuffix("__init__.py")
        text = first_line(path).replace("|", "\\|")
        yield f"| `{name}` | {f'**{text}**' if name.endswith('/') else text} |"


@pytest.mark.checkout
def test_the_architecture_lists_every_module_with_its_purpose() -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, listed = page.split(BEGIN)
    listed, after = listed.split(END)
    wanted = "".join(f"{row}\n" for row in rows())
    if os.environ.get("POLICYRULES_RESET_SNAPSHOTS"):
        PAGE.write_text(f"{before}{BEGIN}{wanted}{END}{after}", encoding="utf-8")
        listed = wanted
    assert listed == wanted
