"""Stage 5: lengths of time as policies write them. Text in, `Duration` out."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

GRAMMAR = "30m 3h 1d 1wd 1w 6mo same_day"
PATTERN = re.compile(r"(\d{1,4})(m|h|d|wd|w|mo)")
SAME_DAY = "same_day"
MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
WORDS = {"m": "分钟", "h": "小时", "d": "天", "wd": "个工作日", "w": "周", "mo": "个月"}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as the policy writes it: `3wd` is amount 3, unit wd."""

    amount: int
    unit: str

    def __str__(self) -> str:
        return self.unit if self.unit == SAME_DAY else f"{self.amount}{self.unit}"

    @property
    def exact(self) -> timedelta:
        """The length of minutes, hours or exact days."""
        return timedelta(minutes=self.amount * MINUTES[self.unit])

    @property
    def spoken(self) -> str:
        """The length for people: 3 个工作日, 当日."""
        return "当日" if self.unit == SAME_DAY else f"{self.amount} {WORDS[self.unit]}"


@lru_cache(maxsize=256)  # policies write a few lengths; planning asks for them thousands of times
def parse_duration(text: str) -> Duration:
    """Read one duration.

    Raises:
        ValueError: It does not follow the grammar, in Chinese (policy records show it with its line).
    """
    if text == SAME_DAY:
        return Duration(1, SAME_DAY)
    found = PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} 不是时限；可以写 {GRAMMAR}")
    duration = Duration(int(found[1]), found[2])
    if duration.amount == 0 and duration.unit != "h":  # 0h: a ladder step at the due time itself
        raise ValueError(f"{text} 没有长度；可以写 {GRAMMAR}")
    return duration
