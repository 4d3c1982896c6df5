"""Stage 1: spider for news. In: a feed (RSS, Atom) or a list page. Out: new and changed entries with their main text.

An entry that should still stand in the feed and does not is asked for once: 404 and 410 mean that it is gone. With
`comments` the public comments under the articles are heard too, and young articles are read again in each round.
Options: `article` (CSS selector of the text), `full_text` (always read the article), `comments` (pages of comments an
article, 0), `list_pages` (list pages a round, 5), `recheck_hours` (72), `zone`.
"""

from collections.abc import Iterable, Iterator

from scrapy import Request
from scrapy.http import Response

from crawler.hear_comments import CommentWalk
from crawler.items import Page, Post
from crawler.marks import RECHECK_HOURS
from crawler.pages.feed_page import needs_article, read_article
from crawler.pages.news_list_page import read_news
from crawler.read_known_page import read_known_page

LIST_PAGES = 5


class FeedSpider(CommentWalk):
    """One feed is one list page, an empty feed is simply nothing new; a list of news may have several pages."""

    name = "feed"

    def first_requests(self) -> Iterable[Request]:
        """Ask for the feed, or for the answers to each of the school's terms."""
        yield from self.first_lists(self.parse_feed, number=1)

    def parse_feed(self, response: Response) -> Iterator[Page | Request]:
        """Hand over complete entries, follow cut ones, ask for missing ones."""
        feed = read_known_page(self, response, read_news)
        if feed is None:
            return
        complete: list[Post] = []
        is_new = False
        for post, row in zip(feed.posts, feed.rows, strict=True):
            marker = f"{row.marker}|{post.replies}" if self.comment_pages else row.marker
            if self.marks.is_unchanged(row.thread_key, marker):
                continue
            is_new = True
            self.marks.see(row.thread_key, row.url, marker, post.published_at)
            if row.url and (needs_article(post) or self.source.options.get("full_text")):
                yield self._ask_article(row.url, row.thread_key, post)
                continue
            complete.append(post)
            if row.url and self.comment_pages and post.replies != 0:
                yield self._ask_article(row.url, row.thread_key, None)
        if complete:
            yield self.page(response, complete)
        number = response.meta["number"]
        within = number < self.source.options.get("list_pages", LIST_PAGES)
        if feed.next_url and within and (is_new or self.catching_up):
            yield self.follow(feed.next_url, self.parse_feed, kind="list", number=number + 1)
        elif self.comment_pages:
            yield from self._ask_again()
        else:
            yield from self._ask_missing(feed.posts)

    def parse_article(self, response: Response) -> Iterator[Page | Request]:
        """Hand over one entry with its article's text, and what people write under it."""
        if response.meta["entry"] is None:
            yield from self.parse_comments(response)
            return
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
            if self.comment_pages:
                yield from self.parse_comments(response)

    def parse_missing(self, response: Response) -> None:
        """An article that left the feed but still answers has only been pushed out: nothing to say."""

    def _ask_article(self, url: str, thread_key: str, entry: Post | None) -> Request:
        return self.follow(url, self.parse_article, thread_key=thread_key, entry=entry)

    def _ask_again(self) -> Iterator[Request]:
        """Ask for articles that the feed says nothing new of: comments are edited and deleted without a word."""
        hours = self.source.options.get("recheck_hours", RECHECK_HOURS)
        planned = self.marks.due_for_recheck(self.fetched_at, hours)
        self.report.behind = planned.behind
        for mark in planned.marks:
            if mark.url:
                self.marks.see(mark.thread_key, mark.url, mark.marker, mark.published_at)
                yield self._ask_article(mark.url, mark.thread_key, None)

    def _ask_missing(self, posts: list[Post]) -> Iterator[Request]:
        listed = {post.thread_key for post in posts}
        times = [post.published_at for post in posts if post.published_at is not None]
        if not times or self.backfill is not None:
            return
        for mark in self.marks.to_recheck(self.fetched_at, self.source.options.get("recheck_hours", RECHECK_HOURS)):
            should_stand = mark.published_at is not None and mark.published_at > min(times)
            if should_stand and mark.thread_key not in listed and mark.url:
                yield self.follow(mark.url, self.parse_missing, thread_key=mark.thread_key)
