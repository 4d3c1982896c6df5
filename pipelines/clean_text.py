"""Stage 2, step 1: the text as people read it. Entities, invisible characters, white space and the site's own lines go.

Comes in: posts as the parsers read them. Goes out: the same posts with clean title, content, quote and official reply;
a post without any text but with pictures, or marks where an app showed some, gets outcome `needs_eyes`, so that it is
looked at and never scored 无 (a reply's title is its thread's: it does not speak for the reply's pictures).
"""

import html
import re
import unicodedata

from crawler.items import Post
from foundation.outcome import Outcome
from pipelines.step import Step

TEXT_FIELDS = ("title", "content", "quote", "official_reply")
PICTURES_ONLY = "只有图片，没有文字"

_GONE = [*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), *range(0x7F, 0xA0)]  # controls, without tab, \n, \r
_GONE += [0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x200D), *range(0x200E, 0x2010)]  # invisible, without the joiner
_GONE += [*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFD, *range(0xD800, 0xE000)]
_TRANSLATION = dict.fromkeys(_GONE) | dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_TRANSLATION |= {0x09: " ", 0x0B: " ", 0x2028: "\n", 0x2029: "\n"}

_UNUSUAL = re.compile("[^\n !-~·—‘’“”…、。《》【】！（），：；？～\u4e00-\u9fff]")
_STRAY_JOINER = re.compile(
    "(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
_SPACES = re.compile(" {2,}")
_LINE_ENDS = re.compile(r" *\n *")
_EMPTY_LINES = re.compile(r"\n{3,}")
_PICTURE_MARKS = re.compile(
    r"[\[【（(<《「]\s?(?:图|图片|图像|照片|相片|截图|视频|动图|动画表情|附件|image|img|photo|pic|picture|video)\s?\d{0,9}\s?"
    r"[\]】）)>》」]|^\S{1,40}\.(?:jpe?g|png|gif|webp|bmp|heic|mp4)$"
    r"|^\s{0,3}(?:我?(?:分享|发布|上传|晒)了?(?:\d+|[一二三四五六七八九几多])?[张组个]?(?:图片|照片|视频|截图)"
    r"|(?:查看|点击查看)?图片(?:评论|如下)?|如[上下]?图(?:所示)?|[见看上]图|无图无真相|有图有真相)[\s。.!！~～…:：]*$",
    re.I | re.M,
)  # signs in place of pictures; a line that only points at them

_LETTER = re.compile(r"[^\W_]")

# What forum software, apps and copy protection leave in the text. Each must match a whole mark, never a person's words.
_NOISE = re.compile(  # spaces were collapsed before; each \s is bounded, so that no text takes long
    r"""
      [\[【]?\s?(?:本帖|此帖|该帖|本主题|本楼)(?:最后|已)?(?:由|被)\s?.{1,30}?\s?(?:于|在)?\s?
      [\d\-/年月日:： ]{6,24}\s?(?:重新)?编辑\s?[\]】]?
    | (?:^|\n|(?<=[。！？!?~～\ ]))\s{0,3}[-—─_]{0,6}\s?[来发]自\s?[:：]?\s?(?:我的\s?)?[\w\s+.\-（）()]{0,20}?
      (?:客户端|iPhone|iPad|Android|安卓|手机版|网页版|小尾巴)[\w\s.+\-]{0,12}(?=\n|$)
    | (?:^|\n)\s{0,3}(?:个人签名|签名档)\s?[:：][^\n]{0,80}(?=\n|$)
    | 您需要\s?登录\s?才可以下载或查看[^\n]{0,30}
    | 登录/注册后可看大图 | 点击文件名下载附件 | 点击(?:查看|下载)(?:原图|大图|附件) | 保存到相册
    | 下载附件\s{0,3}(?:\([\d.]{1,12}\s?[KM]B[^)\n]{0,20}\))?
    | \d{4}-\d{1,2}-\d{1,2}\s\d{1,2}:\d{2}\s?上传 | \([\d.]{1,12}\s?[KM]B,\s?下载次数:\s?\d{1,9}\)
    | (?:收起|展开)(?:全文|原文)?[cd](?=\s|$) | (?:收起|展开)(?:全文|原文)(?=\s|$) | O网页链接
    | (?:^|\n)\s{0,3}(?:复制代码|复制链接|分享到[:：]?|楼主\s?\|\s?只看该作者|只看该作者|回复\s举报|使用道具\s?举报)
      \s{0,3}(?=\n|$)
    """,
    re.X,
)
_LONG_NUMBER = re.compile(r"&#\d{8,};?")  # no character has it, and Python refuses to read thousands of digits
_NOISE_HINT = re.compile(  # each mark holds one of these
    "本帖|此帖|该帖|本主题|本楼|客户端|iPhone|iPad|Android|安卓|手机版|网页版|小尾巴|个人签名|签名档|才可以下载|看大图|点击"
    "|保存到相册|下载附件|上传|下载次数|全文|原文|O网页链接|复制代码|复制链接|分享到|看该作者|举报"
)


def clean(text: str) -> str:
    """Return the readable text; full-width punctuation and emoji stay as the writer set them."""
    for _ in range(2 if "&" in text else 0):  # feeds escape twice
        text = html.unescape(_LONG_NUMBER.sub("", text))
    if _UNUSUAL.search(text):
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_TRANSLATION)
        text = unicodedata.normalize("NFC", _STRAY_JOINER.sub("", text))
    text = _collapse(text)
    if _NOISE_HINT.search(text):
        text = _collapse(_NOISE.sub("", text))
    return text.strip()


def _collapse(text: str) -> str:
    """Return the text with single spaces and at most one empty line at a place."""
    if "  " in text:
        text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = _EMPTY_LINES.sub("\n\n", _LINE_ENDS.sub("\n", text))
    return text


def has_words(text: str) -> bool:
    """Return whether anything is left to read besides picture marks, emoji and signs."""
    end = 0  # of the last mark; mostly the first letter of a text is in none, and the rest need not be looked at
    while letter := _LETTER.search(text, end):
        places = range(end, letter.end())
        mark = next((found for place in places if (found := _PICTURE_MARKS.match(text, place))), None)
        if mark is None:
            return True
        end = mark.end()
    return False


def clean_text(posts: list[Post]) -> None:
    """Clean the text fields of posts and mark those that hold pictures only."""
    for post in posts:
        for name in TEXT_FIELDS:
            text = getattr(post, name)
            if text:
                setattr(post, name, clean(text))
        if _is_pictures_only(post):
            post.outcome = Outcome.NEEDS_EYES
            post.outcome_reason = PICTURES_ONLY


def _is_pictures_only(post: Post) -> bool:
    own = post.content if post.is_reply else f"{post.title}\n{post.content}"
    if has_words(own):
        return False
    return post.pictures > 0 or bool(_PICTURE_MARKS.search(own))


class CleanText(Step):
    """Scrapy's form of `clean_text`."""

    def run(self, posts: list[Post]) -> None:
        """Clean the open posts of a page."""
        clean_text(posts)
