"""Stage 1: message boards 留言板 and letter boxes 信箱. In: HTML of a list, a letter, a guestbook. Out: rows or posts.

Three shapes are told apart by what stands on the page: a list of links to letters, one letter as a table of labels
("标　　题：", matched without spaces and colons, never by position), messages one below the other with the answers
inside (guestbooks, WordPress comments). The department's answer belongs to the letter: official_reply, never a post of
its own. Native ids: the number in a letter's address, a comment's number, else author, time and ordinal on this board.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.find_blocks import Block, find_blocks
from crawler.pages.forum_page import find_next_page, native_path, read_forum_list
from crawler.pages.guestbook_page import read_comments, read_guestbook
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import read_count
from crawler.pages.read_text import text_of, tidy
from crawler.pages.read_times import read_time, stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

LABELS = {  # field → the words that real boards write before it
    "title": "标题 主题 信件标题 来信标题 留言标题 信件主题 留言主题 咨询标题 题目",
    "category": "类别 类型 信件类型 信件类别 来信类别 留言类型 问题类别 分类",
    "author": "来信人 写信人 留言人 姓名 网友 作者 昵称 咨询人 来信者",
    "written": "来信时间 留言时间 提交时间 写信时间 发布时间 发表时间 来信日期 留言日期 咨询时间 时间 日期",
    "state": "状态 办理状态 处理状态 信件状态 回复状态 受理状态",
    "unit": "承办单位 转办单位 回复单位 办理单位 答复单位 受理部门 承办部门 回复部门 答复部门 回复人",
    "content": "内容 来信内容 信件内容 留言内容 咨询内容 问题描述 正文 诉求内容 问",
    "reply": "回复内容 答复内容 回复 答复 处理结果 办理结果 处理意见 回复意见 站长回复 管理员回复 答",
    "replied": "回复时间 答复时间 办结时间 回复日期 答复日期 办理时间",
    "views": "浏览次数 浏览量 点击数 点击量 阅读次数",
}
_FIELD_OF = {word: name for name, words in LABELS.items() for word in words.split()}
_LABEL_NOISE = re.compile(r"[\s\u3000:：*【】\[\]]+")
_BLOCKS = frozenset(("table", "tbody", "tr", "td", "p", "div", "ul", "ol", "li", "dl"))
LONGEST_LABEL = 24  # characters, padding included
_LETTER_NUMBER = re.compile(r"(?<!\d)(\d++)(?:\.\w++)?/?$")
_ID_NAMES = re.compile(r"^(id|\w*id|no|bh)$", re.I)
_SCRIPT_LINK = re.compile(r"\(\s*['\"]?([\w\-./?=&]+)['\"]?")


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands behind a label."""

    text: str
    pictures: int


def letter_id(url: str) -> str:
    """Return the native id of a letter: an id parameter of its address, the last number of the path, else the path."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if _ID_NAMES.match(name) and re.fullmatch(r"[\w\-]+", value):
            return value
    match = _LETTER_NUMBER.search(parts.path)
    return match[1] if match else native_path(url)


def read_board(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of a board: rows when it lists letters, posts when the messages stand on the page itself.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    page = read_comments(tree, url, fetched_at, pseudonym, options)
    if page is None:
        page = _read_list_table(tree, url)
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
    fields = _labelled_fields(tree)
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
    post.views = read_count(_words(fields, "views"))
    post.official_reply = _words(fields, "reply")
    replied = read_time(_words(fields, "replied"), fetched_at, zone)
    post.official_reply_at = replied.instant if replied and post.official_reply else None
    return ParsedPage(posts=[post])


def state_of(post: Post) -> str:
    """Return a marker of what may still change about a message: its words and its answer."""
    joined = f"{post.title}\x1f{post.content}\x1f{post.official_reply}"
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _read_list_table(tree: LexborHTMLParser, url: str) -> ParsedPage | None:
    """Read the table whose head names a title and whose rows link to letters; None when there is none."""
    for table in tree.css("table"):
        rows = table.css("tr")
        heads = [_FIELD_OF.get(_bare(cell.text()), "") for cell in rows[0].css("th, td")] if rows else []
        if "title" not in heads or len(heads) < 3:  # noqa: PLR2004 - two columns are a table of labels
            continue
        page = ParsedPage()
        for row in rows[1:]:
            cells = row.css("td")
            link = row.css_first("a[href]")
            address = _letter_address(link, url) if link is not None else ""
            if link is None or not address:
                continue
            values = {name: " ".join(cell.text().split()) for name, cell in zip(heads, cells, strict=False) if name}
            title = link.attributes.get("title") or values.get("title", "")
            marker = "|".join(values.get(name, "") for name in ("written", "state", "unit"))
            page.rows.append(ListRow(letter_id(address), address, marker, None, None, title))
        return page
    return None


def _letter_address(link: LexborNode, url: str) -> str:
    href = (link.attributes.get("href") or "").strip()
    if href.lower().startswith("javascript:"):  # javascript:openwin('show.asp?id=7')
        match = _SCRIPT_LINK.search(href)
        href = match[1] if match and "." in match[1] else ""
    return join_address(url, href).partition("#")[0]


def _words(fields: dict[str, _Value], name: str) -> str:
    return fields[name].text if name in fields else ""


def _are_messages(blocks: list[Block]) -> bool:
    """Messages are long or carry an answer; rows of a list are short lines that are mostly link."""
    own = 0
    for block in blocks:
        node = block.node
        links = sum(len(link.text().strip()) for link in node.css("a[href]"))
        own += node.css_first("p, .reply, .content, .text, dd") is not None and len(node.text().strip()) > 2 * links
    return own * 2 > len(blocks)


def _labelled_fields(tree: LexborHTMLParser) -> dict[str, _Value]:
    """Return field → value: the element after a label, or the rest of a line that begins with the label."""
    fields: dict[str, _Value] = {}
    lines = [line for line in tree.css("p, li, div, span, td") if not _holds_blocks(line)]
    heads = [line.text().partition("：") for line in lines]
    for label in tree.css("th, td, dt, label, span, strong, b, div, p, li"):
        if len(words := label.text()) > LONGEST_LABEL or _holds_blocks(label):
            continue
        name = _FIELD_OF.get(_bare(words))
        value = _next_element(label) if name else None
        if name and value is not None and name not in fields:
            pictures = len(value.css("img"))
            fields[name] = _Value(text_of(value), pictures)
    for line, (head, colon, rest) in zip(lines, heads, strict=True):
        name = _FIELD_OF.get(_bare(head)) if colon and len(head) <= LONGEST_LABEL else None
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


def _bare(words: str) -> str:
    return _LABEL_NOISE.sub("", words.replace("\xa0", ""))
