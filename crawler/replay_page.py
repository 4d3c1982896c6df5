"""Stage 1: pages that broke their parser. A response in, sealed with all that its callback needs; later read again.

`scrapy crawl SPIDER -a source=ID -a replay=7,8` opens sealed pages instead of asking the site: their posts go through
all steps, requests that they would lead to are dropped, and neither the watermark nor the source's state moves.
"""

import base64
import json
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.http.headers import Headers
from scrapy.responsetypes import responsetypes

from crawler.items import Page, Post, as_row, post_from_row
from foundation.errors import HuiyinError, Refused
from foundation.outcome import SourceOutcome
from foundation.spool import mark_replayed, open_sealed
from foundation.stack import code_place

if TYPE_CHECKING:
    from crawler.spider import SourceSpider

log = logging.getLogger(__name__)
PLAIN = (str, int, float, bool, type(None))
HEADER = "Content-Type"


def pack_page(response: Response) -> bytes:
    """Return a response as JSON: address, callback, the plain part of its meta, content type and body."""
    request = response.request
    meta = response.meta if request is not None else {}
    values = {
        "url": response.url,
        "callback": getattr(request.callback if request is not None else None, "__name__", ""),
        "meta": {name: value for name, value in meta.items() if isinstance(value, PLAIN)},
        "posts": {name: as_row(value) for name, value in meta.items() if isinstance(value, Post)},
        "type": (response.headers.get(HEADER) or b"").decode("latin-1"),
        "body": base64.b64encode(response.body).decode(),
    }
    return json.dumps(values, default=str).encode()


def unpack_page(spider: "SourceSpider", packed: bytes) -> Response:
    """Return the response that was packed, tied to the callback that it was meant for.

    Raises:
        Refused: What was sealed is no page of this spider.
    """
    try:
        values: dict[str, Any] = json.loads(packed)
        callback = getattr(spider, values["callback"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        words = f"它不是 {spider.name} 的页面，等下一轮重新抓取"
        raise Refused("暂存的页面无法重放", spider.source.id, words) from problem
    # pages sealed before every list knew its number are first pages
    meta = {"number": 1} | values["meta"] | {name: post_from_row(row) for name, row in values["posts"].items()}
    headers, body = Headers({HEADER: values["type"]} if values["type"] else {}), base64.b64decode(values["body"])
    kind = responsetypes.from_args(headers=headers, url=values["url"], body=body)
    request = Request(values["url"], callback=callback, meta=meta)
    return kind(values["url"], headers=headers, body=body, request=request)


def replay_pages(spider: "SourceSpider") -> Iterator[Page]:
    """Open the sealed pages that `spider.replay` names and hand over what their callbacks now read."""
    for word in spider.replay.split(","):
        broken = spider.report.walls[SourceOutcome.LAYOUT_CHANGED]
        try:
            with spider.opened.ledger.change() as work:
                response = unpack_page(spider, open_sealed(work, int(word), "replay"))
            yield from _read_again(response)
        except CloseSpider:
            log.info("%s: sealed page %s is a wall", spider.source.id, word)  # understood after all
        except Exception as problem:  # noqa: BLE001  # a page may break its callback again: told, the others go on
            words = str(problem) if isinstance(problem, HuiyinError) else code_place(problem)
            spider.report.broke(words)
            log.error("%s: sealed page %s was not replayed: %s", spider.source.id, word, words)
            continue
        if spider.report.walls[SourceOutcome.LAYOUT_CHANGED] == broken:
            spider.replayed.append(int(word))


def finish_replay(spider: "SourceSpider") -> None:
    """Mark the pages that were read and kept this time; nothing else of the source changes."""
    try:
        if not spider.report.broken:
            with spider.opened.ledger.change() as work:
                for spool_id in spider.replayed:
                    mark_replayed(work, spool_id)
    except HuiyinError as problem:
        log.error("%s: the replay could not be marked: %s", spider.source.id, problem)
    finally:
        spider.opened.ledger.close()


def _read_again(response: Response) -> Iterator[Page]:
    callback = response.request.callback if response.request is not None else None
    if callable(callback):
        yield from (item for item in callback(response) or () if isinstance(item, Page))
