"""Stage 1: a row of a file in, a post out, with the same care as a page: pseudonyms, no names inside, times and counts.

A row's native id is its key; without one its address, else its own words and time, so that a second import finds it.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.imports.read_table import Row
from crawler.items import Post
from crawler.pages.hide_names import NamesOfPage
from crawler.pages.parsed_page import ParsedPage, Pseudonym
from crawler.pages.read_counts import floor_number, read_count
from crawler.pages.read_text import text_and_pictures, tidy
from crawler.pages.read_times import read_time, stamp_post
from crawler.personal_address import is_personal_address

COUNTS = ("replies", "likes", "reposts", "views")
SECONDS_FROM, MILLISECONDS_FROM = 10, 13  # digits of an instant as a number
LINE = "\x1e"  # ends a line for `tidy`


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows come from.

    Attributes:
        source_id: A registered source, or `import`.
        site: Site of the keys; a column `site` goes over it.
        kind: Kind of site.
        thread: Address or id of the thread that all rows belong to (exported comments), else empty.
        pseudonym: Makes pseudonyms: name, site, instant.
        at: Instant of the import.
    """

    source_id: str
    site: str
    kind: str
    thread: str
    pseudonym: Callable[[str, str, datetime], str]
    at: datetime


def build_post(row: Row, columns: Mapping[str, str], origin: Origin) -> tuple[Post | None, list[str]]:
    """Return the post of a row, None when it cannot be one, and what is to be said about it."""
    if row.problem:
        return None, [row.problem]
    cells = {name: row.cells.get(header, "").strip() for name, header in columns.items()}
    title, content, pictures = *_words(cells.get("title", ""))[:1], *_words(cells.get("content", ""))
    if not title and not content:
        return None, ["没有标题也没有正文"]
    site = cells.get("site") or origin.site
    post = Post(
        source_id=origin.source_id, site=site, site_kind=cells.get("site") or origin.kind, url=cells.get("url", ""),
        title=" ".join(title.split()), content=content, pictures=pictures, fetched_at=origin.at,
    )  # fmt: skip
    notes = _stamp(post, cells, origin.at) + _place(post, cells)
    for name in COUNTS:
        setattr(post, name, read_count(cells.get(name)))
    _key(post, cells, origin)
    _hide_author(post, cells.get("author", ""), origin)
    return post, notes


def key_of_address(site: str, url: str) -> str:
    """Return the key of what stands at an address of a site whose ids are unknown."""
    return f"{site}:u{hashlib.sha256(url.encode(errors='replace')).hexdigest()[:24]}"


def _words(text: str) -> tuple[str, int]:
    if "<" in text and ">" in text:
        return text_and_pictures(text)
    return tidy(LINE.join(text.splitlines())), 0


def _stamp(post: Post, cells: Mapping[str, str], at: datetime) -> list[str]:
    notes = []
    written = cells.get("published_at", "")
    if written and stamp_post(post, [_instant_words(written)], at) is None:
        notes.append(f"时间读不懂，按未知存下：{post.published_text or '（不是时间）'}")
    post.official_reply = _words(cells.get("official_reply", ""))[0]
    replied = read_time(_instant_words(cells.get("official_reply_at", "")), at)
    post.official_reply_at = replied.instant if replied and post.official_reply else None
    return notes


def _instant_words(written: str) -> str:
    """Return an instant as words, also when it is written as seconds or milliseconds since 1970."""
    if written.isdecimal() and len(written) in (SECONDS_FROM, MILLISECONDS_FROM):
        seconds = int(written) / (1000 if len(written) == MILLISECONDS_FROM else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    return written


def _place(post: Post, cells: Mapping[str, str]) -> list[str]:
    post.floor = floor_number(cells.get("floor", ""))
    try:
        personal = bool(post.url) and is_personal_address(post.url)
    except ValueError:
        post.url, personal = "", False
    if personal:
        post.url = ""
        return ["网址是个人主页，没有存下"]
    return []


def _key(post: Post, cells: Mapping[str, str], origin: Origin) -> None:
    native, thread = cells.get("id", ""), cells.get("thread", "") or origin.thread
    if native:
        post.key = f"{post.site}:{native}"
    elif post.url:
        post.key = key_of_address(post.site, post.url)
    else:
        said = "\x1f".join((post.title, post.content, post.published_text, cells.get("author", "")))
        post.key = f"{post.site}:r{hashlib.sha256(said.encode(errors='replace')).hexdigest()[:24]}"
    if thread:
        post.thread_key = key_of_address(post.site, thread) if "://" in thread else f"{post.site}:{thread}"
    else:
        post.thread_key, post.floor = post.key, post.floor or 1


def _hide_author(post: Post, name: str, origin: Origin) -> None:
    """Put a pseudonym in place of the author, and take the name out of what was written."""
    when = post.published_at or origin.at

    def own(author: str, at: datetime | None) -> str:
        return origin.pseudonym(author, post.site, at or when)

    pseudonym: Pseudonym = own
    names = NamesOfPage(pseudonym)
    post.author = names.pseudonym(name, when) if name else ""
    names.hide(ParsedPage(posts=[post]))
