"""Tests of what a person must write with an act."""

from dataclasses import replace
from typing import Any

import pytest

from cases.case import Case, load_case
from cases.check_inputs import complete
from cases.policy import load_policy
from cases.transitions import find_transition
from foundation.errors import Refused

LINK = "https://bbs.yunlu.example/1"


@pytest.fixture
def case(stage: Any) -> Case:
    case_no = stage.found("2026-11-23T09:00", 1)
    with stage.ledger.read() as connection:
        return load_case(connection, case_no)


def check(stage: Any, case: Case, act: str, **inputs: Any) -> dict[str, Any]:
    transition = find_transition(case, act)
    assert transition is not None
    return complete(stage.school, load_policy(stage.school), case, transition, inputs)


def test_what_was_written_comes_back_tidy(stage: Any, case: Case) -> None:
    written = check(stage, case, "confirm", level="一般 ", opinion=" 属实", evidence=[LINK, " "], nature=None)

    assert written == {"level": "一般", "opinion": "属实", "evidence": [LINK]}


def test_blank_is_not_written(stage: Any, case: Case) -> None:
    with pytest.raises(Refused, match="意见"):
        check(stage, case, "confirm", level="一般", opinion="  ", evidence=LINK)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"level": "小事", "opinion": "属实", "evidence": LINK}, "特别重大"),
        ({"level": "一般", "opinion": "属实", "evidence": "我听说的"}, "不是网址"),
        ({"level": "一般", "opinion": "属实", "evidence": LINK, "nature": "谣言"}, "建议"),
        ({"level": "一般", "opinion": "属实", "evidence": LINK, "lead": "safety"}, "不需要"),
    ],
)
def test_a_verdict_that_says_something_impossible_is_refused(stage: Any, case: Case, inputs: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check(stage, case, "confirm", **inputs)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"lead": "safty", "opinion": "请办"}, "safety"),
        ({"lead": ["safety", "students"], "opinion": "请办"}, "不认识的部门"),
        ({"lead": "safety", "opinion": "请办", "assisting": ["safety"]}, "两次"),
        ({"lead": "safety", "opinion": "请办", "assisting": ["students", "students"]}, "两次"),
        ({"lead": "safety"}, "意见"),
    ],
)
def test_an_assignment_needs_one_known_lead_and_an_opinion(stage: Any, case: Case, inputs: Any, says: str) -> None:
    with pytest.raises(Refused, match=says):
        check(stage, replace(case, state="交办", provisional=False), "assign", **inputs)


def test_feedback_needs_a_link_or_a_reason(stage: Any, case: Case) -> None:
    approved = {"disposition": "已处置", "response": "已回应", "approved_hash": "a"}
    replied = replace(case, state="审定", provisional=False, **approved)

    assert check(stage, replied, "publish", reason="网站已关闭") == {"reason": "网站已关闭"}
    with pytest.raises(Refused, match="链接或理由"):
        check(stage, replied, "publish")


def test_nothing_is_archived_without_a_response(stage: Any, case: Case) -> None:
    with pytest.raises(Refused, match="回复意见"):
        check(stage, replace(case, state="反馈", provisional=False, disposition="已处置"), "close", cause="服务")


def test_what_nobody_approved_is_not_published(stage: Any, case: Case) -> None:
    with pytest.raises(Refused, match="还没有审定，不能反馈"):
        check(stage, replace(case, state="审定", provisional=False, response="已回应"), "publish", link=LINK)


@pytest.mark.parametrize("words", ["事实,措施", "事实，措施", "事实、措施", "事实 措施 事实"])
def test_a_list_may_be_separated_as_people_do(stage: Any, case: Case, words: str) -> None:
    texts = {"fact_note": "核实", "disposition": "处置", "response": "回应"}
    approving = replace(case, state="审定", provisional=False, **texts)

    assert check(stage, approving, "approve", checklist=words) == {"checklist": ["事实", "措施"]}
    with pytest.raises(Refused, match="不认识的勾选的审定清单"):
        check(stage, approving, "approve", checklist="快点")
