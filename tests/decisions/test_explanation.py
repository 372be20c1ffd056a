"""The explanation, whole, in both languages; the texts are in `tests/snapshots/explanation/`."""

import pytest
from tests.sample_decisions import samples
from tests.snapshots import check_snapshot

from policyrules.decisions.explanation import explanation
from policyrules.titles import Language


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", samples())
def test_the_explanation_reads_as_the_snapshot(name: str, language: Language) -> None:
    check_snapshot(samples()[name].explain(language), f"explanation/{name}.{language}")


def test_the_same_decision_has_the_same_text() -> None:
    one, other = samples()["undetermined"], samples()["undetermined"]
    assert explanation(one, "zh") == explanation(other, "zh")


def test_nothing_breaks_or_colours_the_lines() -> None:
    for decision in samples().values():
        assert explanation(decision, "en").replace("\n", "").isprintable()
