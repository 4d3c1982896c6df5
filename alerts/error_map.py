"""Stage 6: a provider's error codes as a table. Code and words of a refusal in, the fate of the message out.

Every channel writes its own table; a code that no row knows is tried again and never taken for success.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alerts.channel_answers import Answer, Retry

BUSY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: codes and words of the refusal (any of them; empty: all fit), its fate, what it means for us."""

    codes: tuple[int, ...]
    words: tuple[str, ...]
    fate: Callable[[str], Answer]
    meaning: str


def busy(reason: str) -> Answer:
    """The provider asks to come again in a moment."""
    return Retry(reason, after_seconds=BUSY_SECONDS)


def throttled(reason: str) -> Answer:
    """The whole robot must pause."""
    return Retry(reason, throttled=True)


def fate_of(code: int, words: str, error_map: Sequence[Rule]) -> Answer:
    """Return the fate of a refusal: the first row that fits, from top to bottom."""
    for rule in error_map:
        fits = not rule.codes or code in rule.codes
        if fits and (not rule.words or any(word in words.lower() for word in rule.words)):
            return rule.fate(f"{code} {rule.meaning}")
    return Retry(f"{code} 没有见过的错误码")
