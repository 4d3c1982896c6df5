"""Stage 1: pages wait a moment for one another, so that the steps understand and keep many posts at once.

Scrapy's item processor: a page comes in, the pages of a batch go through all item pipelines together as one `Page`. A
batch leaves when it has `ENOUGH` posts, when no page came for `QUIET_SECONDS`, or after `LONGEST_SECONDS`. While a page
waits, Scrapy counts it as being processed: no round ends before all its pages are kept, and a batch that could not be
kept fails each of its pages, so that the watermark stays. Order holds: a post that is heard again, and what a page
proves gone, never stand in one batch with what came before or after.
"""

import asyncio
from typing import Any

from scrapy.pipelines import ItemPipelineManager

from crawler.items import Page

ENOUGH = 400  # posts: the index takes them for a fifth less than 200; more would hold the ledger longer
QUIET_SECONDS = 0.2  # a site that is asked once a second or more slowly has each page kept by itself
LONGEST_SECONDS = 1.0


class HoldPages(ItemPipelineManager):
    """Holds the pages of one round."""

    def __init__(self, *steps: Any, **values: Any) -> None:
        """Begin with nothing held; Scrapy gives the steps."""
        super().__init__(*steps, **values)
        self._held: list[Page] = []
        self._keys: set[str] = set()
        self._gone: asyncio.Future[None] | None = None  # done when the pages now held went through all steps
        self._since = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._sending: set[asyncio.Task[None]] = set()  # asyncio itself would forget a task that nobody holds

    async def process_item_async(self, item: Page) -> Page:
        """Hold a page until its batch went through all steps.

        Raises:
            Exception: What a step raised for the whole batch (a ledger that cannot be written).
        """
        keys = {post.key for post in item.posts}
        if not self._keys.isdisjoint(keys):
            await self._send()
        loop = asyncio.get_running_loop()
        if self._gone is None:
            self._gone, self._since = loop.create_future(), loop.time()
        gone = self._gone
        self._held.append(item)
        self._keys |= keys
        if len(self._keys) >= ENOUGH or item.vanished or item.vanished_threads:
            await self._send()
        else:
            self._wait(loop)
        await gone
        return item

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._timer is not None:
            self._timer.cancel()
        ends_at = min(loop.time() + QUIET_SECONDS, self._since + LONGEST_SECONDS)
        self._timer = loop.call_at(ends_at, self._time_is_up, loop)

    def _time_is_up(self, loop: asyncio.AbstractEventLoop) -> None:
        task = loop.create_task(self._send())
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self) -> None:
        """Send all that is held through the steps and tell those who wait for it."""
        pages, gone = self._held, self._gone
        if gone is None:
            return
        self._held, self._keys, self._gone = [], set(), None
        if self._timer is not None:
            self._timer.cancel()
        try:
            await super().process_item_async(put_together(pages))
        except Exception as problem:  # noqa: BLE001  # told to each page that waits: Scrapy reports it there
            gone.set_exception(problem)
        else:
            gone.set_result(None)


def put_together(pages: list[Page]) -> Page:
    """Return one page with all that these pages told, in their order."""
    first = pages[0]
    return Page(
        first.source_id,
        first.url,
        first.fetched_at,
        [post for page in pages for post in page.posts],
        [key for page in pages for key in page.vanished],
        [key for page in pages for key in page.vanished_threads],
        [key for page in pages for key in page.history],
    )
