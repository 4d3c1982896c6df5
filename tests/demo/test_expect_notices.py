"""Expected notices are counted by hand for the two cases that show most."""

from demo.expect_notices import Told, expected_notices
from demo.read_story import Story, story_instant
from tests.demo.faithful_product import Faithful


def of_event(story: Story, faithful: Faithful, event: str) -> set[Told]:
    return {told for told in expected_notices(story, faithful.truth) if told.event == event}


def test_the_unanswered_case_climbs_to_the_circular_draft(story: Story, faithful: Faithful) -> None:
    steps = {(told.what, told.to): told.at for told in of_event(story, faithful, "power")}

    assert steps["Z1.6.2-1b:remind_50", "email:safety"] == story_instant("3 07:00")  # 03:45, quiet
    assert steps["Z1.6.2-1b:催办", "dingtalk:safety"] == story_instant("4 17:30")
    assert steps["Z1.6.2-1b:督办", "email:gu_wenjing"] == story_instant("5 17:30")
    assert steps["Z1.6.2-1b:通报", "email:he_qiming"] == story_instant("8 17:30")


def test_a_department_that_does_nothing_is_reminded_then_its_deputy_then_the_office(
    story: Story, faithful: Faithful
) -> None:
    told = {notice.to: notice.at for notice in of_event(story, faithful, "power") if "receipt" in notice.what}

    assert told["email:safety"] == story_instant("2 11:35")
    assert told["email:bai_shouping"] == story_instant("2 13:35")
    assert told["email:gu_wenjing"] == story_instant("2 15:35")


def test_an_acknowledged_report_reminds_nobody(story: Story, faithful: Faithful) -> None:
    whats = {told.what for told in of_event(story, faithful, "canteen")}

    assert not any(what.startswith("Z1.6.2-2a") for what in whats)
    assert {"case_opened", "case_heads_up", "case_confirmed", "case_assigned", "rule_fired"} <= whats


def test_a_restricted_case_tells_counsellors_only(story: Story, faithful: Faithful) -> None:
    told = of_event(story, faithful, "restricted")

    assert {notice.to for notice in told} == {"email:wen_ruxin", "email:jiang_huiyin"}


def test_the_closed_hour_tells_technicians_once(story: Story, faithful: Faithful) -> None:
    faithful.truth["closed"] *= 3

    told = [notice.what for notice in sorted(of_event(story, faithful, ""), key=lambda notice: notice.at)]
    assert told[:4] == ["round_failed"] * 2 + ["source_recovered"] * 2
    assert set(told[4:]) == {"task_asked"}


def test_the_lead_is_asked_for_a_review_after_three_quiet_days(story: Story, faithful: Faithful) -> None:
    told = [notice for notice in of_event(story, faithful, "") if notice.what == "task_asked"]

    assert sorted(notice.to for notice in told) == sorted(
        f"{channel}:{lead}" for lead in ("safety", "safety", "office", "publicity") for channel in ("email", "dingtalk")
    )
    assert min(notice.at for notice in told) == story_instant(
        "5 10:30"
    )  # the question about exams, answered at 2 10:30


def test_an_event_that_nobody_served_is_not_expected(story: Story, faithful: Faithful) -> None:
    posts = faithful.truth["posts"]
    faithful.truth["posts"] = {key: row for key, row in posts.items() if row["event"] != "parcel"}

    assert of_event(story, faithful, "parcel") == set()


def test_a_story_that_ends_early_expects_what_was_due_by_then(story: Story, faithful: Faithful) -> None:
    whole = expected_notices(story, faithful.truth)
    ends = story_instant("2 12:45")

    early = expected_notices(story.until(ends), faithful.truth)

    assert early == {told for told in whole if told.at <= ends}
    assert 0 < len(early) < len(whole)
