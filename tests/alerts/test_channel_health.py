"""Destinations that refuse everything: closed, told once, opened again."""

from datetime import timedelta

from alerts.channel_health import TRY_AGAIN, bring_up, down_since, scope_of, take_down


def test_a_mail_server_is_down_for_everybody_a_robot_for_its_department():
    assert scope_of("email", "safety") == "*"
    assert scope_of("dingtalk", "safety") == "safety"


def test_a_closed_robot_is_not_tried_for_an_hour(ledger, move_clock):
    with ledger.change() as work:
        take_down(work, "dingtalk", "safety", "加签不符", None)
        assert down_since(work, "dingtalk", "safety").reason == "加签不符"
        assert down_since(work, "dingtalk", "network") is None

    move_clock(seconds=TRY_AGAIN.total_seconds())
    with ledger.change() as work:
        assert down_since(work, "dingtalk", "safety") is None


def test_one_outage_is_told_once_and_the_next_one_again(ledger, rows, move_clock):
    for _refusal in range(3):
        with ledger.change() as work:
            take_down(work, "dingtalk", "safety", "加签不符", None)
        move_clock(hours=2)
    once = len(rows())
    with ledger.change() as work:
        bring_up(work, "dingtalk", "safety")
        take_down(work, "dingtalk", "safety", "加签不符", None)

    assert once == 2  # technician's mail and robot
    assert [row.kind for row in rows()[once:]] == ["tech.channel_up"] * 2 + ["tech.channel_down"] * 2


def test_a_quota_rests_until_the_instant_given(ledger):
    with ledger.change() as work:
        until = work.at + timedelta(days=20)

        assert take_down(work, "dingtalk", "safety", "额度", until) == until
