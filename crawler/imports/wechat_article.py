"""Stage 1: a WeChat article that somebody saved as HTML (its platform forbids crawlers). In: the file. Out: one post.

The time stands in scripts only, under one of several names; a page that was taken down or asks for a check has no text.
"""

import re
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from crawler.imports.build_posts import Origin, key_of_address
from crawler.items import Post
from crawler.pages.read_text import text_of
from crawler.pages.read_times import stamp_post
from foundation.clock import at_school
from foundation.errors import Refused

SITE, KIND = "mp.weixin.qq.com", "微信"
_SECONDS = re.compile(r"""\b(?:ct|create_time)\s*[=:]\s*["'](\d{10})["']""")
_WORDS = re.compile(r"""\b(?:oriCreateTime|createTime)\s*=\s*["']([^"']{6,30})["']""")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_EPOCH_LEAST = 1_262_304_000  # 2010: WeChat is younger


def read_wechat_article(html: str, name: str, origin: Origin) -> Post:
    """Return the article of a saved page.

    Raises:
        Refused: It is no article: another page, or one that shows a notice instead of its text.
    """
    tree = LexborHTMLParser(html)
    body = tree.css_first("#js_content")
    content, pictures = text_of(body), len(body.css("img")) if body else 0
    title = text_of(tree.css_first("#activity-name")) or _property(tree, "og:title")
    if not content:
        raise Refused("这一页里没有微信文章的正文", name, "在浏览器里等文章显示出来，再另存为“网页，仅 HTML”")
    saved = _SAVED_FROM.search(html)
    url = _property(tree, "og:url") or (saved[1] if saved else "")
    post = Post(
        source_id=origin.source_id, site=SITE, site_kind=KIND, url=url, title=" ".join(title.split()), content=content,
        pictures=pictures, fetched_at=origin.at, floor=1,
    )  # fmt: skip
    stamp_post(post, _times(tree, html), origin.at)
    post.key = post.thread_key = key_of_address(SITE, url or f"{title}\x1f{content}")
    account = text_of(tree.css_first("#js_name"))
    post.author = origin.pseudonym(account, SITE, post.published_at or origin.at) if account else ""
    return post


def is_wechat_article(html: str) -> bool:
    """Return whether a saved page is one of WeChat's."""
    return "js_content" in html or "mp.weixin.qq.com" in html or "activity-name" in html


def _times(tree: LexborHTMLParser, html: str) -> list[str]:
    """Return what may be the time, the plainest first."""
    seconds = [int(found) for found in _SECONDS.findall(html)]
    instants = [datetime.fromtimestamp(each, UTC) for each in seconds if each >= _EPOCH_LEAST]
    shown = text_of(tree.css_first("#publish_time"))
    return [*(at_school(each).isoformat(timespec="seconds") for each in instants), *_WORDS.findall(html), shown]


def _property(tree: LexborHTMLParser, name: str) -> str:
    node = tree.css_first(f"meta[property='{name}']")
    return (node.attributes.get("content") or "").strip() if node else ""
