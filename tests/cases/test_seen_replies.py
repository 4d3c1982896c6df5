"""Tests of proposals for replies seen on a board; the whole way: tests/huiyin/commands/test_case_answers_later.py."""

from cases.act import perform
from cases.seen_replies import follow_replies
from cases.task import load_task
from tests.cases.conftest import Stage
from tests.cases.test_act import at


def propose(stage: Stage) -> int:
    with stage.ledger.change() as work:
        return follow_replies(work, stage.school)


def test_a_case_that_comes_back_may_be_proposed_again_and_a_dismissed_one_ends_its_proposal(stage: Stage) -> None:
    board = {"site_kind": "message_board", "official_reply": "已处理", "official_reply_at": at("2026-11-23T08:00")}
    case_no = stage.found("2026-11-23T09:00", 1, **board)
    assert (propose(stage), propose(stage)) == (1, 0)
    with stage.ledger.change("tang_ruolan") as work:
        asked = {"by": "tang_ruolan", "verdict": "不相关", "reason": "别的学校"}
        perform(work, stage.store, stage.school, case_no, "dismiss", **asked)
    assert propose(stage) == 0
    with stage.ledger.read() as connection:
        assert load_task(connection, "FK-2026-0001").state == "done"
    stage.at("2026-11-24T09:00")
    with stage.ledger.change("gu_wenjing") as work:
        perform(work, stage.store, stage.school, case_no, "reopen", by="gu_wenjing", reason="再次反映")

    assert (propose(stage), propose(stage)) == (1, 0)
