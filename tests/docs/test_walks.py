"""A walk is a page that begins in an empty folder: whoever does what it says gets what it shows.

`<!-- write: path -->` stands above a whole file, and `sha256:…` in it for the pin that a command
has written there before. All other fences are commands, run in the folder.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, ROOT, WALK, WRITTEN, fences, is_walk, run_fence

import policyrules
from policyrules.api.policy import check_rulesets, make_decider
from policyrules.cases.reader import parse_cases, read_case_file
from policyrules.cases.run import run_case
from policyrules.catalogue.result import File
from policyrules.cli import main
from policyrules.diagnostics import Diagnostics
from policyrules.testing import Mutant, mutants

WALKS = [page for page in PAGES if is_walk(page.read_text(encoding="utf-8"))]


def test_the_pages_that_begin_in_an_empty_folder_are_found() -> None:
    assert WALKS


def write(path: Path, text: str) -> None:
    """Writes what a page shows; a pin that it leaves out stays as it is."""
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    pins = dict(re.findall(r"^ +(\S+): (sha256:\w+)$", before, flags=re.MULTILINE))
    whole = re.sub(r"(\S+): sha256:…", lambda match: f"{match[1]}: {pins[match[1]]}", text)
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f"{whole}\n", encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("page", WALKS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_who_follows_a_walk_has_a_variant_that_passes(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    for fence in fences(text):
        written = WRITTEN.fullmatch(fence.above)
        if written is not None:
            write(tmp_path / written[1], fence.text)
        elif fence.info == "console":
            run_fence(fence, monkeypatch, capsys)
    ((overlay, limit),) = WALK.findall(text)
    lines = (tmp_path / overlay).read_text(encoding="utf-8").splitlines()
    assert len(lines) < int(limit), f"{overlay} has {len(lines)} lines"
    assert main(["fmt", "--check", "."]) == 0
    assert not check_rulesets([tmp_path]).diagnostics
    assert policyrules.run_cases([str(tmp_path)]).passed
    assert [str(slip) for slip in slips(tmp_path / overlay)]
    assert not [str(slip) for slip in slips(tmp_path / overlay) if not is_noticed(tmp_path, slip)]


def slips(overlay: Path) -> Iterator[Mutant]:
    """The slips in what the overlay says itself."""
    text = overlay.read_text(encoding="utf-8")
    for mutant in mutants(policyrules.load(overlay).ruleset):
        if re.search(rf"^ *{mutant.node_id}:", text, flags=re.MULTILINE):
            yield mutant


def is_noticed(folder: Path, mutant: Mutant) -> bool:
    """Whether a case of the walk fails on a slip."""
    diagnostics = Diagnostics()
    (path,) = folder.glob("*/*.cases.yaml")
    tree = parse_cases(File(path.name, path.read_bytes()), diagnostics)
    assert tree is not None
    cases = read_case_file(tree, mutant.ruleset, diagnostics).cases
    decide = make_decider(mutant.ruleset, "reference")
    return any(not run_case(case, mutant.ruleset.id, decide).passed for case in cases)
