"""Tests of the round's report: the worst wall wins, silence is told apart from failure."""

from crawler.report import GOOD, SEVERITY, RoundReport
from foundation.outcome import Outcome, SourceOutcome


def test_every_outcome_of_a_round_has_its_place_in_the_order():
    never = {SourceOutcome.NOT_ENABLED, SourceOutcome.NEVER_RUN}

    assert set(SEVERITY) == set(SourceOutcome) - never
    assert set(SEVERITY) > GOOD


def test_a_round_without_changes_has_nothing_new():
    report = RoundReport()
    report.kept("known")

    assert report.outcome is SourceOutcome.NOTHING_NEW
    assert report.is_good


def test_new_edited_and_vanished_posts_make_a_round_ok():
    for report in (RoundReport(vanished=1), RoundReport()):
        report.kept("edited" if not report.vanished else "known")
        assert report.outcome is SourceOutcome.OK


def test_the_worst_wall_wins_and_its_note_is_kept():
    report = RoundReport()
    report.kept("new")
    report.hit(SourceOutcome.RATE_LIMITED, "访问过快")
    report.hit(SourceOutcome.PARTLY_BLOCKED, "一页超时")

    assert (report.outcome, report.note) == (SourceOutcome.RATE_LIMITED, "访问过快")
    assert not report.is_good


def test_a_failure_of_ours_is_never_good():
    report = RoundReport()
    report.kept("new")
    report.broke("磁盘已满")
    report.broke("第二处")

    assert not report.is_good
    assert report.note == "磁盘已满"


def test_posts_are_counted_by_outcome():
    report = RoundReport()
    for outcome in (Outcome.STORED, Outcome.STORED, Outcome.NOT_OURS):
        report.count(outcome)

    assert report.as_counts()["outcomes"] == {"stored": 2, "not_ours": 1}
