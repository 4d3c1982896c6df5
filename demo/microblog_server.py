"""Demo: a microblog that needs JavaScript. In: topic page and its JSON list. Out: a shell, a script that fills it.

The shell is empty; the script fetches ten cards, shows 刚刚/分钟前/小时前 counted from the virtual instant that the
server sends along (the browser knows nothing of the demo), and loads more on scroll; on a post's own page it fetches
that one. Long texts are cut with 全文.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from demo.campus_site import HTML, Answer, Query, Site
from demo.read_story import StoryPost
from foundation.clock import at_school

CARDS_A_PAGE = 10
SHORT_CHARACTERS = 100
SCRIPT = Path(__file__).with_name("microblog.js")
SHELL = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>云麓学院话题 - 微言</title></head>
<body><header>微言</header><main id="cards"></main><p id="more">加载中</p><a href="/admin/">管理</a>
<script src="/static/microblog.js"></script></body></html>"""


class Microblog(Site):
    """The microblog's page of one topic."""

    name = "microblog"
    forbidden_path = "/admin/"

    def answer(self, path: str, query: Query, now: datetime) -> Answer | None:
        """Answer shell, script, card list and long texts."""
        if path == "/topic/yunlu":
            return Answer(SHELL.encode())
        if path == "/static/microblog.js":
            return Answer(SCRIPT.read_bytes(), "text/javascript; charset=utf-8")
        if path == "/list/cards":
            return _json(self._cards(query.get("since_id", ""), now))
        native = query.get("id") or path.rpartition("/")[2]
        one = next((post for post in self.visible(now) if post.native == native), None)
        return self._one(path, one, now) if one else None

    def _one(self, path: str, post: StoryPost, now: datetime) -> Answer | None:
        if path == "/list/long":
            return _json({"ok": 1, "text": post.text_at(now)[1]})
        if path == "/list/one":
            return _json(self._answer([post], now))
        return Answer(SHELL.encode(), HTML) if path.startswith("/detail/") else None

    def _cards(self, since_id: str, now: datetime) -> dict[str, Any]:
        newest_first = [post for post in self.visible(now)[::-1] if not since_id or post.native < since_id]
        page = newest_first[:CARDS_A_PAGE]
        following = page[-1].native if len(newest_first) > CARDS_A_PAGE else ""
        return self._answer(page, now, following)

    def _answer(self, posts: list[StoryPost], now: datetime, since_id: str = "") -> dict[str, Any]:
        cards = [self._card(post, now) for post in posts]
        return {"ok": 1, "now": now.timestamp(), "since_id": since_id, "cards": cards}

    def _card(self, post: StoryPost, now: datetime) -> dict[str, Any]:
        entry, text = post.entry, self.show(post, now)
        long = len(text) > SHORT_CHARACTERS
        card: dict[str, Any] = {
            "mid": post.native,
            "author": entry.author,
            "at": entry.at.timestamp(),
            "datetime": at_school(entry.at).isoformat(),
            "text": text[:SHORT_CHARACTERS] + "…" if long else text,
            "long": long,
            "pictures": entry.pictures,
            "reposts": entry.reposts,
            "comments": entry.comments,
            "likes": entry.likes,
        }
        if entry.repost_of:
            original = self.story.post(entry.repost_of)
            quoted = {"mid": original.native, "author": original.entry.author, "text": original.entry.text}
            card["repost"] = quoted
        return card


def _json(content: dict[str, Any]) -> Answer:
    return Answer(json.dumps(content, ensure_ascii=False).encode(), "application/json; charset=utf-8")
