"""Mutated overlays raise no exception, and every diagnostic has a position."""

import random
from pathlib import Path

import pytest
from tests.conformance.cases import BASE, FILES
from tests.conformance.test_mutations import mutated
from tests.overlays.test_overlays import CASES, overlays_of, variant
from tests.support.scale import scaled

from policyrules.catalogue.store import RulesetLoader
from policyrules.diagnostics import CODES


@pytest.mark.slow
def test_every_mutated_overlay_is_checked(tmp_path: Path) -> None:
    n_refused = 0
    for seed in range(scaled(50, 20_000)):
        rnd = random.Random(seed)
        folder = tmp_path / str(seed % len(CASES))
        case = CASES[seed % len(CASES)]
        if not folder.is_dir():
            variant(folder, *overlays_of(case))
        path = folder / f"{overlays_of(case)[-1][0]}.yaml"
        sound = path.read_bytes()
        text = mutated(rnd, sound.decode())
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        compiled = RulesetLoader(is_pinned=rnd.random() < 0.5).compile(path)
        path.write_bytes(sound)
        n_refused += compiled.ruleset is None
        assert (compiled.ruleset is None) == any(
            CODES[diagnostic.code].severity == "error" for diagnostic in compiled.diagnostics
        )
        for diagnostic in compiled.diagnostics:
            assert diagnostic.message
            assert Path(diagnostic.span.path).suffix == ".yaml"
    assert n_refused > 12


@pytest.mark.slow
def test_every_mutated_base_is_checked(tmp_path: Path) -> None:
    """A base that goes wrong takes its overlays with it, and tells why."""
    base = tmp_path / FILES["ruleset"]
    sound = (BASE / FILES["ruleset"]).read_text(encoding="utf-8")
    for seed in range(scaled(20, 5_000)):
        rnd = random.Random(seed)
        case = CASES[seed % len(CASES)]
        ids = [id_ for id_, _ in overlays_of(case)]
        if not all((tmp_path / f"{id_}.yaml").is_file() for id_ in ids):
            variant(tmp_path, *overlays_of(case))
        base.write_bytes(mutated(rnd, sound).encode("utf-8", "surrogatepass"))
        compiled = RulesetLoader(is_pinned=False).compile(tmp_path / f"{ids[-1]}.yaml")
        base.write_text(sound, encoding="utf-8")
        assert (compiled.ruleset is None) == any(
            CODES[diagnostic.code].severity == "error" for diagnostic in compiled.diagnostics
        )
