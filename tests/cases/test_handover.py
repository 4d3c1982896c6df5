"""Tests of the hand-over: what the next person takes over."""

from typing import Any

import pytest
from sqlalchemy import func, select

from cases.handover import hand_over, last_handover, running_clocks
from foundation.errors import Refused
from foundation.tables import timer


def test_the_list_equals_the_open_clocks_and_help_first_cases_stay_with_the_counsellors(stage: Any) -> None:
    stage.found("2026-11-23T09:00", 1)
    stage.found("2026-11-23T09:00", 2, event_id=2, restricted=True)
    with stage.ledger.change("qin_weiguo") as work:
        rows = hand_over(work, stage.school, "bai_shouping", "等供电局回话", by="qin_weiguo")
        opened = select(func.count()).where(timer.c.state == "open", timer.c.case_no == "HY-2026-0001")

        assert len(rows) == work.connection.execute(opened).scalar() == 3
        assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)
        noted = last_handover(work.connection)
        assert (noted.giver, noted.taker, noted.note) == ("qin_weiguo", "bai_shouping", "等供电局回话")
        assert noted.timers == [row.timer_id for row in running_clocks(work.connection)]


def test_nobody_hands_over_to_themselves_or_to_a_stranger(stage: Any) -> None:
    with stage.ledger.change("qin_weiguo") as work:
        for taker, says in (("qin_weiguo", "不能交接给自己"), ("nobody", "没有这个人")):
            with pytest.raises(Refused, match=says):
                hand_over(work, stage.school, taker, "", by="qin_weiguo")
