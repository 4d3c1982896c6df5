"""Stage 1: feeds and their articles. In: RSS 2.0 or Atom as text, article HTML. Out: entries as posts; the main text.

Entities are refused before anything is expanded (billion laughs, external files). Native id: guid, else the canonical
address. A row's marker changes with every visible change of the entry, so that an edit under the same guid is heard.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from resiliparse.extract.html2text import extract_plain_text
from selectolax.lexbor import LexborNode

from crawler.items import Post
from crawler.pages.article_time import refine_time, signed_on
from crawler.pages.hide_names import without_person
from crawler.pages.join_address import join_address
from crawler.pages.parse_html import parse_html
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import read_count
from crawler.pages.read_text import text_and_pictures, text_of
from crawler.pages.read_times import stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall
from crawler.walls import Wall
from foundation.outcome import SourceOutcome

SHORT_TEXT = 80  # characters: below it an extractor has probably missed the text, a feed gives only a summary
PARAGRAPHS_LEAST = 40  # a footer's or a byline's paragraph is shorter
BODIES = ".v_news_content, [id^='vsb_content'], .wp_articlecontent, .entry-content, #js_content, .article-content"
TITLES = "h1.arti_title, .arti_title, h1"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CUT = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\]|阅读全文|查看全文|继续阅读|Read more)\s*[\])»]*\s*$", re.I)
_TRACKING = re.compile(r"^(utm_\w+|spm|from|source|phpsessid|jsessionid|sessionid)$", re.I)


def canonical_address(url: str) -> str:
    """Return an article's address without fragment and tracking parameters."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0])]
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, urlencode(query), ""))


def read_feed(text: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read all entries: one post and one row an entry, in the feed's order; an empty feed is an empty page.

    The way on is the older part of a feed that is split into pages or archives (RFC 5005).

    Raises:
        Wall: Broken XML, forbidden entities, or an HTML page instead of a feed.
    """
    root = _root(text, url)
    page = ParsedPage(next_url=_older_part(root, url))
    seen: set[str] = set()
    for entry in _entries(root):
        post, marker = _read_entry(entry, url, fetched_at, pseudonym, options)
        if post.key and post.key not in seen:
            seen.add(post.key)
            page.posts.append(post)
            page.rows.append(ListRow(post.key, post.url, marker, post.replies, None, post.title))
    return page


def needs_article(post: Post) -> bool:
    """Return whether the feed gave only a summary, so that the article itself must be read."""
    return len(post.content) < SHORT_TEXT or _CUT.search(post.content) is not None


def read_article(html: str, url: str, fetched_at: datetime, options: Options, entry: Post) -> ParsedPage:
    """Put the article's main text into the feed's entry; without one the feed's summary stays.

    Args:
        html: The article's page.
        url: Its address.
        fetched_at: Instant of the response.
        options: `article`: CSS selector of the text, for sites where extraction goes wrong.
        entry: The post as the feed gave it; is filled and returned.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    body = tree.css_first(options.get("article") or BODIES)
    own_title = text_of(tree.css_first(TITLES))
    entry.title = entry.title or own_title
    words, pictures = "", 0
    if body is not None:
        pictures = len(body.css("img"))
        words = text_of(body)
    if not words:
        if is_gone(tree):
            return ParsedPage(is_gone=True)
        raise_on_wall(tree, url)
        words = main_text(html)
    entry.content = words if len(words) > len(_CUT.sub("", entry.content)) // 2 else entry.content
    refine_time(entry, tree, words, fetched_at, zone_of(options))
    entry.pictures = max(entry.pictures, pictures)
    entry.fetched_at = fetched_at
    is_whole = bool(words) and (entry.title, entry.content, entry.author) == (own_title, words, "")
    return ParsedPage(posts=[entry], is_whole=is_whole)


def main_text(html: str) -> str:
    """Return the main text of any article page, empty when nothing looks like one.

    First the element whose own paragraphs hold most of the page's words, joined as they stand (an extractor loses the
    single signs that Word wraps in spans: "10日" became "10"), then two extractors for pages without paragraphs.
    """
    paragraphs: dict[int, int] = {}
    holders: dict[int, LexborNode] = {}
    for paragraph in parse_html(html).css("p"):
        holder = paragraph.parent
        if holder is not None:
            linked = sum(len(link.text()) for link in paragraph.css("a"))
            paragraphs[holder.mem_id] = paragraphs.get(holder.mem_id, 0) + len(paragraph.text().strip()) - linked
            holders[holder.mem_id] = holder
    best = max(paragraphs, key=lambda place: paragraphs[place], default=0)
    if best and paragraphs[best] >= PARAGRAPHS_LEAST:
        return text_of(holders[best])
    words = str(extract_plain_text(html, main_content=True, alt_texts=False, links=False, list_bullets=False)).strip()
    if len(words) < SHORT_TEXT:
        import trafilatura

        words = trafilatura.extract(html, include_comments=False) or words
    return "\n".join(line.strip() for line in words.splitlines() if line.strip())


def _root(text: str, url: str) -> Element:
    start = _ILLEGAL.sub("", text).lstrip("\ufeff \r\n\t")
    try:
        root: Element = fromstring(start, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as problem:
        raise Wall(SourceOutcome.LAYOUT_CHANGED, "xml_entities_refused") from problem
    except ParseError as problem:
        raise_on_wall(parse_html(start), url)
        raise Wall(SourceOutcome.LAYOUT_CHANGED, "broken_xml") from problem
    if _name(root) not in ("rss", "feed", "RDF"):
        raise_on_wall(parse_html(start), url)
        raise Wall(SourceOutcome.LAYOUT_CHANGED, "not_a_feed")
    return root


def _older_part(root: Element, url: str) -> str:
    holders = (root, *(child for child in root if _name(child) == "channel"))
    links = {link.get("rel"): link.get("href") for each in holders for link in each if _name(link) == "link"}
    address = join_address(url, links.get("next") or links.get("prev-archive"))
    return address if urlsplit(address).hostname == urlsplit(url).hostname else ""


def _entries(root: Element) -> Iterator[Element]:
    return (node for node in root.iter() if _name(node) in ("item", "entry"))


def _read_entry(
    entry: Element, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
) -> tuple[Post, str]:
    values: dict[str, str] = {}
    for child in entry:
        name = _name(child)
        if name == "link" and child.get("rel", "alternate") != "alternate":
            continue
        inner = "".join(child.itertext()) or child.get("href") or ""
        if name == "author":
            inner = next((part.text or "" for part in child if _name(part) == "name"), inner)
        if name == "comments":  # <comments> is the address of the comments, <slash:comments> their number
            name = "count" if inner.strip().isdecimal() else name
        values.setdefault("html" if name in ("encoded", "content") else name, inner.strip())
    link = canonical_address(join_address(url, values.get("link")))
    post = Post(url=link, fetched_at=fetched_at, floor=1, title=text_and_pictures(values.get("title", ""))[0])
    times = [values.get(name, "") for name in ("pubDate", "published", "date", "updated")]
    stamp_post(post, times, fetched_at, zone_of(options))
    identity = values.get("guid") or values.get("id") or link
    post.key = post.thread_key = without_person(identity, post.published_at, pseudonym)
    author = values.get("creator") or values.get("author", "")
    post.author = pseudonym(author, post.published_at) if author else ""
    words = values.get("html") or values.get("description") or values.get("summary", "")
    post.content, post.pictures = text_and_pictures(words)
    post.replies = read_count(values.get("count"))
    if post.published_at is None and (signed := signed_on(post.content, fetched_at, zone_of(options))) is not None:
        post.published_at, post.time_precision, post.published_text = signed.instant, signed.precision, signed.text
    marker = "\x1f".join((post.title, *times, values.get("updated", ""), words))
    return post, hashlib.sha256(marker.encode()).hexdigest()[:16]


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]
