"""Stage 1: what stands beside the posts of Discuz. In: one floor. Out: its 点评 as posts, a word where text is locked.

A 点评 is somebody's own answer and becomes a post of the thread. It has no id: its key is made of the floor, the
author's pseudonym, the original time and an ordinal.
"""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from selectolax.lexbor import LexborNode

from crawler.items import Post
from crawler.pages.parsed_page import Pseudonym, key_without_id
from crawler.pages.read_text import drop_all, text_of
from crawler.pages.read_times import stamp_post

LOCKED_REPLY = "\u3014部分内容回复可见\u3015"
LOCKED_OTHER = "\u3014部分内容不公开\u3015"


def read_comments_of(
    block: LexborNode, floor: Post, fetched_at: datetime, pseudonym: Pseudonym, zone: tzinfo
) -> Iterator[Post]:
    """Yield the 点评 of one floor as posts of its thread, in page order.

    Args:
        block: The floor's element; is changed.
        floor: The floor's post.
        fetched_at: Instant of the response.
        pseudonym: Makes pseudonyms.
        zone: Zone of the site.
    """
    ordinals: dict[tuple[str, str], int] = {}
    for comment in block.css(f"#comment_{floor.key} .pstl"):
        said = comment.css_first(".psti")
        if said is None:
            continue
        post = Post(thread_key=floor.thread_key, url=f"{floor.url.partition('#')[0]}#pid{floor.key}")
        post.title, post.fetched_at = floor.title, fetched_at
        times = [node.attributes.get("title") or "" for node in said.css("span[title]")]
        stamp = said.css_first(".xg1")
        found = stamp_post(post, [*times, text_of(stamp)], fetched_at, zone)
        name = text_of(comment.css_first(".psta a.xw1") or comment.css_first(".psta"))
        post.author = pseudonym(name, post.published_at) if name else ""
        drop_all(said, ".xg1, .xi2, img:not([alt^='['])")
        post.content = text_of(said)
        post.key = key_without_id(floor.key, post, ordinals, time_is_relative=found is None or found.is_relative)
        if post.content:
            yield post


def mark_locked(message: LexborNode) -> None:
    """Put a word in place of what a guest is not meant to read: that something is hidden is known, what it is is not.

    Args:
        message: The post's text; is changed.
    """
    while (locked := message.css_first(".locked")) is not None:
        locked.replace_with(LOCKED_REPLY if "回复" in locked.text() else LOCKED_OTHER)
