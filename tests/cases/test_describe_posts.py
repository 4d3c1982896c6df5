"""Tests of a case's posts as plain data: enough to know and to cite them, never an author, never a help-first text."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cases.case import change_case, load_case
from cases.describe_posts import describe_posts
from crawler.items import Reason

LONG = "昨天中午在二食堂\n打的汤里有异物。" + "希望学校查一查。" * 20


def described(stage: Any, case_no: str) -> dict[str, Any]:
    with stage.ledger.read() as connection:
        case = load_case(connection, case_no)
        return describe_posts(connection, case, readable=not case.confidential)


def test_an_ordinary_case_shows_the_beginning_of_its_posts_newest_first(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1, content=LONG, published_at=datetime(2026, 11, 22, 4, tzinfo=UTC))
    stage.hear(1, 0, content="跟帖", author="f00d", published_at=datetime(2026, 11, 22, 5, tzinfo=UTC))
    shown = described(stage, case_no)

    assert shown["posts_total"] == 2
    assert [post["at"] for post in shown["posts"]] == ["2026-11-22T13:00:00+08:00", "2026-11-22T12:00:00+08:00"]
    assert shown["posts"][1]["url"] == "http://bbs.yunlu.example/thread-1.html"
    assert (len(shown["posts"][1]["text"]), shown["posts"][1]["text"][-1]) == (80, "…")
    assert "f00d" not in str(shown)


def test_a_large_case_shows_ten_posts_and_says_how_many_there_are(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    for _ in range(11):
        stage.hear(1, 0)
    shown = described(stage, case_no)

    assert (shown["posts_total"], len(shown["posts"])) == (12, 10)


def test_the_reasons_are_those_of_the_post_that_set_the_level(stage: Any) -> None:
    why = (Reason("hazard", "安全隐患", 24.0, ("异物",)),)
    case_no = stage.found("2026-11-23T09:00", 2, score=40.0, reasons=why, counterfactual="去掉“异物”则为无")
    stage.hear(1, 1, score=90.0, reasons=(Reason("petition", "联名", 9.0),), counterfactual="别的")
    shown = described(stage, case_no)

    assert shown["reasons"] == [{"rule": "hazard", "title": "安全隐患", "points": 24.0, "words": ["异物"]}]
    assert shown["counterfactual"] == "去掉“异物”则为无"


def test_a_help_first_case_holds_its_whole_texts_for_the_counsellor(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 2, content=LONG, restricted=True)
    shown = described(stage, case_no)

    assert [post["text"] for post in shown["posts"]] == [LONG]


@pytest.mark.provision("Z1.1-3")
def test_an_ordinary_case_never_shows_a_help_first_post(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    stage.hear(1, 3, content="撑不下去了", restricted=True, reasons=(Reason("self_harm", "自伤", 9.0, ("撑不下去",)),))
    shown = described(stage, case_no)

    assert shown["posts_total"] == 1
    assert "撑不下去" not in str(shown)


def test_a_confidential_case_shows_no_word(stage: Any) -> None:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.change() as work:
        change_case(work, load_case(work.connection, case_no), confidential=True)

    assert described(stage, case_no)["posts"] == []
