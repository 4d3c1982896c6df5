"""Mobile pages and themes: whose keys they share, and which page is taken for which; pages are in tests/fixtures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.pages.discuz_theme_page import DISCUZ_RULES, is_mobile, read_any_discuz_list, read_any_discuz_thread
from crawler.pages.parsed_page import ParsedPage
from crawler.pages.rule_page import RULES

Read = Callable[..., ParsedPage]
DISCUZ = Path(__file__).parents[2] / "fixtures" / "discuz"
URL = "http://a.example/thread-61-1-1.html"


def page(case: str) -> str:
    return (DISCUZ / case / "page.html").read_text(encoding="utf-8")


def test_a_post_heard_on_its_desktop_and_its_mobile_page_is_one_post(read: Read) -> None:
    desktop = read(read_any_discuz_thread, page("reply_to_see_and_comments"), url=URL)
    mobile = read(read_any_discuz_thread, page("mobile_thread"), url=f"{URL}?mobile=2")

    assert [post.key for post in mobile.posts] == [post.key for post in desktop.posts if post.floor]
    assert {post.thread_key for post in (*mobile.posts, *desktop.posts)} == {"t61"}


def test_rules_that_say_what_the_default_template_is_read_the_same_posts(read: Read) -> None:
    html = page("reply_to_see_and_comments")
    plain = [post for post in read(read_any_discuz_thread, html, url=URL).posts if post.floor]
    ruled = read(read_any_discuz_thread, html, url=URL, options={"selectors": {"post": DISCUZ_RULES["post"]}}).posts

    told = ("key", "thread_key", "floor", "content", "quote", "author", "published_at", "pictures", "time_precision")
    assert [[getattr(post, name) for name in told] for post in ruled] == [
        [getattr(post, name) for name in told] for post in plain
    ]


def test_rules_that_no_longer_fit_are_a_changed_layout(read: Read) -> None:
    options = {"selectors": {"row": ".gone", "post": ".gone"}}
    html = "<html><body>" + "换了样子。" * 200

    assert not read(read_any_discuz_list, html, options=options).is_known_layout
    assert not read(read_any_discuz_thread, html, options=options).is_known_layout


@pytest.mark.parametrize(
    ("case", "mobile"), [("mobile_list", True), ("mobile_thread", True), ("list", False), ("shielded_post", False)]
)
def test_the_mobile_template_is_known_by_its_own_marks(case: str, mobile: bool) -> None:
    html = (DISCUZ / case / "page.html").read_bytes().decode("gb18030", errors="replace")

    assert is_mobile(html) is mobile


def test_every_rule_of_discuz_has_a_known_name() -> None:
    assert DISCUZ_RULES.keys() - RULES.keys() == set()
