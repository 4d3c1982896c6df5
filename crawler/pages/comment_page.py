"""Stage 1: comments under an article. In: HTML of the article's page. Out: comments as posts, and other comment pages.

Read are comments in the manner of WordPress (`guestbook_page.py`: an answer of the school belongs to the comment that
it answers). Native ids: "c" and the comment's number. Rows are the other comment pages that this one links to, newest
first: page 1 holds the oldest comments.
"""

import re
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.pages.guestbook_page import read_comments
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

_PATH_NUMBER = re.compile(r"/comment-page-(\d{1,6})(?=/|$)")
_QUERY_NAME = "cpage"


def read_article_comments(
    html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
) -> ParsedPage:
    """Read the comments of one page of an article; an article without comments is an empty page.

    Raises:
        Wall: Login, closed, too fast …
    """
    tree = open_page(html)
    page = read_comments(tree, url, fetched_at, pseudonym, options)
    if page is None:
        gone = is_gone(tree)
        if not gone:
            raise_on_wall(tree, url)
        return ParsedPage(is_gone=gone)
    for post in page.posts:
        post.url = f"{_article_of(url)}#comment-{post.key}"
        post.key, post.floor = f"c{post.key}", 0
    page.next_url = ""
    page.rows = _other_pages(tree, url)
    return page


def comment_page_number(url: str) -> int:
    """Return which comment page an address names, 0 when it names none."""
    parts = urlsplit(url)
    found = _PATH_NUMBER.search(parts.path)
    numbers = [value for name, value in parse_qsl(parts.query) if name == _QUERY_NAME and value.isdecimal()]
    return int(found[1]) if found else int(numbers[0]) if numbers else 0


def _article_of(url: str) -> str:
    """Return the address of the article that a comment page belongs to."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != _QUERY_NAME]
    path = _PATH_NUMBER.sub("", parts.path).rstrip("/") or "/"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), ""))


def _other_pages(tree: LexborHTMLParser, url: str) -> list[ListRow]:
    home = _article_of(url)
    links = (join_address(url, link.attributes.get("href")).partition("#")[0] for link in tree.css("a[href]"))
    pages = {
        number: link for link in links if link and (number := comment_page_number(link)) and _article_of(link) == home
    }
    pages.pop(comment_page_number(url), None)
    return [ListRow(str(number), pages[number]) for number in sorted(pages, reverse=True)]
