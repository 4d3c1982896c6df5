"""Tests of importing: what somebody asked to be forgotten stays out, and batches lose nothing."""

import json

from crawler.opt_out import list_words
from foundation.opening import Opened
from huiyin.import_file import BATCH, Request, outcomes_of, plan_import, write_import
from search.posts import post


def write(path, count):
    rows = [{"id": n, "text": f"第{n}号意见：{n}号楼的灯坏了{n}天没有人来修"} for n in range(count)]
    path.write_text(json.dumps(rows))
    return path


def test_what_must_not_be_kept_stays_out_and_is_counted(parts, tmp_path):
    with parts.ledger.change() as work:
        list_words(work, ["import:1"])
    plan = plan_import(Opened(parts.ledger, parts.school), Request(write(tmp_path / "x.json", 3)))

    assert [each.key for each in plan.posts] == ["import:0", "import:2"]
    assert plan.refused == [(0, "1 条登记为不再收录，没有导入")]


def test_a_file_larger_than_a_batch_is_kept_whole(parts, tmp_path):
    opened = Opened(parts.ledger, parts.school)
    plan = plan_import(opened, Request(write(tmp_path / "x.json", BATCH + 3)))
    counts = write_import(opened, plan, "xu_songbai")
    with parts.ledger.read() as connection:
        kept = connection.execute(post.select()).all()

    assert counts["new"] == len(kept) == BATCH + 3
    assert sum(outcomes_of(counts).values()) == BATCH + 3
