"""Tests of replaying sealed posts: the crawl's own steps, in their order, and nothing lost on the way."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

import search.sqlite_store  # noqa: F401  (declares its tables)
from crawler.items import Post, Reason
from crawler.settings import ITEM_PIPELINES
from foundation.errors import Refused
from foundation.opening import Opened
from foundation.outcome import Outcome
from foundation.school import store_school
from foundation.spool import seal
from foundation.tables import spool
from pipelines.replay_quarantine import read_body, replay_post, steps
from pipelines.step import post_body
from search.posts import post

AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
BODY = "云麓学院二食堂的汤凉了，米饭也没有熟，排队的同学很多。"


@pytest.fixture
def opened(ledger, example_school):
    """A ledger with the example school in force."""
    with ledger.change() as work:
        store_school(work, example_school.files, "test")
    return Opened(ledger, example_school)


def sealed(opened, body: bytes | None = None, **values) -> int:
    heard = Post(source_id="news", site="s", key="s:1", url="http://s.test/1", title="汤凉了", content=BODY, **values)
    number = seal(
        opened.ledger, kind="post", source_id="news", step="check_relevance", reason="r", body=body or post_body(heard)
    )
    assert number is not None
    return number


def test_every_field_of_a_post_survives_the_spool():
    whole = Post(
        source_id="news", key="s:1", content=BODY, floor=3, published_at=AT, fetched_at=AT, likes=7, restricted=True,
        topics=("校园安全",), departments=("logistics",), reasons=(Reason("hazard", "隐患", 3.0, ("漏电",)),),
    )  # fmt: skip

    assert read_body(post_body(whole)) == whole


def test_what_the_broken_run_concluded_is_forgotten():
    back = read_body(post_body(Post(outcome=Outcome.QUARANTINED, outcome_reason="check_relevance: KeyError")))

    assert (back.outcome, back.outcome_reason) == ("", "")


def test_text_with_lone_surrogates_comes_back():
    assert read_body(post_body(Post(content="汤\ud800", fetched_at=AT))) == Post(content="汤\ud800", fetched_at=AT)


def test_the_steps_are_those_of_a_crawl_in_their_order(opened):
    places = [f"{type(step).__module__}.{type(step).__name__}" for step in steps(opened)]

    assert places == sorted(ITEM_PIPELINES, key=lambda place: ITEM_PIPELINES[place])


def test_a_replayed_post_is_kept_and_marked(opened):
    number = sealed(opened, fetched_at=AT)

    assert replay_post(opened, number, "test") is Outcome.STORED
    with opened.ledger.read() as connection:
        assert connection.execute(select(post.c.content)).scalar_one() == BODY
        assert connection.execute(select(spool.c.replayed_at)).scalar_one() is not None


def test_replaying_twice_keeps_one_post(opened):
    number = sealed(opened, fetched_at=AT)
    replay_post(opened, number, "test")
    replay_post(opened, number, "test")

    with opened.ledger.read() as connection:
        assert len(connection.execute(select(post.c.post_id)).all()) == 1


def test_a_post_that_breaks_again_is_sealed_again_under_its_new_reason(opened):
    broken: Any = None  # what a parser with a bug may hand over as text
    number = sealed(opened, post_body(Post(source_id="news", site="s", key="s:1", content=broken, fetched_at=AT)))

    assert replay_post(opened, number, "test") is Outcome.QUARANTINED
    with opened.ledger.read() as connection:
        rows = connection.execute(select(spool).order_by(spool.c.spool_id)).all()
    assert [row.replayed_at is not None for row in rows] == [True, False]
    assert rows[1].reason != "r"


def test_what_is_no_longer_kept_is_refused(opened):
    with pytest.raises(Refused, match="暂存区里没有这一份"):
        replay_post(opened, 99, "test")
