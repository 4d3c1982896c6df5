"""Tests of moving a ledger to PostgreSQL: everything is there, nothing twice, and a broken off move goes on."""

import pytest
from sqlalchemy import func, insert, select, update

import huiyin.wiring  # noqa: F401  (declares the tables of all stages)
from crawler.items import Post
from foundation.audit import find_break, read_head
from foundation.errors import Refused, Stop
from foundation.lease import holder_name, take_lease
from foundation.ledger import open_at, read_address
from foundation.tables import audit, fact, metadata, timer
from huiyin import move_ledger as subject
from huiyin.cli import main
from huiyin.move_ledger import move_ledger
from pipelines.signatures import Signatures
from search.index_state import IndexState, write_state
from search.posts import keep_posts, load_posts
from search.records import waiting_records
from search.store import open_store
from search.waiting import next_waiting
from tests.search.case_records import CASES, add_case


def heard(number, at):
    return Post(
        source_id="forum", site="s", key=f"s:{number}", url=f"http://s.test/{number}", title="汤桶漏水",
        content=f"二食堂的汤桶漏水，第{number}次了，请派人来看一看。", topics=("食堂",), fetched_at=at, published_at=at,
        outcome="stored",
    )  # fmt: skip


def clock_of(case_no, at):
    return {
        "case_no": case_no, "rule": "Z1", "done_by": "responded", "addressees": ["office"], "anchor_at": at,
        "due_at": at, "ladder": [{"step": "due"}], "steps_taken": {}, "state": "open", "policy_version": "1",
        "calendar_version": "c", "explanation": ["11-23"],
    }  # fmt: skip


@pytest.fixture
def full(ledger, example_school):
    """A ledger with posts, their signatures, a clock, facts and a chain."""
    with ledger.change("lin") as work:
        posts = [heard(number, work.at) for number in range(5)]
        kept = [each.post for each in keep_posts(work, open_store(example_school), posts)]
        Signatures().add(work, kept)
        work.connection.execute(insert(timer).values(clock_of("HY-2026-0001", work.at)))
    for number in range(7):
        with ledger.change("lin") as work:
            work.audit("case.act", f"HY-{number}", level=number)
            work.tell("case.opened", f"HY-{number}", level_code=1)
    return ledger


@pytest.fixture
def target(state, postgres_databases):
    ledger = open_at(read_address(postgres_databases(with_tables=True)), state, create=True)
    yield ledger
    ledger.close()


def rows_of(ledger):
    with ledger.read() as connection:
        return {
            name: [tuple(map(repr, row)) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for name, table in metadata.tables.items()
            if name != "post_tokens"
        }


def quiet(_progress):
    return None


def test_everything_stands_in_the_new_place_and_the_source_is_untouched(full, target):
    before = rows_of(full)
    told = []
    moved = move_ledger(full, target, "lin", told.append)

    after = rows_of(target)
    assert rows_of(full) == before
    assert after.pop("audit")[:-1] == before.pop("audit")
    assert after == before
    assert moved.audit_rows == 7
    assert ("post", 5, 5) in [(each.table, each.done, each.whole) for each in told]
    with target.read() as connection:
        assert find_break(connection) is None
        assert connection.execute(select(audit.c.act).order_by(audit.c.seq.desc()).limit(1)).scalar() == "ledger.move"


def test_work_goes_on_in_the_new_place(full, target):
    move_ledger(full, target, "lin", quiet)
    with target.change("lin") as work:
        work.audit("case.act", "HY-9")
        work.tell("case.opened", "HY-9")
        posts = load_posts(
            work.connection, [row[0] for row in work.connection.exec_driver_sql("SELECT post_id FROM post")]
        )
        found = Signatures().lookup(work.connection, [Post(key="new", title="汤桶漏水", content=posts[0].content)])

    assert {post.topics for post in posts} == {("食堂",)}
    assert {post.restricted for post in posts} == {False}
    assert found[0]
    with target.read() as connection:
        assert read_head(connection).seq == 9
        assert connection.execute(select(func.max(fact.c.fact_id))).scalar() == 8


def test_elasticsearch_hears_of_posts_and_cases_that_change_in_the_new_place(full, target):
    with full.change() as work:
        write_state(work, IndexState("elasticsearch", 1))
    move_ledger(full, target, "lin", quiet)
    with target.change("lin") as work:
        add_case(work, 1)
        work.connection.exec_driver_sql("UPDATE post SET revision = revision + 1")

        assert len(next_waiting(work.connection)) == 5
        assert set(waiting_records(work.connection, CASES)) == {"HY-2026-0001"}


def test_a_move_that_broke_off_goes_on_where_it_was(full, target, monkeypatch):
    monkeypatch.setattr(subject, "ROWS", 2)

    def cut(progress):
        if progress.table == "fact":
            raise ConnectionError

    with pytest.raises(ConnectionError):
        move_ledger(full, target, "lin", cut)
    with full.change("lin") as work:  # the school went on working meanwhile
        work.audit("case.act", "HY-7")
        work.connection.execute(update(timer).values(state="satisfied"))
    told = []
    move_ledger(full, target, "lin", told.append)

    assert [each.done for each in told if each.table == "audit"] == [8]
    after, before = rows_of(target), rows_of(full)
    assert after.pop("audit")[:-1] == before.pop("audit")
    assert after == before


def test_nobody_may_work_on_the_ledger_meanwhile(full, target):
    with full.change() as work:
        take_lease(work, "scheduler", holder_name(), 60)

    with pytest.raises(Refused, match="先停下 huiyin run"):
        move_ledger(full, target, "lin", quiet)


def test_a_database_with_another_ledger_is_refused(full, target):
    with target.change("wang") as work:
        work.audit("school.apply", "1")

    with pytest.raises(Refused, match="已有另一个账本"):
        move_ledger(full, target, "lin", quiet)


def test_a_source_whose_chain_is_broken_is_not_passed_on_as_whole(full, target):
    with full.change() as work:
        work.connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        work.connection.exec_driver_sql("UPDATE audit SET actor = 'wang' WHERE seq = 3")

    with pytest.raises(Stop, match="审计链断了：第 3 行"):
        move_ledger(full, target, "lin", quiet)


def test_the_command_moves_says_how_far_it_is_and_what_comes_next(full, postgres_databases, capsys):
    address = postgres_databases(with_tables=False)

    assert main(["ledger", "move", "--to", address]) == 0
    told = capsys.readouterr().out
    assert "audit 7/7" in told
    assert "HUIYIN_LEDGER" in told
    assert "原账本没有改动" in told


def test_the_command_refuses_what_is_no_address(full, capsys):
    assert main(["ledger", "move", "--to", "mysql://x/y"]) == 2
    assert "账本地址不对" in capsys.readouterr().err
