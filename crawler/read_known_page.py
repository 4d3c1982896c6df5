"""Stage 1: between spiders and parsers. In: a response and a parser. Out: what it read, keyed by site, or None."""

from collections.abc import Callable
from typing import Any

from scrapy.http import Response

from crawler.keep_page import keep_page
from crawler.pages.hide_names import NamesOfPage
from crawler.pages.parsed_page import ParsedPage
from crawler.spider import SourceSpider
from foundation.outcome import SourceOutcome

GONE_LIST = "列表页说它不存在：地址变了，或版块已经撤了"


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
    if parsed.is_gone and response.meta.get("kind") == "list":  # a closed section answers like this: no calm day
        spider.incomplete = True
        spider.wall(SourceOutcome.UNREACHABLE, GONE_LIST)
        return None
    if not parsed.is_gone and not _is_as_agreed(spider, response, parsed):
        keep_page(spider, response, parser.__name__)
        return None
    names.hide(parsed)
    parsed.for_site(spider.source.site_id)
    if term := response.meta.get("term"):
        shown = len(parsed.rows) or len(parsed.posts)
        spider.report.searched[term] = spider.report.searched.get(term, 0) + shown
    if response.meta.get("kind") == "list":
        keys = [row.thread_key for row in parsed.rows] or [post.key for post in parsed.posts]
        spider.report.known += sum(spider.marks.knows(key) for key in keys)
    return parsed


def _is_as_agreed(spider: SourceSpider, response: Response, parsed: ParsedPage) -> bool:
    """Return whether a page keeps the layout contract: its marks are there, and a list that was full is not empty."""
    shown = len(parsed.rows) or len(parsed.posts)  # a feed names each entry twice
    if response.meta.get("kind") == "list":
        spider.report.listed += shown
        may_be_empty = bool(spider.source.terms) or not spider.marks.holds_any()  # a search may find nothing
        return parsed.is_known_layout and (spider.report.listed > 0 or may_be_empty)
    return parsed.is_known_layout
