"""Words and places that matter at certain times; also at level 无."""

import pytest
from pydantic import ValidationError

EXAMS = [{"name": "考试周", "first": "2026-10-08", "last": "2026-10-09"}]


def test_a_word_in_its_time_is_a_sign_at_any_level(play, hear):
    found = play("sensitive", [hear(0, level_code=0, content="听说要泄题了")], words=["泄题"], days=EXAMS)

    assert [finding.says for finding in found] == ["考试周期间提到“泄题”"]


def test_outside_of_its_time_or_without_the_word_nothing_is_said(play, hear):
    late = hear(3 * 24 * 60, content="泄题")

    assert play("sensitive", [late, hear(0, content="考得不错")], words=["泄题"], days=EXAMS) == []


def test_an_event_rests_after_it_told(play, hear):
    posts = [hear(n, content="逸夫楼前很多人") for n in range(5)] + [hear(25 * 60, content="逸夫楼前又很多人")]

    assert len(play("sensitive", posts, places=["逸夫楼"])) == 2


def test_a_rule_without_words_or_with_a_backward_span_is_a_mistake(play, hear):
    backward = [{"name": "x", "first": "2026-10-09", "last": "2026-10-08"}]
    for options in ({}, {"words": ["a"], "days": backward}):
        with pytest.raises(ValidationError):
            play("sensitive", [hear(0)], **options)
