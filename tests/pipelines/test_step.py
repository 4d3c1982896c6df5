from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import orjson
import pytest
from sqlalchemy import func, select

from crawler.items import Page, Post
from foundation.errors import LedgerUnusable
from foundation.school import store_school
from foundation.spool import open_sealed
from foundation.tables import spool
from pipelines.step import Step, post_body

HEARD_AT = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
SECRET = "云麓学院食堂的一段原文"


class Shout(Step):
    """Marks posts; breaks on one whose content says so."""

    def run(self, posts):
        for post in posts:
            if "坏" in post.content:
                raise ValueError(post.content)
            post.relevance_reason = "ran"


class NoLedger(Step):
    def run(self, posts):
        raise LedgerUnusable("磁盘已满", "账本", "腾出空间")


@pytest.fixture
def ledger(ledger, example_school):
    with ledger.change() as work:
        store_school(work, example_school.files, "test")
    return ledger


def page(*posts):
    return Page("campus_forum", "http://bbs.yunlu.test/", HEARD_AT, list(posts))


def connected(kind, ledger):
    heard = Counter()
    report = SimpleNamespace(count=lambda outcome: heard.update([str(outcome)]))
    opened = SimpleNamespace(ledger=ledger, school=None)
    crawler = SimpleNamespace(spider=SimpleNamespace(opened=opened, report=report))
    return kind.from_crawler(crawler), heard


def test_the_step_runs_on_open_posts_only(ledger):
    step, _ = connected(Shout, ledger)
    words = ("", "duplicate", "needs_eyes", "not_ours", "refused_private", "quarantined")
    posts = [Post(outcome=word) for word in words]

    step.process_item(page(*posts))

    assert [post.relevance_reason for post in posts] == ["ran", "ran", "ran", "", "", ""]


def test_the_page_goes_on_with_all_its_posts(ledger):
    step, _ = connected(Shout, ledger)
    given = page(Post(content="好"), Post(content="坏"))

    assert step.process_item(given) is given
    assert len(given.posts) == 2


def test_a_post_that_breaks_the_step_is_quarantined_and_the_others_go_on(ledger):
    step, heard = connected(Shout, ledger)
    posts = [Post(content="好"), Post(content="坏 " + SECRET), Post(content="也好")]

    step.process_item(page(*posts))

    assert [post.outcome for post in posts] == ["", "quarantined", ""]
    assert [post.relevance_reason for post in posts] == ["ran", "", "ran"]
    assert heard == {"quarantined": 1}


def test_the_broken_post_is_sealed_with_step_and_code_place_but_without_text(ledger):
    step, _ = connected(Shout, ledger)
    step.process_item(page(Post(source_id="campus_forum", key="k1", content="坏 " + SECRET)))

    with ledger.read() as connection:
        row = connection.execute(select(spool)).one()

    assert (row.kind, row.source_id, row.step) == ("post", "campus_forum", "test_step")
    assert row.reason.startswith("ValueError test_step.py:")
    assert SECRET not in row.reason
    assert SECRET.encode() not in row.sealed


def test_a_sealed_post_can_be_read_back_whole(ledger):
    step, _ = connected(Shout, ledger)
    post = Post(source_id="campus_forum", key="k1", content="坏 " + SECRET, published_at=HEARD_AT)
    step.process_item(page(post))

    with ledger.change() as work:
        fields = orjson.loads(open_sealed(work, 1, "test"))

    assert fields["key"] == "k1"
    assert fields["content"] == post.content


def test_an_unusable_ledger_blames_no_post(ledger):
    step, heard = connected(NoLedger, ledger)
    post = Post(content="好")

    with pytest.raises(LedgerUnusable):
        step.process_item(page(post))

    with ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(spool)).scalar() == 0
    assert post.outcome == ""
    assert heard == {}


def test_text_that_json_refuses_is_kept_too():
    assert b"ud800" in post_body(Post(content="\ud800"))


class Count(Step):
    """Says how many posts it saw at once, and breaks on some."""

    def run(self, posts):
        if any("坏" in post.content for post in posts):
            raise ValueError
        for post in posts:
            post.relevance_reason = str(len(posts))


def test_posts_beside_a_broken_one_are_looked_at_together_again(ledger):
    step, _ = connected(Count, ledger)
    posts = [Post(content="好"), Post(content="坏"), Post(content="也好")]

    step.process_item(page(*posts))

    assert [post.relevance_reason for post in posts] == ["2", "", "2"]
