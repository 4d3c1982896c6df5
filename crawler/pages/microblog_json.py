"""Stage 1: a microblog's own answers (JSON), where a site offers them without a login. In: text. Out: one post a card.

Only cards of type 9 are posts, in search also inside a `card_group`. A pinned card is old and says nothing about where
new things end. A repost belongs to its original's thread and quotes it; a deleted original is a stub without user and
leaves no words. `region_name`, client and all that is known of the user but the name are never read. Counts that the
site caps ("100万+") are lower bounds: taken as they stand and marked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from json import JSONDecoder
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.items import Post
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import stamp_count
from crawler.pages.read_object import read_object, value_at
from crawler.pages.read_text import text_and_pictures
from crawler.pages.read_times import stamp_post
from crawler.pages.recognise_wall import GONE, is_gone, open_page, raise_on_wall
from crawler.walls import Wall
from foundation.outcome import SourceOutcome

POST_CARD = 9
NEEDS_LOGIN = -100
PINNED_TYPE = 2
MORE = "全文"
FORWARDED = "转发微博"  # what the site itself writes for a repost without words
_CHAIN = re.compile(r"\s*//\s*@[^:：\s]{1,30}\s*[:：]\s*")  # 「//@名字:」: from here on somebody else's words


def read_microblog_json(
    text: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options
) -> ParsedPage:
    """Read one answer: posts and, for each, a row (sticky when pinned) that leads to its whole text when it is cut.

    Raises:
        Wall: The site asks for a login, or answers with a page.
    """
    data = _answer(text, url)
    where = _Where(url, fetched_at, pseudonym, zone_of(options))
    page = ParsedPage(is_known_layout=isinstance(value_at(data, "data.cards"), list))
    for blog in _blogs(value_at(data, "data.cards")):
        mid = _mid(blog)
        if not mid or any(row.thread_key == mid for row in page.rows):
            continue
        page.posts.append(_read_blog(blog, mid, where))
        whole = urljoin(url, f"/statuses/extend?id={mid}") if blog.get("isLongText") else ""
        page.rows.append(ListRow(mid, whole, sticky=_is_pinned(blog)))
    since = value_at(data, "data.cardlistInfo.since_id") or value_at(data, "data.since_id")
    page.next_url = _with(url, since_id=str(since)) if since else ""
    return page


def read_detail(text: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read the page of a single post (its state stands in a script: `$render_data = [{status: …}][0]`), or answer.

    Raises:
        Wall: The site asks for a login, or answers with another page.
    """
    _, is_told, state = text.partition("$render_data")
    if is_told:
        data = _first_object(state)
    elif text.lstrip().startswith("<"):
        tree = open_page(text)
        if is_gone(tree):
            return ParsedPage(is_gone=True)
        raise_on_wall(tree, url)
        return ParsedPage(is_known_layout=False)
    else:
        data = _answer(text, url)
    if GONE.search(str(data.get("msg") or "")):
        return ParsedPage(is_gone=True)
    told = (value_at(data, path) for path in ("status", "data.mblog", "data"))
    blog = next((one for one in told if isinstance(one, dict) and _mid(one)), None)
    if blog is None:
        return ParsedPage(is_known_layout=False)
    mid = _mid(blog)
    is_cut = bool(blog.get("isLongText")) and text_and_pictures(str(blog.get("text") or ""))[0].endswith(MORE)
    whole = urljoin(url, f"/statuses/extend?id={mid}") if is_cut else ""
    post = _read_blog(blog, mid, _Where(url, fetched_at, pseudonym, zone_of(options)))
    return ParsedPage(posts=[post], rows=[ListRow(mid, whole)])


def read_long_text(text: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read the answer with the whole text of one post; its key is the id of the address.

    Raises:
        Wall: The site asks for a login, or answers with a page.
    """
    del pseudonym, options
    words = value_at(_answer(text, url), "data.longTextContent")
    mid = dict(parse_qsl(urlsplit(url).query)).get("id", "")
    if not isinstance(words, str) or not words:
        return ParsedPage(is_known_layout=False)
    return ParsedPage(posts=[Post(key=mid, thread_key=mid, content=_words(words)[0], fetched_at=fetched_at)])


def read_comments_json(text: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read one answer of comments, nested ones too, as posts of the thread whose `mid` the address names.

    Raises:
        Wall: The site asks for a login, or answers with a page.
    """
    data = _answer(text, url)
    mid = dict(parse_qsl(urlsplit(url).query)).get("mid", "")
    where = _Where(url, fetched_at, pseudonym, zone_of(options))
    found = value_at(data, "data.data")
    page = ParsedPage(is_known_layout=isinstance(found, list) or _whole(data.get("ok")) == 0)
    for comment in _comments(found):
        key = str(comment.get("id") or "")
        if not key.isdecimal():
            continue
        post = Post(key=f"c{key}", thread_key=mid, url=urljoin(url, f"/detail/{mid}#c{key}"), fetched_at=fetched_at)
        _take_words(post, comment, where)
        _stamp(post, "likes", comment.get("like_count"))
        if post.content or post.pictures:
            page.posts.append(post)
    following = value_at(data, "data.max_id")
    page.next_url = _with(url, max_id=str(following)) if following else ""
    return page


@dataclass(frozen=True, slots=True)
class _Where:
    """What all posts of one answer share."""

    url: str
    fetched_at: datetime
    pseudonym: Pseudonym
    zone: tzinfo


def _answer(text: str, url: str) -> dict[str, Any]:
    data = None if text.lstrip().startswith("<") else read_object(text)
    if not isinstance(data, dict):
        raise_on_wall(open_page(text), url)
        raise Wall(SourceOutcome.LAYOUT_CHANGED, "no_object")
    if data.get("ok") == NEEDS_LOGIN:
        raise Wall(SourceOutcome.LOGIN_REQUIRED, "ok_-100")
    return data


def _first_object(text: str) -> dict[str, Any]:
    """Return the first JSON object in a script; what follows it is code."""
    try:
        found, _ = JSONDecoder(strict=False).raw_decode(text, text.index("{"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _blogs(cards: Any) -> Iterator[dict[str, Any]]:
    for card in cards if isinstance(cards, list) else ():
        if not isinstance(card, dict):
            continue
        if card.get("card_type") == POST_CARD and isinstance(card.get("mblog"), dict):
            yield card["mblog"]
        inner = card.get("card_group")
        for one in inner if isinstance(inner, list) else ():
            if isinstance(one, dict) and one.get("card_type") == POST_CARD and isinstance(one.get("mblog"), dict):
                yield one["mblog"]


def _comments(found: Any) -> Iterator[dict[str, Any]]:
    for comment in found if isinstance(found, list) else ():
        if isinstance(comment, dict):
            yield comment
            inner = comment.get("comments")
            yield from (one for one in (inner if isinstance(inner, list) else ()) if isinstance(one, dict))


def _read_blog(blog: dict[str, Any], mid: str, where: _Where) -> Post:
    original = blog.get("retweeted_status")
    original = original if isinstance(original, dict) else {}
    origin = _mid(original)
    post = Post(key=mid, thread_key=origin or mid, floor=0 if origin else 1, fetched_at=where.fetched_at)
    post.url = join_address(where.url, f"/detail/{mid}")
    _take_words(post, blog, where)
    own, *passed_on = _CHAIN.split(post.content)
    post.content = own or (FORWARDED if passed_on else "")
    quoted = [*passed_on, _words(original.get("text"))[0] if original.get("user") else ""]
    post.quote = "\n".join(filter(None, quoted))
    for name, place in (("reposts", "reposts_count"), ("replies", "comments_count"), ("likes", "attitudes_count")):
        _stamp(post, name, blog.get(place))
    post.pictures = max(post.pictures, _whole(blog.get("pic_num")) or 0)
    return post


def _take_words(post: Post, told: dict[str, Any], where: _Where) -> None:
    stamp_post(post, [str(told.get("created_at") or "")], where.fetched_at, where.zone)
    name = value_at(told, "user.screen_name")
    post.author = where.pseudonym(name, post.published_at) if isinstance(name, str) and name else ""
    post.content, post.pictures = _words(told.get("text"))


def _words(html: Any) -> tuple[str, int]:
    words, pictures = text_and_pictures(html) if isinstance(html, str) else ("", 0)
    return words.removesuffix(MORE).rstrip(), pictures


def _mid(blog: dict[str, Any]) -> str:
    mid = str(blog.get("mid") or blog.get("id") or "")
    return mid if mid.isdecimal() else ""


def _is_pinned(blog: dict[str, Any]) -> bool:
    return blog.get("mblogtype") == PINNED_TYPE or bool(blog.get("isTop")) or value_at(blog, "title.text") == "置顶"


def _stamp(post: Post, name: str, value: Any) -> None:
    whole = _whole(value)
    stamp_count(post, name, value if isinstance(value, str) else "" if whole is None else str(whole))


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _with(url: str, **values: str) -> str:
    parts = urlsplit(url)
    query = {**dict(parse_qsl(parts.query)), **values}
    return parts._replace(query=urlencode(query), fragment="").geturl()
