"""Stage 1: pages that are not what they seem. In: a page without the expected structure. Out: a `Wall`, gone, or none.

Only the places where notices stand are read (title, notice box, or the whole of a very short page): a post that quotes
"本站点暂时关闭" is a post. Call this only when the expected structure is missing.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from crawler.pages.parse_html import parse_html
from crawler.pages.read_text import NOISE, drop_all, title_of
from crawler.walls import Wall
from foundation.outcome import SourceOutcome

NOTICE_BOXES = "#messagetext, .alert_error, .alert_info, #message, .message-box, .error-page, .notice-page"
RUBBISH_SHARE = 0.02  # U+FFFD among all characters: wrong encoding; a sign cut at the end is far below it
SHORT_PAGE_CHARACTERS = 300  # a page of this length holds a notice and nothing else

GONE = re.compile(
    r"指定的主题不存在|已被删除或正在被审核|(主题|[帖贴]子|该[帖贴]|信件|留言|文章|内容|页面|微博)(可能)?(已经?)?(不存在|被(作者)?删除|已删除|被隐藏)|"
    r"404 Not Found|Page not found"
)
_WALLS = (  # first match wins: closed and "too fast" pages also ask people to log in
    (
        SourceOutcome.SITE_CLOSED,
        "closed",
        re.compile(r"站点?(已|暂时)*关闭|论坛(已|暂时)*关闭|网站维护|系统维护|正在维护"),
    ),
    (
        SourceOutcome.RATE_LIMITED,
        "too_fast",
        re.compile(r"频繁刷新限制|(访问|操作|请求)(过于|太)频繁|Too Many Requests", re.I),
    ),
    (SourceOutcome.RATE_LIMITED, "captcha", re.compile(r"安全验证|验证码|环境异常|captcha|人机验证", re.I)),
    (
        SourceOutcome.UNREACHABLE,
        "system_error",
        re.compile(r"- System Error|Internal Server Error|Database Error", re.I),
    ),
    (
        SourceOutcome.LOGIN_REQUIRED,
        "login",
        re.compile(
            r"尚未登录|没有权限|无权(限|查看|访问)|阅读权限|需要登录|请先登录|请登录|登录后|统一身份认证|访客系统|"
            r"Visitor System|Sign in|Log ?in",
            re.I,
        ),
    ),
)


def open_page(html: str) -> LexborHTMLParser:
    """Parse a page.

    Raises:
        Wall: The text is rubbish because no encoding fitted (storing it would store nonsense), or deeper than any page.
    """
    if html.count("\ufffd") > max(len(html) * RUBBISH_SHARE, 1):
        raise Wall(SourceOutcome.LAYOUT_CHANGED, "undecodable")
    return parse_html(html)


def raise_on_wall(tree: LexborHTMLParser, url: str) -> None:
    """Raise if the page is a wall.

    Args:
        tree: The page; is changed.
        url: Its address: a login address is a wall whatever it says.

    Raises:
        Wall: With the outcome that the patrol log will say.
    """
    notice = notice_of(tree)
    for outcome, evidence, pattern in _WALLS:
        if pattern.search(notice):
            raise Wall(outcome, evidence)
    if tree.css_first("input[type=password]") is not None or re.search(r"/(login|signin|sso|cas)\b", url):
        raise Wall(SourceOutcome.LOGIN_REQUIRED, "login_form")


def is_gone(tree: LexborHTMLParser) -> bool:
    """Return whether the site says that what was asked for does not exist."""
    return GONE.search(notice_of(tree)) is not None


def notice_of(tree: LexborHTMLParser) -> str:
    """Return the words of the page that may be a notice: title, notice box, or all of a short page."""
    words = [title_of(tree)]
    words += [" ".join(box.text().split()) for box in tree.css(NOTICE_BOXES)]
    if tree.body is not None:
        drop_all(tree.body, NOISE)
        whole = " ".join(tree.body.text().split())
        if len(whole) <= SHORT_PAGE_CHARACTERS:
            words.append(whole)
    return "\n".join(words)
