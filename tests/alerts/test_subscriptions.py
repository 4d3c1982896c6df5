"""Subscriptions: who hears of which cases besides those who must act; never of help-first or confidential ones."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.case_view import CaseView
from alerts.check_reach import check_reach
from alerts.notices import notices_for
from alerts.subscriptions import subscribers_of
from foundation.errors import ConfigError
from foundation.ledger import Fact
from foundation.school import SETTINGS_FILE, School, SchoolFiles

AT = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
VIEW = CaseView(AT, "HY-2026-0001", 2, lead="safety", title="二食堂晚餐有同学肚子疼", topics=("校园安全",))
OPENED = Fact("case.opened", VIEW.case_no, {"level_code": 2, "restricted": False})


def subscribed(school: School, *lines: str) -> School:
    texts = dict(school.files.texts)
    written = "".join(f"    - {{{line}}}\n" for line in lines)
    texts[SETTINGS_FILE] += f"  subscriptions:\n{written}"
    return School.from_files(SchoolFiles(texts), 1)


def names(found) -> list[str]:
    return sorted(one.name for one in found)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("who: [lin]", ["lin"]),
        ("who: [principal, lin]", ["lin"]),
        ("who: [duty]", ["qin"]),  # the duty roster
        ("who: [network]", ["network", "network"]),  # mail and robot of a department
        ("who: [lin], topics: [校园安全]", ["lin"]),
        ("who: [lin], topics: [师德师风]", []),
        ("who: [lin], departments: [safety]", ["lin"]),
        ("who: [lin], departments: [network]", []),
        ("who: [lin], at_least: 重大", ["lin"]),
        ("who: [lin], at_least: 特别重大", []),
        ("who: [lin], tells: [overdue]", []),
    ],
)
def test_person_role_roster_and_department_are_narrowed_by_topic_department_and_level(paper_school, line, told):
    assert names(subscribers_of(OPENED, subscribed(paper_school, line), VIEW)) == told


def test_an_assisting_department_counts_and_each_destination_is_told_once(paper_school):
    school = subscribed(paper_school, "who: [lin], departments: [network]", "who: [lin, principal]")

    assert names(subscribers_of(OPENED, school, replace(VIEW, assisting=("network",)))) == ["lin"]


@pytest.mark.parametrize("flag", ["restricted", "confidential"])
def test_help_first_and_confidential_cases_are_never_told_by_subscription(paper_school, flag):
    school = subscribed(paper_school, "who: [lin]")

    assert subscribers_of(OPENED, school, replace(VIEW, **{flag: True})) == []
    assert "lin" not in {notice.recipient for notice in notices_for(OPENED, school, replace(VIEW, **{flag: True}))}


def test_a_subscriber_is_told_what_is_new_and_nobody_twice(paper_school):
    school = subscribed(paper_school, "who: [lin, tang]")
    notices = notices_for(OPENED, school, VIEW)
    [own] = [notice for notice in notices if notice.recipient == "lin"]

    assert [notice.kind for notice in notices if notice.recipient == "tang"] == ["case_opened"]
    assert own.kind == "subscribed"
    assert own.payload["title"] == "【重大】HY-2026-0001 新案件，待研判：二食堂晚餐有同学肚子疼"


def test_an_overdue_step_is_news_and_a_reminder_is_not(paper_school):
    school = subscribed(paper_school, "who: [lin]")
    steps = ("remind_50", "due", "催办", "督办", "通报")
    told = {
        step: bool(subscribers_of(Fact("timer.step", VIEW.case_no, {"step": step}), school, VIEW)) for step in steps
    }

    assert told == {"remind_50": False, "due": False, "催办": False, "督办": True, "通报": True}


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("who: [lim]", "who：lim", "是不是 lin？"),
        ("who: [lin], topics: [校园安]", "topics：校园安", "是不是 校园安全？"),
        ("who: [lin], departments: [safty]", "departments：safty", "是不是 safety？"),
    ],
)
def test_an_unknown_name_is_a_mistake_with_its_line(paper_school, line, what, hint):
    with pytest.raises(ConfigError) as caught:
        check_reach(subscribed(paper_school, line))

    [problem] = caught.value.problems
    assert problem.what.endswith(what)
    assert (problem.hint, problem.line > 1) == (hint, True)
