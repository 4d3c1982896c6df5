"""What the browser does on a page of cards, in a real browser."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import async_playwright

from crawler.browser import FALLBACKS
from crawler.pages.microblog_page import SELECTORS
from crawler.scroll_cards import scroll_cards

pytestmark = pytest.mark.browser
PAGE = """<main id="m" style="height:3000px"></main><script>
let n = 0;
function more() { for (let i = 0; i < 3; i++) { n++; document.getElementById("m").insertAdjacentHTML("beforeend",
  `<article class="card" data-mid="${n}"><div class="text">t <a class="full" href="#"
   onclick="this.remove(); return false">全文</a></div></article>`); } }
more(); addEventListener("scroll", () => { if (n < 30) more(); });
</script>"""


def run(html: str, known: list[str], **values: Any) -> tuple[int, int]:
    """Return how many cards and how many cut texts stand on the page afterwards."""

    async def browse() -> tuple[int, int]:
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=FALLBACKS[0], args=["--no-sandbox"])
            page = await browser.new_page()
            await page.set_content(html)
            await scroll_cards(page, SELECTORS, known, **{"scrolls": 2, "wait_seconds": 1, **values})
            found = len(await page.query_selector_all("article")), len(await page.query_selector_all("a.full"))
            await browser.close()
            return found

    return asyncio.run(browse())


def test_without_scrolls_it_only_unfolds_what_stands_there() -> None:
    assert run(PAGE, [], scrolls=0) == (3, 0)


def test_it_scrolls_for_more_and_unfolds_every_text() -> None:
    cards, cut = run(PAGE, [], scrolls=2)

    assert cards > 6
    assert cut == 0


def test_a_known_card_stops_it() -> None:
    assert run(PAGE, ["2"])[0] == 3


def test_a_page_without_cards_is_left_as_it_is() -> None:
    assert run("<title>Sina Visitor System</title>", []) == (0, 0)


def test_where_a_button_loads_more_it_is_pressed() -> None:
    by_button = PAGE.replace('addEventListener("scroll", () => { if (n < 30) more(); });', "")
    by_button += '<button class="load-more" onclick="more()">更多</button>'

    assert run(by_button, [], scrolls=2) == (9, 0)
