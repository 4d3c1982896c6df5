"""A state machine walks the table: whoever does whatever, a case is where the table says, and nothing is half done."""

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
from cases.transitions import CLOSED, TITLES, find_transition
from foundation.audit import find_break
from foundation.errors import Refused
from foundation.tables import audit

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


class Walk(RuleBasedStateMachine):
    """Cases of one small world, each walked from 研判."""

    events = count(100)
    stage: Any

    @initialize(level=st.integers(1, 2), restricted=st.booleans())
    def open_one(self, level: int, restricted: bool) -> None:
        event_id = next(self.events)
        self.stage.hear(event_id, level, restricted=restricted)
        values = {"event_id": event_id, "level_code": level, "restricted": restricted, "post_ids": []}
        (self.case_no,) = self.stage.open(type("Change", (), values)())

    @precondition(lambda self: hasattr(self, "case_no"))
    @rule(data=st.data(), act=st.sampled_from(list(TITLES)), by=st.sampled_from(PEOPLE))
    def act(self, data: Any, act: str, by: str) -> None:
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
    bound = type("Bound", (Walk,), {"stage": stage})
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        bound, settings=settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=slow)
    )

    with stage.ledger.read() as connection:
        assert find_break(connection) is None
