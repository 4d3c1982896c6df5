"""Tests of taking over a ledger from before revisions: every row is still there, under today's names and limits."""

import pytest
from sqlalchemy import inspect, select

from alerts.silences import silence
from cases.case import load_case
from crawler.tables import patrol, thread_mark
from foundation.audit import count_rows, find_break
from foundation.ledger import open_ledger
from foundation.tables import timer
from huiyin.adopt_ledger import ASIDE
from huiyin.upgrade_ledger import bring_up
from search.posts import load_posts
from tests.huiyin.old_ledger import AT, make_old_ledger


@pytest.fixture
def adopted(state):
    make_old_ledger(state)
    bring_up("lin")
    ledger = open_ledger()
    yield ledger
    ledger.close()


def test_the_audit_chain_is_whole_and_says_what_happened(adopted):
    with adopted.read() as connection:
        assert count_rows(connection) == 4
        assert find_break(connection) is None


def test_cases_clocks_and_posts_are_as_they_were(adopted):
    with adopted.read() as connection:
        case = load_case(connection, "HY-2026-0001")
        clock_row = connection.execute(select(timer)).one()
        [post] = load_posts(connection, [42])
        mark = connection.execute(select(thread_mark)).one()

    assert (case.event_id, case.version, case.title, case.marks, case.extensions) == (5, 3, "汤桶漏水", [], {})
    assert (clock_row.timer_id, clock_row.rule, clock_row.ladder) == (7, "Z1.6.2-1b", [])
    assert (post.key, post.content, post.event_id) == ("bbs:1", "二食堂的汤桶漏水", 5)
    assert (mark.thread_key, mark.pages, mark.post_keys) == ("t1", 1, None)


def test_what_has_another_name_today_is_found_under_it(adopted):
    with adopted.read() as connection:
        assert connection.execute(select(silence.c.made_by, silence.c.held_back)).one() == ("lin", 4)
        row = connection.execute(select(patrol)).one()

    assert (row.patrol_id, row.source_id, row.counts, row.new) == (31, "forum", {"new": 2}, 0)


def test_what_has_no_place_today_is_kept_aside(adopted):
    with adopted.read() as connection:
        aside = [name for name in inspect(connection).get_table_names() if name.startswith(ASIDE)]
        assert connection.exec_driver_sql(f"SELECT * FROM {ASIDE}rule_fired").all() == [("canteen", 5, AT)]

    assert aside == [f"{ASIDE}rule_fired"]


def test_the_search_still_finds_and_the_limits_are_todays(adopted):
    with adopted.read() as connection:
        found = connection.exec_driver_sql("SELECT rowid FROM post_fts WHERE post_fts MATCH '漏水'").scalars().all()
        keys = inspect(connection).get_unique_constraints("case_file")
        kept = connection.exec_driver_sql("SELECT * FROM signature_1_202611").all()

    assert found == [42]
    assert [sorted(key["column_names"]) for key in keys] == [["event_id", "part"]]
    assert kept == [(11, 42)]


def test_the_adopted_ledger_has_todays_rules_for_audit_rows(adopted):
    with pytest.raises(Exception, match="append-only"), adopted.change() as work:
        work.connection.exec_driver_sql("DELETE FROM audit")
