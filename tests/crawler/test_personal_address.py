"""Accounts are told from places: what lists one person's words is refused, boards, topics and columns are kept."""

import pytest

from crawler.personal_address import is_personal_address


@pytest.mark.provision("Z1.1-3")
@pytest.mark.parametrize(
    "url",
    [
        "https://weibo.com/1234567890",
        "https://weibo.com/zhangsan",
        "https://www.weibo.com/zhangsan/",
        "https://weibo.com/zhangsan?tab=home",
        "https://weibo.com/1234567890/profile",
        "https://weibo.com/u/1234567890",
        "https://weibo.com/n/张三",
        "https://weibo.com/p/1005051234567890",
        "https://m.weibo.cn/u/1234567890",
        "https://m.weibo.cn/profile/1234567890",
        "https://weibo.cn/zhangsan",
        "https://m.weibo.cn/api/container/getIndex?containerid=1076031234",
        "https://www.douban.com/people/zhangsan/",
        "https://www.kuaishou.com/profile/3xabc",
        "https://www.zhihu.com/people/zhangsan/answers",
        "https://www.xiaohongshu.com/user/profile/5f00",
        "https://space.bilibili.com/42",
        "https://tieba.baidu.com/home/main?un=zhangsan",
        "https://bbs.yunlu.example/home.php?mod=space&uid=5",
        "https://bbs.yunlu.example/space-uid-5.html",
        "https://forum.yunlu.example/u/zhangsan",
        "https://forum.yunlu.example/user/5",
        "https://forum.yunlu.example/users/5/feed.xml",
        "https://forum.yunlu.example/Users/5",
        "https://forum.yunlu.example/profile/zhangsan",
        "https://forum.yunlu.example/profile.php?id=5",
        "https://forum.yunlu.example/space/5",
        "https://forum.yunlu.example/space.php?uid=5",
        "https://forum.yunlu.example/@zhangsan",
        "https://forum.yunlu.example/@zhangsan/feed",
        "https://news.yunlu.example/author/zhangsan",
        "https://x.com/zhangsan",
        "https://twitter.com/zhangsan/with_replies",
        "https://mobile.twitter.com/zhangsan",
        "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA5",
    ],
)
def test_an_account_is_no_place(url):
    assert is_personal_address(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://weibo.com/",
        "https://weibo.com/p/100808abcdef",
        "https://weibo.com/1234567890/NabCdEfGh",
        "https://s.weibo.com/weibo?q=云麓学院",
        "https://weibo.com/search?q=云麓学院",
        "https://m.weibo.cn/search?containerid=100103type%3D1",
        "https://m.weibo.cn/detail/4999999999999999",
        "https://bbs.yunlu.example/forum-2-1.html",
        "https://bbs.yunlu.example/forum.php?mod=forumdisplay&fid=2",
        "https://bbs.yunlu.example:8080/thread-5-1-1.html",
        "https://tieba.baidu.com/f?kw=云麓学院",
        "https://www.zhihu.com/topic/19555555/newest",
        "https://www.douban.com/group/yunlu/",
        "https://news.yunlu.example/people/index.htm",
        "https://news.yunlu.example/people/list3.htm",
        "https://news.yunlu.example/n/2026/1012.html",
        "https://news.yunlu.example/userguide/feed.xml",
        "https://news.yunlu.example/feed.xml?name=notice",
        "https://xinxiang.yunlu.example/letters",
        "https://x.com/search?q=云麓学院",
        "https://x.com/hashtag/云麓学院",
        "https://x.com/zhangsan/status/1234567890",
        "https://mp.weixin.qq.com/s/AbCdEf",
    ],
)
def test_a_place_is_kept(url):
    assert not is_personal_address(url)
