"""Stage 4: how hot an event is, where it began, and whether it grows. Members in, figures out; pure arithmetic.

Heat is a sum over posts, so that one more post never lowers it at the same instant; each post counts for its reactions
and fades with age; an event that is on several sites counts for more.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HALF_LIFE_HOURS = 24.0  # half of the first captured reposts come within 3 h, nine in ten within a day
SITE_BONUS = 0.25  # each further site
WORTH = (1.0, 0.2, 2.0, 0.001)  # of one reply, like, repost, view
TREND_HOURS = 6
TREND_RATIO = 1.5
BURST_POSTS = 3  # fewer posts are no trend


@dataclass(frozen=True, slots=True)
class Member:
    """What of a post counts for heat."""

    post_id: int
    site: str
    published_at: datetime | None
    first_seen_at: datetime
    is_copy: bool
    counts: tuple[int, ...] = (0, 0, 0, 0)  # replies, likes, reposts, views

    @property
    def said_at(self) -> datetime:
        """When it was published, else when we heard it."""
        return self.published_at or self.first_seen_at


@dataclass(frozen=True, slots=True)
class Heat:
    """An event's figures at one instant."""

    posts: int
    copies: int
    sites: int
    heat: float
    trend: str
    origin_post_id: int | None
    origin_site: str


def measure_heat(members: Sequence[Member], now: datetime) -> Heat:
    """Measure an event; the origin is its earliest published post, a copy if the original was never heard."""
    sites = {member.site for member in members}
    total = sum(_weight(member) * _freshness(member, now) for member in members)
    origin = min(members, key=lambda member: (member.said_at, member.post_id), default=None)
    return Heat(
        posts=len(members),
        copies=sum(member.is_copy for member in members),
        sites=len(sites),
        heat=round(total * (1 + SITE_BONUS * max(len(sites) - 1, 0)), 4),
        trend=_trend(members, now),
        origin_post_id=origin.post_id if origin else None,
        origin_site=origin.site if origin else "",
    )


def _weight(member: Member) -> float:
    """One for the post and the logarithm of its reactions: a view is worth far less than a repost."""
    return 1 + math.log1p(sum(worth * count for worth, count in zip(WORTH, member.counts, strict=True)))


def _freshness(member: Member, now: datetime) -> float:
    hours = max((now - member.said_at).total_seconds(), 0.0) / 3600
    return float(2 ** (-hours / HALF_LIFE_HOURS))


def _trend(members: Sequence[Member], now: datetime) -> str:
    """Compare the posts of the last `TREND_HOURS` with those of as many hours before."""
    span = timedelta(hours=TREND_HOURS)
    late = sum(now - span < member.said_at <= now for member in members)
    early = sum(now - 2 * span < member.said_at <= now - span for member in members)
    if late >= BURST_POSTS and late >= TREND_RATIO * early:
        return "up"
    if early >= BURST_POSTS and early >= TREND_RATIO * late:
        return "down"
    return "flat"
