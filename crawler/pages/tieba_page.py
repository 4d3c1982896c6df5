"""Stage 1: Tieba's old layout (PC). In: HTML of a section or a thread. Out: rows with watermarks, posts in floor order.

The list stands inside an HTML comment, what is known of a thread or post is JSON in `data-field`; a block whose
`data-field` is empty is an advertisement. Floors have holes where posts were deleted. Of 楼中楼 the first ten stand in
the page and are posts of the thread; the rest has addresses of its own and is not asked for. IP 属地 and client are
never read. Native ids: post and 楼中楼 by the site's numbers, thread = "t" + tid.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.join_address import join_address
from crawler.pages.parse_html import parse_html
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import read_count
from crawler.pages.read_text import drop_all, text_of
from crawler.pages.read_times import read_time, stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

PICTURES = "img.BDE_Image"
NOISE = ".replace_div, .save_face_bg, img"
_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_TID = re.compile(r"/p/(\d+)")
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_ANSWERS = re.compile(r"^回复\s*[:：]?\s*")
_EMPTY = re.compile(r"还没有(贴子|帖子|主题)|本吧还没有|没有找到相关")


def read_tieba_list(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a section: one row a thread, no posts.

    Raises:
        Wall: Captcha, login, closed, too fast …
    """
    del pseudonym
    tree = open_page(html)
    inner = _uncommented(tree)
    rows = inner.css("li.j_thread_list[data-field]")
    if not rows:
        raise_on_wall(tree, url)
        is_empty = inner.body is not None and _EMPTY.search(inner.body.text()) is not None
        return ParsedPage(is_gone=is_gone(tree), is_known_layout=is_empty)
    page = ParsedPage(next_url=_next_page(inner, url, "a.next.pagination-item") or _next_page(tree, url, "a.next"))
    for node in rows:
        about = _data_field(node)
        link = node.css_first("a.j_th_tit[href]")
        address = join_address(url, link.attributes.get("href")) if link is not None else ""
        tid = _TID.search(address)
        if link is None or tid is None:
            continue  # an advertisement between the threads
        replies = _whole(about.get("reply_num")) or read_count(text_of(node.css_first(".threadlist_rep_num")))
        row = ListRow(f"t{tid[1]}", join_address(url, f"/p/{tid[1]}"), replies=replies)
        row.title = link.attributes.get("title") or text_of(link)
        row.sticky = bool(about.get("is_top")) or "thread_top" in (node.attributes.get("class") or "")
        last = read_time(text_of(node.css_first(".threadlist_reply_date")), fetched_at, zone_of(options))
        day = last.instant.astimezone(zone_of(options)).date().isoformat() if last else ""  # "11:24" is "8-6" tomorrow
        row.marker = f"{day}|{'' if replies is None else replies}"
        page.rows.append(row)
    return page


def read_tieba_thread(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a thread: one post a floor, then the 楼中楼 that stand in it.

    Raises:
        Wall: Captcha, login, closed, too fast …
    """
    tree = open_page(html)
    blocks = tree.css("div.l_post[data-field]")
    if not blocks:
        gone = is_gone(tree)
        if not gone:
            raise_on_wall(tree, url)
        return ParsedPage(is_gone=gone, is_known_layout=gone)
    tid = _TID.search(url)
    thread = _Thread(f"t{tid[1] if tid else ''}", url.partition("?")[0], fetched_at, pseudonym, zone_of(options))
    title = text_of(tree.css_first(".core_title_txt"))
    replies = read_count(text_of(tree.css_first(".l_reply_num")))
    page = ParsedPage(next_url=_next_page(tree, url, "li.l_pager a, .l_pager a"))
    for block in blocks:
        about = _data_field(block).get("content") or {}
        number = str(about.get("post_id") or "")
        if not number.isdecimal():
            continue  # an advertisement
        answers = list(_read_answers(block, thread))
        post = _read_floor(block, number, _whole(about.get("post_no")) or 0, thread)
        post.replies = replies if post.floor == 1 else _whole(about.get("comment_num"))
        heard = [post, *answers] if post.content or post.pictures or post.floor == 1 else answers
        for one in heard:
            one.title = title
        page.posts += heard
    return page


@dataclass(frozen=True, slots=True)
class _Thread:
    """What all posts of a page share."""

    key: str
    url: str
    fetched_at: datetime
    pseudonym: Pseudonym
    zone: tzinfo


def _read_floor(block: LexborNode, number: str, floor: int, thread: _Thread) -> Post:
    post = Post(key=number, thread_key=thread.key, floor=floor, fetched_at=thread.fetched_at)
    post.url = thread.url if floor == 1 else f"{thread.url}#post_{number}"
    tails = [text_of(tail) for tail in block.css(".tail-info")]
    stamp_post(post, [tail for tail in tails if _DATED.search(tail)], thread.fetched_at, thread.zone)
    name = text_of(block.css_first(".p_author_name"))
    post.author = thread.pseudonym(name, post.published_at) if name else ""
    words = block.css_first(".d_post_content")
    if words is not None:
        post.pictures = len(words.css(PICTURES))
        drop_all(words, NOISE)
        post.content = text_of(words)
    return post


def _read_answers(block: LexborNode, thread: _Thread) -> Iterator[Post]:
    """Yield the 楼中楼 of a floor; their names, also those of whom they answer, leave only as pseudonyms."""
    for node in block.css("li.lzl_single_post[data-field]"):
        number = str(_data_field(node).get("spid") or "")
        words = node.css_first(".lzl_content_main")
        if not number.isdecimal() or words is None:
            continue
        post = Post(key=number, thread_key=thread.key, url=f"{thread.url}#lzl_{number}", fetched_at=thread.fetched_at)
        stamp_post(post, [text_of(node.css_first(".lzl_time"))], thread.fetched_at, thread.zone)
        name = text_of(node.css_first(".lzl_cnt > a.at"))
        post.author = thread.pseudonym(name, post.published_at) if name else ""
        answers_someone = words.css_first("a.at") is not None
        drop_all(words, f"a.at, {NOISE}")
        post.content = _ANSWERS.sub("", text_of(words)) if answers_someone else text_of(words)
        if post.content:
            yield post


def _uncommented(tree: LexborHTMLParser) -> LexborHTMLParser:
    """Return what stands in the comment of the list, the page itself when there is none."""
    for code in tree.css("code[id*='thread_list']"):
        comment = _COMMENT.search(code.html or "")
        if comment is not None:
            return parse_html(comment[1])
    return tree


def _data_field(node: LexborNode) -> dict[str, Any]:
    try:
        value = json.loads(node.attributes.get("data-field") or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _next_page(tree: LexborHTMLParser, url: str, selector: str) -> str:
    for link in tree.css(selector):
        if "下一页" in link.text():
            return join_address(url, link.attributes.get("href"))
    return ""
