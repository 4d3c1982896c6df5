"""Tests of `huiyin case reopen`: what was given, said or received in the round before counts no more in the new one."""

from typing import Any

from tests.huiyin.commands.test_case_course import ASSIGN, CLOSE, CONFIRM, OTHER, PUBLISH, WAY, Do, go, refused

REOPEN = "reopen --as gu_wenjing --reason 再次反映"
PROPOSE = f"propose_referral --as gu_wenjing --body 公安机关 --evidence {OTHER} --harm 谣言致两名同学休学"
REFER = "refer --as lin_zhiyuan --opinion 同意"


def test_a_limit_of_the_round_before_is_no_limit_of_the_new_one(
    open_one: Any, do: Do, seen: Any, case_clock: Any
) -> None:
    open_one(1, 1)
    go(do, CONFIRM, "limit --as gu_wenjing --due-at 2026-10-01T12:00 --reason 市里转办", *WAY[1:])
    case_clock.write_text("2026-10-12T09:00:00+08:00")
    go(do, REOPEN)

    assert {clock["rule"]: clock["due_at"] for clock in seen()["timers"] if clock["state"] == "open"} == {
        "Z1.6.2-1a": "2026-10-13T17:30:00+08:00",
        "Z1.6.2-1b": "2026-10-15T17:30:00+08:00",
    }


def test_the_result_of_each_round_is_receipted_anew(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    for first in ([CONFIRM, ASSIGN], [REOPEN, ASSIGN]):
        go(do, *first, *WAY[2:], "circulate --as gu_wenjing --words 已整改")
        assert seen()["missing_receipts"] == ["safety"]
        go(do, "receipt --as bai_shouping")
        assert seen()["missing_receipts"] == []
        refused(do, "receipt --as bai_shouping", "已经回执")


def test_a_referral_is_proposed_and_agreed_to_in_one_round(open_one: Any, do: Do) -> None:
    """Z9b.5.3-3: the fact statement that was published, and who proposed, are those of this round."""
    open_one(1, 1)
    go(do, *WAY[:6], PROPOSE, CLOSE, REOPEN, ASSIGN, *WAY[2:5], "publish --as xu_songbai --reason 网站已关闭")

    refused(do, REFER, "还没有人提请移送")
    refused(do, PROPOSE, "还没有公开的事实说明")
    go(do, CLOSE, REOPEN, ASSIGN, *WAY[2:5], PUBLISH)
    refused(do, REFER, "还没有人提请移送")
    go(do, PROPOSE, REFER)


def test_the_follow_ups_of_all_rounds_are_numbered_through(open_one: Any, do: Do, seen: Any) -> None:
    open_one(1, 1)
    follow_up = "follow_up --as bai_shouping --words 正在更换"
    go(do, CONFIRM, ASSIGN, follow_up, *WAY[2:], REOPEN, ASSIGN, follow_up)

    assert [act["data"]["number"] for act in seen()["timeline"] if act["act"] == "follow_up"] == [1, 2]
