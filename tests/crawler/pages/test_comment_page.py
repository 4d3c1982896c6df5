"""Comments under an article, and the other pages of them."""

from datetime import UTC, datetime

import pytest

from crawler.pages.comment_page import comment_page_number, read_article_comments
from crawler.walls import Wall

NOW = datetime(2026, 4, 2, 2, tzinfo=UTC)
URL = "https://news.yunlu.example/?p=12"


def read(html: str, url: str = URL):
    return read_article_comments(html, url, NOW, lambda name, at: "p-" + name, {})


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://n.example/archives/12/comment-page-3#comments", 3),
        ("https://n.example/?p=12&cpage=2", 2),
        ("https://n.example/archives/12", 0),
        ("https://n.example/?cpage=x", 0),
    ],
)
def test_an_address_names_its_comment_page(url: str, number: int) -> None:
    assert comment_page_number(url) == number


def test_other_pages_are_those_of_this_article_the_newest_first() -> None:
    links = "".join(f'<a href="/?p={p}&amp;cpage={n}#c">{n}</a>' for p, n in ((12, 1), (12, 3), (12, 2), (9, 4)))
    page = read(
        f'<ol><li id="comment-5" class="comment"><div class="comment-content">排队</div></li></ol>{links}',
        URL + "&cpage=2",
    )

    assert [row.url for row in page.rows] == [f"{URL}&cpage=3", f"{URL}&cpage=1"]
    assert [(post.key, post.url, post.is_reply) for post in page.posts] == [
        ("c5", f"{URL.replace('/?', '/?')}#comment-5", True)
    ]


def test_an_article_without_comments_is_an_empty_page() -> None:
    page = read("<html><body><article>" + "<p>停业三天，请到麓园就餐。</p>" * 30 + "</article></body></html>")

    assert (page.posts, page.rows, page.is_gone, page.is_known_layout) == ([], [], False, True)


def test_an_article_that_is_gone_or_behind_a_login_says_so() -> None:
    assert read("<title>404 Not Found</title>").is_gone
    with pytest.raises(Wall):
        read("<form><input type=password></form>")
