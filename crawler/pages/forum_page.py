"""Stage 1: forums without a rule file. In: HTML of any board. Out: rows of a list, posts of a thread.

Nothing is known of the markup: blocks are found by repetition (`find_blocks`). Native ids: thread = path of its
address; post = the block's own number (data-pk …), else thread + anchor, else author, time and ordinal.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.items import Post
from crawler.pages.find_blocks import Block, author_name, find_author, find_blocks, find_text_slot, native_id, signature
from crawler.pages.hide_names import without_head
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, key_without_id, zone_of
from crawler.pages.read_counts import read_count
from crawler.pages.read_text import drop_all, drop_nodes, text_of, title_of
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

_PAGE_NAMES = frozenset(("page", "p", "pn", "paged"))
_SESSION_NAMES = frozenset(("sid", "sessionid", "phpsessid", "jsessionid", "s"))
LONGEST_NEXT_WORDS = 20
LONGEST_PAGE_NUMBER = 6  # digits
_NEXT_WORDS = re.compile(r"^\s*(下一页|下页|后一页|下一頁|next|\u00bb|\u203a|>|>>)\s*[\u00bb\u203a>]*\s*$", re.I)
_REPLY_CLASS = re.compile(r"comment|repl|answer", re.I)
_HEADINGS = "h1, h2, h3"
_TITLES = "h1, h2, h3, h4, [class*=title], [class*=Title]"
SHORTEST_TITLE = 2
SIGNATURES = "[class*=signature], [class*=Signature]"
_REPLY_WORDS = re.compile(
    r"^\d{1,6}\s*(条?回复|条?评论|回帖|个?回答|repl(y|ies)|comments?)$|^(回复|评论)\s*\d{1,6}$", re.I
)
_EMPTY = re.compile(r"no topics here|暂无|还没有(主题|帖子|内容)|没有(主题|帖子)", re.I)


def page_address(url: str) -> str:
    """Return the address of a thread's first page: no fragment, page number or session."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0].lower() not in _PAGE_NAMES | _SESSION_NAMES]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def native_path(url: str) -> str:
    """Return path and query of `page_address`: the native id of a page."""
    parts = urlsplit(page_address(url))
    return parts.path + (f"?{parts.query}" if parts.query else "")


def read_forum_list(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of any list of threads: one row a thread, no posts.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    blocks = find_blocks(tree, fetched_at, zone_of(options), with_links=True)
    page = ParsedPage(next_url=find_next_page(tree, url) or _next_in_head(tree, url))
    slot = _title_slot(blocks, url)
    for block in blocks:
        link = next((link for link in _links(block, url) if _slot_of(link) == slot), None)
        if link is None:
            continue
        address = page_address(join_address(url, link.attributes.get("href")))
        replies = next((read_count(node.text()) for node in block.node.css("[class]") if _is_reply_count(node)), None)
        absolute = [time.instant for time in block.times if not time.is_relative]
        when = max(absolute).isoformat() if absolute else ""  # the last reply, wherever it stands beside the start
        marker = f"{when}|{'' if replies is None else replies}"
        page.rows.append(
            ListRow(native_path(address), address, marker, replies, None, text_of(link.css_first(_TITLES) or link))
        )
    if not page.rows:
        raise_on_wall(tree, url)
        page.is_gone = is_gone(tree)
        page.is_known_layout = tree.body is not None and _EMPTY.search(tree.body.text()) is not None
    return page


def read_forum_thread(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one page of any thread: one post a block.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    blocks = find_blocks(tree, fetched_at, zone_of(options))
    page = ParsedPage(next_url=find_next_page(tree, url))
    if not blocks:
        page.is_gone = is_gone(tree)
        if not page.is_gone:
            raise_on_wall(tree, url)
        page.is_known_layout = page.is_gone
        return page
    thread = _Thread(page_address(url), native_path(url), fetched_at, pseudonym, find_text_slot(blocks), {})
    title = _title(tree)
    first_page = page_address(url) == url.partition("#")[0] or _page_number(url) == 1
    for position, block in enumerate(_with_text(blocks, thread.slot)):
        post = _read_block(block, thread)
        post.title = title
        post.floor = 1 if first_page and position == 0 else 0
        if post.content or post.pictures:
            page.posts.append(post)
    return page


def _with_text(blocks: list[Block], slot: str) -> list[Block]:
    """Return the blocks that are posts: where most have a place for words, one without it tells an event."""
    having = [block for block in blocks if _text_place(block.node, slot) is not None]
    return having if len(having) * 2 > len(blocks) else blocks


def _text_place(node: LexborNode, slot: str) -> LexborNode | None:
    return next((part for part in node.css("*") if signature(part) == slot), None) if slot else None


def find_next_page(tree: LexborHTMLParser, url: str) -> str:
    """Return the address of the next page: rel=next, a next word, or the page number plus one; empty at the end."""
    wanted = str(_page_number(url) + 1)
    host = urlsplit(url).netloc
    for link in tree.css("a[href]"):
        address = join_address(url, link.attributes.get("href")).partition("#")[0]
        parts = urlsplit(address)
        if parts.netloc != host or address == url:
            continue
        words = link.text().strip()
        is_next_word = len(words) <= LONGEST_NEXT_WORDS and _NEXT_WORDS.match(words)
        says_next = "next" in (link.attributes.get("rel") or "").split() or is_next_word
        numbers = [value for name, value in parse_qsl(parts.query) if name.lower() in _PAGE_NAMES]
        if (says_next and (not numbers or numbers == [wanted])) or (
            numbers == [wanted] and parts.path == urlsplit(url).path
        ):
            return address
    return ""


@dataclass(slots=True)
class _Thread:
    """What all blocks of a page share."""

    url: str
    path: str
    fetched_at: datetime
    pseudonym: Pseudonym
    slot: str
    ordinals: dict[tuple[str, str], int]


def _read_block(block: Block, thread: _Thread) -> Post:
    node, time = block.node, block.time
    post = Post(thread_key=thread.path, fetched_at=thread.fetched_at)
    post.published_at, post.time_precision, post.published_text = time.instant, time.precision, time.text
    author = find_author(block)
    name = author_name(author) if author is not None else ""
    post.author = thread.pseudonym(name, time.instant) if name else ""
    anchor = node.attributes.get("id") or ""
    number = native_id(node)
    if number:
        post.key = number
    elif anchor:
        post.key = f"{thread.path}#{anchor}"
    else:
        post.key = key_without_id(thread.path, post, thread.ordinals, time_is_relative=time.is_relative)
    post.url = f"{thread.url}#{anchor}" if anchor else thread.url
    text = _text_place(node, thread.slot)
    if text is None:
        drop_nodes(node, {apart.mem_id for apart in (*block.time_nodes, *([author] if author else []))})
        text = node
    post.pictures = len(text.css("img:not([alt^='[']):not([class*='emoji'])"))
    post.quote = _take_quotes(text)
    drop_all(text, SIGNATURES)
    post.content = text_of(text)
    return post


def _take_quotes(text: LexborNode) -> str:
    """Move the quoted words out of the post, without the lines that name their authors."""
    quotes: list[str] = []
    while (quote := text.css_first("blockquote, .quote")) is not None:
        if quote.mem_id == text.mem_id:
            break
        quotes.append(without_head(text_of(quote)))
        quote.decompose()
    return "\n".join(filter(None, quotes))


def _links(block: Block, url: str) -> list[LexborNode]:
    """Return the block's links that lead to pages of this site and are neither authors nor times."""
    author = find_author(block)
    times = {node.mem_id for node in block.time_nodes}
    host = urlsplit(url).netloc
    links: list[LexborNode] = []
    for link in block.node.css("a[href]"):
        parts = urlsplit(join_address(url, link.attributes.get("href")))
        is_author = author is not None and link.mem_id == author.mem_id
        is_time = any(node.mem_id in times for node in (link, *link.css("*"))) and link.css_first(_TITLES) is None
        if parts.netloc == host and link.text().strip() and not (is_author or is_time):
            links.append(link)
    return links


def _slot_of(link: LexborNode) -> str:
    parent = link.parent
    return f"{signature(parent) if parent else ''}>{signature(link)}"


def _title_slot(blocks: list[Block], url: str) -> str:
    """Return the slot of the links with the most text: titles are longer than numbers, and each leads elsewhere."""
    totals: dict[str, int] = {}
    targets: dict[str, set[str]] = {}
    for block in blocks:
        for link in _links(block, url):
            totals[_slot_of(link)] = totals.get(_slot_of(link), 0) + len(link.text().strip())
            targets.setdefault(_slot_of(link), set()).add(link.attributes.get("href") or "")
    differs = {slot for slot, found in targets.items() if len(found) * 2 > len(blocks)}  # a section's name does not
    return max(differs or totals, key=lambda slot: totals[slot], default="")


def _next_in_head(tree: LexborHTMLParser, url: str) -> str:
    """Return the next page of the list that the page's head names, when it is a page of the same path."""
    link = tree.css_first("head link[rel=next]")
    address = join_address(url, link.attributes.get("href")) if link is not None else ""
    return address if urlsplit(address)[:3] == urlsplit(url)[:3] and address != url else ""


def _is_reply_count(node: LexborNode) -> bool:
    words = node.text().strip()
    is_count = _REPLY_CLASS.search(node.attributes.get("class") or "") is not None and words.isdigit()
    return is_count or _REPLY_WORDS.match(words) is not None


def _title(tree: LexborHTMLParser) -> str:
    """Return the heading that the page's own title names, else its first heading, else the beginning of that title."""
    whole = title_of(tree)
    headings = [words for node in tree.css(_HEADINGS) if len(words := " ".join(node.text().split())) >= SHORTEST_TITLE]
    named = [words for words in headings if words in whole]
    first = tree.css_first("h1")
    begins = next((words for words in named if whole.startswith(words)), "")
    return begins or max(named, key=len, default="") or text_of(first) or re.split(r"\s+[-_|\u2013]\s*", whole)[0]


def _page_number(url: str) -> int:
    numbers = [value for name, value in parse_qsl(urlsplit(url).query) if name.lower() in _PAGE_NAMES]
    is_number = bool(numbers) and numbers[0].isdecimal() and len(numbers[0]) <= LONGEST_PAGE_NUMBER
    return int(numbers[0]) if is_number else 1
