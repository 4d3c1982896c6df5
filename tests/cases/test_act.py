"""Tests of acts: the walk from suggestion to archive, what each act changes, who wins."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.act import perform
from cases.case import Case, load_case, timeline, timers_of
from cases.roles import roles_in_case
from foundation.clock import SCHOOL_ZONE
from foundation.errors import Refused
from foundation.tables import audit, fact
from search.posts import select_posts

OTHER = "http://bbs.yunlu.example/thread-2.html"
LINK = "http://bbs.yunlu.example/thread-1.html"
VERDICT = {"level": "一般", "opinion": "属实，应当答复", "evidence": LINK}
ROUTE = {"lead": "safety", "opinion": "请三日内答复"}
REPLY = {"fact_note": "已到现场核实", "disposition": "已停用该窗口", "response": "我们道歉并已整改"}
TICKED = "事实,措施,立场,态度,隐私"
WALK = [
    ("confirm", "tang_ruolan", VERDICT, "交办"),
    ("assign", "gu_wenjing", ROUTE, "承办"),
    ("acknowledge", "bai_shouping", {}, "承办"),
    ("reply", "qin_weiguo", REPLY, "回复"),
    ("sign_off", "qin_weiguo", {}, "审定"),
    ("approve", "gu_wenjing", {"checklist": TICKED}, "审定"),
    ("publish", "xu_songbai", {"link": LINK}, "反馈"),
    ("close", "gu_wenjing", {"cause": "服务"}, "归档"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SCHOOL_ZONE)


def do(stage: Any, act: str, by: str, **inputs: Any) -> Case:
    with stage.ledger.change(by) as work:
        return perform(work, stage.store, stage.school, "HY-2026-0001", act, by=by, **inputs)


def walk_to(stage: Any, state: str) -> None:
    for act, by, inputs, after in WALK:
        do(stage, act, by, **inputs)
        if after == state:
            return


def timer_states(stage: Any) -> dict[str, str]:
    with stage.ledger.read() as connection:
        return {row.rule: row.state for row in timers_of(connection, ["HY-2026-0001"])}


@pytest.fixture
def opened(stage: Any) -> Any:
    stage.found("2026-11-23T09:00", 1)
    return stage


def test_a_case_walks_from_suggestion_to_archive(opened: Any) -> None:
    states = [do(opened, act, by, **inputs).state for act, by, inputs, _ in WALK]

    assert states == [state for *_, state in WALK]
    with opened.ledger.read() as connection:
        case = load_case(connection, "HY-2026-0001")
        acts = [(act.act, act.actor) for act in timeline(connection, case.case_no)]
    assert (case.outcome, case.version, case.is_open) == ("已办结", 9, False)
    assert acts == [("open", "system"), *((act, by) for act, by, *_ in WALK)]
    assert set(timer_states(opened).values()) <= {"satisfied", "cancelled"}


@pytest.mark.parametrize("number", range(len(WALK)))
def test_each_act_writes_exactly_one_audit_row_and_its_fact(opened: Any, number: int) -> None:
    for act, by, inputs, _ in WALK[:number]:
        do(opened, act, by, **inputs)
    with opened.ledger.read() as connection:
        before = connection.execute(select(func.count()).select_from(audit)).scalar_one()
        told = connection.execute(select(func.count()).select_from(fact)).scalar_one()
    act, by, inputs, _ = WALK[number]
    do(opened, act, by, **inputs)

    with opened.ledger.read() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).all()[before:]
        kinds = [row.kind for row in connection.execute(select(fact).order_by(fact.c.fact_id)).all()[told:]]
    assert [(row.act, row.actor, row.subject) for row in rows] == [(f"case.{act}", by, "HY-2026-0001")]
    assert (
        kinds
        == {
            "confirm": ["case.confirmed"],
            "assign": ["case.assigned"],
            "acknowledge": ["case.acknowledged"],
            "reply": ["case.replied"],
            "sign_off": [],
            "approve": [],
            "publish": [],
            "close": ["case.closed"],
        }[act]
    )
    assert not any(text in rows[0].details for text in ("道歉", "属实", "核实情况", "三日内"))


def test_facts_carry_what_the_architecture_lists(opened: Any) -> None:
    for act, by, inputs, _ in WALK:
        do(opened, act, by, **inputs)

    with opened.ledger.read() as connection:
        rows = connection.execute(select(fact).order_by(fact.c.fact_id)).all()
    assert {row.kind: sorted(row.data) for row in rows[1:]} == {
        "case.confirmed": ["by", "level_code", "restricted"],
        "case.assigned": ["assisting", "by", "lead", "restricted"],
        "case.acknowledged": ["by", "restricted", "role"],
        "case.replied": ["by", "restricted", "role"],
        "case.closed": ["by", "restricted", "role"],
    }


def test_confirming_ends_triage_and_marks_the_posts(opened: Any) -> None:
    do(opened, "confirm", "tang_ruolan", **VERDICT)

    assert timer_states(opened) == {"triage": "satisfied", "Z1.6.2-1a": "open", "Z1.6.2-1b": "open"}
    with opened.ledger.read() as connection:
        assert [post.review_state for post in select_posts(connection, "WHERE event_id = 1")] == ["已确认"]


def test_dismissing_archives_cancels_the_clocks_and_marks_a_false_alarm(opened: Any) -> None:
    case = do(opened, "dismiss", "xu_songbai", verdict="误报", reason="说的是另一所学校")

    assert (case.state, case.outcome) == ("归档", "误报")
    assert timer_states(opened) == {"triage": "satisfied", "Z1.6.2-1a": "cancelled", "Z1.6.2-1b": "cancelled"}
    with opened.ledger.read() as connection:
        post = select_posts(connection, "WHERE event_id = 1")[0]
    assert (post.review_state, post.false_alarm) == ("误报", True)


def test_confirming_another_level_derives_the_clocks_again(opened: Any) -> None:
    opened.at("2026-11-23T11:00")
    do(opened, "confirm", "lin_zhiyuan", **{**VERDICT, "level": "特别重大", "reason": "只此一处"})

    assert timer_states(opened) == {
        "triage": "satisfied",
        "Z1.6.2-1a": "cancelled",
        "Z1.6.2-1b": "cancelled",
        "Z1.6.2-3a": "open",
        "Z1.6.2-3b": "open",
    }
    with opened.ledger.read() as connection:
        due = {row.rule: row.due_at for row in timers_of(connection, ["HY-2026-0001"])}
    assert due["Z1.6.2-3a"] == at("2026-11-23T14:00")
    assert due["Z1.6.2-3b"] == at("2026-11-24T09:00")


def test_a_lower_level_counts_from_discovery_again(opened: Any, hear_change: Any) -> None:
    opened.at("2026-11-23T10:00")
    opened.open(hear_change(1, 2, kind="raised"))
    opened.at("2026-11-23T11:00")
    do(opened, "confirm", "tang_ruolan", **VERDICT)

    with opened.ledger.read() as connection:
        running = {row.rule: row.anchor_at for row in timers_of(connection, ["HY-2026-0001"]) if row.state == "open"}
    assert running == {"Z1.6.2-1a": at("2026-11-23T09:00"), "Z1.6.2-1b": at("2026-11-23T09:00")}


def test_a_level_that_a_person_lowered_is_not_raised_again_by_the_same_suggestion(stage: Any, hear_change: Any) -> None:
    stage.found("2026-11-23T09:00", 2)
    do(stage, "confirm", "tang_ruolan", **VERDICT)
    stage.open(hear_change(1, 2, kind="grown"))

    with stage.ledger.read() as connection:
        case = load_case(connection, "HY-2026-0001")
    assert (case.level_code, case.provisional) == (1, False)


def test_a_case_raised_during_handling_wants_a_new_confirmation_where_it_stands(opened: Any, hear_change: Any) -> None:
    walk_to(opened, "承办")
    opened.at("2026-11-23T15:00")
    opened.open(hear_change(1, 2, kind="raised"))
    case = do(opened, "confirm", "tang_ruolan", **{**VERDICT, "level": "重大", "evidence": [LINK, OTHER]})

    assert (case.state, case.level_code, case.provisional) == ("承办", 2, False)


def test_a_dismissed_event_that_grows_worse_comes_back(opened: Any, hear_change: Any) -> None:
    do(opened, "dismiss", "xu_songbai", verdict="误报", reason="说的是另一所学校")
    opened.at("2026-11-24T09:00")
    opened.open(hear_change(1, 3, kind="raised"))

    with opened.ledger.read() as connection:
        case = load_case(connection, "HY-2026-0001")
    assert (case.state, case.level_code, case.provisional, case.outcome) == ("研判", 3, True, "")
    assert timer_states(opened)["Z1.6.2-3a"] == "open"


def test_a_report_is_made_when_its_addressee_has_acknowledged(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 2)
    do(stage, "acknowledge", "qin_weiguo")
    before = timer_states(stage)["Z1.6.2-2a"]
    do(stage, "acknowledge", "lin_zhiyuan")

    assert (before, timer_states(stage)["Z1.6.2-2a"]) == ("open", "satisfied")


def test_the_report_of_the_lowest_level_is_made_to_the_head_of_the_lead_department(opened: Any) -> None:
    do(opened, "acknowledge", "bai_shouping")
    before = timer_states(opened)["Z1.6.2-1a"]
    do(opened, "acknowledge", "qin_weiguo")

    assert (before, timer_states(opened)["Z1.6.2-1a"]) == ("open", "satisfied")


def test_an_acknowledgement_before_an_upgrade_does_not_count_for_the_new_report(stage: Any, hear_change: Any) -> None:
    stage.found("2026-11-23T09:00", 2)
    stage.at("2026-11-23T10:00")
    do(stage, "acknowledge", "lin_zhiyuan")
    stage.at("2026-11-23T12:00")
    stage.open(hear_change(1, 3, kind="raised"))

    assert timer_states(stage)["Z1.6.2-3a"] == "open"


def test_receipt_by_the_department_is_noted_once_assigned(opened: Any) -> None:
    walk_to(opened, "承办")
    opened.at("2026-11-23T10:00")

    assert do(opened, "acknowledge", "bai_shouping").acknowledged_at == at("2026-11-23T10:00")


def test_no_draft_stops_the_response_clock_only_the_published_answer(opened: Any) -> None:
    """C18: the disposition note and the first public response, both."""
    walk_to(opened, "承办")
    seen = []
    for act, by, inputs, _ in WALK[3:7]:
        do(opened, act, by, **inputs)
        seen.append((act, timer_states(opened)["Z1.6.2-1b"]))

    assert seen == [("reply", "open"), ("sign_off", "open"), ("approve", "open"), ("publish", "satisfied")]


def test_department_roles_belong_to_the_departments_of_the_case(opened: Any) -> None:
    with opened.ledger.read() as connection:
        case = load_case(connection, "HY-2026-0001")

    held = {"duty", "dept", "lead_dept"}
    assert roles_in_case(opened.school, case, "bai_shouping") == {*held, "liaison"}
    assert roles_in_case(opened.school, case, "qin_weiguo") == {*held, "owner", "dept_head"}
    assert roles_in_case(opened.school, case, "luo_chengan") == set()


def test_a_late_case_begins_its_ladder_when_a_person_confirms_it(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1, published_at=at("2026-11-02T09:00"))
    do(stage, "confirm", "tang_ruolan", **VERDICT)

    with stage.ledger.read() as connection:
        running = [row for row in timers_of(connection, ["HY-2026-0001"]) if row.state == "open"]
    assert len(running) == 2
    assert all(row.next_step_at for row in running)


@pytest.mark.parametrize("to", ["保卫", "安全工作部", "safety"])
def test_the_counsellor_tells_security_in_her_own_words_which_stand_in_no_fact_and_no_audit_row(
    stage: Any, to: str
) -> None:
    stage.found("2026-11-23T09:00", 1, restricted=True)
    after = do(stage, "tell", "wen_ruxin", to=to, words="请派人守在三号楼下")
    with stage.ledger.read() as connection:
        told = connection.execute(select(fact).where(fact.c.kind == "case.told")).one()
        logged = connection.execute(select(audit).where(audit.c.act == "case.tell")).one()
        act = timeline(connection, "HY-2026-0001")[-1]

    assert (after.state, after.version) == ("研判", 2)
    assert (told.data["department"], told.data["restricted"], told.data["version"]) == ("safety", True, 2)
    assert act.data["words"] == "请派人守在三号楼下"
    assert "三号楼" not in str([*told, *logged])


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"to": "宣传", "words": "请看"}, "安全工作部（safety）"),
        ({"to": "publicity", "words": "请看"}, "不能告知"),
        ({"to": "保卫", "words": "多" * 201}, "太长"),
        ({"to": "保卫"}, "缺少要说的话"),
    ],
)
def test_tell_reaches_only_security_and_student_affairs_and_needs_few_words(
    stage: Any, inputs: dict[str, str], says: str
) -> None:
    stage.found("2026-11-23T09:00", 1, restricted=True)

    with pytest.raises(Refused, match=says):
        do(stage, "tell", "wen_ruxin", **inputs)


def test_an_ordinary_case_is_told_to_nobody_by_the_counsellor(opened: Any) -> None:
    with pytest.raises(Refused, match="现在不能告知"):
        do(opened, "tell", "wen_ruxin", to="保卫", words="请看")
