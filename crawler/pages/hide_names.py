"""Stage 1: names of authors that stand inside what they wrote. In: a page as read, names met on it. Out: no such name.

A board may begin each message with its author's name, and people sign. The parsers alone know the name: afterwards
there is only a pseudonym. Names that many share (匿名, 学生) and names of offices stay: they name nobody.
"""

import re
from datetime import datetime
from urllib.parse import unquote

from crawler.items import Post
from crawler.pages.parsed_page import ParsedPage, Pseudonym

MARK = "\u3014昵称\u3015"
LONG = 3  # characters: a shorter name may be any word, it is taken only where a line begins with it and a sign follows
_SHARED = re.compile(
    r"^(?:匿名\w*|游客\w*|(?:微博)?网友|网民|(?:某|一个?|一名|一位)?(?:学生|家长|同学|老师|教师|校友|考生|新生|市民|居民)"
    r"|学生家长|管理员|站长|楼主|版主|用户|admin|guest|\d+)$",
    re.I,
)
_OFFICE = re.compile(r"(?:大学|学院|学校|中学|小学|处|部|办|办公室|中心|馆|局|委|团委|信箱|食堂|编辑|记者|日报|发布)$")
_PERSON = re.compile(r"(/(?:authors?|users?|u|people|members?|profile|space)/|/@)([^/?#]+)(?=[/?#])", re.I)
_QUOTE_HEAD = re.compile(
    r"^[^\n。！？]{0,60}?\d{1,4}[-/.年]\d{1,2}[-/.月\d日 :：]{0,16}(?:说|写道|说道|回复)\s*[:：]\s*"
    r"|^[^\n]{0,60}(?:写道|说道|发表于|said|wrote)[^\n]{0,40}(?:\n|$)"
)


def without_head(quote: str) -> str:
    """Return quoted words without the line or the words before them that name their author."""
    return _QUOTE_HEAD.sub("", quote, count=1)


def without_person(identity: str, at: datetime | None, pseudonym: Pseudonym) -> str:
    """Return an entry's id with a pseudonym in place of the person whose page it names: `…/author/x/1`, `…/@x/1`."""
    return _PERSON.sub(lambda found: f"{found[1]}{pseudonym(unquote(found[2]), at)}", identity)


class NamesOfPage:
    """Makes pseudonyms for one page and remembers, until the page is read, whose they are."""

    def __init__(self, pseudonym: Pseudonym) -> None:
        self._pseudonym = pseudonym
        self._names: dict[str, str] = {}

    def pseudonym(self, name: str, at: datetime | None) -> str:
        """Return the pseudonym of a name."""
        known = self._pseudonym(name, at)
        if len(name.strip()) > 1 and not _SHARED.match(name.strip()) and not _OFFICE.search(name.strip()):
            self._names[known] = name.strip()
        return known

    def hide(self, page: ParsedPage) -> None:
        """Put a mark in place of each author's name in his own posts, and of all authors before what is quoted."""
        quoting = [post for post in page.posts if post.quote]
        for post in page.posts:
            name = self._names.get(post.author)
            if name is not None and (name in post.content or name in post.title):
                _hide_own(post, name)
        if self._names and quoting:
            names = sorted(set(self._names.values()), key=len, reverse=True)
            heads = re.compile("|".join(map(_head, names)), re.M)
            for post in quoting:
                post.quote = heads.sub(MARK, post.quote)


def _hide_own(post: Post, name: str) -> None:
    if len(name) >= LONG:
        post.title, post.content = post.title.replace(name, MARK), post.content.replace(name, MARK)
        return
    head = re.compile(_head(name), re.M)
    post.title, post.content = head.sub(MARK, post.title), head.sub(MARK, post.content)


def _head(name: str) -> str:
    return rf"^@?{re.escape(name)}(?=\s*[:：]|\s+(?:\d|于|发表|说|写道|回复)|\s*\n)"
