"""Stage 5: what was heard, for the reader of a case. Case in; its posts and the reasons for its level out.

An ordinary case shows the beginning of each post, enough to know it and to copy its link as evidence. A help-first case
shows whole texts; whoever asks for them has made sure before that the reader is a counsellor. Nobody sees an author.
"""

from typing import Any

from sqlalchemy import Connection

from cases.case import Case
from crawler.items import Post
from foundation.clock import at_school
from search.posts import select_posts

SHOWN = 10
TEXT_LENGTH = 80
NEWEST = "ORDER BY coalesce(published_at, first_seen_at) DESC, post_id DESC"


def describe_posts(connection: Connection, case: Case, *, readable: bool) -> dict[str, Any]:
    """Return `posts_total`, `posts` (newest first), and `reasons`, `counterfactual` of the post that set the level.

    Who may not read the case (`roles.may_read`) is shown none of it. An ordinary case never shows a post that is
    help-first.
    """
    if not readable:
        return {"posts_total": 0, "posts": [], "reasons": [], "counterfactual": ""}
    own = (case.event_id, int(case.restricted))
    posts = select_posts(connection, f"WHERE event_id = ? AND restricted = ? {NEWEST}", own)
    gravest = max(posts, key=lambda post: (post.level_code, post.score), default=None)
    return {
        "posts_total": len(posts),
        "posts": [_describe_post(post, whole=case.restricted) for post in posts[:SHOWN]],
        "reasons": [
            {"rule": reason.rule, "title": reason.title, "points": reason.points, "words": list(reason.words)}
            for reason in (gravest.reasons if gravest else ())
        ],
        "counterfactual": gravest.counterfactual if gravest else "",
    }


def _describe_post(post: Post, *, whole: bool) -> dict[str, Any]:
    at = post.published_at or post.first_seen_at
    text = post.content if whole else " ".join(post.content.split())
    return {
        "post_id": post.post_id,
        "at": at_school(at).isoformat(timespec="seconds") if at else None,
        "site": post.site,
        "title": post.title,
        "text": text if whole or len(text) <= TEXT_LENGTH else text[: TEXT_LENGTH - 1] + "…",
        "url": post.url,
        "vanished": post.vanished_at is not None,
    }
