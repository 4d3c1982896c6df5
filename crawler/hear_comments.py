"""Stage 1: public comments under the school's own articles. In: an article's page. Out: its comments, page by page.

A comment is a post of its article's thread. WordPress counts comment pages from the oldest, and the bare address shows
the newest (or the oldest) one: every page that a page links to is read once, the newest first. A comment that an
article, read to its last comment page, no longer shows has vanished. Option of a source: `comments` (pages for each
article; 0: none).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.items import Page
from crawler.pages.comment_page import read_article_comments
from crawler.read_known_page import read_known_page
from crawler.spider import SourceSpider


@dataclass(slots=True)
class _Walk:
    """The comment pages of one article.

    Attributes:
        asked: Addresses that were asked for, the article's own among them.
        waiting: How many of them have not answered.
        shown: Keys of the comments that stood on them.
        is_whole: No page was left out, none was a wall.
    """

    asked: set[str]
    waiting: int = 1
    shown: set[str] = field(default_factory=set)
    is_whole: bool = True


class CommentWalk(SourceSpider):
    """Base of spiders whose articles have comments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with no article's comments asked for."""
        super().__init__(*args, **kwargs)
        self._walks: dict[str, _Walk] = {}

    @property
    def comment_pages(self) -> int:
        """How many pages of comments are read under each article."""
        return int(self.source.options.get("comments", 0))

    def is_walked(self, thread_key: str) -> bool:
        """Return whether no page of an article's comments is still to come."""
        walk = self._walks.get(thread_key)
        return not self.comment_pages or (walk is not None and not walk.waiting)

    def parse_comments(self, response: Response) -> Iterator[Page | Request]:
        """Hand over the comments of one page and ask for the pages that it links to."""
        thread_key = response.meta["thread_key"]
        found = read_known_page(self, response, read_article_comments)
        walk = self._walks.setdefault(thread_key, _Walk({response.url}))
        walk.waiting -= 1
        if found is None:
            walk.is_whole = False
            return
        if found.is_gone:
            yield self.vanish(response.url, thread_key)
            return
        for post in found.posts:
            post.thread_key = thread_key
        walk.shown.update(post.key for post in found.posts)
        for row in found.rows:
            if row.url not in walk.asked:
                yield from self._ask_page(walk, row.url, thread_key)
        gone = [] if walk.waiting or not walk.is_whole else self._missing(walk, thread_key)
        if found.posts or gone:
            yield self.page(response, found.posts, gone)

    def _ask_page(self, walk: _Walk, url: str, thread_key: str) -> Iterator[Request]:
        if len(walk.asked) >= self.comment_pages:
            walk.is_whole = False
            return
        walk.asked.add(url)
        walk.waiting += 1
        yield self.follow(url, self.parse_comments, kind="comments", thread_key=thread_key)

    def _missing(self, walk: _Walk, thread_key: str) -> list[str]:
        return self.marks.see_whole(self.opened.ledger, thread_key, len(walk.asked), walk.shown)
