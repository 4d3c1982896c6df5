"""What people wrote beside cases goes after its days; what still runs keeps its words."""

from datetime import timedelta

from cases.act import perform
from cases.case import load_case, timeline
from cases.forewarn import file_forewarning, load_forewarning
from cases.forget_notes import forget_notes
from cases.handover import hand_over, last_handover
from cases.keep_tasks import ask_task, finish_task
from cases.task import load_task
from foundation.clock import at_school

ASKED = {"by": "xu_songbai", "outside": "云麓晚报"}


def test_notes_and_ended_tasks_lose_their_words_and_open_ones_keep_them(ledger, example_school):
    with ledger.change("qin_weiguo") as work:
        hand_over(work, example_school, "bai_shouping", "断电一案等回话", by="qin_weiguo")
        ended = ask_task(work, example_school, "media_enquiry", "ding_xiaoyu", "问停水几天", **ASKED)
        finish_task(work, example_school, ended.number, "一天", by="ding_xiaoyu")
        open_one = ask_task(work, example_school, "media_enquiry", "ding_xiaoyu", "还有吗", **ASKED)

        assert forget_notes(work, work.at - timedelta(seconds=1), []) == 0
        assert forget_notes(work, work.at, []) == 2
        assert forget_notes(work, work.at, []) == 0

        after, kept = load_task(work.connection, ended.number), load_task(work.connection, open_one.number)
        assert (after.words, after.outside, after.answer) == ("", "", "")
        assert (after.state, after.ended_by) == ("done", "ding_xiaoyu")
        assert (kept.words, kept.outside) == ("还有吗", "云麓晚报")
        assert last_handover(work.connection).note == ""


def test_filed_forewarnings_lose_their_words_once_they_are_over(ledger, example_school):
    with ledger.change("qin_weiguo") as work:
        today = at_school(work.at).date()
        filed = {"title": "停水检修", "signs": ["三号楼 停水"], "holding_line": "检修到五日", "by": "qin_weiguo"}
        one = file_forewarning(work, example_school, "safety", days=(today, today), **filed)
        assert forget_notes(work, one.ends_at - timedelta(seconds=1), []) == 0
        assert forget_notes(work, one.ends_at, []) == 1
        assert forget_notes(work, one.ends_at, []) == 0
        after = load_forewarning(work.connection, one.number)

        assert (after.title, after.signs, after.holding_line, after.unit) == ("", [], "", "safety")


def test_what_was_written_about_a_case_goes_after_its_days_in_the_archive(stage):
    """PRIVACY.md 7: until archived it stays; then facts, measures and opinions go, the published answer stays."""
    case_no = stage.found("2026-11-23T09:00", 1)
    link = "http://bbs.yunlu.example/thread-1.html"
    texts = {"fact_note": "当事人王某住三号楼", "disposition": "已与王某谈话", "response": "窗口已整改"}
    way = [
        ("confirm", "tang_ruolan", {"level": "一般", "opinion": "王某反映属实", "evidence": link}),
        ("assign", "gu_wenjing", {"lead": "safety", "opinion": "找王某核实"}),
        ("reply", "qin_weiguo", texts),
        ("sign_off", "qin_weiguo", {}),
        ("approve", "gu_wenjing", {"checklist": "事实,措施,立场,态度,隐私"}),
        ("publish", "xu_songbai", {"link": link}),
    ]
    with stage.ledger.change() as work:
        for act, by, inputs in way:
            perform(work, stage.store, stage.school, case_no, act, by=by, **inputs)
        assert forget_notes(work, work.at, [case_no]) == 0
        perform(work, stage.store, stage.school, case_no, "close", by="gu_wenjing", cause="服务")
        assert forget_notes(work, work.at - timedelta(seconds=1), []) == 0
        assert forget_notes(work, work.at, []) == 4  # the case, and its three acts that hold such words
        assert forget_notes(work, work.at, []) == 0

        case, acts = load_case(work.connection, case_no), timeline(work.connection, case_no)
        assert (case.fact_note, case.disposition, case.response, case.cause) == ("", "", "窗口已整改", "服务")
        assert "王某" not in str([act.data for act in acts])
        assert [act.act for act in acts] == ["open", *(act for act, _, _ in way), "close"]
        assert acts[2].data["lead"] == "safety"
