"""Stage 1: message boards 留言板 and letter boxes 信箱. In: HTML of a list, a letter, a guestbook. Out: rows or posts.

Three shapes are told apart by what stands on the page: a list of links to letters, one letter as a table of labels
("标　　题：", matched without spaces and colons, never by position), messages one below the other with the answers
inside (guestbooks, WordPress comments). A source's rule file adds to this (`board_rules.py`). The department's answer
belongs to the letter: official_reply, never a post of its own. Native ids: the number in a letter's address, a
comment's number, else author, time and ordinal on this board.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.board_rules import field_of, is_office
from crawler.pages.find_blocks import Block, find_blocks
from crawler.pages.forum_page import find_next_page, read_forum_list
from crawler.pages.guestbook_page import read_comments, read_guestbook
from crawler.pages.letter_id import letter_id
from crawler.pages.letter_list import read_list_by_selectors, read_list_object, read_list_table
from crawler.pages.parsed_page import Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import stamp_count
from crawler.pages.read_text import text_of, tidy
from crawler.pages.read_times import read_time, stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

_BLOCKS = frozenset(("table", "tbody", "tr", "td", "p", "div", "ul", "ol", "li", "dl"))
LONGEST_LABEL = 24  # characters, padding included


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands behind a label."""

    text: str
    pictures: int


def read_board(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a board: rows when it lists letters, posts when the messages stand on the page itself.

    Raises:
        Wall: Login, closed, too fast …
    """
    listed = read_list_object(html, url, options)
    if listed is not None:
        return listed
    tree = open_page(html)
    page = read_list_by_selectors(tree, url, options)
    if page is not None and not page.rows:
        raise_on_wall(tree, url)
        page.is_known_layout = False
    if page is None:
        page = read_comments(tree, url, fetched_at, pseudonym, options)
    if page is None:
        page = read_list_table(tree, url, options)
    if page is None:
        blocks = find_blocks(tree, fetched_at, zone_of(options))
        page = read_guestbook(blocks, url, fetched_at, pseudonym) if _are_messages(blocks) else None
    if page is None:
        page = read_forum_list(html, url, fetched_at, pseudonym, options)
        for row in page.rows:
            row.thread_key = letter_id(row.url)
    page.next_url = find_next_page(tree, url) or page.next_url
    return page


def read_letter(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one letter with the department's answer.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    fields = _labelled_fields(tree, options) | _chosen_fields(tree, options)
    if "content" not in fields:
        gone = is_gone(tree)
        if not gone:
            raise_on_wall(tree, url)
        return ParsedPage(is_gone=gone, is_known_layout=gone)
    zone = zone_of(options)
    number = letter_id(url)
    post = Post(key=number, thread_key=number, floor=1, url=url, fetched_at=fetched_at)
    post.title = fields["title"].text if "title" in fields else text_of(tree.css_first("h1"))
    stamp_post(post, [_words(fields, "written")], fetched_at, zone)
    author = _words(fields, "author")
    post.author = pseudonym(author, post.published_at) if author else ""
    post.content, post.pictures = fields["content"].text, fields["content"].pictures
    stamp_count(post, "views", _words(fields, "views"))
    post.official_reply = _reply_of(fields)
    replied = read_time(_words(fields, "replied"), fetched_at, zone)
    post.official_reply_at = replied.instant if replied and post.official_reply else None
    return ParsedPage(posts=[post])


def state_of(post: Post) -> str:
    """Return a marker of what may still change about a message: its words and its answer."""
    joined = f"{post.title}\x1f{post.content}\x1f{post.official_reply}"
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _words(fields: dict[str, _Value], name: str) -> str:
    return fields[name].text if name in fields else ""


def _reply_of(fields: dict[str, _Value]) -> str:
    """Return the answer with the office before it and the writer's verdict behind it; a person's name stays out."""
    reply, unit, verdict = (_words(fields, name) for name in ("reply", "unit", "satisfaction"))
    if not reply:
        return ""
    head = f"{unit}：" if is_office(unit) else ""
    return f"{head}{reply}" + (f"\n满意度：{verdict}" if verdict else "")


def _chosen_fields(tree: LexborHTMLParser, options: Options) -> dict[str, _Value]:
    """Return the fields that `letter_selectors` describe."""
    nodes = {name: tree.css_first(selector) for name, selector in options.get("letter_selectors", {}).items()}
    pictures = {name: len(node.css("img")) for name, node in nodes.items() if node is not None}
    return {name: _Value(text_of(nodes[name]), number) for name, number in pictures.items()}


def _are_messages(blocks: list[Block]) -> bool:
    """Messages are long or carry an answer; rows of a list are short lines that are mostly link."""
    own = 0
    for block in blocks:
        node = block.node
        links = sum(len(link.text().strip()) for link in node.css("a[href]"))
        own += node.css_first("p, .reply, .content, .text, dd") is not None and len(node.text().strip()) > 2 * links
    return own * 2 > len(blocks)


def _labelled_fields(tree: LexborHTMLParser, options: Options) -> dict[str, _Value]:
    """Return field → value: the element after a label, or the rest of a line that begins with the label."""
    fields: dict[str, _Value] = {}
    lines = [line for line in tree.css("p, li, div, span, td") if not _holds_blocks(line)]
    heads = [line.text().partition("：") for line in lines]
    for label in tree.css("th, td, dt, label, span, strong, b, div, p, li"):
        if len(words := label.text()) > LONGEST_LABEL or _holds_blocks(label):
            continue
        name = field_of(words, options)
        value = _next_element(label) if name else None
        if name and value is not None and name not in fields:
            pictures = len(value.css("img"))
            fields[name] = _Value(text_of(value), pictures)
    for line, (head, colon, rest) in zip(lines, heads, strict=True):
        name = field_of(head, options) if colon and len(head) <= LONGEST_LABEL else ""
        if name and name not in fields and rest.strip():
            fields[name] = _Value(tidy(rest), len(line.css("img")))
    return fields


def _holds_blocks(node: LexborNode) -> bool:
    return any(child.tag in _BLOCKS for child in node.iter())


def _next_element(label: LexborNode) -> LexborNode | None:
    following = label.next
    while following is not None and not following.is_element_node:
        following = following.next
    return following
