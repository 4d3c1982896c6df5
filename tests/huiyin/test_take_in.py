"""Tests of taking a clue in: it is redacted like any post, and an address on the list of the forgotten is refused."""

import pytest

from crawler.opt_out import list_words
from foundation import clock
from foundation.errors import Refused
from foundation.opening import Opened
from huiyin.take_in import Clue, take_in, taken_clues
from search.posts import select_posts


def clue(**values):
    words = {"kind": "投诉来电", "text": "二食堂的汤凉了，请回电 13912345678", "title": "", "url": ""}
    return Clue(**words | {"received_at": clock.now()} | values)


def test_a_clue_is_redacted_before_it_is_kept(parts):
    take_in(Opened(parts.ledger, parts.school), clue(), "xu_songbai")
    with parts.ledger.read() as connection:
        (kept,) = select_posts(connection, "ORDER BY post_id")
        (taken,) = taken_clues(connection, 5)

    assert "13912345678" not in kept.title + kept.content
    assert (kept.outcome, kept.source_id) == ("stored", "clue")
    assert (taken.post.post_id, taken.by) == (kept.post_id, "xu_songbai")


def test_an_address_that_must_not_be_kept_is_refused(parts):
    with parts.ledger.change() as work:
        list_words(work, ["http://s/t1"])

    with pytest.raises(Refused, match="已登记为不再收录"):
        take_in(Opened(parts.ledger, parts.school), clue(url="http://s/t1"), "xu_songbai")
