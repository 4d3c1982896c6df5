"""Demo: a GBK Discuz-like forum. In: list and thread addresses. Out: pages with ids, words and traps of real ones.

No charset stands in the header, only in the meta tag; times are relative with the exact one in `title`; a closed hour
answers 200; a deleted thread answers 404; pages carry anti-copy noise, a quote and a link that robots.txt forbids.
"""

import html
import math
import re
from datetime import datetime, timedelta

from demo.campus_site import Answer, Query, Site, page_of
from demo.read_story import StoryPost
from foundation.clock import at_school

THREADS_A_PAGE = 15
POSTS_A_PAGE = 5
FLOORS = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}
LIST_PATH = re.compile(r"/forum-2-(\d+)\.html")
THREAD_PATH = re.compile(r"/thread-(\d+)-(\d+)-1\.html")
GONE = "抱歉，指定的主题不存在或已被删除或正在被审核"
CLOSED = "本站点暂时关闭，开放时间另行通知"


class Forum(Site):
    """The students' forum, section 2."""

    name = "forum"
    forbidden_path = "/search.php"

    def answer(self, path: str, query: Query, now: datetime) -> Answer | None:
        """Answer list and thread pages; everything is closed in the story's closed hour."""
        closed = self.story.acts.closed_site
        if closed.site == self.name and closed.from_ <= now < closed.to:
            self.truth.closed(self.name, now)
            return _page("提示信息", _notice(CLOSED))
        if found := LIST_PATH.fullmatch(path):
            return self._list(int(found[1]), now)
        if found := THREAD_PATH.fullmatch(path):
            return self._thread(found[1], int(found[2]), now)
        return self._list(1, now) if path == "/" else None

    def visible(self, now: datetime) -> list[StoryPost]:
        """Return what stands on the forum; the floors of a deleted thread are gone with it."""
        return [post for post in super().visible(now) if self.story.thread_of(post).exists_at(now)]

    def _list(self, number: int, now: datetime) -> Answer:
        floors: dict[str, list[StoryPost]] = {}
        for post in self.visible(now):
            floors.setdefault(post.thread, []).append(post)
        threads = sorted(floors.values(), key=lambda posts: posts[-1].entry.at, reverse=True)
        rows = "".join(_row(posts, now) for posts in page_of(threads, number, THREADS_A_PAGE))
        pages = max(1, math.ceil(len(threads) / THREADS_A_PAGE))
        table = f'<table id="threadlisttableid"><tbody id="separatorline"></tbody>{rows}</table>'
        links = _page_links("forum-2-{}.html", number, pages)
        return _page("校园生活 - 云麓学院论坛", f'{table}{links}<a href="search.php?mod=forum">搜索</a>')

    def _thread(self, thread: str, number: int, now: datetime) -> Answer:
        posts = [post for post in self.visible(now) if post.thread == thread]
        if not posts:
            for post in self.story.on(self.name):
                if post.thread == thread:
                    self.truth.gone(post, now)
            return _page("提示信息", _notice(GONE), 404)
        opener, pages = posts[0], math.ceil(len(posts) / POSTS_A_PAGE)
        first = (number - 1) * POSTS_A_PAGE
        blocks = "".join(
            _floor(post, first + place, self.show(post, now), now)
            for place, post in enumerate(page_of(posts, number, POSTS_A_PAGE), 1)
        )
        counts = f'<span class="xi1">{opener.entry.views}</span> 回复: <span class="xi1">{len(posts) - 1}</span>'
        head = f'<h1><span id="thread_subject">{html.escape(opener.entry.title)}</span></h1>'
        links = _page_links(f"thread-{thread}-{{}}-1.html", number, pages)
        body = f'<div id="postlist">{head}<div class="hm">查看: {counts}</div>{blocks}</div>{links}'
        return _page(f"{opener.entry.title} - 云麓学院论坛", body)


def _page(title: str, body: str, status: int = 200) -> Answer:
    page = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=gbk" />'
        f"<title>{html.escape(title)} - Powered by Discuz!</title></head><body>"
        f'<div id="nv">论坛 | 导读</div>{body}<div id="ft">Powered by Discuz! X3.4</div></body></html>'
    )
    return Answer(page.encode("gbk", "xmlcharrefreplace"), "text/html", status)


def _notice(words: str) -> str:
    return f'<div id="messagetext" class="alert_error"><p>{words}</p></div>'


def _row(posts: list[StoryPost], now: datetime) -> str:
    opener, last, thread = posts[0].entry, posts[-1].entry, posts[0].thread
    started = f"{at_school(opener.at):%Y-%-m-%-d}"
    return (
        f'<tbody id="normalthread_{thread}"><tr><th class="common"><em>[<a href="forum-2-1.html">生活</a>]</em> '
        f'<a href="thread-{thread}-1-1.html" class="s xst">{html.escape(opener.title)}</a></th>'
        f'<td class="by"><cite><a>{html.escape(opener.author)}</a></cite><em><span>{started}</span></em></td>'
        f'<td class="num"><a class="xi2">{len(posts) - 1}</a><em>{opener.views}</em></td>'
        f'<td class="by"><cite><a>{html.escape(last.author)}</a></cite><em><a>{_time(last.at, now)}</a></em></td>'
        "</tr></tbody>"
    )


def _floor(post: StoryPost, floor: int, text: str, now: datetime) -> str:
    entry, pid = post.entry, post.native
    shown = [edit for edit in entry.edits if edit.at <= now]
    mark = f'<i class="pstatus"> 本帖最后由 {entry.author} 于 {_exact(shown[-1].at)} 编辑 </i><br />' if shown else ""
    lines = html.escape(text).split("\n")
    noise = f'<font class="jammer">{pid}复制有风险</font><br />'
    pictures = "".join(
        f'<ignore_js_op><img id="aimg_{pid}{n}" aid="{pid}{n}" file="data/{pid}{n}.jpg" src="none.gif" />'
        f'<div class="tip aimg_tip">{pid}{n}.jpg (188.4 KB, 下载次数: 3)</div></ignore_js_op>'
        for n in range(entry.pictures)
    )
    return (
        f'<div id="post_{pid}"><table id="pid{pid}"><tr><td class="pls"><div class="authi">'
        f'<a class="xw1">{html.escape(entry.author)}</a></div></td><td class="plc">'
        f'<em id="authorposton{pid}">发表于 {_time(entry.at, now)}</em>'
        f'<strong><a id="postnum{pid}">{FLOORS.get(floor, f"{floor}#")}</a></strong>'
        f'<table><tr><td class="t_f" id="postmessage_{pid}">{mark}{noise.join(lines)}{pictures}</td></tr></table>'
        "</td></tr></table></div>"
    )


def _exact(instant: datetime) -> str:
    return f"{at_school(instant):%Y-%-m-%-d %H:%M:%S}"


def _time(instant: datetime, now: datetime) -> str:
    """Return the time as Discuz writes it: relative words with the exact time in `title`, absolute after a week."""
    age = now - instant
    exact = _exact(instant)
    if age >= timedelta(days=7):
        return exact
    if age >= timedelta(days=1):
        words = f"{age.days}&nbsp;天前"
    elif age >= timedelta(hours=1):
        words = f"{age.seconds // 3600}&nbsp;小时前"
    elif age >= timedelta(minutes=1):
        words = f"{age.seconds // 60}&nbsp;分钟前"
    else:
        words = f"{age.seconds}&nbsp;秒前"
    return f'<span title="{exact}">{words}</span>'


def _page_links(pattern: str, number: int, pages: int) -> str:
    if pages == 1:
        return ""
    following = f'<a href="{pattern.format(number + 1)}" class="nxt">下一页</a>' if number < pages else ""
    label = f'<label><span title="共 {pages} 页"> / {pages} 页</span></label>'
    return f'<div class="pg"><strong>{number}</strong>{label}{following}</div>'
