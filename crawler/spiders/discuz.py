"""Stage 1: spider for Discuz! X3 forums, GBK or UTF-8. In: one section. Out: what a guest may read."""

from crawler.pages.discuz_theme_page import read_any_discuz_list, read_any_discuz_thread
from crawler.walk_forum import ForumWalk


class DiscuzSpider(ForumWalk):
    """A page without the ids of Discuz is `layout_changed`, unless the source's `selectors` describe its theme.

    Boards of other software are for the spider `forum`.
    """

    name = "discuz"
    read_list = read_any_discuz_list
    read_thread = read_any_discuz_thread
