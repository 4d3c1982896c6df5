"""Demo: a news site. In: feed and article addresses. Out: RSS 2.0 with summaries, article pages with the main text.

`pubDate` is UTC by RFC 822 as real feeds write it, the article page repeats the time in school time.
"""

import html
from datetime import datetime
from email.utils import format_datetime

from demo.campus_site import Answer, Query, Site
from demo.read_story import StoryPost
from foundation.clock import at_school

FEED_ITEMS = 20
SUMMARY_CHARACTERS = 30


class News(Site):
    """The school's official news."""

    name = "news"
    forbidden_path = "/system/"

    def answer(self, path: str, query: Query, now: datetime) -> Answer | None:
        """Answer the feed and article pages."""
        if path == "/feed.xml":
            return self._feed(now)
        article = next((post for post in self.visible(now) if path == f"/info/{post.native}"), None)
        return self._article(article, now) if article else None

    def _feed(self, now: datetime) -> Answer:
        items = "".join(self._item(post) for post in self.visible(now)[::-1][:FEED_ITEMS])
        head = f"<title>云麓学院新闻网</title><link>{self.url}/</link><description>学校要闻</description>"
        feed = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        return Answer(feed.encode(), "application/rss+xml; charset=utf-8")

    def _item(self, post: StoryPost) -> str:
        entry, link = post.entry, f"{self.url}/info/{post.native}"
        return (
            f"<item><title>{html.escape(entry.title)}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{post.native}</guid><pubDate>{format_datetime(entry.at)}</pubDate>'
            f"<description>{html.escape(entry.text[:SUMMARY_CHARACTERS])}……</description></item>"
        )

    def _article(self, post: StoryPost, now: datetime) -> Answer:
        entry, text = post.entry, self.show(post, now)
        paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
        page = (
            '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
            f"<title>{html.escape(entry.title)}-云麓学院</title></head><body>"
            '<nav><a href="/">首页</a> <a href="/system/login">编辑登录</a></nav>'
            f'<article><h1 class="arti_title">{html.escape(entry.title)}</h1>'
            f'<p class="arti_metas">发布时间：{at_school(entry.at):%Y-%m-%d %H:%M} 来源：党委宣传部</p>'
            f'<div class="v_news_content">{paragraphs}</div></article>'
            "<footer>版权所有 云麓学院</footer></body></html>"
        )
        return Answer(page.encode())
