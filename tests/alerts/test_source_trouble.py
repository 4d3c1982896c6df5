"""One trouble of a source is told to technicians once, by its rounds or by a rule, whoever saw it first."""

import pytest
from sqlalchemy import insert, select, update

from alerts.keep_alerts import keep_alert
from alerts.load_rules import load_rules
from alerts.rule import Finding
from alerts.source_trouble import rounds_told, rule_told, source_of
from alerts.tables import alert
from alerts.tell_alerts import tell_alerts
from alerts.tell_rounds import tell_rounds
from crawler.tables import source_state
from foundation.school import School, SchoolFiles

RULES = "rules:\n  - {name: 沉默, kind: silence, to: [tech, officer]}\n  - {name: 只给技术, kind: silence}\n"


@pytest.fixture
def ruled(school):
    return School.from_files(SchoolFiles(school.files.texts | {"rules.yaml": RULES}), 2)


@pytest.fixture
def forum(ledger):
    """A source that listens well; a function that changes what is known of it."""
    columns = {column.name: column for column in source_state.columns}
    with ledger.change() as work:
        values = {"source_id": "forum", "outcome": "ok", "alarm": "", "due_at": work.at, "title": "论坛", "owner": "xu"}
        for name, column in columns.items():
            if name not in values and not column.nullable and column.default is None:
                values[name] = 0 if "INT" in str(column.type) or "FLOAT" in str(column.type) else ""
        work.connection.execute(insert(source_state).values(**values))

    def change(**values):
        with ledger.change() as work:
            work.connection.execute(update(source_state).values(**values))

    return change


def fire(ledger, ruled, name):
    rule = next(each for each in load_rules(ruled).running if each.name == name)
    with ledger.change() as work:
        keep_alert(work, rule, Finding("source:forum:silence", work.at, "信源“论坛”24 小时只听到 0 条新帖"))


def tell(ledger, ruled, move_clock):
    move_clock(minutes=2)
    with ledger.change() as work:
        tell_alerts(work, ruled)


@pytest.mark.parametrize(
    ("key", "source"), [("source:forum:silence", "forum"), ("source:forum:layout", "forum"), ("event:7", ""), ("", "")]
)
def test_an_alert_about_a_source_names_it(key, source):
    assert source_of(key) == source


@pytest.mark.parametrize(
    ("values", "told"),
    [({}, False), ({"alarm": "too_few"}, True), ({"alarm": "too_many"}, False), ({"outcome": "layout_changed"}, True)],
)
def test_rounds_that_ended_badly_or_brought_too_little_told_of_it(ledger, forum, values, told):
    if values:
        forum(**values)
    with ledger.read() as connection:
        work = type("Reading", (), {"connection": connection})
        assert rounds_told(work, "forum") is told
        assert rounds_told(work, "unknown") is False


def test_a_rule_is_silent_for_technicians_who_know_and_speaks_to_the_others(ledger, ruled, forum, rows, move_clock):
    forum(alarm="too_few")
    fire(ledger, ruled, "沉默")
    fire(ledger, ruled, "只给技术")
    tell(ledger, ruled, move_clock)

    assert {row.recipient for row in rows()} == {"xu"}
    with ledger.read() as connection:
        muted = dict(connection.execute(select(alert.c.rule, alert.c.muted)).all())
    assert muted == {"沉默": "", "只给技术": "信源异常已由信源告警通知"}


def test_the_alarm_of_a_source_whose_silence_a_rule_told_is_not_told_again(ledger, ruled, forum, rows, move_clock):
    fire(ledger, ruled, "只给技术")
    tell(ledger, ruled, move_clock)
    first = len(rows())
    with ledger.change() as work:
        assert rule_told(work, "forum", "too_few")
        assert not rule_told(work, "forum", "too_many")
        assert not rule_told(work, "news", "too_few")
        work.tell("source.alarm", "forum", alarm="too_few")
    with ledger.change() as work:
        told = tell_rounds(work, ruled)

    assert first == 2
    assert told == 0
    assert len(rows()) == first
