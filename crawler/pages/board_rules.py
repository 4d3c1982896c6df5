"""Stage 1: the words of message boards, and how a source's rule file adds to them. In: options. Out: fields, states.

Rules of a source (`options` of the spider message_board), all optional:

    labels: {reply: [部门意见], unit: [经办单位]}                 more words before a field
    states: {退件: 不予受理, 办毕: 已办结}                        the board's word → ours
    list_selectors: {row: "li.m", title: "p.p3 a", state: p.p5}  a list without a table
    letter_selectors: {title: h1.mesgtitle, content: ".q .nrtxt"} a letter without labels
    list_object: {rows: result, number: id, title: letterTitle}   a list that is an object instead of a page
    list_address: "list_{page}.htm"                               where page 2 is, when no link leads there
    letter_address: "show.asp?id={number}"                        where a letter is, when only its number is told
"""

import re

from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import Options

LABELS = {  # field → the words that real boards write before it
    "title": "标题 主题 信件标题 来信标题 留言标题 信件主题 留言主题 咨询标题 题目",
    "category": "类别 类型 信件类型 信件类别 来信类别 留言类型 问题类别 分类",
    "author": "来信人 写信人 留言人 姓名 网友 作者 昵称 咨询人 来信者",
    "written": "来信时间 留言时间 提交时间 写信时间 发布时间 发表时间 来信日期 留言日期 咨询时间 时间 日期",
    "state": "状态 办理状态 处理状态 信件状态 回复状态 受理状态 当前状态",
    "unit": "承办单位 转办单位 回复单位 办理单位 答复单位 受理部门 承办部门 回复部门 答复部门 回复人",
    "content": "内容 来信内容 信件内容 留言内容 咨询内容 问题描述 正文 诉求内容 问",
    "reply": "回复内容 答复内容 回复 答复 处理结果 办理结果 处理意见 回复意见 站长回复 管理员回复 答",
    "replied": "回复时间 答复时间 办结时间 回复日期 答复日期 办理时间",
    "views": "浏览次数 浏览量 点击数 点击量 阅读次数",
    "satisfaction": "满意度 满意度评价 评价结果 满意情况 评价",
}
LIST_FIELDS = frozenset(("row", "title", "written", "state", "unit"))
OBJECT_FIELDS = frozenset(("rows", "number", "title", "written", "state", "unit"))
STATES = ("待受理", "已受理", "不予受理", "已转办", "办理中", "待审核", "延期", "已办结")
SETTLED = frozenset(("不予受理", "已办结"))
_STATE_OF = {
    **{state: state for state in STATES},
    **dict.fromkeys(("已回复", "已答复", "办结", "已办理", "已解决", "已公开"), "已办结"),
    **dict.fromkeys(("不受理", "退回", "已退回"), "不予受理"),
}
_FIELD_OF = {word: name for name, words in LABELS.items() for word in words.split()}
_LABEL_NOISE = re.compile(r"[\s\u3000\xa0:：*【】\[\]]+")
_OFFICE = re.compile(r"(处|部|科|室|中心|办|委员会|学院|馆|校医院|局)$")
_SHORT_OFFICES = frozenset(("团委", "校办", "党办", "院办"))
SHORTEST_OFFICE = 3  # signs: two may be somebody's name
_OPENED = re.compile(r"\(\s*['\"]?([\w\-]+)['\"]?")
_SCRIPT_LINK = re.compile(r"\(\s*['\"]?([\w\-./?=&]+)['\"]?")


def field_of(words: str, options: Options) -> str:
    """Return the field that a label names, whatever pads it; empty when it is no label."""
    bare = _LABEL_NOISE.sub("", words)
    for name, own in options.get("labels", {}).items():
        if bare in own:
            return str(name)
    return _FIELD_OF.get(bare, "")


def is_settled(state: str, options: Options) -> bool:
    """Return whether a board's state word says that nothing more will come."""
    word = _LABEL_NOISE.sub("", state)
    return str(options.get("states", {}).get(word, _STATE_OF.get(word, ""))) in SETTLED


def is_office(name: str) -> bool:
    """Return whether a name is that of an office and not of a person."""
    return name in _SHORT_OFFICES or (len(name) >= SHORTEST_OFFICE and _OFFICE.search(name) is not None)


def numbered_list(url: str, number: int, options: Options) -> str:
    """Return the address of a page of the list by the rule for it, empty when there is none."""
    pattern = str(options.get("list_address", ""))
    return join_address(url, pattern.replace("{page}", str(number))) if pattern else ""


def letter_address(url: str, number: str, options: Options) -> str:
    """Return the address of a letter by its number, empty when no rule tells it."""
    pattern = str(options.get("letter_address", ""))
    return join_address(url, pattern.replace("{number}", number)) if pattern and number else ""


def address_behind(url: str, href: str, options: Options) -> str:
    """Return the address behind a link; `javascript:openwin('a.asp?id=7')` names it, `openwin(7)` needs a rule."""
    if not href.lower().startswith("javascript:"):
        return join_address(url, href).partition("#")[0]
    link = _SCRIPT_LINK.search(href)
    if link is not None and "." in link[1]:
        return join_address(url, link[1]).partition("#")[0]
    number = _OPENED.search(href)
    return letter_address(url, number[1], options) if number is not None else ""
