"""Tests of who may see a snapshot: readers of ordinary cases, and the departments of the post's own case."""

import pytest

from cases.snapshot import take_snapshot
from crawler.items import Post
from foundation.errors import Refused


def seen(ledger, school, post, reader):
    with ledger.change(reader) as work:
        return take_snapshot(work, school, [post], reader)


def test_a_reader_of_ordinary_cases_sees_a_post_of_no_case(ledger, example_school):
    (told,) = seen(ledger, example_school, Post(post_id=7, key="s:1", title="汤凉了", content="真凉"), "tang_ruolan")

    assert (told["title"], told["text"], told["earlier"], told["vanished_at"]) == ("汤凉了", "真凉", [], None)


@pytest.mark.parametrize("reader", ["cheng_wangluo", "zhao_jian", "wen_ruxin"])
def test_technicians_auditors_and_counsellors_read_no_ordinary_post(ledger, example_school, reader):
    with pytest.raises(Refused, match="无权查看原文"):
        seen(ledger, example_school, Post(post_id=7, key="s:1"), reader)
