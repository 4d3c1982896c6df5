"""Stage 1: a microblog page after its scripts have run. In: rendered HTML. Out: one post a card.

The default selectors fit pages like this one; a source overrides single ones in `options.selectors`:

    <article class="card" data-mid="5230001">               data-mid: the site's id, text, kept as it is
      <span class="pinned">置顶</span>                       only on a pinned card
      <a class="author">…</a>                               leaves the parser only as a pseudonym
      <a class="time" href="/detail/5230001" datetime="2026-10-08T12:01:00+08:00">3小时前</a>
      <div class="text">own words <a class="full" href="#">全文</a></div>
      <img class="picture">                                 counted, never fetched
      <div class="repost" data-mid="5229990"><a class="author">…</a><div class="text">the original</div></div>
      <div class="counts">
        <span class="reposts">1.2万</span> <span class="comments">37</span> <span class="likes">100万+</span>
      </div>
    </article>
    <button class="load-more">更多</button>                 pressed where cards do not come by scrolling alone
    <p class="empty">                                       says honestly that there is nothing

`datetime` (or `title`) may be missing: then the words count from the response. `a.full` without an own address ("#") is
clicked in place, one with an address is followed. A `.repost` without data-mid is the stub of a deleted original.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from selectolax.lexbor import LexborNode

from crawler.items import Post
from crawler.pages.join_address import join_address
from crawler.pages.parsed_page import ListRow, Options, ParsedPage, Pseudonym, zone_of
from crawler.pages.read_counts import stamp_count
from crawler.pages.read_text import text_of
from crawler.pages.read_times import stamp_post
from crawler.pages.recognise_wall import is_gone, open_page, raise_on_wall

SELECTORS: Mapping[str, str] = {
    "card": "article.card[data-mid]",
    "id_attribute": "data-mid",
    "author": ".author",
    "text": ".text",
    "time": ".time",
    "repost": ".repost",
    "full": "a.full",
    "pinned": ".pinned",
    "picture": "img.picture, .pictures img",
    "reposts": ".counts .reposts",
    "comments": ".counts .comments",
    "likes": ".counts .likes",
    "empty": ".empty, .card-no-result",
    "more": "button.load-more",
}


def selectors_of(options: Options) -> dict[str, str]:
    """Return the default selectors with those of `options.selectors` over them."""
    return {**SELECTORS, **options.get("selectors", {})}


def read_microblog(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read all cards of a rendered page, each once, in page order; `rows` lead to the whole text of cut ones.

    Raises:
        Wall: The page is a visitor system, login or captcha page.
    """
    tree = open_page(html)
    chosen = selectors_of(options)
    page = ParsedPage()
    cards = tree.css(chosen["card"])
    if not cards:
        raise_on_wall(tree, url)
        page.is_known_layout = tree.css_first(chosen["empty"]) is not None
        return page
    where = _Where(url, fetched_at, pseudonym, chosen, zone_of(options))
    seen: set[str] = set()
    for card in cards:
        mid = (card.attributes.get(chosen["id_attribute"]) or "").strip()
        if mid and mid not in seen:
            seen.add(mid)
            page.posts.append(_read_card(card, mid, where))
            full = card.css_first(chosen["full"])
            href = (full.attributes.get("href") or "") if full is not None else ""
            link = "" if href.startswith("#") else join_address(url, href)
            if link:
                page.rows.append(ListRow(mid, link))
    return page


def read_own_page(html: str, url: str, fetched_at: datetime, pseudonym: Pseudonym, options: Options) -> ParsedPage:
    """Read the page of a single post like any other page of cards; without a card it may say that the post is gone.

    Raises:
        Wall: The page is a visitor system, login or captcha page.
    """
    tree = open_page(html)
    if tree.css_first(selectors_of(options)["card"]) is None and is_gone(tree):
        return ParsedPage(is_gone=True)
    return read_microblog(html, url, fetched_at, pseudonym, options)


@dataclass(frozen=True, slots=True)
class _Where:
    """What every card of one page shares."""

    url: str
    fetched_at: datetime
    pseudonym: Pseudonym
    chosen: dict[str, str]
    zone: tzinfo


def _read_card(card: LexborNode, mid: str, where: _Where) -> Post:
    chosen = where.chosen
    original_mid, quote = _take_repost(card, chosen)
    post = Post(key=mid, thread_key=original_mid or mid, floor=0 if original_mid else 1, fetched_at=where.fetched_at)
    post.quote = quote
    post.url = _address_of(card, mid, where.url)
    time = card.css_first(chosen["time"])
    if time is not None:
        machine = time.attributes.get("datetime") or "", time.attributes.get("title") or ""
        stamp_post(post, (*machine, text_of(time)), where.fetched_at, where.zone)
    author = text_of(card.css_first(chosen["author"]))
    post.author = where.pseudonym(author, post.published_at) if author else ""
    post.pictures = len(card.css(chosen["picture"]))
    post.content = _own_words(card, chosen)
    for name, place in (("reposts", "reposts"), ("replies", "comments"), ("likes", "likes")):
        stamp_count(post, name, text_of(card.css_first(chosen[place])))
    return post


def _own_words(card: LexborNode, chosen: dict[str, str]) -> str:
    words = card.css_first(chosen["text"])
    cut = text_of(words.css_first(chosen["full"])) if words is not None else ""
    return text_of(words).removesuffix(cut).rstrip() if cut else text_of(words)


def _take_repost(card: LexborNode, chosen: dict[str, str]) -> tuple[str, str]:
    """Take the quoted original out of the card and return its id and text; a deleted original has neither."""
    block = card.css_first(chosen["repost"])
    if block is None:
        return "", ""
    mid = block.attributes.get(chosen["id_attribute"]) or ""
    quote = text_of(block.css_first(chosen["text"]) or block) if mid else ""
    block.decompose()
    return mid, quote


def _address_of(card: LexborNode, mid: str, url: str) -> str:
    for link in card.css("a[href]"):
        href = link.attributes.get("href") or ""
        if mid in href and (address := join_address(url, href)):
            return address
    return f"{url.partition('#')[0]}#{mid}"
