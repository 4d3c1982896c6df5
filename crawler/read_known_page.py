"""Stage 1: between spiders and parsers. In: a response and a parser. Out: what it read, keyed by site, or None."""

from collections.abc import Callable
from typing import Any

from scrapy.http import Response

from crawler.pages.hide_names import NamesOfPage
from crawler.pages.parsed_page import ParsedPage
from crawler.spider import SourceSpider
from foundation.outcome import SourceOutcome


def read_known_page(
    spider: SourceSpider, response: Response, parser: Callable[..., ParsedPage], **values: Any
) -> ParsedPage | None:
    """Return what a parser of crawler/pages read, with keys of the source's site.

    Args:
        spider: Whose page it is.
        response: The page.
        parser: A function of crawler/pages.
        values: Further arguments of that parser.

    Returns:
        None when the page was a wall, broke the parser, or is of a changed layout: counted already.

    Raises:
        CloseSpider: A wall before the whole site: the round ends here.
    """
    names = NamesOfPage(spider.pseudonym)
    common = {
        "url": response.url,
        "fetched_at": spider.fetched_at,
        "pseudonym": names.pseudonym,
        "options": spider.source.options,
    }
    parsed: ParsedPage | None = spider.parsed(response, parser, **common, **values)
    if parsed is None:
        return None
    if not parsed.is_known_layout and not parsed.is_gone:
        spider.wall(SourceOutcome.LAYOUT_CHANGED, parser.__name__, response.meta.get("thread_key", ""))
        return None
    names.hide(parsed)
    return parsed.for_site(spider.source.site_id)
