"""Boards without a rule file: ≥ 90 % of posts with title, pseudonym, time and text, here all."""

from datetime import UTC, datetime

import pytest

from crawler.pages.forum_page import read_forum_list, read_forum_thread
from tests.crawler.pages.unseen_layouts import LAYOUTS, Layout, Told, truth

NOW = datetime(2026, 10, 9, 2, tzinfo=UTC)
SHARE = 0.9


def is_as_told(post, told: Told) -> bool:
    minute = told.at.replace(second=0)
    return (
        post.title == told.title
        and post.author == f"p-{told.author}"
        and post.published_at in (told.at, minute)
        and post.content == told.text
    )


@pytest.mark.provision("Z1.4-1", "Z9c.1")
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_nine_of_ten_posts_are_heard_as_they_were_written(layout: Layout) -> None:
    right, extra = 0, 0
    for told in truth():
        url = layout.thread_url.format(n=told[0].number)
        page = read_forum_thread(layout.render_thread(told), url, NOW, lambda name, at: f"p-{name}", {})
        right += sum(any(is_as_told(post, one) for post in page.posts) for one in told)
        extra += max(len(page.posts) - len(told), 0)

    assert right >= SHARE * sum(map(len, truth()))
    assert extra == 0


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_topic_of_the_list_is_found_under_its_title(layout: Layout) -> None:
    page = read_forum_list(layout.render_list(truth()), layout.list_url, NOW, lambda name, at: name, {})

    assert [(row.url, row.title) for row in page.rows] == [
        (layout.thread_url.format(n=told[0].number), told[0].title) for told in truth()
    ]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_reply_on_an_old_topic_moves_its_marker(layout: Layout) -> None:
    before, after = truth(), truth()
    last = after[2][-1]
    after[2].append(Told(399, last.title, "北窗", last.at.replace(hour=23), "又没人管了"))

    def markers(topics):
        page = read_forum_list(layout.render_list(topics), layout.list_url, NOW, lambda name, at: name, {})
        return [row.marker for row in page.rows]

    moved = [old != new for old, new in zip(markers(before), markers(after), strict=True)]
    assert moved == [False, False, True, False, False, False]
