"""Tests of saved WeChat articles: title, text, time from any of three scripts; notices are no articles."""

import pytest

from crawler.imports.wechat_article import is_wechat_article, read_wechat_article
from foundation.errors import Refused

PAGE = """<html><head><meta property="og:url" content="https://mp.weixin.qq.com/s/Ab1"></head><body>
<h1 id="activity-name"> 云麓食堂
 探店 </h1><a id="js_name">云麓日常</a><em id="publish_time"></em>
<div id="js_content" style="visibility: hidden"><p>汤<span>是</span>凉的</p><img data-src="x.png"></div>
<script>{script}</script></body></html>"""


@pytest.mark.parametrize(
    "script", ['var ct = "1791768600";', "var oriCreateTime = '很久以前了'; var createTime = '2026-10-12 09:30';"]
)
def test_an_article_is_read_with_the_time_of_its_scripts(origin, script):
    post = read_wechat_article(PAGE.replace("{script}", script), "a.html", origin)

    assert (post.title, post.content, post.pictures) == ("云麓食堂 探店", "汤是凉的", 1)
    assert post.published_at.isoformat() == "2026-10-12T01:30:00+00:00"
    assert (post.site, post.site_kind, post.url) == ("mp.weixin.qq.com", "微信", "https://mp.weixin.qq.com/s/Ab1")
    assert post.key == post.thread_key
    assert "云麓日常" not in post.author


def test_an_article_without_any_time_has_an_unknown_one(origin):
    assert read_wechat_article(PAGE, "a.html", origin).published_at is None


def test_a_notice_in_place_of_an_article_is_refused(origin):
    notice = "<html><body class='mp.weixin.qq.com'><p>该内容已被发布者删除</p></body></html>"

    assert is_wechat_article(notice)
    with pytest.raises(Refused, match="没有微信文章的正文"):
        read_wechat_article(notice, "a.html", origin)


def test_other_pages_are_no_wechat_articles():
    assert not is_wechat_article("<html><body>校园新闻</body></html>")
