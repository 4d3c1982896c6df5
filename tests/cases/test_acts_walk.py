"""A state machine walks the table: whoever does whatever, a case is where the table says, and nothing is half done.

It begins at every state of the straight way in turn; from there most deeds are legal ones by people who may do them,
the others are anything by anybody.
"""

from collections import Counter
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from cases.act import perform
from cases.act_words import ADOPTIONS, CAUSES, CHECKLIST, DISMISSALS
from cases.case import Case, load_case, timeline, timers_of
from cases.roles import roles_in_case
from cases.transitions import CLOSED, STATES, TITLES, find_transition, legal_acts, roles_for
from foundation.audit import find_break
from foundation.errors import Refused
from foundation.tables import audit

LEAST_ACTS = 12  # different acts that succeed in a walk, however the dice fall
LINK = "http://bbs.yunlu.example/thread-1.html"
PEOPLE = ("tang_ruolan", "xu_songbai", "gu_wenjing", "he_qiming", "qin_weiguo", "bai_shouping", "luo_chengan",
          "lin_zhiyuan", "shen_mingde", "wen_ruxin", "nobody")  # fmt: skip
WORDS = {
    "level": st.sampled_from(("一般", "重大", "特别重大")), "evidence": st.just([LINK, LINK + "?2"]),
    "nature": st.sampled_from(("建议", "诉求")), "verdict": st.sampled_from(DISMISSALS),
    "lead": st.sampled_from(("safety", "students", "office")), "assisting": st.sampled_from(([], ["league"])),
    "link": st.just(LINK), "checklist": st.just("、".join(CHECKLIST)), "tracker": st.sampled_from(PEOPLE),
    "cause": st.sampled_from(CAUSES), "adoption": st.sampled_from(ADOPTIONS), "mark": st.just("sudden"),
    "into": st.sampled_from(("HY-2026-0001", "HY-2026-0002")),
    "due_at": st.sampled_from(("2026-11-24T09:00", "2026-11-22T09:00")),
    "rule": st.just("Z9a.3.5"), "within": st.just("5d"),
    "response_mode": st.just("线上答复"), "field": st.just("班级=一班"), "to": st.just("保卫"),
    "told_how": st.just("电话"), "told_at": st.just("2026-11-20T09:00"),
}  # fmt: skip
ANSWER = {"fact_note": "已核实", "disposition": "已停用", "response": "已道歉"}
STRAIGHT: tuple[tuple[str, str, dict[str, Any]], ...] = (  # act, by whom, what they write
    ("confirm", "tang_ruolan", {"level": "一般", "opinion": "属实", "evidence": [LINK]}),
    ("assign", "gu_wenjing", {"lead": "safety", "opinion": "请答复"}),
    ("reply", "bai_shouping", ANSWER),
    ("sign_off", "qin_weiguo", {}),
    ("approve", "gu_wenjing", {"checklist": "、".join(CHECKLIST)}),
    ("publish", "xu_songbai", {"link": LINK}),
    ("track", "gu_wenjing", {"tracker": "tang_ruolan"}),
    ("close", "gu_wenjing", {"cause": "服务"}),
    ("review", "bai_shouping", {"lessons": "先检查再开饭"}),
    ("circulate", "gu_wenjing", {"words": "已办结"}),
)


class Walk(RuleBasedStateMachine):
    """Cases of one small world, each walked from where `way` leads."""

    events = count(100)
    stage: Any
    way: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    begun: set[str]
    done: Counter[str]

    @initialize(level=st.integers(1, 2), restricted=st.booleans())
    def open_one(self, level: int, restricted: bool) -> None:
        event_id, grave = next(self.events), level if not self.way else 1
        restricted = restricted and not self.way  # there each act is the counsellors'
        self.stage.hear(event_id, grave, restricted=restricted)
        values = {"event_id": event_id, "level_code": grave, "restricted": restricted, "post_ids": []}
        (self.case_no,) = self.stage.open(type("Change", (), values)())
        for act, by, inputs in self.way:
            with self.stage.ledger.change(by) as work:
                perform(work, self.stage.store, self.stage.school, self.case_no, act, by=by, **inputs)
        self.begun.add(self.look().state)

    @precondition(lambda self: hasattr(self, "case_no"))
    @rule(data=st.data())
    def legal_act_of_who_may(self, data: Any) -> None:
        case = self.look()
        act = data.draw(st.sampled_from(legal_acts(case)))
        line = find_transition(case, act)
        roles = set(roles_for(line, case)) if line else set()
        able = [name for name in PEOPLE[:-1] if roles & roles_in_case(self.stage.school, case, name)]
        self.do(data, act, data.draw(st.sampled_from(able or PEOPLE)))

    @precondition(lambda self: hasattr(self, "case_no"))
    @rule(data=st.data(), act=st.sampled_from(list(TITLES)), by=st.sampled_from(PEOPLE))
    def any_act_of_anybody(self, data: Any, act: str, by: str) -> None:
        self.do(data, act, by)

    def do(self, data: Any, act: str, by: str) -> None:
        before, counted = self.look(), self.counts()
        line = find_transition(before, act)
        named = line.inputs if line else []
        inputs = {name: data.draw(WORDS.get(name, st.just("写了一句话"))) for name in named}
        try:
            with self.stage.ledger.change(by) as work:
                after = perform(work, self.stage.store, self.stage.school, self.case_no, act, by=by, **inputs)
        except Refused:
            assert (self.look(), self.counts()) == (before, counted)
            return
        assert line is not None
        kept = act == "hand_back" and after.hand_backs == 2
        assert after.state == (before.state if kept or not line.to else line.to)
        assert after.version == before.version + 1
        assert self.counts()[0] == counted[0] + 1
        self.done[act] += 1

    def look(self) -> Case:
        with self.stage.ledger.read() as connection:
            return load_case(connection, self.case_no)

    def counts(self) -> tuple[int, int]:
        with self.stage.ledger.read() as connection:
            rows = connection.execute(select(func.count()).select_from(audit)).scalar_one()
            return len(timeline(connection, self.case_no)), rows

    @invariant()
    def a_closed_case_has_no_clock_and_an_open_one_a_department(self) -> None:
        if not hasattr(self, "case_no"):
            return
        case = self.look()
        with self.stage.ledger.read() as connection:
            running = [row for row in timers_of(connection, [case.case_no]) if row.state == "open"]
        assert not (case.state in CLOSED and running)
        assert self.stage.school.department(case.lead)
        assert not case.approved_hash or case.response


def test_whatever_people_do_a_case_is_where_the_table_says(stage: Any) -> None:
    stage.at("2026-11-23T09:00")
    begun, done = set[str](), Counter[str]()
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    few = settings(
        max_examples=2, stateful_step_count=14, deadline=None, suppress_health_check=slow, derandomize=True
    )  # the same walks each time; without `derandomize` others
    for steps in range(len(STRAIGHT) + 1):
        bound = type("Bound", (Walk,), {"stage": stage, "way": STRAIGHT[:steps], "begun": begun, "done": done})
        run_state_machine_as_test(bound, settings=few)

    assert begun == set(STATES)
    assert len(done) >= LEAST_ACTS, done
    with stage.ledger.read() as connection:
        assert find_break(connection) is None
