"""The forum page as parsel reads it: the same fields as our parser, or the five plain ones of a tutorial's spider."""

from datetime import UTC, datetime
from typing import Any

from parsel import Selector

from bench.make_pages import POSTS_A_PAGE
from crawler.pages.read_times import read_time

NOISE = (
    "script",
    "style",
    "font[contains(@class, 'jammer')]",
    "*[contains(@style, 'display:none')]",
    "i[contains(@class, 'pstatus')]",
    "div[contains(@class, 'quote')]",
    "*[contains(@class, 'tip')]",
)
OWN_WORDS = f".//text()[{' and '.join(f'not(ancestor::{name})' for name in NOISE)}]"


def same_with_parsel(html: str) -> list[tuple[Any, ...]]:
    """Take what our parser takes: instants, floor, own words without noise, quote, pictures, marks, the way on."""
    page, at = Selector(html), datetime.now(UTC)
    title, more = page.css("#thread_subject ::text").getall(), page.css(".pg a.nxt::attr(href)").get()
    counts = page.css(".hm .xi1::text").getall()
    found: list[tuple[Any, ...]] = [(more, counts, page.css("#messagetext ::text").get(), page.css(".locked").get())]
    for post in page.css("#postlist > div[id^=post_]"):
        body = post.css("td.t_f")
        time = post.css("em[id^=authorposton]")
        written = time.css("span::attr(title)").get() or "".join(time.css("::text").getall())
        edited = body.css("i.pstatus ::text").get()
        found.append(
            (
                post.attrib["id"],
                "".join(title),
                post.css(".authi a.xw1::text").get(),
                read_time(written.replace("发表于", ""), at),
                "".join(post.css("a[id^=postnum] ::text").getall()),
                "\n".join(part.strip() for part in body.xpath(OWN_WORDS).getall() if part.strip()),
                "".join(body.css("div.quote ::text").getall()),
                len(body.css("img:not([smilieid])")),
                post.css(".locked ::text").get(),
                read_time(edited, at) if edited else None,
                [line.css("::text").getall() for line in post.css(".pstl")],
            )
        )
    assert len(found) == POSTS_A_PAGE + 1
    return found


def five_with_parsel(html: str) -> list[tuple[str, ...]]:
    """Take number, title, author, time and text of each post, as a spider of Scrapy's tutorial does."""
    page = Selector(html)
    title = page.css("#thread_subject::text").get()
    posts = page.css("#postlist > div")
    assert len(posts) == POSTS_A_PAGE
    return [
        (
            post.css("::attr(id)").get() or "",
            title or "",
            post.css(".authi a.xw1::text").get() or "",
            post.css("em[id^=authorposton]::text").get() or "",
            "".join(post.css("td.t_f ::text").getall()),
        )
        for post in posts
    ]
