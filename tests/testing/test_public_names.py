"""The public names of `policyrules.testing`."""

from pathlib import Path

import pytest

from policyrules import testing

pytestmark = pytest.mark.installed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "python.md"


def test_the_names_are_sorted_and_all_there() -> None:
    assert list(testing.__all__) == sorted(set(testing.__all__))
    for name in testing.__all__:
        assert getattr(testing, name).__doc__, name
    with pytest.raises(AttributeError, match="has no attribute `nothing`"):
        testing.nothing  # noqa: B018 - it is not there


def test_each_is_described() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Testing rulesets")[2]
    assert section
    assert not [name for name in testing.__all__ if f"`{name}" not in section]
