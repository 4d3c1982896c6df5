"""Stage 2: replays posts that a step broke on. A sealed post in; the same steps as a crawl; its new outcome out.

The steps and their order are those of `crawler/settings.py`, so that a replayed post is understood and kept just as a
crawled one. A post that breaks again is sealed again under its new reason.
"""

import json
from importlib import import_module

from crawler.items import Page, Post, post_from_row
from crawler.settings import ITEM_PIPELINES
from foundation.opening import Opened
from foundation.outcome import Outcome
from foundation.spool import mark_replayed, open_sealed
from pipelines.step import Step


def replay_post(opened: Opened, spool_id: int, why: str) -> Outcome:
    """Send one sealed post through all steps again and return what became of it.

    Raises:
        Refused: It is no longer kept, or sealed with another key.
        LedgerUnusable: The ledger cannot be written now; the post stays sealed.
    """
    with opened.ledger.change() as work:
        post = read_body(open_sealed(work, spool_id, why))
    at = post.fetched_at or work.at
    page = Page(post.source_id, post.url, at, [post])
    for step in steps(opened):
        step.process_item(page)
    with opened.ledger.change() as work:
        mark_replayed(work, spool_id)
    return Outcome(post.outcome)


def steps(opened: Opened) -> list[Step]:
    """Build the steps of `ITEM_PIPELINES` in their order, for use outside Scrapy."""
    built = []
    for place, _ in sorted(ITEM_PIPELINES.items(), key=lambda item: item[1]):
        module, _, name = place.rpartition(".")
        step: Step = getattr(import_module(module), name).from_opened(opened)
        step.connect(opened.ledger, lambda _outcome: None)
        built.append(step)
    return built


def read_body(body: bytes) -> Post:
    """Return the post that `pipelines.step.post_body` wrote, as it was before any outcome."""
    post = post_from_row(json.loads(body))  # orjson refuses the lone surrogates that some pages hold
    post.outcome = post.outcome_reason = ""
    return post
