"""Tests of the anchors: they stand outside the ledger, are only added to, and a changed line is not believed."""

from datetime import UTC, datetime

import pytest

from foundation.audit import Head
from foundation.audit_anchor import Anchor, anchor_file, note_anchor, read_anchors
from foundation.errors import Stop

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FIRST, SECOND = Head(3, "a" * 64), Head(9, "b" * 64)


def test_anchors_are_read_back_in_order(tmp_path):
    file = tmp_path / "elsewhere" / "anchors"
    assert read_anchors(file) == []
    note_anchor(file, AT, FIRST)
    note_anchor(file, AT, SECOND)

    assert read_anchors(file) == [Anchor(AT, FIRST), Anchor(AT, SECOND)]
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("line", ["oops", "{}", '{"at": "x", "seq": 1, "hash": "a"}', "[1]"])
def test_a_line_that_we_did_not_write_stops_the_reading(tmp_path, line):
    file = tmp_path / "anchors"
    note_anchor(file, AT, FIRST)
    file.write_text(file.read_text() + line + "\n")

    with pytest.raises(Stop, match="第 2 行读不懂"):
        read_anchors(file)


def test_the_place_can_be_chosen(tmp_path, monkeypatch):
    assert anchor_file(tmp_path) == tmp_path / "audit-anchor.jsonl"
    monkeypatch.setenv("HUIYIN_ANCHOR", str(tmp_path / "share" / "a"))

    assert anchor_file(tmp_path / "state") == tmp_path / "share" / "a"


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Stop, match="审计锚定写不进去"):
        note_anchor(tmp_path / "file" / "anchors", AT, FIRST)
