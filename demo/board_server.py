"""Demo: a message board 校长信箱. In: list and letter addresses. Out: a list table, label tables, replies in time.

Labels are padded with full-width spaces, titles of the list are cut with the full text in `title`, the writer's name is
masked by the board itself, as real letter boxes do it.
"""

import html
import re
from datetime import datetime

from demo.campus_site import Answer, Query, Site, page_of
from demo.read_story import StoryPost
from foundation.clock import at_school

LETTERS_A_PAGE = 10
TITLE_CHARACTERS = 16
LETTER_PATH = re.compile(r"/letters/show/(\d+)\.html")
MASKED = "王**"


class Board(Site):
    """The headmaster's letter box."""

    name = "letters"
    forbidden_path = "/manage/"

    def answer(self, path: str, query: Query, now: datetime) -> Answer | None:
        """Answer list pages and letters."""
        if path == "/letters":
            return self._list(int(query.get("page", "1")), now)
        if found := LETTER_PATH.fullmatch(path):
            letter = next((post for post in self.visible(now) if post.native == found[1]), None)
            return self._letter(letter, now) if letter else None
        return None

    def _list(self, number: int, now: datetime) -> Answer:
        letters = self.visible(now)[::-1]
        rows = "".join(_row(letter, now) for letter in page_of(letters, number, LETTERS_A_PAGE))
        more = f'<a class="next" href="/letters?page={number + 1}">下一页</a>'
        following = more if number * LETTERS_A_PAGE < len(letters) else ""
        heads = "".join(f"<th>{word}</th>" for word in ("编号", "信件标题", "类别", "来信时间", "状态"))
        table = f'<table class="letters"><tr>{heads}</tr>{rows}</table>'
        return _page("校长信箱", f'{table}{following}<a href="/manage/">管理入口</a>')

    def _letter(self, letter: StoryPost, now: datetime) -> Answer:
        entry, text = letter.entry, self.show(letter, now)
        reply = entry.reply if entry.reply and entry.reply.at <= now else None
        cells = [
            ("编　　号", letter.native),
            ("标　　题", entry.title),
            ("类　　别", entry.category),
            ("来 信 人", MASKED),
            ("来信时间", _time(entry.at)),
            ("状　　态", "已办结" if reply else "处理中"),
            ("来信内容", text),
        ]
        if reply:
            cells += [("回复单位", reply.unit), ("回复时间", _time(reply.at)), ("回复内容", reply.text)]
        rows = "".join(
            f'<tr><td class="label">{label}：</td><td class="nr">{_lines(value)}</td></tr>' for label, value in cells
        )
        return _page(entry.title, f'<table class="letter">{rows}</table>')


def _row(letter: StoryPost, now: datetime) -> str:
    entry = letter.entry
    title = html.escape(entry.title)
    short = html.escape(entry.title[:TITLE_CHARACTERS]) + ("…" if len(entry.title) > TITLE_CHARACTERS else "")
    state = "已办结" if entry.reply and entry.reply.at <= now else "处理中"
    link = f'<a href="/letters/show/{letter.native}.html" title="{title}">{short}</a>'
    cells = (letter.native, link, entry.category, f"{at_school(entry.at):%Y-%m-%d}", state)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br/>")


def _time(instant: datetime) -> str:
    return f"{at_school(instant):%Y-%m-%d %H:%M:%S}"


def _page(title: str, body: str) -> Answer:
    page = (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)} - 云麓学院</title></head><body>{body}</body></html>"
    )
    return Answer(page.encode())
