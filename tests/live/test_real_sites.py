"""Real software on loopback, seeded by us: nothing missing, nothing twice, times right, a second round calm."""

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome
from tests.live.listen import Listener
from tests.live.misago_forum import misago_forum
from tests.live.spirit_forum import spirit_forum
from tests.live.wordpress_site import wordpress_site

pytestmark = pytest.mark.live


def compare(kept: dict[str, datetime], truth: dict[str, datetime]) -> str:
    """Return one line of the truth table."""
    right = sum(kept.get(text) == at for text, at in truth.items())
    return f"seeded {len(truth)} kept {len(kept)} missing {len(truth.keys() - kept.keys())} times right {right}"


@pytest.fixture(scope="module")
def forum(tmp_path_factory):
    with spirit_forum(tmp_path_factory.mktemp("spirit")) as running:
        yield running


def test_a_real_forum_is_heard_whole_without_a_rule_file(forum, tmp_path, capsys):
    rows = forum.rows
    listener = Listener(tmp_path)
    listener.crawl(id="board", title="真实论坛", spider="forum", url=forum.url)
    posts = listener.posts()
    listener.again("board")
    second = listener.posts()
    texts = Counter(post.content for post in posts)
    truth = {row["text"]: datetime.fromisoformat(row["at"]).replace(second=0) for row in rows}
    kept = {post.content: post.published_at for post in posts}
    with capsys.disabled():
        print(f"\ndjango-spirit: {compare(kept, truth)} twice {sum(n > 1 for n in texts.values())}")

    assert truth.keys() - kept.keys() == set()
    assert kept.keys() - truth.keys() == set()
    assert {text for text, number in texts.items() if number > 1} == set()
    assert {text: kept[text] for text in truth} == truth
    assert all(post.author and post.title for post in posts)
    assert not any(row["user"] == post.author for row in rows for post in posts)
    assert len(second) == len(posts)


CHURN = """
from django.utils import timezone
from spirit.comment.models import Comment
from spirit.topic.models import Topic
Comment.objects.filter(comment={edited!r}).update(comment={now!r}, comment_html="<p>" + {now!r} + "</p>")
Comment.objects.filter(comment={removed!r}).update(is_removed=True)
Topic.objects.filter(title={closed!r}).update(is_removed=True)
topic = Topic.objects.get(title={old!r})
reply = Comment.objects.create(user=topic.user, topic=topic, comment={reply!r}, comment_html="<p>" + {reply!r} + "</p>")
Topic.objects.filter(pk=topic.pk).update(last_active=timezone.now(), comment_count=topic.comment_count + 1)
"""


def test_a_second_round_finds_exactly_what_changed_in_a_real_forum(forum, tmp_path, capsys):
    listener = Listener(tmp_path)
    listener.crawl(id="board", title="真实论坛", spider="forum", url=forum.url)
    before = {post.content: post for post in listener.posts()}
    titles = list(dict.fromkeys(row["title"] for row in forum.rows))
    of_topic = {title: [row["text"] for row in forum.rows if row["title"] == title] for title in titles}
    long, old, closed = titles[33], titles[3], titles[40]  # 45 comments on three pages each, the second five days old
    edited, removed = of_topic[long][1], of_topic[titles[41]][-1]
    changes = {"edited": edited, "now": edited + "（更正）", "removed": removed, "closed": closed, "old": old}
    forum.change(CHURN.format(**changes, reply="五天后又有人回复了，云麓学院的同学看看。"))
    listener.again("board")
    after = {post.content: post for post in listener.posts()}
    gone = {text for text, post in after.items() if post.vanished_at is not None}
    with capsys.disabled():
        print(f"\ndjango-spirit, changed: new {len(after) - len(before)} gone {len(gone)} of {len(before)}")

    assert after.keys() - before.keys() == {edited + "（更正）", "五天后又有人回复了，云麓学院的同学看看。"}
    assert before.keys() - after.keys() == {edited}
    assert after[edited + "（更正）"].version == 2
    assert gone == {removed, *of_topic[closed]}


def script_source(url: str) -> dict[str, Any]:
    """Return the source that reads the forum's front page in a browser and presses 更多, as people do."""
    titles = "a.threads-list-item-title"
    chosen = {"card": titles, "id_attribute": "href", "text": titles, "time": "time", "author": ".nobody"}
    chosen |= {"more": ".pager-more button"}
    fill = {"author": 0, "published_at": 0}  # a list of titles
    options = {"selectors": chosen, "own_pages": False}
    return {"id": "front", "title": "首页", "spider": "microblog", "url": url, "minimum_fill": fill, "options": options}


def test_a_real_forum_that_goes_on_by_script_is_heard_as_far_as_its_robots_allow(tmp_path, capsys):
    with misago_forum(tmp_path) as (url, rows):
        listener = Listener(tmp_path)
        listener.crawl(id="board", title="真实论坛", spider="forum", url=url)
        posts = listener.posts()
        said = listener.crawl(code=1, id="api", title="它的接口", spider="forum", url=f"{url}api/threads/")
        listener.crawl(id="board", title="真实论坛", spider="forum", url=url)
        second = listener.posts()
        listener.crawl(code=1, **script_source(url))
        told, listed = listener.told("front")
        cards = [post for post in listener.posts() if post.source_id == "front"]
    truth = {row["text"]: datetime.fromisoformat(row["at"]) for row in rows}
    kept = {post.content: post.published_at for post in posts}
    with capsys.disabled():
        print(f"\nMisago: {compare(kept, truth)}")

    assert kept == truth
    assert all(post.author and post.title for post in posts)
    assert "robots" in said
    assert len(second) == len(posts)
    assert {card.content for card in cards} <= {row["title"] for row in rows}
    assert len(cards) == 26  # what stands on the page before 更多 asks for /api/threads/
    assert told["outcome"] == "partly_blocked"
    assert [path for each in told["robots"].values() for path in each["paths"]] == ["/api/threads/"]
    (line,) = [line for line in listed.splitlines() if line.startswith("front")]
    assert SOURCE_OUTCOME_TITLES[SourceOutcome.PARTLY_BLOCKED] in line
    assert "/api/threads/" in line


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with wordpress_site(tmp_path_factory.mktemp("wordpress")) as running:
        yield running


def test_real_news_is_heard_whole_from_its_feed(site, tmp_path, capsys):
    listener = Listener(tmp_path)
    listener.crawl(id="news", title="真实新闻", spider="feed", url=site.feed, official=True)
    posts = listener.posts()
    listener.again("news")
    truth = {row["title"]: datetime.fromisoformat(row["at"]) for row in site.news}
    kept = {post.title: post.published_at for post in posts}
    with capsys.disabled():
        print(f"\nWordPress news: {compare(kept, truth)}")

    assert kept == truth
    assert len(posts) == len(truth)
    for row in site.news:
        content = next(post.content for post in posts if post.title == row["title"])
        assert all(part in content for part in row["body"])
    assert len(listener.posts()) == len(posts)


def test_a_real_message_board_is_heard_whole_with_its_replies(site, tmp_path, capsys):
    listener = Listener(tmp_path)
    listener.crawl(id="letters", title="真实留言板", spider="message_board", url=site.board)
    posts = listener.posts()
    listener.again("letters")
    truth = {row["text"]: datetime.fromisoformat(row["at"]) for row in site.letters}
    kept = {post.content: post.published_at for post in posts}
    replies = {post.content: (post.official_reply, post.official_reply_at) for post in posts if post.official_reply}
    expected = {
        row["text"]: (row["reply"], datetime.fromisoformat(row["reply_at"])) for row in site.letters if "reply" in row
    }
    with capsys.disabled():
        print(f"\nWordPress 留言板: {compare(kept, truth)} replies {len(replies)} of {len(expected)}")

    assert kept == truth
    assert len(posts) == len(truth)
    assert replies == expected
    assert len(listener.posts()) == len(posts)


def test_comments_under_a_real_article_are_heard_whole_and_so_is_every_change(site, tmp_path, capsys):
    """Page 1 holds the oldest comments; the bare address shows the newest page."""
    listener = Listener(tmp_path)
    source = {"id": "news", "title": "真实新闻", "spider": "feed", "url": site.feed, "official": True}
    listener.crawl(**source, options={"comments": 5})
    first = {post.content: post for post in listener.posts() if post.thread_key != post.key}
    truth = {row["text"]: datetime.fromisoformat(row["at"]) for row in site.comments}
    texts = [row["text"] for row in site.comments]
    now, reply = texts[2] + "（更正）", "刚才又有人在旧评论下回复，云麓学院的同学看看。"
    site.change({"edited": texts[2], "now": now, "answered": texts[4], "reply": reply, "removed": texts[30]})
    listener.again("news")
    second = {post.content: post for post in listener.posts() if post.thread_key != post.key}
    with capsys.disabled():
        print(f"\nWordPress comments: {compare({text: post.published_at for text, post in first.items()}, truth)}")

    assert {text: post.published_at for text, post in first.items()} == truth
    assert second.keys() - first.keys() == {now, reply}
    assert first.keys() - second.keys() == {texts[2]}
    assert {text for text, post in second.items() if post.vanished_at is not None} == {texts[30]}
