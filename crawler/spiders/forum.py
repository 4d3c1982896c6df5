"""Stage 1: spider for forums of any software. In: one list page. Out: its threads and posts.

With a rule file (`options.selectors`, names in `crawler/pages/rule_page.py`) pages are read by it, where it says
nothing a page with the ids of Discuz is read as Discuz, all others by their repeated blocks (`find_blocks.py`).
"""

from datetime import datetime

from crawler.pages.discuz_page import is_discuz, read_discuz_list, read_discuz_thread
from crawler.pages.forum_page import read_forum_list, read_forum_thread
from crawler.pages.parsed_page import Options, ParsedPage, Pseudonym
from crawler.pages.rule_page import Board
from crawler.walk_forum import ForumWalk


def read_any_list(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read a list page by its rules or its own marks.

    Raises:
        Wall: Login, closed, too fast …
    """
    rules = options.get("selectors", {})
    if "row" in rules:
        return Board(rules).read_list(html, url, fetched_at, pseudonym, options)
    parser = read_discuz_list if is_discuz(html) else read_forum_list
    return parser(html, url, fetched_at, pseudonym, options)


def read_any_thread(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read a page of a thread by its rules or its own marks.

    Raises:
        Wall: Login, closed, too fast …
    """
    rules = options.get("selectors", {})
    if "post" in rules:
        return Board(rules).read_thread(html, url, fetched_at, pseudonym, options)
    parser = read_discuz_thread if is_discuz(html) else read_forum_thread
    return parser(html, url, fetched_at, pseudonym, options)


class ForumSpider(ForumWalk):
    """For boards whose software nobody told us."""

    name = "forum"
    read_list = read_any_list
    read_thread = read_any_thread
