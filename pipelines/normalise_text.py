"""Stage 2, step 4: what stays equal when a post is copied: one form for all dresses of the same words.

Comes in: a text. Goes out: lower-case simplified letters and digits only, without what forwarding adds: repost chains,
mentions, addresses, emoji codes, tags, forum quotes, small wrappers in brackets, notes about the source.
"""

import re
from functools import cache
from pathlib import Path

from search.segment import fold

_PAIRS_FILE = Path(__file__).with_name("traditional.txt")
_SHORT = 6  # code points that must be left when tags are dropped

_ADDED = re.compile(  # the look lists all signs with which one can begin: it is cheap, the choice is not
    r"""(?=[hw<引原本此\[(（【顶沙板m马路楼同支/@转r回v—\-来出发:\s])(?:
      https?://[!-~]+ | www\.[!-~]+ | <img[^>]*>
    | (?:引用[:：]?\s*)?原帖由[^\n]{0,40}?(?:发表|发布)(?:的?内容)?[:：]?
    | [\[(【]?\s*(?:本帖|此帖)最后由[^\n]{0,40}?编辑\s*[\])】]?
    | \[/?(?:quote|b|i|u|url|img|color|size|font)[^\]]{0,40}\]
    | (?:^|\n|(?<=[。！？!?\s]))(?:顶|沙发|板凳|mark|马克|路过|楼上说得对|同上|支持楼主)[!！。~]*\s*(?=\n|$)
    | /{0,2}@\u3014昵称\u3015(?:\s?[:：])?
    | /{0,2}@[^\s:：,，。@]{1,20}(?:\s?[:：]|(?=[\s,，。！!）)@]|$)) | //@?
    | (?:^|(?<=[^\w]))(?:转发微博|转发自|repost|转发此微博)[\s:：。]* | 回复\s*(?=@)
    | [(（\[【][^()（）\[\]【】\n]{0,6}(?:转自|转载|来源|侵删|原文|via|图源|来自|转\b|编辑|记者)
      [^()（）\[\]【】\n]{0,20}[)）\]】]
    | (?:\bvia|[—-]{1,3}\s?(?:转自|转载自|来源|来自|摘自|源自)|(?:转自|来源|来自|转载自|出处)\s?[:：@])
      \s?[^\s。，,！!?？]{1,24}\s*$
    | (?:来自|发自)[^\s。，,！!?？]{0,14}(?:客户端|微博|手机|iphone|android|网页版)\s*$
    | \[[\w\u4e00-\u9fff]{1,8}\] | :[a-z_]{2,20}:
    | ^\s*【[^】\n]{1,7}】 | 【[^】\n]{1,7}】\s*$
    )""",
    re.X | re.I,
)
_TAGS = re.compile(r"#[^#\n]{1,30}#")
_ADDED_HINT = re.compile(r"@|\[|【|#|<|:|\(|（|http|www|原帖|最后由|顶|转|来自|来源|via|mark|马克|repost")
_ADDED_MARKS = (  # what is added holds one of these or two colons; looking for them is cheap
    *("http", "www", "<img", "原帖由", "最后由", "[", "(", "（", "【", "@", "//", "顶", "沙发", "板凳", "mark", "马克"),
    *(
        "路过",
        "楼上说得对",
        "同上",
        "支持楼主",
        "转发",
        "转自",
        "转载自",
        "repost",
        "via",
        "来源",
        "来自",
        "摘自",
        "源自",
    ),
    *("发自", "出处"),
)
# all but digits, letters and Han, and 丶丿乀亅灬 among them; the class twice, so that a run's begin is found quickly
_NO_LETTER = "[^0-9a-z\u3400-\u4db5\u4e00-\u4e35\u4e37-\u4e3e\u4e41-\u4e84\u4e86-\u706b\u706d-\u9fa5]"
_JUNK = re.compile(f"{_NO_LETTER}{_NO_LETTER}*")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufe0f]")


_NUMERALS = [(sign, str(digit)) for digit, sign in enumerate("零一二三四五六七八九")] + [("\u3007", "0"), ("两", "2")]
_CHAIN = re.compile(r"/{2}\s?@[^:：\n]{1,24}[:：]|(?:转发微博|repost)\s*/{0,2}@[^:：\n]{1,24}[:：]", re.I)
_REMARK, _WHOLE = 16, 12  # letters: what people say while passing a text on, and a text that is worth passing on


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_simplified())}]")


def _undressed(found: re.Match[str]) -> str:
    return _simplified()[found[0]]


@cache
def _simplified() -> dict[str, str]:
    lines = _PAIRS_FILE.read_text(encoding="utf-8").splitlines()
    signs = "".join(line.strip() for line in lines if not line.startswith("#"))
    return dict(zip(signs[::2], signs[1::2], strict=True))


def readable(text: str) -> str:
    """Return the text in one width, case and script, without what forwarding adds, signs still in place."""
    text = _INVISIBLE.sub("", fold(text))
    for sign, digit in _NUMERALS:
        text = text.replace(sign, digit)
    text = _traditional().sub(_undressed, text)
    if "@" in text:
        text = _passed_on(text)
    if _ADDED_HINT.search(text):
        if text.count(":") > 1 or any(mark in text for mark in _ADDED_MARKS):
            text = _ADDED.sub(" ", text)
        bare = _TAGS.sub(" ", text) if "#" in text else text
        text = bare if bare is text or len(_JUNK.sub("", bare)) >= _SHORT else text
    return text


def _passed_on(text: str) -> str:
    """Return a forwarded text without the short remarks of those who forwarded it."""
    parts = _CHAIN.split(text)
    while (
        len(parts) > 1 and len(_JUNK.sub("", parts[0])) <= _REMARK and len(_JUNK.sub("", "".join(parts[1:]))) >= _WHOLE
    ):
        parts = parts[1:]
    return " ".join(parts)


def normalise(text: str) -> str:
    """Return letters and digits only: equal for copies of the same words."""
    return letters_of(readable(text))


def letters_of(readable_text: str) -> str:
    """Return only the letters and digits of a readable text."""
    return _JUNK.sub("", readable_text)
