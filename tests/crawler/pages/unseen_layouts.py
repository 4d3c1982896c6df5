"""Boards in the manner of five forum programs for which huiyin has no rules, written by hand, with invented people.

Each layout renders the same truth with the habits of its software: joining dates beside each author, signatures,
titles of replies, event rows between posts, hidden menus, times only in attributes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
NAMES = ("柚子皮", "北窗", "阿禾", "不语", "Lin_0729", "三更灯火", "雾岛", "一颗石榴")
TOPICS = (
    ("二食堂晚饭米饭夹生", ("今天晚上六点打的米饭还是硬的，窗口阿姨说没办法换。", "昨天也是这样，三楼的好一些。", "建议食堂贴个反馈电话。")),
    ("四号楼热水几点停", ("公告写二十三点，实际二十二点半就凉了。", "我们五号楼也是。", "+1", "打过后勤电话，说锅炉在检修，月底恢复。")),
    ("图书馆占座清理规则", ("请问离开多久算占座？早上放书包中午才来的人很多。", "规则贴在一楼：三十分钟。", "没人执行等于没有。", "周末管理员来收过两次。", "支持严格一点。")),
    ("校车末班能不能晚半小时", ("晚课二十一点二十下课，末班二十一点二十五，根本赶不上。", "从实验楼跑过去要八分钟。", "已经在校长信箱写了，还没有答复。")),
    ("求问补考报名在哪里", ("教务系统里找不到入口。", "还没开放，通知说十二号。", "谢谢！")),
    ("操场夜跑灯坏了三盏", ("西边弯道全黑，昨晚有人摔了一跤。", "报修三天了没有人来。", "今天早上看见有师傅在拆灯罩。", "修好了，感谢。")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One post as its author wrote it."""

    number: int
    title: str
    author: str
    at: datetime
    text: str


def truth() -> list[list[Told]]:
    """All topics with their posts, in order."""
    number = 300
    topics = []
    for index, (title, texts) in enumerate(TOPICS):
        at = datetime(2026, 10, 2 + index, 8, 5, 9, tzinfo=ZONE)
        posts = []
        for floor, text in enumerate(texts):
            number += 1
            at += timedelta(minutes=37 + 11 * floor, seconds=13)
            posts.append(Told(number, title, NAMES[(index * 3 + floor) % len(NAMES)], at, text))
        topics.append(posts)
    return topics


def _clock(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


# -- in the manner of phpBB: joining date and number of posts beside each author, a title on each reply, signatures ----


def bulletin_list(topics: list[list[Told]]) -> str:
    rows = "".join(
        f'<li class="row bg{1 + n % 2}"><dl class="row-item topic_read"><dt title="没有未读的帖子"><div class="list-inner">'
        f'<a href="./viewtopic.php?t={posts[0].number}" class="topictitle">{posts[0].title}</a><br>'
        f'<div class="topic-poster">由 <a href="./memberlist.php?mode=viewprofile&amp;u={n + 2}" class="username">'
        f'{posts[0].author}</a> &raquo; <time datetime="{posts[0].at.isoformat()}">{_clock(posts[0].at)}</time></div></div></dt>'
        f'<dd class="posts">{len(posts) - 1} <dfn>回复</dfn></dd><dd class="views">{90 + n} <dfn>查看</dfn></dd>'
        f'<dd class="lastpost"><span><dfn>最后发表</dfn> 由 <a href="./memberlist.php?mode=viewprofile&amp;u={n + 5}" '
        f'class="username">{posts[-1].author}</a> <a href="./viewtopic.php?p={posts[-1].number}#p{posts[-1].number}" '
        f'title="转到最后一帖">»</a><br><time datetime="{posts[-1].at.isoformat()}">{_clock(posts[-1].at)}</time></span></dd></dl></li>'
        for n, posts in enumerate(topics)
    )
    return (
        '<!DOCTYPE html><html dir="ltr" lang="zh"><head><meta charset="utf-8"><title>校园生活 - 云麓论坛</title></head><body>'
        '<div id="page-header"><ul id="nav-main"><li><a href="./ucp.php?mode=login">登录</a></li></ul></div>'
        '<p>现在的时间是 2026年10月9日 10:00</p><div class="action-bar"><div class="pagination">6 篇主题</div></div>'
        f'<div class="forumbg"><ul class="topiclist topics">{rows}</ul></div></body></html>'
    )


def bulletin_thread(posts: list[Told]) -> str:
    blocks = "".join(
        f'<div id="p{post.number}" class="post has-profile bg{1 + n % 2}"><div class="inner">'
        f'<dl class="postprofile" id="profile{post.number}"><dt><div class="avatar-container"></div>'
        f'<a href="./memberlist.php?mode=viewprofile&amp;u={n + 2}" class="username">{post.author}</a></dt>'
        '<dd class="profile-rank">大二</dd><dd class="profile-posts"><strong>帖子:</strong> 41</dd>'
        f'<dd class="profile-joined"><strong>注册时间:</strong> 2025年9月{3 + n}日 11:2{n % 10}</dd></dl>'
        f'<div class="postbody"><div id="post_content{post.number}">'
        f'<h3 {"class=first" if n == 0 else ""}><a href="./viewtopic.php?p={post.number}#p{post.number}">{"Re: " if n else ""}{post.title}</a></h3>'
        f'<ul class="post-buttons"><li><a href="./posting.php?mode=quote&amp;p={post.number}" title="引用回复">引用</a></li></ul>'
        f'<p class="author"><a class="unread" href="./viewtopic.php?p={post.number}#p{post.number}"><i class="icon"></i></a>'
        f'<span class="responsive-hide">由 <strong><a href="./memberlist.php?mode=viewprofile&amp;u={n + 2}" class="username">'
        f'{post.author}</a></strong> &raquo; </span><time datetime="{post.at.isoformat()}">{_clock(post.at)}</time></p>'
        f'<div class="content">{post.text}</div>'
        f'<div id="sig{post.number}" class="signature">山高水长，慢慢走。</div></div></div>'
        '<div class="back2top"><a href="#wrap" class="top" title="页首">页首</a></div></div></div><hr class="divider">'
        for n, post in enumerate(posts)
    )
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{posts[0].title} - 云麓论坛</title></head><body>'
        '<div id="page-header"><h1>云麓论坛</h1><p>同学们的论坛</p></div>'
        f'<h2 class="topic-title"><a href="./viewtopic.php?t={posts[0].number}">{posts[0].title}</a></h2>{blocks}'
        '<div class="stat-block"><h3>在线用户</h3><p>正浏览此版面之用户: 没有注册用户 和 3 访客</p></div></body></html>'
    )


# -- in the manner of Flarum: articles, event rows between them, times in attributes, a footer of likes ---------------


def discussion_list(topics: list[list[Told]]) -> str:
    rows = "".join(
        f'<li data-id="{posts[0].number}"><div class="DiscussionListItem"><div class="DiscussionListItem-content">'
        f'<a href="/u/{n + 7}" class="DiscussionListItem-author" title="{posts[0].author} 发布于 {_clock(posts[0].at)}"></a>'
        f'<a href="/d/{posts[0].number}-topic/" class="DiscussionListItem-main"><h2 class="DiscussionListItem-title">{posts[0].title}</h2>'
        f'<ul class="DiscussionListItem-info"><li class="item-terminalPost"><span><span class="username">{posts[-1].author}</span> 回复于 '
        f'<time pubdate datetime="{posts[-1].at.isoformat()}" data-humantime>2 天前</time></span></li></ul></a>'
        f'<span class="DiscussionListItem-count">{len(posts) - 1}</span></div></div></li>'
        for n, posts in enumerate(topics)
    )
    return (
        '<!doctype html><html dir="ltr" lang="zh-Hans"><head><title>云麓·校园生活</title><meta charset="utf-8"></head><body>'
        '<div id="app" class="App"><header><a href="/login">登录</a></header><nav class="IndexPage-nav"><ul><li><a href="/t/life">生活</a>'
        f'</li></ul></nav><ul class="DiscussionList-discussions">{rows}</ul><a href="/all?page=2">加载更多</a></div></body></html>'
    )


def discussion_thread(posts: list[Told]) -> str:
    blocks = []
    for n, post in enumerate(posts):
        blocks.append(
            f'<div class="PostStream-item" data-index="{n}" data-time="{post.at.isoformat()}" data-number="{n + 1}" data-id="{post.number}" '
            f'data-type="comment"><article class="CommentPost Post"><div><header class="Post-header"><ul><li class="item-user"><div class="PostUser">'
            f'<h3 class="PostUser-name"><a href="/u/{n + 7}"><span class="Avatar">{post.author[0]}</span><span class="username">{post.author}</span></a></h3>'
            f'</div></li><li class="item-meta"><div class="Dropdown PostMeta"><a class="Dropdown-toggle"><time pubdate datetime="{post.at.isoformat()}" '
            f'title="{_clock(post.at)}" data-humantime>3 天前</time></a></div></li></ul></header>'
            f'<div class="Post-body"><p>{post.text}</p></div>'
            '<aside class="Post-actions"><ul><li><button>回复</button></li></ul></aside>'
            f'<footer class="Post-footer"><ul><li class="item-liked"><div class="Post-likedBy"><a href="/u/3">一颗石榴</a> 觉得很赞。</div></li></ul></footer></div></article></div>'
        )
        if n == 1:
            blocks.append(
                f'<div class="PostStream-item" data-number="{n + 90}" data-id="{post.number + 5000}" data-type="discussionTagged"><article class="EventPost Post">'
                f'<div><span class="EventPost-icon"></span><div class="EventPost-info"><a class="EventPost-user" href="/u/2"><span class="username">版务</span></a> 添加了 '
                f'<span class="tagsLabel">生活</span> 标签 <time pubdate datetime="{post.at.isoformat()}" data-humantime>2 天前</time></div></div></article></div>'
            )
    return (
        f'<!doctype html><html lang="zh-Hans"><head><title>{posts[0].title} - 云麓</title><meta charset="utf-8"></head><body><div id="app">'
        f'<header class="Hero DiscussionHero"><ul class="DiscussionHero-items"><li class="item-tags"><a href="/t/life">生活</a></li><li class="item-title">'
        f'<h1 class="DiscussionHero-title">{posts[0].title}</h1></li></ul></header><div class="PostStream">{"".join(blocks)}</div>'
        '<nav class="DiscussionPage-nav"><ul><li class="item-scrubber"><a class="Scrubber-first">最早内容</a></li></ul></nav></div></body></html>'
    )


# -- in the manner of NodeBB: components, ISO times in titles, votes, empty time words


def component_list(topics: list[list[Told]]) -> str:
    rows = "".join(
        f'<li component="category/topic" class="category-item hover-parent" data-tid="{posts[0].number}" data-index="{n}">'
        f'<div class="d-flex"><a class="d-inline-block" href="/user/u{n}"><span title="{posts[0].author}" class="avatar">{posts[0].author[0]}</span></a>'
        f'<div class="flex-grow-1"><h3 component="topic/header" class="title fs-5"><a class="text-reset" href="/topic/{posts[0].number}/t">{posts[0].title}</a></h3>'
        f'<span class="hidden-xs">发布于 <span class="timeago text-xs" title="{posts[0].at.isoformat()}"></span></span></div></div>'
        f'<div class="stats-container"><div class="stats-postcount"><span title="{len(posts)}">{len(posts)}</span><span class="text-uppercase">帖子</span></div>'
        f'<div class="stats-viewcount"><span title="{220 + n}">{220 + n}</span><span class="text-uppercase">浏览</span></div></div>'
        f'<div component="topic/teaser"><a href="/user/u{n + 1}"><span class="avatar" title="{posts[-1].author}"></span></a>'
        f'<a class="permalink" href="/topic/{posts[0].number}/t/{len(posts)}"><span class="timeago" title="{posts[-1].at.isoformat()}"></span></a>'
        f'<div class="post-content"><p>{posts[-1].text}</p></div></div></li>'
        for n, posts in enumerate(topics)
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN" data-dir="ltr"><head><title>校园生活 | 云麓</title><meta charset="utf-8"></head><body class="page-category">'
        '<nav component="sidebar/left"><ul><li><a href="/recent" title="最新">最新</a></li><li><a href="/login">登录</a></li></ul></nav>'
        f'<ul component="category" class="topics-list" data-nextstart="20">{rows}</ul></body></html>'
    )


def component_thread(posts: list[Told]) -> str:
    blocks = "".join(
        f'<li component="post" class="pt-4" data-index="{n}" data-pid="{post.number}" data-uid="{n + 4}" data-timestamp="{int(post.at.timestamp() * 1000)}">'
        f'<a component="post/anchor" data-index="{n}" id="{n}"></a><div class="d-flex post-container"><div class="bg-body"><a class="d-inline-block" href="/user/u{n}" '
        f'aria-label="个人资料: {post.author}"><span class="avatar" style="background">{post.author[0]}</span></a></div>'
        f'<div class="post-container-parent"><div class="d-flex post-header"><a class="fw-bold text-nowrap" href="/user/u{n}" data-username="{post.author}">{post.author}</a>'
        f'<a class="post-index" href="/post/{post.number}">#{n + 1}</a><span class="text-muted">写于 <a href="/post/{post.number}" class="timeago" title="{post.at.isoformat()}"></a></span>'
        '<span class="post-edit-info d-none" title="最后编辑"></span></div>'
        f'<div class="content mt-2 text-break" component="post/content"><p dir="auto">{post.text}</p></div>'
        '<div component="post/footer" class="post-footer"><div component="post/signature" class="post-signature">此处无声</div>'
        f'<div class="post-actions"><a component="post/upvote" href="#">赞</a><a component="post/vote-count" href="#">{n}</a></div></div></div></div></li>'
        for n, post in enumerate(posts)
    )
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><title>{posts[0].title} | 云麓</title><meta charset="utf-8"></head><body class="page-topic">'
        '<nav component="sidebar/left"><ul><li><a href="/login">登录</a></li></ul></nav><ol class="breadcrumb"><li><a href="/">主页</a></li></ol>'
        f'<h1 component="post/header" class="tracking-tight"><span class="topic-title" component="topic/title">{posts[0].title}</span></h1>'
        f'<span class="badge">{len(posts)} 帖子</span><ul component="topic" class="posts timeline">{blocks}</ul>'
        '<div component="topic/browsing-users"></div></body></html>'
    )


# -- in the manner of XenForo: cells, honours, reactions, last edits ---


def structured_list(topics: list[list[Told]]) -> str:
    rows = "".join(
        f'<div class="structItem structItem--thread js-inlineModContainer js-threadListItem-{posts[0].number}" data-author="{posts[0].author}">'
        f'<div class="structItem-cell structItem-cell--icon"><a href="/members/m.{n + 3}/" class="avatar avatar--s"><span class="avatar-u{n}-s">{posts[0].author[0]}</span></a></div>'
        f'<div class="structItem-cell structItem-cell--main"><div class="structItem-title"><a href="/forums/life.2/?prefix_id=1" class="labelLink"><span class="label">生活</span></a> '
        f'<a href="/threads/t.{posts[0].number}/" class="" data-tp-primary="on">{posts[0].title}</a></div><div class="structItem-minor"><ul class="structItem-parts">'
        f'<li><a href="/members/m.{n + 3}/" class="username">{posts[0].author}</a></li><li class="structItem-startDate"><a href="/threads/t.{posts[0].number}/">'
        f'<time class="u-dt" datetime="{posts[0].at.isoformat()}">{posts[0].at:%Y-%m-%d}</time></a></li></ul></div></div>'
        f'<div class="structItem-cell structItem-cell--meta"><dl class="pairs"><dt>回复</dt><dd>{len(posts) - 1}</dd></dl><dl class="pairs"><dt>浏览</dt><dd>{150 + n}</dd></dl></div>'
        f'<div class="structItem-cell structItem-cell--latest"><a href="/threads/t.{posts[0].number}/latest"><time class="structItem-latestDate u-dt" '
        f'datetime="{posts[-1].at.isoformat()}">昨天 12:0{n}</time></a><div class="structItem-minor"><a href="/members/m.{n + 9}/" class="username">{posts[-1].author}</a></div></div></div>'
        for n, posts in enumerate(topics)
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>校园生活 | 云麓茶座</title></head><body data-template="forum_view"><div class="p-nav">'
        '<a href="/login/" class="p-navgroup-link">登录</a></div><h1 class="p-title-value">校园生活</h1><div class="block-body"><div class="structItemContainer">'
        f'{rows}</div></div><aside><h3>最新动态</h3><ul><li><a href="/profile-posts/9/">板块说明已更新</a> <time datetime="2026-09-01T08:00:00+08:00">9月1日</time></li></ul></aside></body></html>'
    )


def structured_thread(posts: list[Told]) -> str:
    blocks = "".join(
        f'<article class="message message--post js-post" data-author="{post.author}" data-content="post-{post.number}" id="js-post-{post.number}"><span id="post-{post.number}"></span>'
        f'<div class="message-inner"><div class="message-cell message-cell--user"><section class="message-user"><div class="message-avatar"><a href="/members/m.{n + 3}/" class="avatar avatar--m">'
        f'<span>{post.author[0]}</span></a></div><div class="message-userDetails"><h4 class="message-name"><a href="/members/m.{n + 3}/" class="username">{post.author}</a></h4>'
        f'<h5 class="userTitle message-userTitle">新同学</h5></div><div class="message-userExtras"><dl class="pairs"><dt>注册</dt><dd>2025-0{1 + n}-11</dd></dl><dl class="pairs"><dt>帖子</dt><dd>12</dd></dl></div></section></div>'
        f'<div class="message-cell message-cell--main"><div class="message-main"><header class="message-attribution"><ul class="message-attribution-main"><li class="u-concealed">'
        f'<a href="/threads/t.1/post-{post.number}"><time class="u-dt" datetime="{post.at.isoformat()}" title="{_clock(post.at)}">星期二 12:0{n}</time></a></li></ul>'
        f'<ul class="message-attribution-opposite"><li><a href="/threads/t.1/post-{post.number}">#{n + 1}</a></li></ul></header><div class="message-content"><div class="message-userContent">'
        f'<article class="message-body"><div class="bbWrapper">{post.text}</div></article></div><aside class="message-signature"><div class="bbWrapper">每天一杯豆浆</div></aside></div>'
        f'<footer class="message-footer"><div class="reactionsBar"><a href="/posts/{post.number}/reactions">柚子皮, 北窗 和其他 {n} 人</a></div></footer></div></div></div></article>'
        for n, post in enumerate(posts)
    )
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{posts[0].title} | 云麓茶座</title></head><body data-template="thread_view"><div class="p-nav"><a href="/login/">登录</a></div>'
        f'<div class="p-title"><h1 class="p-title-value">{posts[0].title}</h1></div><div class="p-description"><ul><li><a href="/members/m.3/" class="username">{posts[0].author}</a></li>'
        f'<li><a href="/threads/t.1/"><time class="u-dt" datetime="{posts[0].at.isoformat()}">{posts[0].at:%Y-%m-%d}</time></a></li></ul></div>'
        f'<div class="block-body js-replyNewMessageContainer">{blocks}</div><div class="blockMessage">你必须登录或注册后才能回复。</div></body></html>'
    )


# -- written and first read when all tuning was over: in the manner of Discourse without scripts: microdata, likes, links


def plain_list(topics: list[list[Told]]) -> str:
    rows = "".join(
        f'<tr class="topic-list-item" id="topic-list-item-{posts[0].number}"><td class="main-link" itemprop="itemListElement" itemscope>'
        f'<meta itemprop="name" content="{posts[0].title}"><span class="link-top-line"><a itemprop="url" href="/t/topic/{posts[0].number}" class="title raw-link raw-topic-link">{posts[0].title}</a></span>'
        f'<div class="link-bottom-line"><a href="/c/life/7" class="badge-wrapper"><span class="badge-category-name">生活</span></a></div></td>'
        f'<td class="posters"><a href="/u/u{n}" class="latest single"><img width="25" src="/a.png" class="avatar" title="{posts[0].author} - 原始发帖人"></a></td>'
        f'<td class="replies"><span class="posts" title="帖子">{len(posts) - 1}</span></td><td class="views"><span class="views" title="浏览量">{310 + n}</span></td>'
        f"<td>{posts[-1].at:%Y 年 %m月 %d 日 %H:%M}</td></tr>"
        for n, posts in enumerate(topics)
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN" class="desktop-view"><head><meta charset="utf-8"><title>最新生活主题 - 云麓社区</title></head><body class="crawler">'
        '<header><a href="/"><h1>云麓社区</h1></a></header><div id="main-outlet"><table class="topic-list"><thead><tr><th>话题</th><th></th><th class="replies">回复</th>'
        f'<th class="views">浏览量</th><th>活动</th></tr></thead><tbody>{rows}</tbody></table></div><footer class="container"><nav><a href="/about">关于</a> <a href="/tos">服务条款</a></nav></footer></body></html>'
    )


def plain_thread(posts: list[Told]) -> str:
    blocks = "".join(
        f'<div id="post_{n + 1}" itemscope class="topic-body crawler-post"><div class="crawler-post-meta"><span class="creator" itemprop="author" itemscope>'
        f'<a itemprop="url" rel="nofollow" href="/u/u{n}"><span itemprop="name">{post.author}</span></a> </span><link itemprop="mainEntityOfPage" href="/t/topic/1">'
        f'<span class="crawler-post-infos"><time itemprop="datePublished" datetime="{post.at.isoformat()}" class="post-time">{post.at:%Y 年 %m月 %d 日 %H:%M}</time>'
        f'<meta itemprop="dateModified" content="{post.at.isoformat()}"><span itemprop="position">{n + 1}</span></span></div><div class="post" itemprop="text"><p>{post.text}</p></div>'
        f'<div itemprop="interactionStatistic" itemscope><meta itemprop="userInteractionCount" content="{n}"><span class="post-likes">{n} 个赞</span></div></div>'
        for n, post in enumerate(posts)
    )
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{posts[0].title} - 生活 - 云麓社区</title></head><body class="crawler"><header><a href="/"><h1>云麓社区</h1></a></header>'
        f'<div id="main-outlet"><div id="topic-title"><h1><a href="/t/topic/{posts[0].number}">{posts[0].title}</a></h1><div class="topic-category"><a href="/c/life/7"><span>生活</span></a></div></div>'
        f'<div itemscope><meta itemprop="headline" content="{posts[0].title}">{blocks}</div><div id="related-topics"><h3>相关话题</h3><table class="topic-list"><tbody>'
        f'<tr class="topic-list-item"><td><a href="/t/topic/17" class="title">宿舍空调怎么报修</a></td><td>4</td><td>2026 年 03月 02 日</td></tr>'
        f'<tr class="topic-list-item"><td><a href="/t/topic/18" class="title">打印店关门时间</a></td><td>2</td><td>2026 年 04月 11 日</td></tr></tbody></table></div></div></body></html>'
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """One board: how it renders a list and a thread, and the addresses that it gives them."""

    name: str
    render_list: Callable[[list[list[Told]]], str]
    render_thread: Callable[[list[Told]], str]
    list_url: str
    thread_url: str


LAYOUTS = (
    Layout("bulletin", bulletin_list, bulletin_thread, "https://bb.yunlu.example/viewforum.php?f=2", "https://bb.yunlu.example/viewtopic.php?t={n}"),
    Layout("discussion", discussion_list, discussion_thread, "https://d.yunlu.example/all", "https://d.yunlu.example/d/{n}-topic/"),
    Layout("component", component_list, component_thread, "https://nb.yunlu.example/category/2/life", "https://nb.yunlu.example/topic/{n}/t"),
    Layout("structured", structured_list, structured_thread, "https://xf.yunlu.example/forums/life.2/", "https://xf.yunlu.example/threads/t.{n}/"),
    Layout("plain", plain_list, plain_thread, "https://dc.yunlu.example/c/life/7", "https://dc.yunlu.example/t/topic/{n}"),
)  # fmt: skip
