"""Stage 1: when an article was published. In: its page and its words. Out: a finer time, or the date it is signed with.

Lists show days; the page itself often names the minute ("发布时间：2026-03-26 10:21"). A notice ends with its 落款: who
signs, and on which day. That day is taken when nothing else names one.
"""

import re
from datetime import datetime, tzinfo

from selectolax.lexbor import LexborHTMLParser

from crawler.items import Post
from crawler.pages.read_times import ReadTime, read_time

LONGEST_LINE = 200  # of a line that names author, source and time of an article
SIGNED_LINES = 6  # from the end: list of attachments, editor, contact
_PLACES = "p, div, span, td, li, h2, h3, h4, h5, h6"
_LABEL = re.compile(r"(?:发布|发表|更新|添加|(?<![一-龥]))(?:时间|日期)\s*[：:]\s*(?P<time>\d{4}.{0,30})")
_NUMERALS = "\u3007一二三四五六七八九"  # U+3007: the ideographic zero
_ONLY_DATE = re.compile(
    rf"(?P<year>[\d零○{_NUMERALS}]{{4}})年(?P<month>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})月"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
_DIGITS = {sign: str(number) for number, sign in enumerate(_NUMERALS)} | {"零": "0", "○": "0"}
_TEN = "十"


def refine_time(post: Post, tree: LexborHTMLParser, words: str, now: datetime, zone: tzinfo) -> None:
    """Write the time of an article into its post when the page knows it better than the list.

    Args:
        post: Entry with the time that the list or feed gave, if any; is changed.
        tree: The article's page.
        words: Its text.
        now: Instant of the response.
        zone: Zone of the site.
    """
    if post.published_at is not None and post.time_precision != "day":
        return
    found = _labelled_time(tree, now, zone)
    if found is None and post.published_at is None:
        found = signed_on(words, now, zone)
    if found is None:
        return
    if post.published_at is not None:
        is_same_day = found.instant.astimezone(zone).date() == post.published_at.astimezone(zone).date()
        if found.precision == "day" or not is_same_day:  # another day is that of an event, or of a later change
            return
    post.published_at, post.time_precision, post.published_text = found.instant, found.precision, found.text


def signed_on(words: str, now: datetime, zone: tzinfo) -> ReadTime | None:
    """Return the day that stands alone on one of the last lines of a notice, None when none does."""
    lines = [re.sub(r"\s+", "", line) for line in words.split("\n") if line.strip()]
    for line in reversed(lines[-SIGNED_LINES:]):
        if match := _ONLY_DATE.fullmatch(line):
            year = "".join(_DIGITS.get(sign, sign) for sign in match["year"])
            found = read_time(f"{year}年{_number(match['month'])}月{_number(match['day'])}日", now, zone)
            return ReadTime(found.instant, found.precision, line) if found else None
    return None


def _labelled_time(tree: LexborHTMLParser, now: datetime, zone: tzinfo) -> ReadTime | None:
    for node in tree.css(_PLACES):
        line = " ".join(node.text().split())
        if not line or len(line) > LONGEST_LINE:
            continue
        match = _LABEL.search(line)
        found = read_time(match["time"], now, zone) if match else None
        if found is not None and not found.is_relative:
            return found
    return None


def _number(written: str) -> str:
    """Return 三 as 3, 十 as 10, 二十六 as 26."""
    if written.isdecimal():
        return written
    if _TEN not in written:
        return _DIGITS.get(written, "0")
    tens, _, ones = written.partition(_TEN)
    return str(10 * int(_DIGITS.get(tens, "1") if tens else 1) + int(_DIGITS.get(ones, "0")))
