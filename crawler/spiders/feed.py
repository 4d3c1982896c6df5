"""Stage 1: spider for news. In: a feed (RSS, Atom) or a list page. Out: new and changed entries with their main text.

What the feed gives whole is heard again with each feed. Other articles are read again by `crawler/plan_rechecks.py`:
an edit is heard where the article alone tells what was heard first, and one that is gone (404, 410, or a page that
says so) is said to be. With `comments` the public comments under the articles are heard too, and read again likewise.
Options: `article` (CSS selector of the text), `full_text` (always read the article), `comments` (pages of comments an
article, 0), `list_pages` (list pages a round, 5), `recheck_hours` (72), `zone`.
"""

from collections.abc import Iterable, Iterator

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.backfill import first_list, note_pages, passes_over, reads_list, walks_back
from crawler.hear_comments import CommentWalk
from crawler.items import Page, Post
from crawler.marks import RECHECK_HOURS, Mark
from crawler.pages.feed_page import needs_article, read_article
from crawler.pages.news_list_page import read_news
from crawler.pages.parsed_page import ListRow, ParsedPage
from crawler.read_known_page import read_known_page
from crawler.refusal import Refusal

LIST_PAGES = 5
WHOLE = "|whole"  # behind a marker: the article alone tells what was heard, so an edit of it can be heard


class FeedSpider(CommentWalk):
    """One feed is one list page, an empty feed is simply nothing new; a list of news may have several pages."""

    name = "feed"

    def first_requests(self) -> Iterable[Request]:
        """Ask for the feed, or for the answers to each of the school's terms."""
        note_pages(self, self._completes)
        if (place := first_list(self)) is not None:
            yield self.follow(place.url, self.parse_feed, kind="list", number=place.number)
            return
        yield from self.first_lists(self.parse_feed, number=1)

    def parse_feed(self, response: Response) -> Iterator[Page | Request]:
        """Hand over complete entries, follow cut ones, ask for missing ones."""
        feed = read_known_page(self, response, read_news)
        if feed is None or not reads_list(self, response, (row.thread_key for row in feed.rows), feed.posts):
            return
        complete: list[Post] = []
        changed = list(self._changed(feed))
        for post, row, marker in changed:
            if passes_over(self, post, comments=bool(self.comment_pages and post.replies != 0)):
                continue
            self.marks.see(row.thread_key, row.url, marker, post.published_at)
            if row.url and self._is_read_apart(post):
                yield self._ask_article(row.url, row.thread_key, post, marker)
                continue
            complete.append(post)
            if row.url and self.comment_pages and post.replies != 0:
                yield self._ask_article(row.url, row.thread_key, None)
        if complete:
            yield self.page(response, complete)
        number = response.meta["number"]
        within = walks_back(self) or number < self.source.options.get("list_pages", LIST_PAGES)
        if feed.next_url and within and (changed or self.catching_up):
            yield self.follow(feed.next_url, self.parse_feed, kind="list", number=number + 1)
        elif self.backfill is None:
            yield from self._ask_again()

    def parse_article(self, response: Response) -> Iterator[Page | Request]:
        """Hand over one entry with its article's text, and what people write under it."""
        if response.meta["entry"] is None:
            yield from self.parse_comments(response)
            return
        article = self._read_article(response, response.meta["entry"])
        if article is None:
            return
        if article.is_gone:
            yield self.vanish(response.url, response.meta["thread_key"])
            return
        if article.is_whole and (post := article.posts[0]).url:
            self.marks.see(post.thread_key, post.url, response.meta["marker"] + WHOLE, post.published_at)
        yield self.page(response, article.posts)
        if self.comment_pages:
            yield from self.parse_comments(response)

    def parse_again(self, response: Response) -> Iterator[Page]:
        """Hand over an article that no list led to, when it can be read alone; else only see that it is there."""
        mark: Mark = response.meta["mark"]
        post = Post(key=mark.thread_key, thread_key=mark.thread_key, url=mark.url, floor=1)
        post.published_at = mark.published_at
        article = self._read_article(response, post)
        if article is not None and article.is_gone:
            yield self.vanish(response.url, mark.thread_key)
        elif article is not None and mark.marker.endswith(WHOLE) and post.title and post.content:
            yield self.page(response, article.posts)

    def not_again(self, failure: Failure) -> Iterator[Page]:
        """Count an article that was not answered again; one that robots keep closed was heard from the feed alone."""
        if not isinstance(failure.value, Refusal):
            yield from self.failed(failure)

    def _read_article(self, response: Response, entry: Post) -> ParsedPage | None:
        known = {"url": response.url, "fetched_at": self.fetched_at, "options": self.source.options}
        return self.parsed(response, read_article, **known, entry=entry)

    def _changed(self, feed: ParsedPage) -> Iterator[tuple[Post, ListRow, str]]:
        """Return entries that are new or changed, with their marker; see others that the feed gives whole."""
        for post, row in zip(feed.posts, feed.rows, strict=True):
            marker = f"{row.marker}|{post.replies}" if self.comment_pages else row.marker
            if not any(self.marks.is_unchanged(row.thread_key, state) for state in (marker, marker + WHOLE)):
                yield post, row, marker
            elif not self.comment_pages and not self._is_read_apart(post):
                self.marks.see(row.thread_key, row.url, marker, post.published_at)

    def _completes(self, response: Response) -> str:
        """Return the article that is read to its last comment with this response."""
        thread_key: str = response.meta.get("thread_key", "")
        return "" if thread_key in self.unanswered() or not self.is_walked(thread_key) else thread_key

    def _is_read_apart(self, post: Post) -> bool:
        return needs_article(post) or bool(self.source.options.get("full_text"))

    def _ask_article(self, url: str, thread_key: str, entry: Post | None, marker: str = "") -> Request:
        return self.follow(url, self.parse_article, thread_key=thread_key, entry=entry, marker=marker)

    def _ask_again(self) -> Iterator[Request]:
        """Ask for articles that the feed says nothing new of: they are edited and deleted without a word there."""
        hours = self.source.options.get("recheck_hours", RECHECK_HOURS)
        planned = self.marks.due_for_recheck(self.fetched_at, hours)
        self.report.behind = planned.behind
        for mark in planned.marks:
            if not mark.url:
                continue
            self.marks.see(mark.thread_key, mark.url, mark.marker, mark.published_at)
            if self.comment_pages:
                yield self._ask_article(mark.url, mark.thread_key, None)
            else:
                asked = self.follow(mark.url, self.parse_again, thread_key=mark.thread_key, mark=mark)
                yield asked.replace(errback=self.not_again)
