"""Sources in trouble: told to technicians once for each change for the worse, wherever the round ran."""

import pytest

from alerts.run_rules import run_rules
from alerts.tell_rounds import is_new_trouble, tell_rounds
from foundation.ledger import open_ledger

TABLE = [  # outcome, the round before, told
    ("ok", None, False),
    ("ok", "unreachable", False),  # a change for the better is told in other words
    ("nothing_new", "ok", False),
    ("unreachable", None, True),
    ("unreachable", "ok", True),
    ("unreachable", "unreachable", False),
    ("site_closed", "unreachable", True),
    ("layout_changed", "nothing_new", True),
]


@pytest.mark.parametrize(("outcome", "before", "told"), TABLE)
def test_only_a_change_for_the_worse_is_told(outcome, before, told):
    assert is_new_trouble(outcome, before) is told


def _titles(rows):
    return [row.payload["title"] for row in rows() if row.channel == "email"]


def test_each_change_is_told_once_to_technicians(ledger, school, rows):
    for outcome in ("ok", "unreachable", "unreachable", "ok", "site_closed", "site_closed", "nothing_new"):
        with ledger.change() as work:
            work.tell("round.finished", "forum", outcome=outcome)
        with ledger.change() as work:
            run_rules(work, school)

    assert _titles(rows) == [
        "信源 forum 异常：连不上",
        "信源 forum 已恢复：正常",
        "信源 forum 异常：站点关闭",
        "信源 forum 已恢复：没有新帖",
    ]
    assert {row.recipient for row in rows()} == {"cheng", "network"}


def test_an_alarm_and_its_end_are_told_once_each(ledger, school, rows):
    for kind in ("source.alarm", "source.calm"):
        with ledger.change() as work:
            work.tell(kind, "forum", alarm="too_few")
        for _look in range(2):
            with ledger.change() as work:
                tell_rounds(work, school)

    assert _titles(rows) == ["信源 forum 不对劲：帖文少于预期", "信源 forum 已恢复：不再是帖文少于预期"]


def test_rounds_of_other_processes_are_told_too(ledger, school, rows, tmp_path):
    child = open_ledger(tmp_path / "var")
    with child.change() as work:
        work.tell("round.finished", "forum", outcome="login_required")
    child.close()
    told = []
    for _look in range(2):
        with ledger.change() as work:
            told.append(tell_rounds(work, school))

    assert told == [1, 0]
    assert _titles(rows) == ["信源 forum 异常：需要登录"]


def test_sources_do_not_hide_each_other(ledger, school, rows):
    with ledger.change() as work:
        for source in ("forum", "news"):
            work.tell("round.finished", source, outcome="unreachable")
    with ledger.change() as work:
        assert tell_rounds(work, school) == 2
