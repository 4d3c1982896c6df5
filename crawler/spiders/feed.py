"""Stage 1: spider for RSS and Atom. In: a feed. Out: new and changed entries, with the article's main text when cut.

An entry that should still stand in the feed and does not is asked for once: 404 and 410 mean that it is gone. Options:
`article` (CSS selector of the text), `full_text` (always read the article), `recheck_hours` (72), `zone`.
"""

from collections.abc import Iterable, Iterator

from scrapy import Request
from scrapy.http import Response

from crawler.items import Page, Post
from crawler.marks import RECHECK_HOURS
from crawler.pages.feed_page import needs_article, read_article, read_feed
from crawler.read_known_page import read_known_page
from crawler.spider import SourceSpider


class FeedSpider(SourceSpider):
    """One feed is one list page; an empty feed is simply nothing new."""

    name = "feed"

    def first_requests(self) -> Iterable[Request]:
        """Ask for the feed."""
        yield self.follow(self.source.url, self.parse_feed, kind="list")

    def parse_feed(self, response: Response) -> Iterator[Page | Request]:
        """Hand over complete entries, follow cut ones, ask for missing ones."""
        feed = read_known_page(self, response, read_feed)
        if feed is None:
            return
        complete: list[Post] = []
        for post, row in zip(feed.posts, feed.rows, strict=True):
            if self.marks.is_unchanged(row.thread_key, row.marker):
                continue
            self.marks.see(row.thread_key, row.url, row.marker, post.published_at)
            if row.url and (needs_article(post) or self.source.options.get("full_text")):
                yield self.follow(row.url, self.parse_article, thread_key=row.thread_key, entry=post)
            else:
                complete.append(post)
        if complete:
            yield self.page(response, complete)
        yield from self._ask_missing(feed.posts)

    def parse_article(self, response: Response) -> Iterator[Page]:
        """Hand over one entry with its article's text."""
        article = self.parsed(
            response,
            read_article,
            url=response.url,
            fetched_at=self.fetched_at,
            options=self.source.options,
            entry=response.meta["entry"],
        )
        if article is None:
            return
        if article.is_gone:
            yield self.vanish(response.url, response.meta["thread_key"])
        else:
            yield self.page(response, article.posts)

    def parse_missing(self, response: Response) -> None:
        """An article that left the feed but still answers has only been pushed out: nothing to say."""

    def _ask_missing(self, posts: list[Post]) -> Iterator[Request]:
        listed = {post.thread_key for post in posts}
        times = [post.published_at for post in posts if post.published_at is not None]
        if not times:
            return
        for mark in self.marks.to_recheck(self.fetched_at, self.source.options.get("recheck_hours", RECHECK_HOURS)):
            should_stand = mark.published_at is not None and mark.published_at > min(times)
            if should_stand and mark.thread_key not in listed and mark.url:
                yield self.follow(mark.url, self.parse_missing, thread_key=mark.thread_key)
