"""Stage 1: the times that pages write. In: a text, the instant of the response, the zone. Out: `ReadTime` or None.

Own small regular expressions: a general date library reads 13 of the 20 usual forms right and is over 100 times slower
(bench P2). A text that is not understood, and an instant more than a day in the future, gives None: never a guess.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal, NamedTuple

from crawler.items import Post
from foundation.clock import SCHOOL_ZONE

Precision = Literal["second", "minute", "hour", "day"]

FUTURE_TOLERANCE = timedelta(days=1)  # sites of other zones, clocks that run ahead
CLOCK_SKEW = timedelta(minutes=10)
YEARS_BACK = 8  # 02-29: 1896 to 1904 and 2096 to 2104 are the longest gaps between leap years
LONGEST_TEXT = 120

_CLOCK = (
    r"(?:\s*(?P<half>凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|[AaPp][Mm])?\s*"
    r"(?P<hour>\d{1,2})[:：时点](?P<minute>\d{1,2})(?:[:：分](?P<second>\d{1,2})(?:\.\d+)?秒?)?(?:分)?"
    r"(?:\s*(?P<ampm>[AaPp][Mm]))?)"
)
_ABSOLUTE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
    rf"(?:[\sT,，]*(?:(?:星期|周)[一二三四五六日天])?{_CLOCK})?\s*(?P<offset>Z\b|[+-]\d\d:?\d\d)?"
)
_AGO = re.compile(r"(?P<count>\d{1,4}|半)\s*个?\s*(?P<unit>秒钟?|分钟?|小时|钟头|天|日)\s*[之以]?前")
_JUST_NOW = re.compile(r"刚刚|刚才")
_DAY_WORD = re.compile(rf"(?P<word>今天|今日|昨天|昨日|大前天|前天)(?:{_CLOCK})?")
_WEEKDAY = re.compile(rf"(?P<week>上个?|本|这个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?:{_CLOCK})?")
_MONTH_DAY = re.compile(
    rf"(?<![\d\-/.])(?P<month>\d{{1,2}})(?:[-/]|月)(?P<day>\d{{1,2}})(?![\d\-/])日?(?:\s*{_CLOCK})?"
)
_ENGLISH = re.compile(
    r"(?:(?P<day>\d{1,2}) (?P<month>[A-Z][a-z]{2})|(?P<month2>[A-Z][a-z]{2}) +(?P<day2>\d{1,2}))[a-z]* +"
    r"(?:(?P<year>\d{4}) +)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?: *(?P<offset>[+-]\d{4}|GMT|UTC|UT|Z))?(?: +(?P<year2>\d{4}))?"
)
_BARE_CLOCK = re.compile(rf"(?<![\d:：.]){_CLOCK}\s*$")

_TIME_WORDS = re.compile(  # what may be kept of a text that is no time: beside it may stand a name
    r"(?<!\w)\d[\d\s:：/.,年月日时分秒点T+-]*(?!\w)|\d+\s*(?:秒|分|小时|钟头|天|日|周|月|年)[钟前内]*"
    r"|凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|夜里|大前天|[今昨前去]天|[今昨]日|上?个?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|上[周月]|去年|刚刚|刚才|很久以前|(?<![A-Za-z])[AaPp][Mm](?![A-Za-z])"
)

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}
_UNITS: dict[str, tuple[timedelta, Precision]] = {
    "秒": (timedelta(seconds=1), "second"),
    "分": (timedelta(minutes=1), "minute"),
    "小": (timedelta(hours=1), "hour"),
    "钟": (timedelta(hours=1), "hour"),
    "天": (timedelta(days=1), "day"),
    "日": (timedelta(days=1), "day"),
}
_AFTERNOON = frozenset(("下午", "傍晚", "晚上", "pm"))
_NOON = 12


class ReadTime(NamedTuple):
    """An instant that a page wrote: aware UTC, how finely, in which words (no others), whether it depends on now."""

    instant: datetime
    precision: Precision
    text: str
    is_relative: bool = False


def read_time(text: str, now: datetime, zone: tzinfo = SCHOOL_ZONE) -> ReadTime | None:
    """Return the instant that `text` names.

    Args:
        text: As the page writes it, perhaps with words around it ("发表于 …") and &nbsp; inside.
        now: Instant of the response: relative words count from it, nothing later than a day after it is believed.
        zone: Zone of the site, for texts that name none.
    """
    found = _read_any(text, now, zone)
    return None if found is None or found.instant > now + FUTURE_TOLERANCE else found


def future_words(text: str, now: datetime, zone: tzinfo = SCHOOL_ZONE) -> str:
    """Return the words of a time that is not believed because it has not come yet; empty when `text` names none."""
    found = _read_any(text, now, zone)
    return found.text if found is not None and found.instant > now + FUTURE_TOLERANCE else ""


def _read_any(text: str, now: datetime, zone: tzinfo) -> ReadTime | None:
    clean = " ".join(text.replace("\xa0", " ").replace("&nbsp;", " ").split())
    if not clean or len(clean) > LONGEST_TEXT:
        return None
    try:
        found = _read(clean, _local(now, zone))
    except (ValueError, OverflowError):  # 2026-13-40, 25:61: looks like a date and is none
        return None
    if found is None:
        return None
    instant, precision, is_relative, words = found
    return ReadTime(instant.astimezone(UTC), precision, words.strip(), is_relative)


@lru_cache(maxsize=4)  # all posts of a page share it
def _local(now: datetime, zone: tzinfo) -> datetime:
    return now.astimezone(zone)


def read_first(texts: Iterable[str], now: datetime, zone: tzinfo = SCHOOL_ZONE) -> ReadTime | None:
    """Return the first of `texts` that is a time: machine title first, then absolute text, then relative words."""
    relative: ReadTime | None = None
    for text in texts:
        found = read_time(text, now, zone) if text else None
        if found and not found.is_relative:
            return found
        relative = relative or found
    return relative


def stamp_post(post: Post, texts: Iterable[str], now: datetime, zone: tzinfo = SCHOOL_ZONE) -> ReadTime | None:
    """Write the first readable time of `texts` into the post; an unreadable one leaves only its digits and time words.

    Returns:
        What was read, None when the time stays unknown.
    """
    heard = [text.strip() for text in texts if text and text.strip()]
    found = read_first(heard, now, zone)
    if found is None:
        digits = " ".join(_TIME_WORDS.findall(heard[0]))[:LONGEST_TEXT] if heard else ""
        post.published_text = next(filter(None, (future_words(text, now, zone) for text in heard)), digits)
        return None
    post.published_at, post.time_precision, post.published_text = found.instant, found.precision, found.text
    return found


_Found = tuple[datetime, Precision, bool]


def _read(text: str, now: datetime) -> tuple[datetime, Precision, bool, str] | None:
    for hint, pattern, reader in _READERS:
        if hint in text and (match := pattern.search(text)):
            found = reader(match, now)
            return (*found, match[0]) if found else None
    return None


def _read_absolute(match: re.Match[str], now: datetime) -> _Found:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return _at(day, match, _zone_of(match["offset"]) or now.tzinfo)


def _read_ago(match: re.Match[str], now: datetime) -> _Found:
    unit, precision = _UNITS[match["unit"][0]]
    if match["count"] == "半":
        return now - unit / 2, precision, True
    return now - unit * int(match["count"]), precision, True


def _read_just_now(match: re.Match[str], now: datetime) -> _Found:
    del match
    return now, "minute", True


def _read_day_word(match: re.Match[str], now: datetime) -> _Found:
    return _as_relative(_at((now - timedelta(days=_DAYS_BACK[match["word"]])).date(), match, now.tzinfo))


def _read_weekday(match: re.Match[str], now: datetime) -> _Found:
    return _as_relative(_at(_weekday_of(match, now.date()), match, now.tzinfo))


def _at(day: date, match: re.Match[str], zone: tzinfo | None) -> _Found:
    groups = match.groupdict()
    if groups["hour"] is None:
        return datetime(day.year, day.month, day.day, tzinfo=zone), "day", False
    hour, second = int(groups["hour"]), groups["second"]
    half = groups.get("half") or groups.get("ampm")
    if half and half.lower() in _AFTERNOON and hour < _NOON:
        hour += _NOON
    elif half and half.lower() in ("凌晨", "am") and hour == _NOON:
        hour = 0
    instant = datetime(day.year, day.month, day.day, hour, int(groups["minute"]), int(second or 0), tzinfo=zone)
    return instant, "second" if second else "minute", False


def _as_relative(found: _Found) -> _Found:
    return found[0], found[1], True


def _zone_of(offset: str | None) -> tzinfo | None:
    if not offset:
        return None
    if offset[0] not in "+-":
        return UTC
    digits = offset[1:].replace(":", "")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if offset[0] == "-" else delta)


def _read_english(match: re.Match[str], now: datetime) -> _Found | None:
    month = _MONTHS.get(match["month"] or match["month2"])
    year = match["year"] or match["year2"]
    if month is None or year is None:
        return None
    return _at(
        date(int(year), month, int(match["day"] or match["day2"])), match, _zone_of(match["offset"]) or now.tzinfo
    )


def _latest_year(match: re.Match[str], now: datetime) -> _Found | None:
    """Month and day without year: the latest such date that is not after tomorrow; 02-29 looks back to a leap year."""
    limit = now + FUTURE_TOLERANCE
    month, day = int(match["month"]), int(match["day"])
    for year in range(limit.year, limit.year - YEARS_BACK - 1, -1):
        try:
            found = _at(date(year, month, day), match, now.tzinfo)
        except ValueError:
            continue
        if found[0] <= limit:
            return found
    return None


def _weekday_of(match: re.Match[str], today: date) -> date:
    wanted = _WEEKDAYS[match["weekday"]]
    monday = today - timedelta(days=today.weekday())
    if match["week"] and match["week"].startswith("上"):
        return monday + timedelta(days=wanted - 7)
    if match["week"]:
        return monday + timedelta(days=wanted)
    return today - timedelta(days=(today.weekday() - wanted) % 7)


def _latest_clock(match: re.Match[str], now: datetime) -> _Found:
    found = _at(now.date(), match, now.tzinfo)
    instant = found[0] if found[0] <= now + CLOCK_SKEW else found[0] - timedelta(days=1)
    return instant, found[1], True


_READERS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str], datetime], _Found | None]], ...] = (
    ("", _ABSOLUTE, _read_absolute),  # first a sign without which the pattern finds nothing
    ("前", _AGO, _read_ago),
    ("刚", _JUST_NOW, _read_just_now),
    ("", _DAY_WORD, _read_day_word),
    (":", _ENGLISH, _read_english),
    ("", _MONTH_DAY, _latest_year),
    ("", _WEEKDAY, _read_weekday),
    ("", _BARE_CLOCK, _latest_clock),
)
