"""Stage 1: Discuz! X3.1 to X3.5 lists and threads. In: HTML. Out: rows with watermarks, posts in floor order.

The ids and classes below are the same in the default templates of X3.1, X3.4 and X3.5. What a guest is not meant to
read (`.locked`), anti-copy noise, file tips, edit marks and names inside quotes never reach a post. Native ids: post =
pid, thread = "t" + tid (pids and tids are counted apart). Mobile pages: `discuz_mobile_page.py`.
"""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.discuz_comment import mark_locked, read_comments_of
from crawler.pages.hide_names import without_head
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import floor_number, read_count
from crawler.pages.read_text import drop_all, holds_elements, text_of
from crawler.pages.read_times import read_first, stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

NOISE = (
    "font.jammer, [style*='display:none'], [style*='display: none'], .tip, .aimg_tip, i.pstatus, .locked, "
    "ignore_js_op, .attach_nopermission, .attach_popup, img:not([alt^='['])"
)
PICTURES = "img:is([file], [zoomfile], [aid], .zoom)"
FLOORS = "#postlist > div[id^='post_']"
RARE = f".locked, {PICTURES}, i.pstatus, .pstl"
_TID = re.compile(r"thread-(\d+)-|[?&]tid=(\d+)")
_NOT_THE_PLACE = frozenset(("extra", "ordertype", "authorid", "highlight", "mobile", "sid", "page"))


def is_discuz(html: str) -> bool:
    """Return whether the page carries the ids of Discuz."""
    return any(mark in html for mark in ("threadlisttableid", 'id="postlist"', 'id="messagetext"'))


def thread_id(url: str) -> str:
    """Return the tid of any form of thread address, empty when it has none."""
    match = _TID.search(url)
    return (match[1] or match[2]) if match else ""


def thread_address(url: str) -> str:
    """Return the address of the thread's first page, in the form that the site uses, without decoration."""
    parts = urlsplit(url)
    path = re.sub(r"(thread-\d+)-\d+-\d+", r"\1-1-1", parts.path)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in _NOT_THE_PLACE]
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), ""))


def read_discuz_list(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a section: one row a thread, no posts.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    table = tree.css_first("#threadlisttableid")
    if table is None:
        raise_on_wall(tree, url)
        return ParsedPage(is_gone=is_gone(tree), is_known_layout=False)
    page = ParsedPage(next_url=_next_page(tree, url))
    for body in table.css("tbody[id*='thread_']"):
        link = body.css_first("th a.xst")
        tid = (body.attributes.get("id") or "").rpartition("_")[2]
        address = join_address(url, link.attributes.get("href")) if link is not None else ""
        if link is None or not address or not tid.isdecimal():
            continue
        replies = read_count(text_of(body.css_first("td.num a")))
        row = ListRow(thread_key=f"t{tid}", url=thread_address(address))
        row.sticky = (body.attributes.get("id") or "").startswith("stick")
        row.title, row.replies, row.views = text_of(link), replies, read_count(text_of(body.css_first("td.num em")))
        row.marker = f"{_last_reply_time(body, fetched_at, zone_of(options))}|{'' if replies is None else replies}"
        page.rows.append(row)
    return page


def read_discuz_thread(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a thread: one post a floor.

    Raises:
        Wall: Login, read permission, closed, too fast …
    """
    tree = open_page(html)
    floors = _find_floors(tree)
    if not floors:
        gone = is_gone(tree)
        if not gone:
            raise_on_wall(tree, url)
        return ParsedPage(is_gone=gone, is_known_layout=gone)
    marks = _Marks.of(tree)
    thread = _Thread(thread_id(url), thread_address(url), fetched_at, pseudonym, zone_of(options), marks)
    title = text_of(tree.css_first("#thread_subject"))
    counts = [read_count(node.text()) for node in tree.css("#postlist .hm .xi1")]
    page = ParsedPage(next_url=_next_page(tree, url))
    for block, author in floors:
        pid = (block.id or "").rpartition("_")[2]
        post = _read_floor(block, author, pid, thread) if pid.isdecimal() else None
        if post is None:
            continue
        post.title = title
        if post.floor == 1 and len(counts) >= 2:  # noqa: PLR2004 - 查看 and 回复
            post.views, post.replies = counts[0], counts[1]
        if post.content or post.pictures or post.floor == 1:
            page.posts.append(post)
        if marks.has_comments:
            page.posts += read_comments_of(block, post, fetched_at, pseudonym, thread.zone)
    return page


def _find_floors(tree: LexborHTMLParser) -> list[tuple[LexborNode, LexborNode | None]]:
    """Return the floors of a page, each with its author's link if it has one: one look for all, in page order."""
    floors: list[tuple[LexborNode, LexborNode | None]] = []
    for node in tree.css(f"{FLOORS}, {FLOORS} .authi a.xw1"):
        if node.tag == "div":
            floors.append((node, None))
        elif floors[-1][1] is None:
            floors[-1] = (floors[-1][0], node)
    return floors


@dataclass(frozen=True, slots=True)
class _Marks:
    """What is looked for once a page: the places that carry an id, and which rare marks stand on it at all."""

    places: dict[str, LexborNode]
    has_locked: bool
    has_pictures: bool
    has_edits: bool
    has_comments: bool

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> "_Marks":
        places: dict[str, LexborNode] = {}
        for node in tree.css("[id^='postmessage_'], [id^='postnum'], [id^='authorposton']"):
            places.setdefault(node.id or "", node)
        if tree.css_first(RARE) is None:  # one walk instead of one for each
            return cls(places, has_locked=False, has_pictures=False, has_edits=False, has_comments=False)
        rare = (tree.css_first(selector) is not None for selector in (".locked", PICTURES, "i.pstatus", ".pstl"))
        return cls(places, *rare)


@dataclass(frozen=True, slots=True)
class _Thread:
    """What all floors of a page share."""

    tid: str
    url: str
    fetched_at: datetime
    pseudonym: Pseudonym
    zone: tzinfo
    marks: _Marks


def _read_floor(block: LexborNode, author_link: LexborNode | None, pid: str, thread: _Thread) -> Post | None:
    marks = thread.marks
    message = marks.places.get(f"postmessage_{pid}")
    locked = block.css_first(".locked") if marks.has_locked else None
    if message is None and locked is None:
        return None
    post = Post(key=pid, thread_key=f"t{thread.tid}", fetched_at=thread.fetched_at)
    post.floor = floor_number(text_of(marks.places.get(f"postnum{pid}")))
    post.url = thread.url if post.floor == 1 else f"{thread.url}#pid{pid}"
    stamp_post(post, _written_times(marks.places.get(f"authorposton{pid}")), thread.fetched_at, thread.zone)
    author = text_of(author_link or block.css_first(".authi"))
    post.author = thread.pseudonym(author, post.published_at) if author else ""
    if marks.has_pictures:  # one with file and aid matches twice
        post.pictures = len({picture.mem_id for picture in block.css(PICTURES)})
    if message is None:
        return post
    edit_mark = (message.css_first("i.pstatus") or block.css_first("i.pstatus")) if marks.has_edits else None
    if edit_mark is not None:
        edited = read_first(_written_times(edit_mark), thread.fetched_at, thread.zone)
        post.edited_at = edited.instant if edited else None
    if holds_elements(message):
        post.quote = _take_quotes(message)
        if marks.has_locked:
            mark_locked(message)
        drop_all(message, NOISE)
    post.content = text_of(message)
    return post


def _take_quotes(message: LexborNode) -> str:
    """Move the quoted words out of the message, without the lines that name their authors."""
    quotes: list[str] = []
    while (quote := message.css_first("div.quote")) is not None:
        drop_all(quote, f"a[href*='findpost'], {NOISE}")
        quotes.append(without_head(text_of(quote)).strip())
        quote.decompose()
    return "\n".join(filter(None, quotes))


def _written_times(node: LexborNode | None) -> tuple[str, ...]:
    """Machine titles first, then the text: `发表于 <span title="2026-10-7 17:16:33">3 小时前</span>`."""
    if node is None:
        return ()
    inside = node.css("[title]") if holds_elements(node) else ()
    titles = [span.attributes.get("title") or "" for span in (node, *inside)]
    return (*titles, " ".join(node.text().split()))


def _last_reply_time(body: LexborNode, fetched_at: datetime, zone: tzinfo) -> str:
    """Return the time of the last reply if it is written absolutely; relative words would differ in every round."""
    cells = body.css("td.by")
    stamp = cells[-1].css_first("em") if cells else None
    found = read_first(_written_times(stamp), fetched_at, zone)
    return found.instant.isoformat() if found and not found.is_relative else ""


def _next_page(tree: LexborHTMLParser, url: str) -> str:
    link = tree.css_first(".pg a.nxt")
    return join_address(url, link.attributes.get("href")) if link else ""
