"""What people wrote beside cases goes after its days; what still runs keeps its words."""

from datetime import timedelta

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
