"""Stage 1: what one page told. In: nothing (records only). Out: `ParsedPage` of posts, list rows and the way on.

Every parser of this folder is a plain function `(html, url, fetched_at, pseudonym, options) -> ParsedPage`: no network,
no framework, no clock. It fills the part "as heard" of a post; `key` and `thread_key` hold the site's own ids, and
`ParsedPage.for_site` puts the site before them, so that no parser has to know which site it reads.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from crawler.items import Post
from foundation.clock import SCHOOL_ZONE

Pseudonym = Callable[[str, datetime | None], str]  # name, instant of the post (its year chooses the key)
Options = Mapping[str, Any]


def zone_of(options: Options) -> tzinfo:
    """Return the zone in which the site writes its times: `options.zone`, else the school's."""
    return ZoneInfo(options["zone"]) if options.get("zone") else SCHOOL_ZONE


@dataclass(slots=True)
class ListRow:
    """One row of a list page.

    Attributes:
        thread_key: Native id of the thread, letter or entry behind the row.
        url: Canonical absolute address of its first page.
        marker: What changes when there is something new behind the row (last reply time, state …).
        replies: Answers that the list counts, None when it shows none.
        views: Views that the list counts.
        title: Title as the list shows it, perhaps cut.
        settled: The site says that nothing more will come (letters: 已办结, 不予受理).
        sticky: Repeated on top of every list page, says nothing about where new things end.
    """

    thread_key: str
    url: str
    marker: str = ""
    replies: int | None = None
    views: int | None = None
    title: str = ""
    sticky: bool = False
    settled: bool = False


@dataclass(slots=True)
class ParsedPage:
    """Everything that one page told.

    Attributes:
        posts: Posts in page order.
        rows: Rows of a list page in page order.
        next_url: Absolute address of the next page, empty at the last one.
        last_page: Number of the last page when the page names it, else 0.
        is_gone: The site says that what was asked for does not exist (any more).
        is_known_layout: The page is of the expected kind; False means a changed layout, never silence.
        is_whole: Read alone, without the list that led to it, the page tells the same words: it can be read again.
    """

    posts: list[Post] = field(default_factory=list)
    rows: list[ListRow] = field(default_factory=list)
    next_url: str = ""
    last_page: int = 0
    is_gone: bool = False
    is_known_layout: bool = True
    is_whole: bool = False

    def for_site(self, site: str) -> "ParsedPage":
        """Put `site` before the native ids of all posts and rows and return the page itself."""
        for post in self.posts:
            post.key = f"{site}:{post.key}"
            post.thread_key = f"{site}:{post.thread_key}"
        for row in self.rows:
            row.thread_key = f"{site}:{row.thread_key}"
        return self


def key_without_id(place: str, post: Post, seen: dict[tuple[str, str], int], *, time_is_relative: bool) -> str:
    """Return a key for a post of a site that gives no ids: place, pseudonym, original time, ordinal.

    The ordinal counts posts of one author at one time, not positions, so that a new message on top moves no key. A
    relative time ("3 小时前") is left out: it reads differently in every round.

    Args:
        place: Address of the board or thread, without page number.
        post: Post with author and published_text filled.
        seen: Ordinals already given on this page; is changed.
        time_is_relative: Whether published_text depends on the moment of reading.
    """
    when = "" if time_is_relative else post.published_text
    ordinal = seen[post.author, when] = seen.get((post.author, when), 0) + 1
    joined = "\x1f".join((place, post.author, when, str(ordinal)))
    return "h" + hashlib.sha256(joined.encode()).hexdigest()[:24]
