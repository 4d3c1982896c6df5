"""Tests of who is there: shifts and absences at an instant."""

from datetime import date
from typing import Any

from cases.leave import take_leave
from cases.presence import EVERYBODY, Presence, presence_at
from cases.roster import fill_roster


def test_a_deputy_stands_for_everybody_behind_whom_they_are() -> None:
    presence = Presence((), {"a": "b", "b": "c"})

    assert presence.stands_for("c") == ["b", "a"]
    assert (presence.acting("a"), presence.acting("b"), presence.acting("c")) == ("c", "c", "c")
    assert EVERYBODY.stands_for("c") == []


def test_a_circle_of_deputies_ends() -> None:
    presence = Presence((), {"a": "b", "b": "a"})

    assert presence.stands_for("a") == ["b"]
    assert presence.acting("a") == "b"


def test_shifts_and_leave_count_on_their_days_only(stage: Any) -> None:
    now, day = stage.at("2026-10-01T02:10"), date(2026, 10, 1)
    with stage.ledger.change("gu_wenjing") as work:
        fill_roster(work, stage.school, day, day, ["qin_weiguo"], by="gu_wenjing")
        take_leave(work, stage.school, "xu_songbai", day, day, deputy="ding_xiaoyu", by="xu_songbai")
    with stage.ledger.read() as connection:
        there, after = presence_at(connection, now), presence_at(connection, stage.at("2026-10-02T00:00"))

    assert there == Presence(("qin_weiguo",), {"xu_songbai": "ding_xiaoyu"})
    assert after == EVERYBODY
