"""A kept search tells of newly heard posts that it would find."""

import pytest
from pydantic import ValidationError


def test_it_finds_what_the_search_would_find(play, hear):
    posts = [hear(0, event_id=1, content="二食堂的价格又涨了"), hear(1, event_id=2, content="二食堂很好吃")]

    found = play("saved_search", posts, query="二食堂 价格")

    assert [finding.event_id for finding in found] == [1]


def test_an_event_rests_after_it_told(play, hear):
    assert len(play("saved_search", [hear(n, content="价格") for n in range(4)], query="价格")) == 1


def test_a_search_that_cannot_be_read_is_a_mistake_with_its_reason(play, hear):
    with pytest.raises(ValidationError, match="检索式"):
        play("saved_search", [hear(0)], query="(价格")
