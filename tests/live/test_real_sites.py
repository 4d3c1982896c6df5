"""Real software on loopback, seeded by us: nothing missing, nothing twice, times right, a second round calm."""

from collections import Counter
from datetime import datetime

import pytest

from tests.live.listen import Listener
from tests.live.spirit_forum import spirit_forum
from tests.live.wordpress_site import wordpress_site

pytestmark = pytest.mark.live


def compare(kept: dict[str, datetime], truth: dict[str, datetime]) -> str:
    """Return one line of the truth table."""
    right = sum(kept.get(text) == at for text, at in truth.items())
    return f"seeded {len(truth)} kept {len(kept)} missing {len(truth.keys() - kept.keys())} times right {right}"


def test_a_real_forum_is_heard_whole_without_a_rule_file(tmp_path, capsys):
    with spirit_forum(tmp_path) as (url, rows):
        listener = Listener(tmp_path)
        listener.crawl(id="board", title="真实论坛", spider="forum", url=url)
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
