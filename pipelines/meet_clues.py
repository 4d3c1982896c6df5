"""Stage 2, part of step 4: a clue 线索 and the post that it speaks of meet by their address, whichever came first.

Comes in: an address. Goes out: its plain form (`place_of`), which a clue carries as its thread, and, for crawled posts,
`duplicate_key` of the clue that names their address. Words that meet are found by `find_duplicate.py` itself.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import Connection, select

from crawler.items import Post
from foundation.outcome import Outcome
from search.posts import post as post_table

CLUE = "clue"  # source of every clue, beside the school's own sources
MET = ("", Outcome.NEEDS_EYES)
_DISCUZ = re.compile(
    r"/thread-(\d+)-\d+-\d+\.html$|[?&]mod=viewthread\b.*?[?&]tid=(\d+)|[?&]tid=(\d+).*?mod=viewthread\b"
)
_FOLLOWED = re.compile(r"utm_\w+|spm|from|share\w*|extra|page")  # of a query: how somebody came here, not what is here


def place_of(url: str) -> str:
    """Return the plain form of an address, the same however a person copied it; empty when it names no place.

    Left out are scheme, `www.`, fragment, last slash and marks of sharing; the two forms of a Discuz thread are one.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    host = parts.netloc.lower().removeprefix("www.")
    if not host:
        return ""
    thread = _DISCUZ.search(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    if thread:
        return f"at:{host}/tid={next(filter(None, thread.groups()))}"
    told = sorted(pair for pair in parse_qsl(parts.query) if not _FOLLOWED.fullmatch(pair[0]))
    return f"at:{host}{parts.path.rstrip('/')}" + (f"?{urlencode(told)}" if told else "")


def meet_clues(posts: Sequence[Post], clues: Mapping[str, str]) -> None:
    """Point opening posts to the clue that named their address; a post that copies something else already stays so.

    Args:
        posts: Posts of one page.
        clues: Plain address → key of the first clue that named it.
    """
    for one in posts:
        key = "" if one.is_reply or one.source_id == CLUE else clues.get(place_of(one.url), "")
        if key and one.outcome in MET:
            one.duplicate_key, one.outcome = key, Outcome.DUPLICATE


def clues_at(connection: Connection, posts: Sequence[Post]) -> dict[str, str]:
    """Return for the addresses of opening posts the clues that named them: plain address → key."""
    places = {place_of(one.url) for one in posts if not one.is_reply and one.source_id != CLUE} - {""}
    if not places:
        return {}
    asked = select(post_table.c.thread_key, post_table.c.key).where(
        post_table.c.thread_key.in_(places), post_table.c.source_id == CLUE
    )
    rows = connection.execute(asked.order_by(post_table.c.post_id.desc())).all()
    return {row.thread_key: row.key for row in rows}  # the earliest is written last and stays
