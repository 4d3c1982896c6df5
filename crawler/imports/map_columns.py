"""Stage 1: which column of a file is which field of a post. In: headers, or the school's own YAML. Out: a mapping.

What is not mapped is never read: phones, addresses, follower counts of an export stay in the file.
"""

from collections.abc import Iterable, Mapping

from foundation.config import Strict, nearest, parse
from foundation.errors import Refused

HEADERS: dict[str, tuple[str, ...]] = {  # field → headers that exports use, plain (see `plain_header`)
    "id": ("编号", "id", "帖子id", "帖子编号", "微博id", "mid", "评论id", "留言编号", "信件编号", "受理号", "uuid"),
    "url": ("网址", "链接", "原文链接", "帖子链接", "文章链接", "原文地址", "url", "link", "href"),
    "title": ("标题", "主题", "题目", "信件标题", "来信标题", "留言标题", "文章标题", "title", "subject"),
    "content": (
        "正文", "内容", "全文", "文本", "留言内容", "来信内容", "信件内容", "帖子内容", "微博内容", "微博正文",
        "评论内容", "评论", "content", "text", "body", "message",
    ),
    "author": (
        "作者", "昵称", "发布者", "发布人", "发帖人", "用户名", "用户昵称", "来信人", "留言人", "评论人", "博主",
        "author",
    ),
    "published_at": (
        "发布时间", "发表时间", "发帖时间", "来信时间", "留言时间", "评论时间", "时间", "日期", "发布日期",
        "publishedat", "createdat", "pubdate", "date", "time",
    ),
    "thread": ("主题编号", "所属主题", "原帖id", "主帖编号", "父id", "threadid"),
    "floor": ("楼层", "floor"),
    "replies": ("评论数", "回复数", "评论量", "replies", "comments"),
    "likes": ("点赞数", "点赞", "点赞量", "赞", "赞数", "likes"),
    "reposts": ("转发数", "转发", "转发量", "分享数", "reposts", "shares"),
    "views": ("阅读数", "阅读量", "浏览数", "浏览量", "浏览次数", "点击数", "点击量", "views"),
    "official_reply": ("回复内容", "答复内容", "答复", "官方回复", "办理结果", "处理结果", "reply"),
    "official_reply_at": ("回复时间", "答复时间", "办结时间", "replyat"),
    "site": ("平台", "媒体", "站点", "渠道", "来源平台", "site", "platform"),
}  # fmt: skip
_OF_HEADER = {header: name for name, headers in HEADERS.items() for header in headers}


class ColumnFile(Strict):
    """The school's own mapping: field → header in the file."""

    columns: dict[str, str]


def plain_header(header: str) -> str:
    """Return a header without spaces, case, underscores and what stands in brackets."""
    head = header.replace("（", "(").split("(")[0]
    return "".join(head.split()).lower().replace("_", "").replace("-", "")


def is_known_header(header: str) -> bool:
    """Return whether a header is one that exports use."""
    return plain_header(header) in _OF_HEADER


def guess_columns(headers: Iterable[str]) -> dict[str, str]:
    """Return field → header for the headers that are known; of two for one field the more usual one counts."""
    found: dict[str, str] = {}
    for header in headers:
        plain = plain_header(header)
        name = _OF_HEADER.get(plain)
        if name is None:
            continue
        held = found.get(name)
        if held is None or HEADERS[name].index(plain) < HEADERS[name].index(plain_header(held)):
            found[name] = header
    return found


def read_columns(text: str, name: str, headers: list[str]) -> dict[str, str]:
    """Return the mapping that a YAML file writes (`columns: {title: 标题栏, content: 正文栏}`) over the guessed one.

    Raises:
        ConfigError: The YAML is no mapping.
        Refused: It names a field that posts do not have, or a column that the file does not have.
    """
    written = parse(ColumnFile, text, name).columns
    for field, header in written.items():
        if field not in HEADERS:
            raise Refused("没有这个字段", field, f"{_near(field, HEADERS)}可用：{'、'.join(HEADERS)}")
        if header not in headers:
            raise Refused("文件里没有这一栏", header, f"{_near(header, headers)}文件里有：{'、'.join(headers)}")
    return {**guess_columns(header for header in headers if header not in written.values()), **written}


def check_columns(columns: Mapping[str, str], name: str) -> None:
    """Refuse a mapping that finds no words.

    Raises:
        Refused: Neither title nor content has a column.
    """
    if not columns.keys() & {"title", "content"}:
        raise Refused("找不到标题或正文在哪一栏", name, "写一个 YAML：columns: {content: 栏目名}，用 --map 指给它")


def _near(word: str, known: Iterable[str]) -> str:
    near = nearest(word, list(known))
    return f"是不是 {near}？" if near else ""
