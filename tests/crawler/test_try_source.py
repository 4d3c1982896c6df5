"""Tests of the parts of a trial that need no process: what it shows of a post, and the page that is given once."""

import pytest
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.items import Page, Post
from crawler.try_source import SavedPage, ShowPosts
from foundation import clock


def test_posts_are_shown_by_their_beginning_and_what_they_lack_is_counted(capsys):
    shown = ShowPosts()
    shown.process_item(Page("forum", "http://s/", clock.now(), [Post(key="a", title="汤凉了", content="x" * 99)]))
    told = capsys.readouterr().out

    assert '"title": "汤凉了", "letters": 99' in told
    assert "xxx" not in told
    assert (shown.posts, shown.lacking["author"], shown.lacking["title"]) == (1, 1, 0)


def test_a_help_first_post_shows_no_word(capsys):
    ShowPosts().process_item(
        Page("forum", "http://s/", clock.now(), [Post(title="遗书", content="遗书", restricted=True)])
    )

    assert "遗书" not in capsys.readouterr().out


def test_a_saved_page_answers_once_and_nothing_else_is_asked():
    saved = SavedPage(b"<p>x</p>")

    assert saved.process_request(Request("http://s/")).body == b"<p>x</p>"
    with pytest.raises(IgnoreRequest):
        saved.process_request(Request("http://s/2"))
