"""Stage 1: spider for Tieba's old layout. In: one section (吧). Out: its threads, floors and the 楼中楼 in the pages.

The site itself often answers with a captcha or login page, and its robots are read live: then the round ends as
`rate_limited`, `login_required` or `blocked_by_robots`, nothing is stored, and clues or imports remain.
"""

from crawler.pages.tieba_page import read_tieba_list, read_tieba_thread
from crawler.walk_forum import ForumWalk


class TiebaSpider(ForumWalk):
    """The rewritten layout of 2026 (cards by script, signed addresses) is `layout_changed`."""

    name = "tieba"
    read_list = read_tieba_list
    read_thread = read_tieba_thread
