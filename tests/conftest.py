"""The two hypothesis profiles: `default` repeats itself exactly, `long` goes looking."""

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
# Random, and with the database in .hypothesis: a failure found once is tried first next time.
settings.register_profile(
    "long",
    max_examples=3_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=_UNTIMED,
)
settings.load_profile(profile())

# What a shell starts in the background ignores Ctrl-C, and so would every program that a test
# starts and interrupts: it would wait for ever.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
