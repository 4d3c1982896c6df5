"""Stage 1: whether silence is calm. Posts of a round and rows of the patrol in; what is wrong with the source out.

Two watches, because a redesign seldom says so: how much is heard against `expected_posts_per_day`, and which share of
the posts has its fields. `crawler/read_known_page.py` adds the third: a list that showed threads and shows none.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from crawler.items import Post
from crawler.pages.read_times import future_words
from crawler.tables import patrol
from foundation import clock
from foundation.outcome import SourceAlarm

DAY = timedelta(days=1)
LEAST_POSTS = 10  # fewer say nothing about a share
FIELDS = {"title": "标题", "content": "正文", "author": "作者", "published_at": "发布时间"}
FORUM = {"title": 0.8, "content": 0.5, "author": 0.8, "published_at": 0.8}
FILL: Mapping[str, float] = {"content": 0.5}  # a school's own spider, until its source says more
FILL_OF: Mapping[str, Mapping[str, float]] = {
    "discuz": FORUM,
    "forum": FORUM,
    "tieba": FORUM,
    "feed": {"title": 0.8, "content": 0.5, "published_at": 0.8},  # most feeds name no author
    "message_board": {"content": 0.5, "published_at": 0.8},  # many boxes print neither title nor sender
    "microblog": {"content": 0.5, "author": 0.8, "published_at": 0.8},
}


def volume_alarm(connection: Connection, state: Row[Any], new: int, at: datetime) -> str:
    """Return `too_few`, `too_many` or nothing for what a source gave in the day, or the days, before `at`.

    Args:
        connection: The ledger, before the round that ends at `at` has its row.
        state: The source's row of `source_state`.
        new: Posts that this round heard for the first time; 0 for a first visit.
        at: End of the round.

    A source that should give less than one post a day is looked at over so many days that one would be due. Nothing is
    too few before the source has been heard for that long; first visits, which hear years at once, do not count.
    """
    least, most = state.expected
    usual = select(func.coalesce(func.sum(patrol.c.new), 0)).where(patrol.c.source_id == state.source_id)
    usual = usual.where(patrol.c.catching_up == 0)
    if new + connection.execute(usual.where(patrol.c.finished_at > at - DAY)).scalar_one() > most:
        return SourceAlarm.TOO_MANY
    if least <= 0:
        return ""
    days = max(1, math.ceil(1 / least))
    since = at - days * DAY
    first = select(func.min(patrol.c.finished_at)).where(patrol.c.source_id == state.source_id)
    begun_at = connection.execute(first).scalar()
    if begun_at is None or begun_at > since:
        return ""
    heard = new + connection.execute(usual.where(patrol.c.finished_at > since)).scalar_one()
    return SourceAlarm.TOO_FEW if heard < least * days else ""


@dataclass(slots=True)
class FillWatch:
    """Counts which fields the posts of one round have.

    Attributes:
        least: Field → share of posts that must have it.
        posts: How many posts may have each field (a reply has no title of its own).
        filled: How many have it.
        future: How many posts wrote a time that has not come yet, and so have none.
        sample: The first page that lacked something: its raw form is kept when the share is too low.
    """

    least: Mapping[str, float]
    posts: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    sample: Any = None
    future: int = 0

    @classmethod
    def of(cls, spider: str, own: Mapping[str, float]) -> "FillWatch":
        """Return the watch for one kind of spider; a source's `minimum_fill` goes over its defaults."""
        return cls({**FILL_OF.get(spider, FILL), **own})

    def watch(self, posts: Sequence[Post], response: Any) -> None:
        """Count the posts of one page."""
        untimed = [post.published_text for post in posts if post.published_at is None and post.published_text]
        self.future += sum(bool(future_words(text, clock.now())) for text in untimed)
        for name in self.least:
            able = [post for post in posts if not post.is_reply] if name == "title" else posts
            lacking = [post for post in able if not getattr(post, name)]
            if name == "content":
                lacking = [post for post in lacking if post.pictures <= 0]
            self.posts[name] += len(able)
            self.filled[name] += len(able) - len(lacking)
            if lacking and self.sample is None:
                self.sample = response

    def breach(self) -> str:
        """Return the field that most posts lack, as a sentence for people; empty when all are well filled."""
        for name, least in self.least.items():
            share = self.filled[name] / self.posts[name] if self.posts[name] else 1.0
            if self.posts[name] >= LEAST_POSTS and share < least:
                return f"只有 {share:.0%} 的帖文读到了{FIELDS[name]}（应不少于 {least:.0%}），页面可能改版"
        return ""
