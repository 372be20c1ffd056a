"""Pytest runs the Python examples of every page that it is given: `just examples`."""

from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["*.md"],
).pytest()

# A project of its own: `tests/docs/test_regional_package.py` installs it and runs its tests there.
collect_ignore = ["docs/examples/regional-package"]

# Pages draw facts too, and no example hangs on seconds; `tests/conftest.py` has its own profiles.
settings.register_profile("pages", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("pages")
