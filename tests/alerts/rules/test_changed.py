"""Edits and disappearances, each once."""

from dataclasses import replace


def test_a_later_version_tells_once(play, hear):
    post = hear(0)
    edited = replace(post, version=2)

    found = play("changed", [post, edited, edited, replace(post, version=3)])

    assert [finding.says for finding in found] == ["有帖文被修改（第 2 版）", "有帖文被修改（第 3 版）"]


def test_a_vanished_post_tells_once(play, hear, at):
    gone = replace(hear(0), vanished_at=at(minutes=30))

    assert [finding.key for finding in play("changed", [gone, gone])] == [f"post:{gone.post_id}:gone"]


def test_what_did_not_matter_may_change(play, hear):
    assert play("changed", [hear(0, level_code=0, version=2)]) == []
    assert play("changed", [hear(0, version=2)], edits=False) == []
