"""Tests of acts that do not happen: not now, not by this person, not complete, not twice, not half."""

import threading
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select

from cases.act import perform
from cases.case import Case, load_case, timeline, timers_of
from cases.leave import leave
from foundation.errors import Refused
from foundation.tables import audit, fact
from search.posts import select_posts

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


@pytest.mark.parametrize(
    "missing",
    [
        pytest.param("evidence", marks=pytest.mark.provision("Z6.3")),
        pytest.param("opinion", marks=pytest.mark.provision("Z7.8")),
        pytest.param("level", marks=pytest.mark.provision("Z7.8")),
    ],
)
def test_a_verdict_needs_level_opinion_and_evidence(opened: Any, missing: str) -> None:
    with pytest.raises(Refused, match="缺少"):
        do(opened, "confirm", "tang_ruolan", **{name: text for name, text in VERDICT.items() if name != missing})

    assert timer_states(opened)["triage"] == "open"


@pytest.mark.provision("Z1.5-2")
def test_a_reply_without_fact_note_is_refused(opened: Any) -> None:
    walk_to(opened, "承办")

    with pytest.raises(Refused, match="核实情况"):
        do(opened, "reply", "qin_weiguo", disposition="已停用", response="我们道歉")


@pytest.mark.parametrize(
    ("reached", "act", "by", "inputs"),
    [
        ("研判", "assign", "gu_wenjing", ROUTE),
        ("交办", "confirm", "tang_ruolan", VERDICT),
        ("交办", "reply", "qin_weiguo", REPLY),
        ("承办", "close", "gu_wenjing", {}),
        ("承办", "dismiss", "gu_wenjing", {"verdict": "误报", "reason": "无关"}),
        ("归档", "acknowledge", "qin_weiguo", {}),
        ("归档", "bury", "gu_wenjing", {}),
    ],
)
def test_an_illegal_act_is_refused_with_the_legal_ones(
    opened: Any, reached: str, act: str, by: str, inputs: Any
) -> None:
    if reached != "研判":
        walk_to(opened, reached)

    with pytest.raises(Refused, match="现在可以做的"):
        do(opened, act, by, **inputs)


@pytest.mark.parametrize(
    ("reached", "act", "by", "inputs"),
    [
        ("研判", "confirm", "luo_chengan", VERDICT),
        ("研判", "confirm", "zhao_jian", VERDICT),
        ("交办", "assign", "tang_ruolan", ROUTE),
        ("承办", "reply", "luo_chengan", REPLY),
        ("承办", "acknowledge", "luo_chengan", {}),
        ("反馈", "close", "qin_weiguo", {"cause": "服务"}),
    ],
)
def test_a_person_without_the_role_is_refused_and_told_whose_act_it_is(
    opened: Any, reached: str, act: str, by: str, inputs: Any
) -> None:
    if reached != "研判":
        walk_to(opened, reached)

    with pytest.raises(Refused, match="来做"):
        do(opened, act, by, **inputs)


def test_an_unknown_person_is_refused(opened: Any) -> None:
    with pytest.raises(Refused, match="没有这个人"):
        do(opened, "confirm", "nobody", **VERDICT)


def test_on_a_restricted_case_only_the_counsellor_acts(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1, restricted=True)
    with pytest.raises(Refused, match="心理老师"):
        do(stage, "confirm", "tang_ruolan", **VERDICT)

    assert do(stage, "confirm", "wen_ruxin", **VERDICT).state == "交办"
    assert do(stage, "acknowledge", "wen_ruxin").state == "交办"
    assert timer_states(stage)["Z1.6.2-1a"] == "satisfied"


def test_a_stale_version_is_refused(opened: Any) -> None:
    with pytest.raises(Refused, match="看过之后"):
        do(opened, "confirm", "tang_ruolan", version=7, **VERDICT)


def test_two_persons_confirming_at_once_never_both_win(opened: Any) -> None:
    ends: list[str] = []
    together = threading.Barrier(2)

    def confirm(by: str) -> None:
        together.wait()
        try:
            do(opened, "confirm", by, **VERDICT)
            ends.append("won")
        except Refused:
            ends.append("refused")

    threads = [threading.Thread(target=confirm, args=(by,)) for by in ("tang_ruolan", "xu_songbai")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["refused", "won"]
    with opened.ledger.read() as connection:
        assert [act.act for act in timeline(connection, "HY-2026-0001")] == ["open", "confirm"]


class Crash(Exception):
    pass


def test_a_crash_between_any_two_statements_of_an_act_leaves_nothing(opened: Any) -> None:
    left: list[int] = []

    def count_down(*_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Crash

    event.listen(opened.ledger.engine, "before_cursor_execute", count_down)
    crashes = 0
    for allowed in range(200):
        left[:] = [allowed]
        try:
            do(opened, "confirm", "tang_ruolan", **{**VERDICT, "level": "重大", "reason": "只此一处"})
        except Crash:
            crashes += 1
            left[:] = [1000]
            with opened.ledger.read() as connection:
                assert load_case(connection, "HY-2026-0001").version == 1
                assert connection.execute(select(func.count()).select_from(audit)).scalar_one() == 1
                assert connection.execute(select(func.count()).select_from(fact)).scalar_one() == 1
            assert timer_states(opened) == {"triage": "open", "Z1.6.2-1a": "open", "Z1.6.2-1b": "open"}
            with opened.ledger.read() as connection:
                assert [post.review_state for post in select_posts(connection, "WHERE event_id = 1")] == ["待研判"]
        else:
            break
    assert crashes > 8


def test_who_stands_in_for_a_counsellor_without_being_one_cannot_act_on_a_help_first_case(stage: Any) -> None:
    """Also when the ledger says so: the leave was noted before the deputy left the counsellors' list."""
    case_no = stage.found("2026-11-23T09:00", 1, restricted=True)
    row = {"person": "wen_ruxin", "deputy": "gu_wenjing", "first_on": "2026-11-23", "last_on": "2026-11-23"}
    with stage.ledger.change() as work:
        work.connection.execute(insert(leave).values(**row, noted_by="wen_ruxin", noted_at=work.at))

    with stage.ledger.change("gu_wenjing") as work, pytest.raises(Refused, match="gu_wenjing 不能告知"):
        perform(work, stage.store, stage.school, case_no, "tell", by="gu_wenjing", to="保卫", words="请看")
