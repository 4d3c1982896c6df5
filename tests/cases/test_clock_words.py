"""Tests of the words of clocks: what stops them, what they run from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cases.case import Act, Case
from cases.clock_words import ADDRESSED, ENTRIES, FOLLOW_UP, STOPPED_BY, anchors_of, follow_ups_of, is_stopped

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
CASE = Case(
    case_no="HY-2026-0001", event_id=1, title="", state="承办", level_code=1, suggested_level_code=1, nature="",
    provisional=True, restricted=False, confidential=False, late=False, lead="safety", assisting=[],
    discovered_at=AT, posted_at=None, opened_at=AT, raised_at=None, confirmed_at=None, assigned_at=None,
    acknowledged_at=None, replied_at=None, published_at=None, closed_at=None, fact_note="", disposition="",
    response="", outcome="", school_version=0, version=1,
)  # fmt: skip


def entry(act: str, *roles: str, minutes: int = 1) -> Act:
    return Act(act, "someone", AT + timedelta(minutes=minutes), {"roles": list(roles)})


def stopped(
    word: str, *acts: Act, to: tuple[str, ...] = ("office",), case: Case = CASE, internal: bool = False
) -> bool:
    return is_stopped(word, case, acts, to, AT, internal=internal)


def test_every_word_says_how_it_is_stopped() -> None:
    assert set(STOPPED_BY) == {"confirmed", "received", "responded", FOLLOW_UP, *ADDRESSED, *ENTRIES}


@pytest.mark.parametrize("word", sorted(ENTRIES))
def test_an_entry_of_the_name_stops_the_clock_and_no_other(word: str) -> None:
    assert stopped(word, entry(word))
    assert stopped(word, entry(ENTRIES[word][-1]))
    assert not stopped(word, entry("confirm"), entry("acknowledge", "office"))


@pytest.mark.parametrize("word", [*ADDRESSED, *ENTRIES])
def test_what_happened_before_the_anchor_does_not_count(word: str) -> None:
    assert not stopped(word, entry(word, "office", minutes=-1))


@pytest.mark.parametrize("word", ADDRESSED)
def test_one_receipt_of_two_leaves_the_clock_running(word: str) -> None:
    to = ("office", "vice")

    assert not stopped(word, entry("acknowledge", "office"), to=to)
    assert stopped(word, entry("acknowledge", "office"), entry(word, "vice"), to=to)


def test_a_report_upward_climbs_level_by_level() -> None:
    levels = ("owner", "office", "vice")
    climbing = [entry("reported_upward", role) for role in levels]

    assert stopped("reported_upward", *climbing, to=levels)
    assert not stopped("reported_upward", climbing[0], climbing[2], climbing[1], to=levels)
    assert stopped(
        "reported", climbing[0], *[entry("reported", role) for role in ("vice", "office", "owner")], to=levels
    )


def test_one_person_may_be_two_levels_at_once() -> None:
    assert stopped("reported_upward", entry("acknowledge", "vice", "office"), to=("office", "vice"))


def test_a_response_is_a_disposition_and_a_public_word() -> None:
    assert not stopped("responded", case=replace(CASE, disposition="已更换"))
    assert not stopped("responded", case=replace(CASE, disposition="已更换", response="已说明"))
    assert not stopped("responded", case=replace(CASE, published_at=CASE.opened_at))
    assert stopped("responded", case=replace(CASE, disposition="已更换", published_at=CASE.opened_at))


def test_a_case_of_no_public_post_may_be_answered_inside_where_the_school_allows_it() -> None:
    inside = replace(CASE, disposition="已恢复", kind="own_system_incident")

    assert not stopped("responded", case=inside)
    assert stopped("responded", case=inside, internal=True)
    assert not stopped("responded", case=replace(inside, kind=""), internal=True)


def test_triage_ends_with_a_persons_decision() -> None:
    assert not stopped("confirmed")
    assert stopped("confirmed", case=replace(CASE, provisional=False))


def test_whatever_the_department_does_is_its_receipt_but_not_what_others_do() -> None:
    assert stopped("received", entry("acknowledge", "dept"))
    assert stopped("received", entry("reply", "dept"))
    assert not stopped("received", entry("acknowledge", "vice"))
    assert not stopped("received", entry("assign", "dept"))


def test_an_unknown_word_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="answered"):
        stopped("answered")


def test_a_post_without_time_counts_from_its_discovery_and_an_opinion_without_receipt_from_its_sending() -> None:
    assigned = replace(CASE, assigned_at=AT + timedelta(hours=1))
    received = replace(assigned, acknowledged_at=AT + timedelta(hours=2))

    assert anchors_of(CASE)["posted_at"] == AT
    assert anchors_of(replace(CASE, posted_at=AT - timedelta(days=1)))["posted_at"] == AT - timedelta(days=1)
    assert anchors_of(CASE)["received_at"] is None
    assert anchors_of(assigned)["received_at"] == AT + timedelta(hours=1)
    assert anchors_of(received)["received_at"] == AT + timedelta(hours=2)


def test_follow_ups_count_from_the_assignment_then_from_the_one_before_and_the_slowest_department_counts() -> None:
    later = (AT + timedelta(hours=6)).isoformat()
    case = replace(CASE, assisting=["students", "league"], assigned_at=AT, followed_up={"safety": later})

    assert follow_ups_of(CASE) == {}
    assert follow_ups_of(replace(case, assisting=[])) == {"dept": AT + timedelta(hours=6)}
    assert follow_ups_of(case) == {"dept": AT + timedelta(hours=6), "co_depts": AT}


def test_a_follow_up_stops_the_clock_of_its_own_side_once_all_of_it_has_reported() -> None:
    case = replace(CASE, assisting=["students", "league"])
    said = [
        Act("follow_up", "someone", AT + timedelta(minutes=1), {"units": [unit]}) for unit in ("students", "league")
    ]

    assert not stopped(FOLLOW_UP, *said, to=("dept",), case=case)
    assert not stopped(FOLLOW_UP, said[0], to=("co_depts",), case=case)
    assert stopped(FOLLOW_UP, *said, to=("co_depts",), case=case)
