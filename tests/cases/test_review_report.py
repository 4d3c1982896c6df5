"""Tests of the review report; with a whole course: tests/huiyin/commands/test_library.py."""

from cases.case import load_case
from cases.policy import load_policy
from cases.review_report import review_report
from tests.cases.conftest import Stage


def test_what_nobody_wrote_is_said_to_be_missing(stage: Stage) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
        report = review_report(connection, stage.school, case, load_policy(stage.school))

    assert f"# 总结报告　{case_no}　二食堂的汤里有异物 1" in report
    assert "- 2026-11-23 09:00　发现" in report
    assert report.count("（还没有写）") == 11
