"""Waiting in tests: for a claim, not for a time. The limit only ends a test that would wait for ever."""

from collections.abc import Callable
from typing import Any

from foundation import clock

LIMIT_SECONDS = 240.0  # a child needs half a minute to start on a machine that does ten other things
LOOK_SECONDS = 0.05


def wait_until(claim: Callable[[], Any]) -> Any:
    """Wait until a claim holds and return what it gave."""
    end = clock.monotonic_seconds() + LIMIT_SECONDS
    while clock.monotonic_seconds() < end:
        if found := claim():
            return found
        clock.wait(LOOK_SECONDS)
    raise AssertionError(f"did not happen within {LIMIT_SECONDS:.0f} s")
