"""Tests of grouping in the tick: each post once, also after a failure; one bad post does not stop the others."""

import json

import pytest
from sqlalchemy import func, select, update

from cases.case import case_file
from crawler.items import Page, Post
from events.event import event, event_member
from foundation import clock
from foundation.errors import LedgerUnusable
from foundation.tables import audit, meta
from huiyin.cli import main
from huiyin.group_posts import GROUPED, STEPPED_OVER, group_and_open
from huiyin.wiring import apply_folder
from pipelines.write_index import write_index
from search.parse_query import parse_query
from search.posts import change_posts, number_posts, post

TEXTS = ("二食堂的汤凉了，米饭也没有熟", "图书馆三楼的空调坏了一周", "北门快递站排队要一个小时")


def hear(parts, texts=TEXTS) -> None:
    for number, text in enumerate(texts):
        heard = Post(
            source_id="news", site="s", key=f"s:{number}{text[:3]}", url="http://s.test/1", title=text[:9],
            content=text, fetched_at=clock.now(), published_at=clock.now(), level_code=1, level="一般",
        )  # fmt: skip
        with parts.ledger.change() as work:
            write_index(work, parts.store, Page("news", heard.url, work.at, [heard]))
    with parts.ledger.change() as work:
        number_posts(work)


def members(parts) -> int:
    with parts.ledger.read() as connection:
        return int(connection.execute(select(func.count()).select_from(event_member)).scalar_one())


def test_numbered_posts_become_events_once(parts):
    hear(parts)

    assert [group_and_open(parts), group_and_open(parts)] == [3, 0]
    assert members(parts) == 3


@pytest.fixture
def poisoned(parts):
    """Three posts of which the second cannot even be read: a bug, or a hand that wrote into the ledger."""
    hear(parts)
    with parts.ledger.change() as work:
        work.connection.execute(update(post).where(post.c.ingest_seq == 2).values(url="http://s.test/2"))
        work.connection.exec_driver_sql("UPDATE post SET published_at = 'never' WHERE ingest_seq = 2")
    return parts


def test_a_ledger_that_cannot_be_used_blames_no_post(parts):
    hear(parts)
    with parts.ledger.change() as work:
        work.connection.exec_driver_sql("ALTER TABLE event_member RENAME TO moved")
    with pytest.raises(LedgerUnusable):
        group_and_open(parts)
    with parts.ledger.change() as work:
        work.connection.exec_driver_sql("ALTER TABLE moved RENAME TO event_member")

    assert group_and_open(parts) == 3


def test_a_post_that_breaks_grouping_is_stepped_over_and_told(poisoned):
    assert group_and_open(poisoned) == 3
    assert members(poisoned) == 2
    with poisoned.ledger.read() as connection:
        row = connection.execute(select(audit).where(audit.c.act == STEPPED_OVER)).one()
        mark = connection.execute(select(meta.c.value).where(meta.c.name == GROUPED)).scalar()
    assert row.subject.startswith("post ")
    assert mark == "3"


def test_a_post_that_turned_help_first_is_seen_without_a_new_post(parts):
    hear(parts, TEXTS[:1])
    group_and_open(parts)
    with parts.ledger.change() as work:
        change_posts(
            work, parts.store, work.connection.execute(select(post.c.post_id)).scalars().all(), restricted=True
        )

    assert group_and_open(parts) == 0
    with parts.ledger.read() as connection:
        assert connection.execute(select(event.c.title).order_by(event.c.event_id)).scalars().all() == ["", ""]
        restricted = connection.execute(select(case_file.c.restricted)).scalars().all()
    assert restricted == [True, True]


SECRET_TITLE, CRY = "青铜求助", "三号宿舍楼的热水器坏了没人修，我真的不想活了，紫薇暗号"
ANSWERS = (("k2", "后勤处快来修"), ("k3", "学校请管管，楼主说三号宿舍楼的热水器坏了没人修，紫薇暗号"))


def hear_thread(parts, words, *, restricted):
    """Store an opening post and two replies as the pipeline leaves them, number and group them."""
    shared = {"source_id": "news", "site": "s", "title": SECRET_TITLE, "thread_key": "k1", "outcome": "stored"}
    shared |= {"fetched_at": clock.now(), "published_at": clock.now(), "level_code": 1, "level": "一般"}
    posts = [Post(key="k1", floor=1, content=words, restricted=restricted, **shared)]
    posts += [Post(key=key, floor=2, content=text, **shared) for key, text in ANSWERS]
    with parts.ledger.change() as work:
        write_index(work, parts.store, Page("news", "http://s.test/1", work.at, posts))
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)


def places_of(parts, words):
    """Return every table and column in which the words stand."""
    found = set()
    with parts.ledger.read() as connection:
        for (table,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").all():
            for column in [row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")').all()]:
                sql = f'SELECT count(*) FROM "{table}" WHERE instr("{column}", ?) OR instr("{column}", ?)'
                escaped = json.dumps(words)[1:-1]
                if connection.exec_driver_sql(sql, (words, escaped)).scalar():
                    found.add((table, column))
    return found


KEPT_FOR_THE_COUNSELLOR = {
    ("post", "title"),
    ("post", "content"),
    ("post_version", "title"),
    ("post_version", "content"),
}


@pytest.mark.parametrize("edited", [False, True])
def test_no_word_of_a_help_first_thread_stands_where_others_read(parts, edited):
    if edited:
        hear_thread(parts, "三号宿舍楼的热水器坏了没人修，紫薇暗号", restricted=False)
        assert ("case_file", "title") in places_of(parts, SECRET_TITLE)
    hear_thread(parts, CRY, restricted=True)

    for words in (SECRET_TITLE, "紫薇暗号"):
        assert places_of(parts, words) <= KEPT_FOR_THE_COUNSELLOR
        with parts.ledger.read() as connection:
            assert parts.store.search(connection, parse_query(words)).total == 0
    with parts.ledger.read() as connection:
        assert set(connection.execute(select(post.c.restricted)).scalars()) == {True}


def test_what_a_new_source_shows_of_years_ago_is_found_and_opens_no_case(parts, folder, site, capsys):
    smell = "三号锅炉房今天早上漏煤气，整栋楼都闻得到，已经有人头晕，请学校马上派人来看，也请通知住在里面的同学先出来。"
    site.entries.append(("三号锅炉房漏煤气", smell * 2))
    whole = site.feed
    site.feed = lambda: whole().replace("2026 09:01", "2015 09:01")  # its first entry: as grave, eleven years old
    folder.source("news", f"{site.url}/feed.xml", own=True)
    apply_folder(folder.path, "tester")
    main(["crawl", "news"])
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    capsys.readouterr()
    assert main(["search", "二食堂的汤凉了", "--json"]) == 0

    assert "二食堂的汤凉了" in capsys.readouterr().out
    with parts.ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(case_file)).scalar_one() == 1
        heard = connection.execute(select(post.c.title).where(post.c.case_no != "")).scalars().all()
    assert heard == ["三号锅炉房漏煤气"]
