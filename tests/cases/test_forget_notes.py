"""What people wrote beside cases goes after its days; what still runs keeps its words."""

from datetime import timedelta

from cases.forget_notes import forget_notes
from cases.handover import hand_over, last_handover
from cases.keep_tasks import ask_task, finish_task
from cases.task import load_task

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
