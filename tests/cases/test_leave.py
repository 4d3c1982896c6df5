"""Tests of leave: who may note it, who stands in, on which days."""

from datetime import date
from typing import Any

import pytest

from cases.leave import absences, deputies_at, take_leave
from foundation.errors import Refused

FIRST, LAST = date(2026, 10, 9), date(2026, 10, 12)


def ask(stage: Any, person: str, by: str = "", **more: Any) -> dict[str, Any]:
    days = more.pop("days", (FIRST, LAST))
    with stage.ledger.change(by or person) as work:
        return take_leave(work, stage.school, person, *days, by=by or person, **more)


def test_the_deputy_of_the_own_department_stands_in(stage: Any) -> None:
    stage.at("2026-10-08T09:00")

    assert ask(stage, "qin_weiguo")["deputy"] == "bai_shouping"
    assert ask(stage, "xu_songbai", by="gu_wenjing", deputy="ding_xiaoyu")["deputy"] == "ding_xiaoyu"
    with stage.ledger.read() as connection:
        assert deputies_at(connection, stage.at("2026-10-12T23:59")) == {
            "qin_weiguo": "bai_shouping", "xu_songbai": "ding_xiaoyu",
        }  # fmt: skip
        assert deputies_at(connection, stage.at("2026-10-13T00:00")) == {}


@pytest.mark.parametrize(
    ("person", "more", "says"),
    [
        ("nobody", {}, "没有这个人"),
        ("qin_weiguo", {"by": "tang_ruolan"}, "不能替"),
        ("qin_weiguo", {"days": (LAST, FIRST)}, "日子不对"),
        ("qin_weiguo", {"days": (date(2026, 9, 1), date(2026, 9, 2))}, "日子不对"),
        ("tang_ruolan", {}, "没有写由谁代理"),
        ("tang_ruolan", {"deputy": "tang_ruolan"}, "没有写由谁代理"),
    ],
)
def test_leave_is_refused_with_its_reason(stage: Any, person: str, more: dict[str, Any], says: str) -> None:
    stage.at("2026-10-08T09:00")
    with pytest.raises(Refused, match=says):
        ask(stage, person, **more)

    with stage.ledger.read() as connection:
        assert absences(connection) == []


def test_who_is_away_stands_in_for_nobody(stage: Any) -> None:
    stage.at("2026-10-08T09:00")
    ask(stage, "bai_shouping", deputy="qin_weiguo")

    with pytest.raises(Refused, match="也请假"):
        ask(stage, "qin_weiguo")


def test_a_counsellor_is_stood_in_for_by_a_counsellor_only(stage: Any) -> None:
    stage.at("2026-10-08T09:00")
    for deputy in ("gu_wenjing", "qin_weiguo"):
        with pytest.raises(Refused, match=f"{deputy} 不是心理老师"):
            ask(stage, "wen_ruxin", deputy=deputy)

    assert ask(stage, "wen_ruxin", deputy="jiang_huiyin")["deputy"] == "jiang_huiyin"
