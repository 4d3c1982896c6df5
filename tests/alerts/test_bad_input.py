"""What goes wrong in real schools: each thing is classified, told once, and nothing else suffers or is lost.

A template with a missing field and a rule with an impossible window are at the end; the rest is delivery.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from alerts.case_view import CaseView
from alerts.check_templates import check_templates
from alerts.notices import notices_for
from alerts.outbox import send_pending
from alerts.outbox_rows import Notice, put_in, retry_rows
from alerts.run_rules import run_rules
from demo.dingtalk_server import Scripted
from foundation.errors import ConfigError
from foundation.ledger import Fact
from foundation.school import School, SchoolFiles
from foundation.tables import fact

LONG = "食堂排队太久。" * 2900  # 60 kB
ODD = "【重大】HY-2026-0001 𠮷野家与𪚥字🍚👨‍👩‍👧"


@dataclass(frozen=True)
class Trouble:
    """One row of the table: where the notice goes, what happens there, what must become of it."""

    channel: str
    recipient: str
    breaks: object
    state: str
    reason: str = ""
    told: str = ""
    repairs: object = None
    words: dict = field(default_factory=dict)


def robot(**values):
    def change(dingtalk, _mail):
        for name, value in values.items():
            setattr(dingtalk.robots["token-safety"], name, value)

    return change


def answers(*given):
    return lambda dingtalk, _mail: dingtalk.script.extend(given)


TABLE = {
    "an expired token": Trouble(
        "dingtalk", "safety", lambda dingtalk, _mail: dingtalk.robots.pop("token-safety"), "pending",
        "access_token 不被承认", "tech.channel_down",
        lambda dingtalk, _mail: dingtalk.add_robot("token-safety", "SECsafe", "舆情"),
    ),
    "a robot removed from its group": Trouble(
        "dingtalk", "safety", answers(Scripted({"errcode": 400106, "errmsg": "robot not found"})), "pending",
        "移出", "tech.channel_down", lambda _dingtalk, _mail: None,
    ),
    "a wrong secret": Trouble(
        "dingtalk", "safety", robot(secret="SECother"), "pending", "加签不符", "tech.channel_down",
        robot(secret="SECsafe"),
    ),
    "a keyword that is missing": Trouble(
        "dingtalk", "safety", robot(keyword="告警"), "pending", "关键词", "tech.channel_down", robot(keyword="舆情"),
    ),
    "a proxy that answers 200 with a login page": Trouble(
        "dingtalk", "safety", answers(*[Scripted(b"<html>login</html>")] * 3), "pending", "不是钉钉的 JSON", "",
        lambda _dingtalk, _mail: None,
    ),
    "a typo in an address": Trouble(
        "email", "qin", lambda _dingtalk, mail: mail.refusals.update({"qin@yunlu.example": ["550 unknown"]}), "dead",
        "拒收（550）", "tech.notice_dead", lambda _dingtalk, mail: mail.refusals.clear(),
    ),
    "a recipient who left": Trouble(
        "email", "somebody_gone", lambda _dingtalk, _mail: None, "dead", "没有这个收件人", "tech.notice_dead",
    ),
    "a message of 60 kB": Trouble(
        "dingtalk", "safety", lambda _dingtalk, _mail: None, "sent", words={"body": LONG},
    ),
    "a mail of 60 kB": Trouble("email", "qin", lambda _dingtalk, _mail: None, "sent", words={"body": LONG}),
    "emoji and rare characters in a subject": Trouble(
        "email", "qin", lambda _dingtalk, _mail: None, "sent", words={"title": ODD},
    ),
    "emoji and rare characters in a robot's title": Trouble(
        "dingtalk", "safety", lambda _dingtalk, _mail: None, "sent", words={"title": ODD},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_it_is_classified_told_once_harms_nobody_else_and_loses_nothing(
    name, ledger, school, dingtalk, mail_server, rows, move_clock
):
    trouble = TABLE[name]
    trouble.breaks(dingtalk, mail_server)
    words = {"title": "【一般】HY-2026-0001 时限已到", "body": "请做：办理", "link": "", "mention": [], **trouble.words}
    with ledger.change() as work:
        key = f"k:{trouble.channel}:{trouble.recipient}"
        put_in(work, [Notice(key, "HY-2026-0001", 1, "due", trouble.channel, trouble.recipient, words)])
    for _pass in range(3):
        with ledger.change() as work:  # another notice, put after it, by mail to somebody else
            number = len(rows())
            put_in(work, [Notice(f"other:{number}", "HY-2026-0002", 1, "due", "email", "gu", {**words, "body": "b"})])
        send_pending(ledger, school, "me")
        move_clock(minutes=5)

    first, *others = rows()
    assert (first.state, trouble.reason in (first.error or "")) == (trouble.state, True)
    technicians = [row.kind for row in others if row.kind.startswith("tech") and row.recipient == "cheng"]
    assert technicians == ([trouble.told] if trouble.told else [])
    assert {row.state for row in others if row.recipient == "gu"} == {"sent"}
    if trouble.repairs:
        trouble.repairs(dingtalk, mail_server)
        with ledger.change() as work:
            retry_rows(work, first.outbox_id)
        send_pending(ledger, school, "me")
        assert rows()[0].state == "sent"


def test_what_odd_characters_arrive_as_is_what_was_written(ledger, school, dingtalk, mail_server):
    words = {"title": ODD, "body": "正文𠮷🍚", "link": "", "mention": []}
    with ledger.change() as work:
        for channel, recipient in (("email", "qin"), ("dingtalk", "safety")):
            put_in(work, [Notice(f"k:{channel}:{recipient}", "HY-2026-0001", 2, "due", channel, recipient, words)])
    send_pending(ledger, school, "me")

    assert mail_server.received[0].message["Subject"].endswith("𠮷野家与𪚥字🍚👨‍👩‍👧")
    assert dingtalk.received[0]["markdown"]["title"].endswith("𠮷野家与𪚥字🍚👨‍👩‍👧")


def test_a_template_with_a_missing_field_is_named_by_line_told_to_technicians_once_and_ours_is_used(
    paper_school, ledger, rows
):
    own = {"templates/due.yaml": "title: 到期 $evnt\nbody: 请做\n"}
    broken = School.from_files(SchoolFiles(paper_school.files.texts | own), 2)
    with pytest.raises(ConfigError) as caught:
        check_templates(broken)
    view = CaseView(datetime(2026, 10, 8, 1, tzinfo=UTC), "HY-2026-0001", 1, lead="safety", title="食堂")
    step = {"timer_id": 1, "rule": "Z1.6.2-1b", "done_by": "responded", "step": "due", "to": ["dept"]}
    due = Fact("timer.step", view.case_no, {**step, "due_at": "2026-10-08T01:00:00+00:00"})
    notices = notices_for(due, broken, view)
    for _time in range(2):
        with ledger.change() as work:
            put_in(work, notices)
    first = notices[0]

    told = [(row.kind, row.recipient, row.payload["title"]) for row in rows() if row.kind == "tech.template_broken"]
    words = "通知模板 due 填不出来，已改用系统自带的文字"
    assert told == [("tech.template_broken", "cheng", words), ("tech.template_broken", "network", words)]
    assert "食堂" not in str([row.payload for row in rows() if row.kind == "tech.template_broken"])
    assert (caught.value.problems[0].line, "$evnt" in caught.value.problems[0].what) == (1, True)
    assert "时限已到" in first.payload["title"]


def test_a_rule_with_an_impossible_window_is_told_once_and_the_others_run(ledger, school, rows):
    rules = "rules:\n  - {name: 坏, kind: frequency, per: event, count: 3, minutes: -5}\n"
    ruled = School.from_files(SchoolFiles(school.files.texts | {"rules.yaml": rules}), 2)
    for _tick in range(3):
        with ledger.change() as work:
            run_rules(work, ruled)
    with ledger.read() as connection:
        disabled = connection.execute(select(fact.c.subject).where(fact.c.kind == "rule.disabled")).scalars().all()

    assert disabled == ["坏"]
    assert [row.kind for row in rows() if row.recipient == "cheng"] == ["tech.rule_disabled"]
