"""Notice pages are told apart; posts that quote a notice are not walls."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall
from crawler.walls import Wall
from foundation.outcome import SourceOutcome

URL = "https://bbs.yunlu.example/x"


def page(title: str = "", notice: str = "", body: str = "") -> LexborHTMLParser:
    return LexborHTMLParser(f"<title>{title}</title><body><div id='messagetext'>{notice}</div>{body}</body>")


def wall_of(tree: LexborHTMLParser) -> SourceOutcome | None:
    try:
        raise_on_wall(tree, URL)
    except Wall as wall:
        return wall.outcome
    return None


@pytest.mark.parametrize(
    ("tree", "outcome"),
    [
        (page(notice="抱歉，您尚未登录，没有权限访问该版块"), SourceOutcome.LOGIN_REQUIRED),
        (page(notice="本帖要求阅读权限高于 50 才能浏览"), SourceOutcome.LOGIN_REQUIRED),
        (page("Sina Visitor System"), SourceOutcome.LOGIN_REQUIRED),
        (page(body="<input type='password'>"), SourceOutcome.LOGIN_REQUIRED),
        (page(notice="本站点暂时关闭"), SourceOutcome.SITE_CLOSED),
        (page("网站维护中"), SourceOutcome.SITE_CLOSED),
        (page("频繁刷新限制"), SourceOutcome.RATE_LIMITED),
        (page("安全验证"), SourceOutcome.RATE_LIMITED),
        (page("云麓学院论坛 - System Error"), SourceOutcome.UNREACHABLE),
    ],
)
def test_a_notice_page_is_the_wall_that_it_says(tree: LexborHTMLParser, outcome: SourceOutcome) -> None:
    with pytest.raises(Wall) as caught:
        raise_on_wall(tree, URL)

    assert caught.value.outcome is outcome


def test_a_login_address_is_a_wall_whatever_the_page_says() -> None:
    with pytest.raises(Wall):
        raise_on_wall(page("欢迎"), "https://id.yunlu.example/cas/login?service=x")


def test_a_long_page_whose_text_speaks_of_a_closed_site_is_no_wall() -> None:
    assert wall_of(page("帖子", body="<p>昨天论坛暂时关闭，大家都在问。</p>" * 40)) is None
    assert wall_of(page(body="<p>昨天论坛暂时关闭，大家都在问。</p>")) is SourceOutcome.SITE_CLOSED


def test_a_notice_of_deletion_means_gone() -> None:
    assert is_gone(page(notice="抱歉，指定的主题不存在或已被删除或正在被审核"))
    assert not is_gone(page(notice="本站点暂时关闭"))


def test_a_page_full_of_unreadable_signs_is_refused() -> None:
    with pytest.raises(Wall) as caught:
        open_page("<p>" + "\ufffd" * 50 + "</p>")

    assert caught.value.outcome is SourceOutcome.LAYOUT_CHANGED


def test_one_sign_cut_at_the_end_of_a_page_is_tolerated() -> None:
    assert open_page("<p>好的</p>\ufffd").body is not None


@pytest.mark.parametrize("html", ["", "<", "<<<>>>", "<html>" * 500, "\x00" * 10, "<div " * 100])
def test_rubbish_is_no_wall_and_no_crash(html: str) -> None:
    assert wall_of(open_page(html)) is None
