"""Stage 1: a page that no longer is as its parser knows it. A response in; its raw form sealed, the wall counted.

After the parser was mended, `huiyin quarantine replay` reads the sealed page again.
"""

import logging
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawler.replay_page import pack_page
from foundation.outcome import SourceOutcome
from foundation.spool import seal

if TYPE_CHECKING:
    from crawler.spider import SourceSpider

log = logging.getLogger(__name__)


def keep_page(spider: "SourceSpider", response: Response, parser: str, place: str = "") -> None:
    """Seal a page and count it as layout_changed; what lies sealed already (a replay) is not sealed again.

    Args:
        spider: Whose page it is.
        response: The page.
        parser: Name of the function that could not read it.
        place: Error class and code place when it broke, a wall's evidence when it met one; nothing when
            the page lacks what it should show.
    """
    # a person reads it as the round's outcome, in Chinese and with the next step
    log.info("%s: %s %s", spider.source.id, parser, f"broke: {place}" if place else "found another layout")
    if not spider.replay and not spider.trial:
        step, reason, body = f"parser:{parser}", place or "layout", pack_page(response)
        seal(spider.opened.ledger, kind="page", source_id=spider.source.id, step=step, reason=reason, body=body)
    spider.incomplete |= response.meta.get("kind") == "list"
    evidence = f"parser:{parser} {place}" if place else parser
    spider.wall(SourceOutcome.LAYOUT_CHANGED, evidence, response.meta.get("thread_key", ""))
