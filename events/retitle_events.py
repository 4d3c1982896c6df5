"""Stage 4: events named by words that nobody may read any more. Event ids in, events with a remaining post's name out.

An event is called after a post. When that post left as help-first, was edited or was forgotten, its words go from the
event and from the event's posts too; the earliest post that may still be read names it, or nobody.
"""

from collections.abc import Iterable

from events.event import change_event, event_row, title_of
from foundation.ledger import Work
from search.posts import change_posts, select_posts
from search.store import Store


def retitle_events(work: Work, store: Store, event_ids: Iterable[int]) -> int:
    """Name those events anew that none of their posts would name so; return how many."""
    count = 0
    for event_id in sorted(set(event_ids)):
        posts = select_posts(work.connection, "WHERE event_id = ? ORDER BY post_id", (event_id,))
        titles = [title for post in posts if (title := title_of(post))]
        if event_row(work.connection, event_id).title in ("", *titles):
            continue
        title = titles[0] if titles else ""
        change_event(work, event_id, title=title)
        change_posts(work, store, [post.post_id or 0 for post in posts], event_title=title)
        count += 1
    return count
