"""Rules over stored posts: ingest order, once, over restarts, never for restricted events, one broken rule alone."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from alerts.load_rules import load_rules
from alerts.run_rules import GROUPED, disabled_rules, enable_rule, run_rules
from alerts.tables import alert, rule_state
from crawler.items import Post
from foundation.errors import Refused
from foundation.school import School, SchoolFiles
from foundation.tables import fact, meta
from search.post_table import insert_posts, post_table


@pytest.fixture
def hear(ledger, move_clock):
    """Store posts of one event as heard now, numbered in order."""
    heard = []

    def store(count=1, *, level=1, restricted=False, published=None, event_id=1, minutes_apart=1, **values):
        for _post in range(count):
            now = move_clock(minutes=minutes_apart)
            number = len(heard) + 1
            post = Post(key=f"forum/{number}", post_id=number, event_id=event_id, event_title="食堂", outcome="stored")
            post.level_code, post.restricted = level, restricted
            post.first_seen_at, post.published_at = now, published or now
            for name, value in values.items():
                setattr(post, name, value)
            with ledger.change() as work:
                insert_posts(work.connection, [post], now)
                where = post_table.c.post_id == number
                work.connection.execute(update(post_table).where(where).values(ingest_seq=number))
            heard.append(number)

    return store


@pytest.fixture
def with_rules(school):
    return lambda text: School.from_files(SchoolFiles(school.files.texts | {"rules.yaml": text}), 2)


def _run(ledger, school):
    with ledger.change() as work:
        return run_rules(work, school)


def _alerts(ledger):
    with ledger.read() as connection:
        return connection.execute(select(alert).order_by(alert.c.alert_id)).all()


def test_the_third_post_of_an_hour_opens_one_alert(ledger, school, hear):
    hear(2)
    before = _run(ledger, school)
    hear(1)
    after, again = _run(ledger, school), _run(ledger, school)

    assert (before, after, again) == (0, 1, 0)
    assert [(row.rule, row.key, row.found, row.level_code) for row in _alerts(ledger)] == [
        ("一小时三帖", "event:1", 1, 1)
    ]


def test_a_window_is_found_once_while_the_event_goes_on(ledger, school, hear):
    hear(3)
    _run(ledger, school)
    hear(10)

    assert _run(ledger, school) == 0


def test_the_next_window_is_one_more_finding_of_the_same_alert(ledger, school, hear, move_clock):
    hear(3)
    _run(ledger, school)
    move_clock(hours=2)
    hear(3)
    _run(ledger, school)

    assert [row.found for row in _alerts(ledger)] == [2]


def test_late_posts_count_when_they_are_heard(ledger, school, hear, move_clock):
    hear(3, published=move_clock() - timedelta(days=3))

    assert _run(ledger, school) == 1


@pytest.mark.parametrize("harmless", [{"level": 0}, {"restricted": True}])
def test_praise_and_restricted_events_never_fire(ledger, school, hear, harmless):
    hear(9, **harmless)

    assert _run(ledger, school) == 0


def test_one_restricted_post_silences_the_whole_event(ledger, school, hear):
    hear(5)
    hear(1, restricted=True)

    assert _run(ledger, school) == 0


def test_posts_of_different_events_do_not_add_up(ledger, school, hear):
    hear(2, event_id=1)
    hear(2, event_id=2)

    assert _run(ledger, school) == 0


def test_posts_that_have_not_found_their_event_wait(ledger, school, hear):
    hear(3)
    with ledger.change() as work:
        work.connection.execute(insert(meta).values(name=GROUPED, value="2"))
    early = _run(ledger, school)
    with ledger.change() as work:
        work.connection.execute(update(meta).where(meta.c.name == GROUPED).values(value="3"))

    assert (early, _run(ledger, school)) == (0, 1)


def test_an_edited_post_is_not_heard_twice(ledger, school, hear):
    hear(2)
    _run(ledger, school)
    with ledger.change() as work:
        work.connection.execute(update(post_table).where(post_table.c.post_id == 1).values(ingest_seq=9))

    assert _run(ledger, school) == 0


def test_a_crash_in_the_middle_leaves_neither_mark_nor_memory(ledger, school, hear):
    hear(3)
    ledger.listen(lambda _work, _facts: 1 / 0)
    with pytest.raises(ZeroDivisionError), ledger.change() as work:
        work.tell("power cut", "", found=run_rules(work, school))
    ledger._listeners.pop()

    assert (_run(ledger, school), _run(ledger, school)) == (1, 0)


def test_a_new_rule_learns_the_past_without_telling_of_it(ledger, school, hear, with_rules):
    hear(9)
    _run(ledger, school)
    rules = "rules:\n  - {name: 五分钟两帖, kind: frequency, count: 2, minutes: 5}\n"
    quiet = _run(ledger, with_rules(rules))
    hear(1, minutes_apart=60)
    hear(1)

    assert (quiet, _run(ledger, with_rules(rules))) == (0, 1)


def test_vanished_posts_and_rounds_are_heard_once(ledger, hear, with_rules, move_clock):
    school = with_rules(
        "rules:\n  - {name: 消失, kind: changed}\n  - {name: 改版, kind: layout_change, times: 1, to: [tech]}\n"
    )
    hear(1)
    _run(ledger, school)
    with ledger.change() as work:
        work.connection.execute(update(post_table).values(vanished_at=move_clock(minutes=1)))
        work.tell("round.finished", "forum", outcome="layout_changed", new=0)
    found, again = _run(ledger, school), _run(ledger, school)

    assert (found, again) == (2, 0)
    assert {row.says for row in _alerts(ledger)} == {
        "有帖文从原站消失，原文已留存",
        "信源“forum”连续 1 轮页面改版，读不出帖文",
    }


def test_a_post_that_vanished_after_the_clock_stepped_back_is_told_once(ledger, hear, with_rules, move_clock):
    school, vanished = with_rules("rules:\n  - {name: 消失, kind: changed}\n"), []
    hear(3)
    _run(ledger, school)
    for number, hours in ((1, 1), (2, -2), (3, 2)):
        now = move_clock(hours=hours)
        with ledger.change() as work:
            work.connection.execute(update(post_table).where(post_table.c.post_id == number).values(vanished_at=now))
        vanished.append([_run(ledger, school), _run(ledger, school)])
    move_clock(hours=30)
    reworded = with_rules("rules:\n  - {name: 消失, kind: changed, at_least: 无}\n")

    assert vanished == [[1, 0]] * 3
    assert [_run(ledger, school), _run(ledger, reworded)] == [0, 0]


BROKEN = """
rules:
  - {name: 没有窗口, kind: frequency, count: 3, minutes: 0}
  - {name: 没有种类, kind: frequenzy}
  - {name: 一小时五帖, kind: frequency, count: 5, minutes: 60}
"""


def test_a_rule_with_a_mistake_is_told_to_technicians_once_and_the_others_run(ledger, hear, with_rules, rows):
    school = with_rules(BROKEN)
    hear(5)
    found = _run(ledger, school)
    _run(ledger, school)

    told = [row for row in rows() if row.kind == "tech.rule_disabled"]
    assert found == 2
    assert sorted({row.recipient for row in told}) == ["cheng", "network"]
    assert len({row.dedupe_key for row in told}) == len(told) == 4
    assert "minutes" in told[0].payload["body"] + told[-1].payload["body"]


def test_a_rule_that_breaks_while_running_is_switched_off_and_the_others_go_on(
    ledger, hear, with_rules, monkeypatch, rows
):
    school = with_rules("rules:\n  - {name: 扩散, kind: spread}\n")
    monkeypatch.setattr("alerts.rules.spread.Rule.hear_post", lambda *_each: 1 / 0)
    hear(3)
    found = _run(ledger, school)
    monkeypatch.undo()
    hear(1)
    _run(ledger, school)

    with ledger.read() as connection:
        stopped = disabled_rules(connection, load_rules(school))
        facts = connection.execute(select(fact.c.subject).where(fact.c.kind == "rule.disabled")).scalars().all()
    assert found == 1
    assert "ZeroDivisionError" in stopped["扩散"]
    assert facts == ["扩散"]


def test_a_switched_off_rule_runs_again_when_a_person_says_so(ledger, hear, with_rules, monkeypatch):
    school = with_rules("rules:\n  - {name: 扩散, kind: spread}\n")
    monkeypatch.setattr("alerts.rules.spread.Rule.hear_post", lambda *_each: 1 / 0)
    hear(1)
    _run(ledger, school)
    monkeypatch.undo()
    with ledger.change("cheng") as work:
        enable_rule(work, "扩散")
    with pytest.raises(Refused, match="扩散"), ledger.change("cheng") as work:
        enable_rule(work, "扩散")

    with ledger.read() as connection:
        assert "扩散" not in connection.execute(select(rule_state.c.name)).scalars().all()
