"""Tests of forgetting: texts go after their days everywhere they stand, except while a case runs."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from cases.case import case_file
from cases.transitions import ARCHIVED
from crawler.items import Page, Post
from events.event import event
from foundation import clock
from foundation.tables import audit, fact, outbox
from huiyin.forget_old import forget_old
from huiyin.group_posts import group_and_open
from huiyin.wiring import apply_folder, open_parts
from pipelines.write_index import write_index
from search.parse_query import parse_query
from search.posts import number_posts, post

WORDS = "二食堂汤桶漏水"
DAYS = 90


def hear(parts, key: str, **values) -> None:
    heard = Post(
        source_id="news", site="s", key=key, url="http://s.test/1", title=WORDS, content=f"{WORDS}，大家都看到了",
        fetched_at=clock.now(), published_at=clock.now(), **values,
    )  # fmt: skip
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("news", heard.url, work.at, [heard]))
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)


@pytest.fixture
def later(clock_file):
    """Let days go by."""

    def move(days: float) -> None:
        clock_file.write_text((datetime.fromisoformat(clock_file.read_text()) + timedelta(days=days)).isoformat())

    return move


def texts(parts) -> list[str]:
    with parts.ledger.read() as connection:
        return [f"{row.title}{row.content}" for row in connection.execute(select(post.c.title, post.c.content))]


def found(parts) -> int:
    with parts.ledger.read() as connection:
        return parts.store.search(connection, parse_query("汤桶", {})).total


def file_bytes(state) -> bytes:
    return b"".join(place.read_bytes() for place in state.glob("huiyin.sqlite3*"))


def test_a_text_stays_for_its_days_and_then_goes_from_ledger_index_and_file(parts, state, later):
    hear(parts, "s:1")
    later(DAYS - 1)
    forget_old(parts)
    assert found(parts) == 1

    later(1)
    forget_old(parts)
    assert (texts(parts), found(parts)) == ([""], 0)
    assert WORDS.encode() not in file_bytes(state)


def test_the_school_may_shorten_the_days(folder, parts, later):
    folder.settings(judge={"post_text_days": 7})
    policy = folder.path / "policy.yaml"  # the ceiling stands in both files and must be the same (C15)
    policy.write_text(policy.read_text(encoding="utf-8").replace("post_text_days: 90", "post_text_days: 7"))
    apply_folder(folder.path, "tester")
    own = open_parts()
    hear(own, "s:1")
    later(7)
    forget_old(own)
    own.ledger.close()

    assert texts(parts) == [""]


def test_what_a_running_case_is_about_stays_until_it_is_archived(parts, state, later):
    hear(parts, "s:1", level_code=2, level="重大")
    later(DAYS + 1)
    forget_old(parts)
    with parts.ledger.read() as connection:
        kept = connection.execute(select(case_file.c.title)).scalar_one()
        notices = connection.execute(select(outbox.c.payload)).scalars().all()
    assert texts(parts) != [""]
    assert WORDS in kept
    assert any(WORDS in notice["title"] + notice["body"] for notice in notices)

    with parts.ledger.change() as work:
        work.connection.execute(update(case_file).values(state=ARCHIVED))
        work.connection.execute(update(outbox).values(state="sent"))
    forget_old(parts)
    assert texts(parts) == [""]
    assert WORDS.encode() not in file_bytes(state)


def test_titles_of_events_and_facts_go_with_the_text(parts, later):
    hear(parts, "s:1", level_code=1, level="一般")
    with parts.ledger.change() as work:
        work.connection.execute(update(case_file).values(state=ARCHIVED))
    with parts.ledger.read() as connection:
        assert any(data.get("title") for data in connection.execute(select(fact.c.data)).scalars())
    later(DAYS)
    forget_old(parts)

    with parts.ledger.read() as connection:
        assert connection.execute(select(event.c.title)).scalar_one() == ""
        assert not any(data.get("title") for data in connection.execute(select(fact.c.data)).scalars())


def test_forgetting_is_audited_by_number_and_done_once(parts, later):
    hear(parts, "s:1")
    later(DAYS)

    assert forget_old(parts) == 1
    assert forget_old(parts) == 0
    with parts.ledger.read() as connection:
        (row,) = connection.execute(select(audit).where(audit.c.act == "text.expire")).all()
    assert '"posts":1' in row.details


def test_a_forgotten_post_that_still_stands_online_is_not_kept_again(parts, later):
    hear(parts, "s:1")
    later(DAYS)
    forget_old(parts)
    hear(parts, "s:1")

    assert texts(parts) == [""]
