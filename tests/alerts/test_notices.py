"""Facts become outbox rows: who, in which words, once; and nothing of a restricted case beyond number, level, due."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.case_view import CaseView
from alerts.find_due import take_due_steps
from alerts.notices import notices_for
from crawler.items import Reason
from foundation.ledger import Fact

VIEW = {
    "case_no": "HY-2026-0001", "level_code": 1, "lead": "safety", "title": "二食堂晚餐有同学肚子疼",
    "reasons": (Reason("food_safety", "食品安全", 3.0, ("肚子疼",)),), "score": 6.0,
}  # fmt: skip


@pytest.fixture
def view(move_clock):
    now = move_clock()

    def make(**values):
        return CaseView(as_of=now, **VIEW | {"due_at": now + timedelta(hours=26)} | values)

    return make


def _where(notices):
    return [(notice.kind, notice.channel, notice.recipient) for notice in notices]


def _step(step, to=("dept",), **data):
    known = {"timer_id": 4, "rule": "Z1.6.2-1b", "done_by": "responded", "step": step, "to": list(to)}
    return Fact("timer.step", "HY-2026-0001", known | {"due_at": "2026-10-08T03:00:00+00:00", "skipped": []} | data)


OPENED = Fact("case.opened", "HY-2026-0001", {"level_code": 1, "lead": "safety", "event_id": 1, "title": "食堂"})
ASSIGNED = Fact("case.assigned", "HY-2026-0001", {"lead": "safety", "assisting": ["network"]})
DEPT = [("email", "safety"), ("dingtalk", "safety")]
ROUTES = [
    (OPENED, [("email", "tang"), ("email", "xu"), *DEPT]),
    (Fact("case.confirmed", "HY-2026-0001", {"level_code": 1}), [("email", "xu")]),
    (Fact("case.dismissed", "HY-2026-0001", {"level_code": 1}), DEPT),
    (ASSIGNED, [*DEPT, ("email", "network"), ("dingtalk", "network")]),
    (Fact("case.raised", "HY-2026-0001", {"level_code": 2}), [*DEPT, ("email", "xu"), ("email", "gu")]),
    (_step("remind_50"), DEPT),
    (_step("remind_20", ["principal"]), [("email", "lin")]),
    (_step("due", ["owner"]), [("email", "qin")]),
    (_step("催办", ["liaison"]), [("email", "bai"), ("dingtalk", "safety")]),
    (_step("督办", ["dept", "office"]), [*DEPT, ("email", "gu")]),
    (_step("通报", ["office"]), [("email", "gu")]),
    (_step("triage_3", ["duty"]), [("email", "qin")]),
    (_step("triage_1", ["nobody_holds_this"]), [("email", "gu")]),
    (Fact("rule.fired", "一小时三帖", {"event_id": 1, "to": ["officer"], "level_code": 1}), [("email", "xu")]),
    (Fact("round.finished", "forum", {"outcome": "unreachable"}), [("email", "cheng"), ("dingtalk", "network")]),
    (Fact("source.alarm", "forum", {"alarm": "too_few"}), [("email", "cheng"), ("dingtalk", "network")]),
    (Fact("case.replied", "HY-2026-0001", {}), []),
]


@pytest.mark.parametrize(("fact", "expected"), ROUTES)
def test_each_fact_reaches_its_people_and_nobody_else(paper_school, view, fact, expected):
    shown = view(assisting=("network",) if fact.kind == "case.assigned" else ())

    assert [where[1:] for where in _where(notices_for(fact, paper_school, shown))] == expected


@pytest.mark.parametrize("fact", [fact for fact, _expected in ROUTES if fact.kind.startswith(("case", "timer"))])
def test_a_restricted_case_reaches_counsellors_by_mail_and_holds_no_word_of_it(paper_school, view, fact):
    shown = view(restricted=True, title="想不开", level_code=3)
    notices = notices_for(fact, paper_school, shown)

    assert {notice.channel for notice in notices} <= {"email"}
    assert {notice.recipient for notice in notices} <= {"wen", "lin"}
    assert not any("想不开" in str(notice.payload) or "食" in str(notice.payload) for notice in notices)


def test_a_restricted_step_tells_number_level_and_due_time(paper_school, view):
    (notice,) = notices_for(_step("remind_50", ["counsellor"]), paper_school, view(restricted=True, level_code=3))

    assert notice.payload["title"] == "【特别重大】HY-2026-0001 请尽快处理，剩 2 小时"
    assert "2026-10-08 11:00" in notice.payload["body"]
    assert notice.payload["private"] is True


def test_the_phones_line_begins_with_level_and_number(paper_school, view):
    titles = [notice.payload["title"] for notice in notices_for(OPENED, paper_school, view())]

    assert all(title.startswith("【一般】HY-2026-0001 ") for title in titles)


def test_a_message_says_what_why_what_to_do_by_when_and_where(paper_school, view):
    notice = notices_for(OPENED, paper_school, view())[0]

    assert notice.payload["body"].splitlines() == [
        "事由：食堂",
        "依据：食品安全 +3 分（肚子疼）；合计 6 分",
        "系统建议：一般，建议责任部门 安全工作部。以上均为机器建议，由人确认。",
        "请做：打开案件，确认等级、改正等级，或标为误报。",
        "时限：2026-10-09 11:00 前（剩 1 天 2 小时）",
    ]
    assert notice.payload["link"] == "http://127.0.0.1:8000/cases/HY-2026-0001"


def test_the_dedupe_key_of_a_step_names_case_timer_step_due_channel_and_recipient(paper_school, view):
    keys = [notice.dedupe_key for notice in notices_for(_step("due"), paper_school, view())]

    assert keys[0] == "HY-2026-0001:4:due:1791428400:email:safety"


def test_a_circular_is_a_draft_that_a_person_signs(paper_school, view):
    (notice,) = notices_for(_step("通报", ["office"]), paper_school, view())

    assert "草稿，须人工签发" in notice.payload["body"]


WHY = ["case.graded", "case.reopened", "case.returned", "case.handed_back", "case.supervised", "case.urged"]


@pytest.mark.parametrize("fact", [*(Fact(kind, "HY-2026-0001", {}) for kind in WHY), _step("receipt_1", ["dept"])])
def test_every_message_about_a_case_says_why_and_a_confidential_one_nothing(paper_school, view, fact):
    shown = view(reasons=(Reason("ill_after_meal", "吃出病", 3.0, ("肚子疼",)),), score=6.0, title="食堂")
    hidden = replace(shown, confidential=True, title="", reasons=(), score=0.0)
    bodies = [notice.payload["body"] for notice in notices_for(fact, paper_school, shown)]
    told = str([notice.payload for notice in notices_for(fact, paper_school, hidden)])

    assert bodies
    assert all("依据：吃出病 +3 分（肚子疼）；合计 6 分" in body for body in bodies)
    assert "依据：见案件页" in told
    assert not any(word in told for word in ("食堂", "肚子疼", "6 分"))


def test_an_urge_calls_the_liaison_by_user_id_holder(paper_school, view):
    robot = notices_for(_step("催办", ["liaison"]), paper_school, view())[1]

    assert robot.payload["mention"] == ["bai"]


def test_a_sign_below_any_level_is_told_as_a_sign(paper_school, view):
    fact = Fact("rule.early", "考试", {"alert_id": 3, "to": ["officer"], "level_code": 0, "says": "提到“泄题”"})

    (notice,) = notices_for(fact, paper_school, CaseView(as_of=view().as_of))
    assert (notice.kind, notice.level_code) == ("early_sign", 0)
    assert notice.payload["title"].startswith("苗头：提到“泄题”")


def test_notices_commit_with_the_change_or_not_at_all(ledger, new_case, rows):
    new_case()
    with contextlib.suppress(RuntimeError), ledger.change() as work:
        work.tell("case.assigned", "HY-2026-0001", lead="safety")
        raise RuntimeError
    assert rows() == []

    with ledger.change() as work:
        work.tell("case.assigned", "HY-2026-0001", lead="safety")
    assert len(rows()) == 2


def test_the_same_step_twice_creates_nothing(ledger, new_case, rows):
    new_case()
    for _time in range(2):
        with ledger.change() as work:
            work.tell("timer.step", "HY-2026-0001", **_step("due").data)

    assert len(rows()) == 2


def test_an_extended_due_time_is_told_again(ledger, new_case, rows):
    new_case()
    for due_at in ("2026-10-08T03:00:00+00:00", "2026-10-09T03:00:00+00:00"):
        with ledger.change() as work:
            work.tell("timer.step", "HY-2026-0001", **_step("due", due_at=due_at).data)

    assert len(rows()) == 4


def test_no_author_and_no_post_text_in_any_row(ledger, new_case, rows, school, move_clock):
    new_case()
    with ledger.change() as work:
        work.tell("case.opened", "HY-2026-0001", **OPENED.data)
    move_clock(hours=1)
    with ledger.change() as work:
        take_due_steps(work, school)

    kept = " ".join(str(tuple(row)) for row in rows())
    assert "pseudonym" not in kept
    assert "电话没人接" not in kept


RAISED = Fact("case.raised", "HY-2026-0001", {"level_code": 3, "restricted": True})
TOLD = Fact("case.told", "HY-2026-0001", {"department": "safety", "version": 3, "restricted": True})


@pytest.mark.parametrize("fact", [OPENED, RAISED, Fact("case.confirmed", "HY-2026-0001", {"restricted": True})])
def test_immediate_danger_is_told_to_the_duty_person_by_mail_without_a_word_of_it(paper_school, view, fact):
    notices = notices_for(fact, paper_school, view(restricted=True, level_code=3, in_danger=True, title="走失"))
    urgent = [notice for notice in notices if notice.kind == "danger"]

    assert [(notice.channel, notice.recipient) for notice in urgent] == [("email", "qin")]
    assert {notice.dedupe_key for notice in urgent} == {"danger:HY-2026-0001:email:qin"}
    assert "请立即与心理老师联系" in urgent[0].payload["title"]
    assert "温如心 wen@yunlu.example" in urgent[0].payload["body"]
    assert (urgent[0].payload["link"], urgent[0].payload["private"]) == ("", True)
    assert not any("走失" in str(notice.payload) or "食" in str(notice.payload) for notice in notices)


def test_without_immediate_danger_only_the_counsellors_are_told(paper_school, view):
    notices = notices_for(OPENED, paper_school, view(restricted=True, level_code=2))

    assert [notice.recipient for notice in notices] == ["wen"]


def test_what_the_counsellor_tells_goes_to_the_head_of_the_department_by_mail(paper_school, view):
    (notice,) = notices_for(TOLD, paper_school, view(restricted=True, level_code=2, told_words="请守在三号楼下"))

    assert (notice.kind, notice.channel, notice.recipient) == ("told", "email", "qin")
    assert "心理老师的话：请守在三号楼下" in notice.payload["body"]
    assert "三号楼" not in notice.payload["title"]
    assert (notice.payload["private"], notice.dedupe_key) == (True, "case.told:HY-2026-0001:3:email:qin")


@pytest.mark.parametrize(
    ("restricted", "line"),
    [(False, "查看：huiyin case show HY-2026-0001"), (True, "查看：huiyin case show HY-2026-0001 --as 本人编号")],
)
def test_without_a_console_a_message_names_the_command_instead_of_a_link(example_school, view, restricted, line):
    notice = notices_for(OPENED, example_school, view(restricted=restricted))[0]

    assert notice.payload["link"] == ""
    assert notice.payload["body"].splitlines()[-1] == line
