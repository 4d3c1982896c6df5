"""Stage 1: what the browser does on a page of cards. In: a Playwright page. Out: the page scrolled and unfolded.

Nothing here raises for a page that shows no card: whether it is a wall, empty or changed is told by the parser.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # every round loads all spiders, and few need a browser
    from playwright.async_api import Page, Request

STEP_MILLISECONDS = 100
UNCHANGING = "html:not(:has(script))"  # a page without scripts (an error page, say) shows later what it shows now
_COUNT = "card => document.querySelectorAll(card).length"
_HAS_KNOWN = """([card, id, pinned, known]) => [...document.querySelectorAll(card)].some(
    one => !one.querySelector(pinned) && known.includes(one.getAttribute(id)))"""
_SCROLL = """(more) => { window.scrollTo(0, document.body.scrollHeight); window.dispatchEvent(new Event('scroll'));
    const button = document.querySelector(more); if (button) button.click(); }"""
_UNFOLD = """([card, full]) => [...document.querySelectorAll(card)].forEach(one => one.querySelectorAll(full).forEach(
    link => { if (/^(#|javascript:|$)/.test(link.getAttribute('href') || '')) link.click(); }))"""


class _Traffic:
    """Counts the page's own requests that are under way: what was asked for must be shown before we read."""

    def __init__(self, page: "Page") -> None:
        self.open: set[Request] = set()
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)

    def _begun(self, request: "Request") -> None:
        self.open.add(request)

    def _ended(self, request: "Request") -> None:
        self.open.discard(request)

    async def settle(self, page: "Page", wait_seconds: float) -> None:
        """Wait until nothing is under way any more, at most `wait_seconds`."""
        for _ in range(max(2, round(wait_seconds * 1000 / STEP_MILLISECONDS))):
            await page.wait_for_timeout(STEP_MILLISECONDS)
            if not self.open:
                break
        await page.wait_for_timeout(STEP_MILLISECONDS)


async def scroll_cards(
    page: "Page", chosen: Mapping[str, str], known: Sequence[str], *, scrolls: int, wait_seconds: float
) -> None:
    """Wait for the first card, scroll (and press the button) for more, unfold cut texts.

    Args:
        page: The page after its first load.
        chosen: Selectors of crawler/pages/microblog_page.py.
        known: Native ids of earlier rounds: when a card that is not pinned shows one, everything new is on the page.
        scrolls: How often to scroll at most.
        wait_seconds: How long to wait for the first card and for the answers to each scroll.
    """
    from playwright.async_api import TimeoutError as BrowserTimeout

    card = chosen["card"]
    traffic = _Traffic(page)
    try:
        shown = f"{card}, {chosen['empty']}, {UNCHANGING}"
        await page.wait_for_selector(shown, timeout=wait_seconds * 1000, state="attached")
    except BrowserTimeout:
        return
    await traffic.settle(page, wait_seconds)
    for _ in range(scrolls):
        if await page.evaluate(_HAS_KNOWN, _arguments(chosen, known)):
            break
        before = await page.evaluate(_COUNT, card)
        await page.evaluate(_SCROLL, chosen["more"])
        await traffic.settle(page, wait_seconds)
        if await page.evaluate(_COUNT, card) <= before:
            break
    await page.evaluate(_UNFOLD, [card, chosen["full"]])
    await traffic.settle(page, wait_seconds)


def _arguments(chosen: Mapping[str, str], known: Sequence[str]) -> list[Any]:
    return [chosen["card"], chosen["id_attribute"], chosen["pinned"], list(known)]
