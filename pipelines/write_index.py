"""Stage 2, step 9: keeps a judged page. Posts in; ledger rows, signatures and index rows out, in one transaction.

Here every post ends: its outcome is counted, once. When the ledger itself cannot be written the error goes up, so that
the round ends badly and its watermark does not move: the page will be read again.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler

from crawler.items import Page, Post
from foundation.errors import Retry, Stop
from foundation.ledger import Ledger, Work
from foundation.opening import Opened
from foundation.outcome import Outcome
from pipelines.signatures import Signatures
from pipelines.step import STILL_OPEN, Step
from search.posts import Kept, is_indexable, keep_posts, mark_vanished, set_aside
from search.store import Store, open_store

log = logging.getLogger(__name__)
Report = Callable[[str], None]


def write_index(work: Work, store: Store, page: Page) -> list[Kept]:
    """Keep a page in the caller's transaction: its posts, what finds their copies later, and what it proves gone."""
    open_posts = [post for post in page.posts if post.outcome != Outcome.QUARANTINED]
    for post in open_posts:
        post.outcome = post.outcome or Outcome.STORED
    kept = keep_posts(work, store, open_posts)
    fresh = [item.post for item in kept if item.change in ("new", "edited")]
    Signatures().add(work, [post for post in fresh if is_indexable(post) or post.restricted])
    if page.history:
        _set_aside(work, kept, frozenset(page.history))
    if page.vanished or page.vanished_threads:
        mark_vanished(work, store, page.vanished, page.vanished_threads)
    return kept


def _set_aside(work: Work, kept: list[Kept], history: frozenset[str]) -> None:
    """Keep new posts of long ago out of ingest order: they open no case and no alarm; a call for help always counts."""
    old = [item.post for item in kept if item.change == "new" and item.post.key in history and not item.post.restricted]
    set_aside(work, [post.post_id or 0 for post in old])


class WriteIndex(Step):
    """The last step as Scrapy sees it."""

    def __init__(self, ledger: Ledger, store: Store) -> None:
        self.ledger = ledger
        self.store = store
        self.kept: Report = lambda change: None

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Open the school's index."""
        return cls(opened.ledger, open_store(opened.school))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the step, and report to the round what keeping changed."""
        step = super().from_crawler(crawler)
        step.kept = crawler.spider.report.kept  # type: ignore[union-attr]
        return step

    def process_item(self, item: Page) -> Page:
        """Keep a page; a post that cannot be kept is quarantined and the others are kept without it.

        Raises:
            Stop: The ledger is locked, full or damaged.
            Retry: Temporary: the page will be read again.
        """
        kept = self._keep_or_part(item)
        for each in kept:
            self.kept(each.change)
        self._count(item, kept)
        return item

    def _keep_or_part(self, page: Page) -> list[Kept]:
        """Keep a page, or halves of it, so that a post that cannot be kept is found in few steps."""
        blame = page.posts[0] if len(page.posts) == 1 else None
        kept = self._keep(page, blame)
        if kept is not None or not page.posts:
            return kept or []
        if blame is not None:
            return self._keep_or_part(replace(page, posts=[]))
        half = len(page.posts) // 2
        first = replace(page, posts=page.posts[:half], vanished=[], vanished_threads=[])
        return self._keep_or_part(first) + self._keep_or_part(replace(page, posts=page.posts[half:]))

    def _keep(self, page: Page, blame: Post | None = None) -> list[Kept] | None:
        before = [post.outcome for post in page.posts]
        try:
            with self.ledger.change() as work:
                return write_index(work, self.store, page)
        except (Stop, Retry):
            raise
        except Exception as problem:  # noqa: BLE001  # one post's bug: kept in the spool and counted, the others go on
            for post, outcome in zip(page.posts, before, strict=True):
                post.outcome = outcome
            if blame is not None and blame.outcome in STILL_OPEN:
                self._quarantine(blame, problem)
            return None

    def _count(self, item: Page, kept: list[Kept]) -> None:
        """Count each post's outcome; posts quarantined by a step were counted by it."""
        outcomes = {each.post.key: each.post.outcome for each in kept}
        for post in item.posts:
            post.outcome = outcomes.get(post.key, post.outcome)  # twice on one page: one post, one outcome
            if post.outcome != Outcome.QUARANTINED:
                self.count(Outcome(post.outcome))
