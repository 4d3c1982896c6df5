"""Tests of what stands beside a case. What commands show of it: tests/huiyin/commands/test_forewarn.py."""

from datetime import date

from cases.case import load_case
from cases.describe_beside import describe_beside
from cases.forewarn import file_forewarning, link_forewarnings
from tests.cases.conftest import Stage


def test_a_filed_item_stands_beside_the_case_and_beside_no_help_first_one(stage: Stage) -> None:
    stage.at("2026-09-30T15:00")
    with stage.ledger.change("qin_weiguo") as work:
        days = (date(2026, 9, 30), date(2026, 10, 5))
        filed = {
            "title": "食堂抽检",
            "signs": ["二食堂 异物"],
            "holding_line": "正在送检",
            "days": days,
            "by": "qin_weiguo",
        }
        file_forewarning(work, stage.school, "safety", **filed)
    case_no = stage.found("2026-09-30T16:00", 1)
    with stage.ledger.change() as work:
        assert link_forewarnings(work, [1]) == 0
        numbers = [row[0] for row in work.connection.exec_driver_sql("SELECT post_id FROM post")]
        assert link_forewarnings(work, numbers) == 1
        case = load_case(work.connection, case_no)
        beside = describe_beside(work.connection, stage.school, case, None)

    assert beside["forewarnings"] == [
        {"number": "YJ-2026-0001", "unit": "safety", "title": "食堂抽检", "line": "正在送检"}
    ]
    hidden = stage.found("2026-09-30T17:00", 1, event_id=2, restricted=True)
    with stage.ledger.read() as connection:
        assert describe_beside(connection, stage.school, load_case(connection, hidden), None) == {
            "forewarnings": [], "similar": [],
        }  # fmt: skip
