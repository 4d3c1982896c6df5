"""Bad input about cases, by command: each refused with the reason in Chinese, and nothing half done afterwards."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.case import case_act, case_file
from cases.roster import shift, shift_swap
from cases.task import task
from foundation.ledger import open_ledger
from foundation.tables import audit, fact, outbox, school_version, timer
from huiyin.cli import main
from tests.huiyin.commands.test_case_course import ASSIGN, CONFIRM, WAY, go

EXTEND = "extend --as shen_mingde --rule Z9a.3.5 --within 5d --reason 要到现场核查"
DAYS_OFF = [{"on": f"2027-{month:02}-{day:02}", "name": "校庆"} for month in (3, 4, 5) for day in range(1, 29)]
MISTAKES = {  # what a folder gets wrong → file, what stood there, what is written instead, what is said
    "a typo": ("policy.yaml", "done_by: responded", "done_by: responed", "done_by"),
    "a length that is none": ("policy.yaml", "within: 3wd", "within: 三天", "三天 不是时限"),
    "a role that nobody holds": (
        "policy.yaml", "to: [owner]", "to: [monitor]", "制度要找 监测机构（monitor），却没有人担任",
    ),
    "a length not set": ("policy.yaml", "enabled: [z1-school]", "enabled: [z9c-hospital]", "Z9c.7 的时限还没有定"),
    "no deputy": ("departments.yaml", "    deputy: bai_shouping\n", "", "deputy"),
    "a calendar against the law": (
        "calendar.yaml", "off: []", f"off: {json.dumps(DAYS_OFF)}", "年改动了 60 个日子的上班与放假，与法定安排相抵触",
    ),
}  # fmt: skip


def counted() -> list[int]:
    with open_ledger().read() as connection:
        tables = (audit, case_act, case_file, fact, outbox, school_version, shift, shift_swap, task, timer)
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_folder_with_a_mistake_is_never_applied(parts: Any, folder: Any, mistake: str, capsys: Any) -> None:
    file, there, instead, says = MISTAKES[mistake]
    place = folder.path / file
    text = place.read_text(encoding="utf-8")
    assert there in text
    place.write_text(text.replace(there, instead), encoding="utf-8")
    before = counted()

    for command in (["check", "--school", str(folder.path)], ["apply", str(folder.path)]):
        capsys.readouterr()
        assert main(command) == 2
        assert says in capsys.readouterr().err
    assert counted() == before


REFUSED = {  # what somebody tries after the case went so far → the way, the act, what is said
    "an act on a closed case": (WAY, ASSIGN, "现在不能交办（案件在 归档）"),
    "a limit in the past": (
        WAY[:1], "limit --as gu_wenjing --due-at 2026-09-01T12:00 --reason 市里转办", "上级限期已经过去",
    ),
    "a date that is none": (WAY[:1], "limit --as gu_wenjing --due-at 明天 --reason 市里转办", "看不懂的时间 明天"),
    "a user without the role": (WAY[:1], ASSIGN.replace("gu_wenjing", "bai_shouping"), "bai_shouping 不能交办"),
    "a user whom nobody knows": (WAY[:1], ASSIGN.replace("gu_wenjing", "nobody"), "没有这个人"),
    "two leads": (WAY[:1], f"{ASSIGN} --lead students", "--lead 只能写一次"),
    "two leads in one word": (WAY[:1], ASSIGN.replace("safety", "safety,students"), "safety,students"),
    "a second extension": ([CONFIRM, EXTEND], EXTEND, "已经延期过一次"),
}  # fmt: skip


@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
@pytest.mark.parametrize("attempt", REFUSED)
def test_an_act_against_the_rules_changes_nothing(open_one: Any, do: Any, seen: Any, attempt: str) -> None:
    way, act, says = REFUSED[attempt]
    open_one(1, 1, site_kind="message_board", published_at="2026-09-30T15:00:00+08:00")
    chain = [line.replace("--as gu_wenjing --checklist", "--as shen_mingde --checklist") for line in way]
    go(do, *chain)
    before, case = counted(), seen()
    code, said = do(act)

    assert code in (1, 2), said
    assert says in said
    assert (counted(), seen()) == (before, case)


@pytest.mark.parametrize("enabled", ["z1-school, z9a-message-board"])
def test_an_extension_after_the_due_time_changes_nothing(open_one: Any, do: Any, case_clock: Any) -> None:
    open_one(1, 1, site_kind="message_board", published_at="2026-09-30T15:00:00+08:00")
    go(do, CONFIRM)
    case_clock.write_text("2026-10-03T15:00:01+08:00")
    before = counted()
    code, said = do(EXTEND)

    assert (code, counted()) == (1, before)
    assert "延期要在到期之前提出" in said


PAST = {  # what is written for a day that has passed → the words, what is said
    "a task": ("task add measure --as gu_wenjing --owner safety --words 检修 --due 2026-01-01", "日期已经过去"),
    "a roster": (
        "roster fill --as gu_wenjing --from 2026-09-29 --to 2026-10-02 --person qin_weiguo",
        "不能改已经过去的班",
    ),
    "a swap": ("roster swap --as bai_shouping --day 2026-09-29 --to qin_weiguo --reason 出差", "日子不能已经过去"),
}


@pytest.mark.parametrize("attempt", PAST)
def test_a_task_a_roster_and_a_swap_in_the_past_are_refused(
    open_one: Any, case_clock: Any, capsys: Any, attempt: str
) -> None:
    words, says = PAST[attempt]
    open_one(1, 1)
    case_clock.write_text("2026-09-28T09:00:00+08:00")
    filled = PAST["a roster"][0].replace("09-29", "09-28").replace("qin_weiguo", "bai_shouping")
    assert main(filled.split()) == 0
    case_clock.write_text("2026-09-30T16:00:00+08:00")
    before = counted()
    line = words.split() + (["--case", "HY-2026-0001"] if attempt == "a task" else [])

    assert main(line) == 1
    assert says in capsys.readouterr().err
    assert counted() == before
    with open_ledger().read() as connection:
        assert set(connection.execute(select(shift.c.person)).scalars()) == {"bai_shouping"}
