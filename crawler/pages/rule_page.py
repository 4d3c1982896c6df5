"""Stage 1: boards whose markup somebody described. In: HTML and CSS selectors. Out: rows of a list, posts of a thread.

A rule file is the `selectors` of a source's options; the names are those of `RULES`. A Discuz theme overrides single
ones of `DISCUZ_RULES`, its mobile pages are `MOBILE_RULES`; any other board names its own, and what it leaves out is
found without rules (`forum_page.py`). Native ids: `Board.key_of` for threads; posts by the number at the end of their
`post_id` attribute, else thread + that attribute, else author, time and ordinal.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.discuz_comment import mark_locked
from crawler.pages.forum_page import find_next_page, native_path, page_address
from crawler.pages.hide_names import without_head
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, key_without_id, zone_of
from crawler.pages.read_counts import floor_number, read_count
from crawler.pages.read_text import drop_all, text_of
from crawler.pages.read_times import ReadTime, read_first, stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

RULES = {  # name → what it selects
    "row": "one thread of a list",
    "title": "inside a row: the title, in or around the link to the thread",
    "last_reply": "inside a row: time of the last reply (else the row's time)",
    "replies": "inside a row: number of replies",
    "views": "inside a row: number of views",
    "sticky": "inside a row: mark of a thread that stands on top of every page",
    "heading": "title of a thread",
    "post": "one post of a thread",
    "post_id": "name of the attribute of a post that holds its number (id)",
    "author": "inside a post: name",
    "time": "inside a post: time, in its title, datetime or words",
    "floor": "inside a post: number of the floor",
    "text": "inside a post: its own words",
    "quote": "inside the words: what is quoted",
    "noise": "inside the words: what nobody wrote",
    "picture": "inside a post: one picture",
    "next": "link to the next page",
}
DEFAULTS = {
    "post_id": "id",
    "quote": "blockquote, .quote",
    "noise": "font.jammer, [style*='display:none'], [style*='display: none']",
    "picture": "img:not([alt^='['])",
}
_NUMBER = re.compile(r"(\d+)$")


@dataclass(frozen=True, slots=True)
class Board:
    """How one board is read.

    Attributes:
        rules: Selectors by the names of `RULES`.
        key_of: Address of a thread → its native id.
        home_of: Address of a page of a thread → address of its first page.
    """

    rules: Mapping[str, str]
    key_of: Callable[[str], str] = native_path
    home_of: Callable[[str], str] = page_address

    def __getitem__(self, name: str) -> str:
        """Return one selector, empty when the board has none."""
        return self.rules.get(name) or DEFAULTS.get(name, "")

    def read_list(
        self, html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
    ) -> ParsedPage:
        """Read one page of a list: one row a thread, no posts.

        Raises:
            Wall: Login, closed, too fast …
        """
        del pseudonym
        tree = open_page(html)
        page = ParsedPage(next_url=_next_page(tree, url, self))
        for node in tree.css(self["row"]):
            title = _find(node, self["title"])
            link = _link_of(title) if title is not None else None
            address = self.home_of(join_address(url, link.attributes.get("href"))) if link is not None else ""
            key = self.key_of(address) if address else ""
            if not key:
                continue
            row = ListRow(key, address, title=text_of(title))
            row.replies, row.views = _count(node, self["replies"]), _count(node, self["views"])
            row.sticky = _find(node, self["sticky"]) is not None
            last = read_first(_times(_find(node, self["last_reply"] or self["time"])), fetched_at, zone_of(options))
            when = last.instant.isoformat() if last and not last.is_relative else ""
            row.marker = f"{when}|{'' if row.replies is None else row.replies}"
            page.rows.append(row)
        if not page.rows:
            raise_on_wall(tree, url)
            page.is_gone, page.is_known_layout = is_gone(tree), False
        return page

    def read_thread(
        self, html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
    ) -> ParsedPage:
        """Read one page of a thread: one post a block.

        Raises:
            Wall: Login, closed, too fast …
        """
        tree = open_page(html)
        blocks = tree.css(self["post"])
        if not blocks:
            gone = is_gone(tree)
            if not gone:
                raise_on_wall(tree, url)
            return ParsedPage(is_gone=gone, is_known_layout=gone)
        home = self.home_of(url)
        thread = _Thread(self, self.key_of(home), home, fetched_at, pseudonym, zone_of(options))
        heading = text_of(tree.css_first(self["heading"] or "h1"))
        page = ParsedPage(next_url=_next_page(tree, url, self))
        for position, block in enumerate(blocks):
            post = _read_post(block, thread)
            post.title = heading
            if not self["floor"]:
                post.floor = 1 if position == 0 and home == url.partition("#")[0] else 0
            if post.content or post.pictures:
                page.posts.append(post)
        page.is_known_layout = bool(page.posts)
        return page


@dataclass(frozen=True, slots=True)
class _Thread:
    """What all posts of a page share."""

    board: Board
    key: str
    home: str
    fetched_at: datetime
    pseudonym: Pseudonym
    zone: tzinfo
    ordinals: dict[tuple[str, str], int] = field(default_factory=dict)


def _read_post(block: LexborNode, thread: _Thread) -> Post:
    board = thread.board
    post = Post(thread_key=thread.key, fetched_at=thread.fetched_at)
    time = stamp_post(post, _times(_find(block, board["time"])), thread.fetched_at, thread.zone)
    name = text_of(_find(block, board["author"]))
    post.author = thread.pseudonym(name, post.published_at) if name else ""
    mark = (block.attributes.get(board["post_id"]) or "").strip()
    post.key = _key_of(mark, post, thread, time)
    post.floor = floor_number(text_of(_find(block, board["floor"])))
    anchor = mark if board["post_id"] == "id" else ""
    post.url = f"{thread.home}#{anchor}" if anchor and post.floor != 1 else thread.home
    post.pictures = len({picture.mem_id for picture in block.css(board["picture"])})
    text = _find(block, board["text"]) if board["text"] else block
    if text is not None:
        post.quote = _take_quotes(text, board)
        mark_locked(text)
        drop_all(text, board["noise"])
        post.content = text_of(text)
    return post


def _key_of(mark: str, post: Post, thread: _Thread, time: ReadTime | None) -> str:
    if number := _NUMBER.search(mark):
        return number[1] if thread.key.startswith("t") else f"{thread.key}#{number[1]}"
    if mark:
        return f"{thread.key}#{mark}"
    return key_without_id(thread.key, post, thread.ordinals, time_is_relative=time is None or time.is_relative)


def _take_quotes(text: LexborNode, board: Board) -> str:
    quotes: list[str] = []
    while (quote := text.css_first(board["quote"])) is not None and quote.mem_id != text.mem_id:
        quotes.append(without_head(text_of(quote)).strip())
        quote.decompose()
    return "\n".join(filter(None, quotes))


def _find(node: LexborNode, selector: str) -> LexborNode | None:
    return node.css_first(selector) if selector else None


def _link_of(title: LexborNode) -> LexborNode | None:
    """Return the link that is the title, stands in it or around it."""
    if title.tag != "a" and (inside := title.css_first("a[href]")) is not None:
        return inside
    around: LexborNode | None = title
    while around is not None and around.tag != "a":
        around = around.parent
    return around


def _count(node: LexborNode, selector: str) -> int | None:
    found = _find(node, selector)
    return read_count(text_of(found)) if found is not None else None


def _times(node: LexborNode | None) -> tuple[str, ...]:
    """Machine times first, then the words."""
    if node is None:
        return ()
    inside = (node, *node.css("[title], [datetime]"))
    machine = [part.attributes.get(name) or "" for part in inside for name in ("datetime", "title")]
    return (*machine, " ".join(node.text().split()))


def _next_page(tree: LexborHTMLParser, url: str, board: Board) -> str:
    if not board["next"]:
        return find_next_page(tree, url)
    link = tree.css_first(board["next"])
    return join_address(url, link.attributes.get("href")) if link is not None else ""
