"""The profiles of hypothesis, and a process that is ready for thousands of tests.

`default` repeats itself exactly, `quick` does so with fewer examples, `long` goes looking.
"""

import gc
import signal
import threading

from hypothesis import HealthCheck, settings

from tests.support.scale import profile

# Speed is measured in benchmarks/; on a busy machine a deadline would only fail at random.
_UNTIMED = (HealthCheck.too_slow,)

# Derandomised: the gate is red for what has changed, never by chance.
settings.register_profile(
    "default",
    max_examples=100,
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=_UNTIMED,
)
# The first examples of `default`: `just test` tries all of them.
settings.register_profile("quick", settings.get_profile("default"), max_examples=25)
# Random, and with the database in .hypothesis: a failure found once is tried first next time.
settings.register_profile(
    "long",
    max_examples=3_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=_UNTIMED,
)
settings.load_profile(profile())


def pytest_collection_finish() -> None:
    """Exempt the collected tests and modules from garbage collection: they live to the end."""
    gc.collect()
    gc.freeze()


# What a shell starts in the background ignores Ctrl-C, and so would every program that a test
# starts and interrupts: it would wait for ever.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
