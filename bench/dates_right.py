"""P12: the twenty forms of times that forums write, and what they mean at 2026-03-05 10:30 school time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crawler.pages.read_times import read_time

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 5, 10, 30, tzinfo=ZONE)
CASES = {
    "刚刚": "2026-03-05 10:30",
    "5分钟前": "2026-03-05 10:25",
    "半小时前": "2026-03-05 10:00",
    "3小时前": "2026-03-05 07:30",
    "3 天前": "2026-03-02 10:30",
    "今天 09:30": "2026-03-05 09:30",
    "昨天 10:21": "2026-03-04 10:21",
    "前天 23:59": "2026-03-03 23:59",
    "下午3:20": "2026-03-04 15:20",
    "星期一": "2026-03-02",
    "上周三": "2026-02-25",
    "11-05": "2025-11-05",
    "11-05 13:20": "2025-11-05 13:20",
    "02-29": "2024-02-29",
    "3月1日 12:00": "2026-03-01 12:00",
    "2025年11月5日": "2025-11-05",
    "发表于 2025-11-5 13:20:01": "2025-11-05 13:20:01",
    "2025/11/5 10:21": "2025-11-05 10:21",
    "Wed Nov 05 13:20:00 +0800 2025": "2025-11-05 13:20",
    "2025-11-05T13:20:00+08:00": "2025-11-05 13:20",
}


def count_right() -> int:
    """Return how many of the twenty forms are read right (to the precision that the form gives)."""
    right = 0
    for text, expected in CASES.items():
        found = read_time(text, NOW.astimezone(UTC))
        if found is not None and f"{found.instant.astimezone(ZONE):%Y-%m-%d %H:%M:%S}".startswith(expected):
            right += 1
    return right
