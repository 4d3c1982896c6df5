"""Tests of `huiyin roster`: shifts, swaps, leave, hand-over, and what they change for cases, by the command line."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from cases.roster import warn_gaps
from foundation.ledger import open_ledger
from foundation.tables import timer
from huiyin.cli import main
from huiyin.wiring import open_parts
from tests.huiyin.commands.test_case_course import ASSIGN, CONFIRM, WAY, go, refused, told

Do = Callable[..., tuple[int, str]]
WATCHED = "z1-school, z7-township"
SPECIAL = {
    "calendar.yaml": ("years: [] ", 'special: [{name: 招生季, from: "2026-10-14", to: "2026-10-14"}]\nyears: [] ')
}


@pytest.fixture
def roster(capsys: pytest.CaptureFixture[str]) -> Callable[[str], tuple[int, str]]:
    """Do one deed; give exit code and what was said."""

    def run(line: str) -> tuple[int, str]:
        capsys.readouterr()
        code = main(["roster", *line.split()])
        heard = capsys.readouterr()
        return code, heard.out + heard.err

    return run


def warn() -> None:
    parts = open_parts()
    with parts.ledger.change() as work:
        warn_gaps(work, parts.school)
    parts.ledger.close()


@pytest.mark.provision("Z7.6-1")
@pytest.mark.parametrize("enabled", [WATCHED])
def test_an_uncovered_holiday_is_warned_of_seven_days_before(open_one: Any, roster: Any, case_clock: Any) -> None:
    case_clock.write_text("2026-09-24T09:00:00+08:00")
    warn()
    code, said = roster("show")

    assert (code, "2026-10-01  还没有排到人  节假日" in said) == (1, True)
    warned = [title for recipient, title in told("roster_gap") if recipient == "gu_wenjing"]
    assert warned == [f"{day} 还没有排到值班人" for day in ("2026-09-25", "2026-09-26", "2026-09-27", "2026-10-01")]
    assert roster("fill --as gu_wenjing --from 2026-10-01 --to 2026-10-07 --person qin_weiguo")[0] == 0
    assert roster("fill --as gu_wenjing --from 2026-09-25 --to 2026-09-27 --person bai_shouping")[0] == 0
    code, said = roster("show")
    assert (code, "2026-10-01  秦卫国" in said) == (0, True)


@pytest.mark.provision("Z7.6-1b")
@pytest.mark.parametrize(("enabled", "changes"), [(WATCHED, SPECIAL)])
def test_an_uncovered_day_of_a_special_period_is_warned_of(open_one: Any, roster: Any, case_clock: Any) -> None:
    case_clock.write_text("2026-10-08T09:00:00+08:00")
    warn()

    assert ("gu_wenjing", "2026-10-14 还没有排到值班人") in told("roster_gap")
    assert "特殊时期 招生季" in roster("show")[1]


@pytest.mark.provision("Z6.8b")
def test_an_unapproved_swap_leaves_the_original_person_on_duty(open_one: Any, roster: Any) -> None:
    def on_duty() -> list[str]:
        return list(json.loads(roster("show --json")[1])["shifts"]["2026-10-01"])

    assert roster("fill --as gu_wenjing --from 2026-10-01 --to 2026-10-01 --person qin_weiguo")[0] == 0
    assert roster("swap --as qin_weiguo --day 2026-10-01 --to tang_ruolan --reason 家中有事")[0] == 0
    before = on_duty()
    for by in ("qin_weiguo", "tang_ruolan", "xu_songbai"):
        assert roster(f"approve 1 --as {by}")[0] == 1
    assert roster("approve 1 --as gu_wenjing")[0] == 0

    assert (before, on_duty()) == (["qin_weiguo"], ["tang_ruolan"])


@pytest.mark.provision("Z6.8")
def test_the_handover_lists_every_open_clock(open_one: Any, do: Do, roster: Any) -> None:
    open_one(1, 1)
    open_one(2, 2)
    go(do, CONFIRM)
    code, said = roster("handover --as qin_weiguo --to bai_shouping --note 等供电局回话 --json")
    with open_ledger().read() as connection:
        opened = connection.execute(select(func.count()).where(timer.c.state == "open")).scalar()

    listed = json.loads(said)
    assert (code, len(listed["timers"]), listed["note"]) == (0, opened, "等供电局回话")
    assert "交给 白守平：在计的时限" in roster("handover --as qin_weiguo --to bai_shouping")[1]


def test_the_deputy_acts_during_leave_with_both_names_in_the_record(
    open_one: Any, do: Do, seen: Any, roster: Any
) -> None:
    sign = "sign_off --as bai_shouping"
    open_one(1, 1)
    go(do, CONFIRM, ASSIGN, WAY[2])
    refused(do, sign, "不能签字报送")
    assert roster("leave --as qin_weiguo --from 2026-09-30 --to 2026-10-02")[0] == 0
    go(do, sign)

    act = seen()["timeline"][-1]
    assert (act["by"], act["data"]["acting_for"]) == ("bai_shouping", ["qin_weiguo"])
    assert "秦卫国 请假 2026-09-30 至 2026-10-02，由 白守平 代理" in roster("show")[1]


def test_notices_to_a_role_reach_whoever_stands_in(open_one: Any, do: Do, roster: Any) -> None:
    open_one(1, 1)
    assert roster("leave --as xu_songbai --from 2026-09-30 --to 2026-10-02 --deputy ding_xiaoyu")[0] == 0
    go(do, CONFIRM)

    assert [recipient for recipient, _ in told("case_confirmed")] == ["ding_xiaoyu"]


@pytest.mark.provision("Z5.2")
@pytest.mark.parametrize(
    "changes", [{"departments.yaml": ("  - id: safety\n", "  - id: safety\n    parent: students\n")}]
)
def test_a_case_goes_to_the_leaf_and_climbs_to_its_parent(open_one: Any, do: Do, seen: Any, case_clock: Any) -> None:
    from alerts.find_due import take_due_steps

    open_one(1, 1, departments=("students", "safety"))
    go(do, CONFIRM)
    assert (seen()["lead"], seen()["assisting"]) == ("safety", [])
    go(do, ASSIGN)
    case_clock.write_text("2026-10-12T17:30:00+08:00")
    parts = open_parts()
    with parts.ledger.change() as work:
        take_due_steps(work, parts.school)
    parts.ledger.close()

    assert "luo_chengan" in [recipient for recipient, _ in told("supervise")]
    go(do, WAY[2], "sign_off --as luo_chengan")
