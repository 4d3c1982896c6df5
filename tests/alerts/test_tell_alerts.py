"""Alerts speak in the tick: to whom, how often, muted by cases, silences and people; never of help-first events."""

import pytest
from sqlalchemy import select, update

from alerts.find_due import take_due_steps
from alerts.keep_alerts import acknowledge, keep_alert
from alerts.load_rules import load_rules
from alerts.rule import Finding
from alerts.silences import make_silence
from alerts.tables import alert
from alerts.tell_alerts import tell_alerts
from cases.case import case_file
from foundation.school import School, SchoolFiles
from search.post_table import post_table

RULES = """
rules:
  - {name: 考试, kind: sensitive, words: [泄题]}
  - {name: 沉默, kind: silence}
  - {name: 改动, kind: changed}
  - {name: 新词, kind: new_term}
  - {name: 检索, kind: saved_search, query: 食堂}
"""


@pytest.fixture
def ruled(school):
    return School.from_files(SchoolFiles(school.files.texts | {"rules.yaml": RULES}), 2)


@pytest.fixture
def find(ledger, ruled):
    def one(rule="一小时三帖", level=1, event_id=1, says="三帖"):
        loaded = next(each for each in load_rules(ruled).running if each.name == rule)
        with ledger.change() as work:
            title, key = ("食堂", f"event:{event_id}") if event_id else ("", "source:forum")
            keep_alert(work, loaded, Finding(key, work.at, says, event_id, title, level, 3))

    return one


@pytest.fixture
def tick(ledger, ruled, move_clock):
    def one(minutes=0):
        move_clock(minutes=minutes)
        with ledger.change() as work:
            return tell_alerts(work, ruled)

    return one


def _told(rows):
    return [(row.kind, row.recipient) for row in rows()]


def test_it_waits_a_minute_speaks_repeats_and_says_when_it_is_over(find, tick, rows):
    find()

    assert [tick(), tick(1), tick(5), tick(235), tick(130)] == [0, 1, 0, 1, 1]
    assert _told(rows) == [
        ("rule_fired", "xu"), ("rule_repeated", "xu"), ("rule_repeated", "gu"), ("rule_over", "xu"), ("rule_over", "gu")
    ]  # fmt: skip


def test_more_findings_are_told_with_doubled_waits(find, tick, rows):
    find()
    words = [tick(1)]
    for _minute in range(60):
        find()
        words.append(tick(1))

    assert sum(words) == 4  # at 1, 6, 16, 36 minutes


def test_a_grave_one_does_not_wait(find, tick):
    find(level=2)

    assert tick() == 1


def test_who_takes_it_hears_no_repeat_but_hears_when_it_is_over(find, tick, ledger, rows):
    find()
    tick(1)
    with ledger.change("xu") as work:
        acknowledge(work, 1, "xu")

    assert [tick(300), tick(300)] == [0, 1]
    assert _told(rows) == [("rule_fired", "xu"), ("rule_over", "xu")]


@pytest.mark.parametrize("takes", [False, True])
def test_nobody_takes_it_then_the_deputy_hears_then_the_office(find, tick, ledger, new_case, rows, takes):
    new_case()  # its lead is safety, whose deputy is bai
    find()
    tick(1)
    if takes:
        with ledger.change("xu") as work:
            acknowledge(work, 1, "xu")
    for _quarter in range(60):  # 15 hours
        find()  # it goes on: never over
        tick(15)
    told = {}
    for row in rows():
        told.setdefault(row.recipient, row.created_at)

    if takes:
        assert set(told) == {"xu"}
        return
    assert list(told) == ["xu", "bai", "gu"]
    assert 4 <= (told["bai"] - told["xu"]).total_seconds() / 3600 < (told["gu"] - told["xu"]).total_seconds() / 3600


def test_two_rules_on_one_event_are_one_message_and_keep_their_own_rhythm(find, tick, ledger, rows):
    find("一小时三帖", says="60 分钟内听到 3 帖")
    find("改动", level=2, says="有帖文从原站消失，原文已留存")
    find("一小时三帖", event_id=2, says="别的事件")
    spoke = tick(1)
    find("改动", level=2, says="有帖文被修改（第 2 版）")
    tick(5)

    assert spoke == 3
    first, other, later = rows()
    assert first.payload["title"].startswith("预警【重大】有帖文从原站消失，原文已留存；60 分钟内听到 3 帖")
    for words in ("规则“一小时三帖”，60 分钟内听到 3 帖", "规则“改动”，有帖文从原站消失", "alerts ack 2 1 --as"):
        assert words in first.payload["body"]
    assert "别的事件" in other.payload["body"]
    assert "一小时三帖" not in later.payload["body"]
    with ledger.read() as connection:
        assert dict(connection.execute(select(alert.c.rule, alert.c.tells).where(alert.c.event_id == 1)).all()) == {
            "一小时三帖": 1, "改动": 2
        }  # fmt: skip


def test_a_message_about_a_case_carries_its_number_link_words_and_score(find, tick, new_case, rows):
    new_case()
    find()
    tick(1)
    (row,) = rows()

    assert row.case_no == "HY-2026-0001"
    assert row.payload["link"] == "http://127.0.0.1:8000/cases/HY-2026-0001"
    assert row.payload["title"].startswith("预警【一般】HY-2026-0001 三帖")
    assert "案件：HY-2026-0001，食品安全 +3 分（肚子疼）；合计 6 分" in row.payload["body"]


def test_a_case_that_a_person_took_ends_the_repeats(find, tick, ledger, new_case, rows):
    new_case()
    find()
    first = tick(1)
    with ledger.change() as work:
        work.connection.execute(update(case_file).values(provisional=False))

    assert (first, tick(300)) == (1, 0)


@pytest.mark.provision("Z9b.1-2")
@pytest.mark.parametrize("rule", ["考试", "新词", "检索"])
def test_a_sign_opens_no_case_and_an_open_case_mutes_it(find, tick, ledger, new_case, rows, rule):
    find(rule, level=0, event_id=1, says="提到“泄题”")
    told = tick(1)
    with ledger.read() as connection:
        cases = connection.execute(select(case_file)).all()
    new_case(event_id=2)
    find(rule, level=1, event_id=2, says="提到“泄题”")

    assert (told, cases, tick(2)) == (1, [], 0)
    assert [(row.kind, row.recipient) for row in rows()] == [("early_sign", "xu")]
    assert "还没有立案" in rows()[0].payload["body"]


def test_a_silence_holds_it_back_visibly_but_not_the_gravest(find, tick, ledger):
    with ledger.change("xu") as work:
        ends_at = work.at.replace(hour=9)
        make_silence(work, "rule", "一小时三帖", made_by="xu", reason="已知", ends_at=ends_at)
    find(event_id=1)
    find(event_id=2, level=3)

    assert tick(1) == 1
    with ledger.read() as connection:
        muted = connection.execute(select(alert.c.muted).where(alert.c.event_id == 1)).scalar()
    assert muted == "静默第 1 号"


def test_no_silence_keeps_a_technical_alert_from_technicians(find, tick, ledger, rows):
    with ledger.change("xu") as work:
        ends_at = work.at.replace(hour=9)
        make_silence(work, "rule", "沉默", made_by="xu", reason="已知", ends_at=ends_at)
        make_silence(work, "kind", "silence", made_by="xu", reason="已知", ends_at=ends_at)
    find("沉默", level=0, event_id=None, says="信源“论坛”24 小时只听到 0 条新帖")

    assert tick(1) == 1
    assert {(row.recipient, row.state) for row in rows()} == {("cheng", "pending"), ("network", "pending")}


def test_an_edit_and_a_disappearance_of_one_event_in_the_same_tick_are_one_message_and_equal_words_stand_once(
    ledger, ruled, tick, rows
):
    loaded = next(each for each in load_rules(ruled).running if each.name == "改动")
    edit, gone = "有帖文被修改（第 2 版）", "有帖文从原站消失，原文已留存"
    with ledger.change() as work:
        for key, says in (("post:1:v2", edit), ("post:2:gone", gone), ("post:3:gone", gone)):
            keep_alert(work, loaded, Finding(key, work.at, says, 1, "食堂", 1))

    tick(2)
    (row,) = rows()
    assert row.payload["title"] == f"预警【一般】{edit}；{gone}：食堂"
    assert row.payload["body"].count("规则“改动”") == 3
    assert not any("消失" in row.dedupe_key for row in rows())


def test_technicians_hear_what_a_silence_keeps_from_the_others(ledger, ruled, tick, rows):
    texts = ruled.files.texts | {"rules.yaml": RULES + "  - {name: 两种人, kind: changed, to: [officer, tech]}\n"}
    both = School.from_files(SchoolFiles(texts), 3)
    loaded = next(each for each in load_rules(both).running if each.name == "两种人")
    with ledger.change("xu") as work:
        make_silence(work, "rule", "两种人", made_by="xu", reason="已知", ends_at=work.at.replace(hour=9))
        keep_alert(work, loaded, Finding("post:1:gone", work.at, "有帖文从原站消失", 1, "食堂", 1))
    tick(2)

    assert {(row.recipient, row.kind, row.state) for row in rows()} == {
        ("cheng", "tech.rule_fired", "pending"), ("network", "tech.rule_fired", "pending")
    }  # fmt: skip
    with ledger.read() as connection:
        assert connection.execute(select(alert.c.muted)).scalar() == "静默第 1 号"


@pytest.mark.provision("Z3.9")
def test_a_silent_source_is_told_to_technicians_only(find, tick, rows):
    find("沉默", level=0, event_id=None, says="信源“论坛”24 小时只听到 0 条新帖")
    tick(1)

    assert sorted(row.recipient for row in rows()) == ["cheng", "network"]
    assert {row.kind for row in rows()} == {"tech.rule_fired"}


def test_an_event_that_became_help_first_is_closed_without_its_words(find, tick, ledger, new_case, rows):
    new_case()
    find()
    with ledger.change() as work:
        work.connection.execute(update(post_table).values(restricted=True))

    assert tick(1) == 0
    with ledger.read() as connection:
        row = connection.execute(select(alert)).one()
    assert (row.title, row.says, row.look_at) == ("", "", None)


@pytest.mark.provision("Z2.6")
def test_a_confidential_case_is_told_by_number_level_department_due_time_and_link_only(
    find, tick, ledger, ruled, new_case, rows, move_clock
):
    new_case(confidential=True, title="不该出现的题目", provisional=False)
    find(says="六帖")
    tick(1)
    with ledger.change() as work:
        work.tell("case.assigned", "HY-2026-0001", lead="safety", assisting=[], by="gu", restricted=False)
        work.tell("case.raised", "HY-2026-0001", level_code=1, by="gu", restricted=False)
    move_clock(hours=2)
    with ledger.change() as work:
        take_due_steps(work, ruled)

    payloads = [row.payload for row in rows()]
    told = str(payloads)
    assert {row.channel for row in rows()} == {"email", "dingtalk"}
    assert len(payloads) >= 6
    for word in ("不该出现的题目", "食堂", "拉肚子", "肚子疼", "pseudonym"):
        assert word not in told
    assert "http://127.0.0.1:8000/cases/HY-2026-0001" in told
    assert "安全工作部" in told
