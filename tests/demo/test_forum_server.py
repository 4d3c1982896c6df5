"""The forum behaves like the real software: read by the product's own parsers."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from crawler.pages.discuz_page import read_discuz_list, read_discuz_thread
from crawler.walls import Wall
from demo.campus_site import Answer
from demo.forum_server import Forum
from demo.read_story import Story, story_instant
from demo.record_truth import Truth
from foundation import clock
from foundation.outcome import SourceOutcome

Move = Callable[[str], datetime]
URL = "http://bbs.example/"


def nobody(*_name: object) -> str:
    return "p"


@pytest.fixture
def forum(story: Story, truth: Truth) -> Forum:
    return Forum(story, truth, clock.now)


def text_of(answer: Answer) -> str:
    return answer.body.decode("gbk")


def read_thread(forum: Forum, story: Story, opener: str, now: datetime, page: int = 1):
    path = f"thread-{story.post(opener).thread}-{page}-1.html"
    return read_discuz_thread(text_of(forum.respond("/" + path)), URL + path, now, nobody, {})


def test_pages_are_gbk_without_a_charset_in_the_header(forum: Forum, clock_at: Move) -> None:
    clock_at("1 20:00")

    answer = forum.respond("/forum-2-1.html")

    assert answer.content_type == "text/html"
    assert "charset=gbk" in text_of(answer)


def test_lists_run_over_several_pages(forum: Forum, clock_at: Move) -> None:
    now = clock_at("3 20:00")

    page = read_discuz_list(text_of(forum.respond("/forum-2-1.html")), URL + "forum-2-1.html", now, nobody, {})

    assert len(page.rows) == 15
    assert page.next_url == URL + "forum-2-2.html"


def test_a_thread_runs_over_several_pages_with_exact_times(forum: Forum, story: Story, clock_at: Move) -> None:
    now = clock_at("1 20:00")

    first, second = (read_thread(forum, story, "canteen-1", now, page) for page in (1, 2))

    assert [post.floor for post in (*first.posts, *second.posts)] == list(range(1, 8))
    assert first.posts[0].published_at == story.post("canteen-1").entry.at
    assert "复制有风险" not in first.posts[0].content
    assert first.posts[3].content == ""
    assert first.posts[3].pictures >= 2


def test_an_edit_changes_the_text_and_leaves_a_mark(forum: Forum, story: Story, clock_at: Move) -> None:
    before = read_thread(forum, story, "power-1", clock_at("1 20:00")).posts[0]
    after = read_thread(forum, story, "power-1", clock_at("1 22:00")).posts[0]

    assert before.content != after.content
    assert "空气开关" in after.content
    assert after.edited_at == story_instant("1 21:30")


def test_a_deleted_thread_is_404_and_noted(forum: Forum, story: Story, truth: Truth, clock_at: Move) -> None:
    read_thread(forum, story, "parcel-1", clock_at("1 20:00"))
    clock_at("2 14:00")

    answer = forum.respond(f"/thread-{story.post('parcel-1').thread}-1-1.html")

    assert answer.status == 404
    assert "指定的主题不存在" in text_of(answer)
    assert truth.snapshot()["posts"][story.post("parcel-2").key]["gone_at"]


def test_the_closed_hour_answers_200_and_is_a_wall(forum: Forum, truth: Truth, clock_at: Move) -> None:
    now = clock_at("2 20:00")

    answer = forum.respond("/forum-2-1.html")

    assert answer.status == 200
    with pytest.raises(Wall) as wall:
        read_discuz_list(text_of(answer), URL, now, nobody, {})
    assert wall.value.outcome == SourceOutcome.SITE_CLOSED
    assert truth.snapshot()["closed"][0]["site"] == "forum"


def test_every_page_links_to_what_robots_forbids(forum: Forum, clock_at: Move) -> None:
    clock_at("1 20:00")

    assert re.search(r'href="search\.php', text_of(forum.respond("/forum-2-1.html")))
