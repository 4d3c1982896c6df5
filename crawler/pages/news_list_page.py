"""Stage 1: lists of news on sites without a feed (WebPlus, VSB, others). In: HTML. Out: entries, as a feed gives them.

A list is read by its repeated rows that each hold a date and a link (`find_blocks.py`). Native id: the canonical
address of the article. Sites count their older pages up (list2.htm) or down (news/12.htm): only links are followed.
"""

import hashlib
import re
from datetime import datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crawler.items import Post
from crawler.pages.feed_page import canonical_address, read_feed
from crawler.pages.find_blocks import Block, find_blocks
from crawler.pages.forum_page import find_next_page
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_text import text_of
from crawler.pages.recognise_wall import open_page, raise_on_wall

SHORTEST_TITLE = 4  # signs: 更多, 首页 and page numbers are shorter
_IS_PAGE = re.compile(r"\ufeff?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_CUT = re.compile(r"(…|\.\.\.|\.{2,6})$")


def read_news_list(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a list of news: one post and one row an article, without its text.

    Raises:
        Wall: Login, closed, too fast …
    """
    del pseudonym
    tree = open_page(html)
    page = ParsedPage(next_url=find_next_page(tree, url))
    host = urlsplit(url).hostname
    seen: set[str] = set()
    for block in find_blocks(tree, fetched_at, zone_of(options), with_links=True):
        link = _title_link(block)
        address = canonical_address(join_address(url, link.attributes.get("href"))) if link is not None else ""
        if link is None or urlsplit(address).hostname != host or address in seen:
            continue
        seen.add(address)
        post = _read_entry(block, link, address, fetched_at)
        page.posts.append(post)
        marker = hashlib.sha256(f"{post.title}\x1f{post.published_text}".encode()).hexdigest()[:16]
        page.rows.append(ListRow(post.key, address, marker, title=post.title))
    if not page.rows:
        raise_on_wall(tree, url)
        page.is_known_layout = False
    return page


def read_news(text: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read a feed, or a list page of a site that has none.

    Raises:
        Wall: Broken XML, forbidden entities, login …
    """
    reader = read_news_list if _IS_PAGE.match(text) else read_feed
    return reader(text, url, fetched_at, pseudonym, options)


def _title_link(block: Block) -> LexborNode | None:
    links = [link for link in block.node.css("a[href]") if len(_title_of(link)) >= SHORTEST_TITLE]
    return max(links, key=lambda link: len(_title_of(link)), default=None)


def _title_of(link: LexborNode) -> str:
    """Return the words of a link, its `title` when the words are cut or missing."""
    whole = " ".join((link.attributes.get("title") or "").split())
    words = " ".join(link.text().split())
    cut = _CUT.sub("", words)
    return whole if whole and whole.startswith(cut) else words


def _read_entry(block: Block, link: LexborNode, address: str, fetched_at: datetime) -> Post:
    time = block.time
    title = _title_of(link)
    times = {node.mem_id for node in block.time_nodes}
    if any(node.mem_id in times for node in link.css("*")):  # the link holds the whole row: title and date
        inner = link.css_first("h1, h2, h3, h4, [class*=title], [class*=bt], p")
        title = text_of(inner) if inner is not None and inner.mem_id not in times else title
    post = Post(key=address, thread_key=address, url=address, title=title, floor=1, fetched_at=fetched_at)
    post.published_at, post.time_precision, post.published_text = time.instant, time.precision, time.text
    return post
