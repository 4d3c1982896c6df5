"""Stage 2: what all pipeline steps share: a page of posts in, the same page out; a broken post never stops the others.

A step is a pure function on a list of posts plus a thin class. The class inherits `Step`, names its function in `run`
and, when it needs values of the school, takes them in its constructor and reads them in `from_opened`:

    class CheckRelevance(Step):
        def __init__(self, words: Words) -> None: ...

        @classmethod
        def from_opened(cls, opened: Opened) -> Self:
            return cls(read_words(opened.school))

        def run(self, posts: list[Post]) -> None:
            check_relevance(posts, self.words)

`run` gets only posts that are still open, may be called again for the same posts and must then give the same result.
A post that breaks it is sealed into the encrypted spool with step and reason, and gets (and counts) outcome
`quarantined`. All other outcomes are counted by write_index, once a post.
"""

import json
import logging
from collections.abc import Callable
from typing import Self

import orjson
from scrapy.crawler import Crawler

from crawler.items import Page, Post, as_row
from foundation.errors import Retry, Stop
from foundation.ledger import Ledger
from foundation.opening import Opened
from foundation.outcome import Outcome
from foundation.spool import seal
from foundation.stack import code_place

log = logging.getLogger(__name__)
STILL_OPEN = ("", Outcome.DUPLICATE, Outcome.NEEDS_EYES)


class Step:
    """One step of the pipeline as Scrapy sees it."""

    ledger: Ledger
    count: Callable[[Outcome], None]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the step from what the spider opened; Scrapy calls this once a round."""
        spider = crawler.spider
        step = cls.from_opened(spider.opened)  # type: ignore[union-attr]
        step.connect(spider.opened.ledger, spider.report.count)  # type: ignore[union-attr]
        return step

    @classmethod
    def from_opened(cls, opened: Opened) -> Self:
        """Build the step from ledger and school; override when the constructor takes values."""
        return cls()

    def connect(self, ledger: Ledger, count: Callable[[Outcome], None]) -> None:
        """Say where broken posts are kept and who counts them."""
        self.ledger = ledger
        self.count = count

    def run(self, posts: list[Post]) -> None:
        """Fill the fields of open posts that this step owns."""
        raise NotImplementedError(f"{type(self).__name__}.run")

    def process_item(self, item: Page) -> Page:
        """Run the step on the open posts of a page.

        Raises:
            Stop: The ledger or the school cannot be used: no post is to blame.
            Retry: Temporary: no post is to blame.
        """
        posts = [post for post in item.posts if post.outcome in STILL_OPEN]
        if posts and not self._runs(posts):
            whole = [post for post in posts if self._runs([post], blame=True)]
            self._runs(whole)  # once more together: copies are found among many
        return item

    def _runs(self, posts: list[Post], *, blame: bool = False) -> bool:
        try:
            self.run(posts)
        except (Stop, Retry):
            raise
        except Exception as problem:  # noqa: BLE001  # any bug of a step: kept and counted, the other posts go on
            if blame:
                self._quarantine(posts[0], problem)
            return False
        return True

    def _quarantine(self, post: Post, problem: Exception) -> None:
        step, reason = type(self).__module__.rpartition(".")[2], code_place(problem)
        seal(self.ledger, kind="post", source_id=post.source_id, step=step, reason=reason, body=post_body(post))
        post.outcome = Outcome.QUARANTINED
        post.outcome_reason = f"{step}: {reason}"
        self.count(Outcome.QUARANTINED)
        log.warning("step %s broke on a post of %s: %s", step, post.source_id, reason)


def post_body(post: Post) -> bytes:
    """Return all fields of a post as JSON, also when its text holds lone surrogates that orjson refuses."""
    try:
        return orjson.dumps(as_row(post))
    except TypeError:
        return json.dumps(as_row(post), default=str).encode()
