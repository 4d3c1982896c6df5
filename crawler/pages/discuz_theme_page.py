"""Stage 1: Discuz! pages that do not look like the default template. In: HTML, rules. Out: rows, posts.

Two kinds: mobile pages (`mobile=2`, times without a machine title, so minutes are lost for old posts) and themes,
whose rule file overrides single selectors. Keys are those of `discuz_page.py`: a post heard on either is one post.
"""

from datetime import datetime

from crawler.pages.discuz_page import NOISE, PICTURES, read_discuz_list, read_discuz_thread, thread_address, thread_id
from crawler.pages.parsed_page import Options, ParsedPage, Pseudonym
from crawler.pages.rule_page import Board

DISCUZ_RULES = {
    "row": "tbody[id*='thread_']",
    "title": "th a.xst",
    "last_reply": "td.by:last-child em",
    "replies": "td.num a",
    "views": "td.num em",
    "heading": "#thread_subject",
    "post": "#postlist > div[id^='post_']",
    "author": ".authi a.xw1, .authi",
    "time": "em[id^='authorposton']",
    "floor": "a[id^='postnum']",
    "text": "[id^='postmessage_']",
    "quote": "div.quote",
    "noise": NOISE,
    "picture": PICTURES,
    "next": ".pg a.nxt",
}
MOBILE_RULES = {
    "row": ".threadlist li.list",
    "title": ".threadlist_tit em",
    "last_reply": ".mtime",
    "views": ".threadlist_foot li:has(.dm-eye-fill)",
    "replies": ".threadlist_foot li:has(.dm-chat-s-fill)",
    "sticky": ".threadlist_tit .top",
    "heading": ".view_tit",
    "post": "div.plc[id^='pid']",
    "author": ".mtit .z a, .mtit .z",
    "time": ".mtime",
    "floor": ".mtit .y",
    "text": ".message",
    "quote": "div.quote, blockquote",
    "noise": NOISE,
    "picture": ".message img:not([smilieid]):not([alt^='['])",
    "next": ".page a.nxt, .pg a.nxt",
}


def is_mobile(html: str) -> bool:
    """Return whether the page is of the mobile template."""
    return 'class="threadlist' in html or ('class="plc' in html and 'id="postlist"' not in html)


def read_any_discuz_list(
    html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
) -> ParsedPage:
    """Read one page of a section in the default template, a theme with rules, or the mobile template.

    Raises:
        Wall: Login, closed, too fast …
    """
    board = _board_of(html, options)
    if board is None:
        return read_discuz_list(html, url, fetched_at, pseudonym, options)
    return board.read_list(html, url, fetched_at, pseudonym, options)


def read_any_discuz_thread(
    html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
) -> ParsedPage:
    """Read one page of a thread in the default template, a theme with rules, or the mobile template.

    Raises:
        Wall: Login, read permission, closed, too fast …
    """
    board = _board_of(html, options)
    if board is None:
        return read_discuz_thread(html, url, fetched_at, pseudonym, options)
    return board.read_thread(html, url, fetched_at, pseudonym, options)


def _board_of(html: str, options: Options) -> Board | None:
    rules = {**DISCUZ_RULES, **options["selectors"]} if options.get("selectors") else None
    if rules is None and is_mobile(html):
        rules = MOBILE_RULES
    return Board(rules, _key_of, thread_address) if rules is not None else None


def _key_of(url: str) -> str:
    tid = thread_id(url)
    return f"t{tid}" if tid else ""
