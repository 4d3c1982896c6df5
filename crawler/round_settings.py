"""Stage 1: the school's choices for one round, put over `crawler/settings.py` before Scrapy builds anything."""

from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from crawler.browser import launch_options
from crawler.guard import guard, is_loopback
from crawler.source import Source
from foundation.school import School
from foundation.version import VERSION

MEGABYTE = 1024 * 1024
PACE_LEAST_SECONDS = 1.0  # nobody's server is asked more often, whatever is written in the school's folder
BROWSER = "crawler.shared_browser.SharedBrowser"
BROWSER_CONTEXT: dict[str, Any] = {  # pages compute relative times in the browser's zone
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "accept_downloads": False,
    "service_workers": "block",  # they would ask past our guard
}


def apply_school(settings: BaseSettings, school: School, source: Source, *, browser: bool) -> None:
    """Set up one round by school and source; allowed networks hold for the whole process.

    Raises:
        Stop: A network is written wrongly, or a browser is needed and missing.
    """
    crawl = school.settings.crawl
    guard.open(crawl.allowed_networks)
    values: dict[str, Any] = {
        "USER_AGENT": user_agent(school),
        "DOWNLOAD_DELAY": pace_seconds(school, source),
        "DOWNLOAD_TIMEOUT": crawl.request_seconds,
        "DOWNLOAD_MAXSIZE": crawl.page_megabytes * MEGABYTE,
        "DOWNLOAD_WARNSIZE": 0,
        "CLOSESPIDER_TIMEOUT": crawl.round_seconds,
    }
    if browser:
        values |= {
            "DOWNLOAD_HANDLERS": {**settings.getdict("DOWNLOAD_HANDLERS"), "http": BROWSER, "https": BROWSER},
            "PLAYWRIGHT_BROWSER_TYPE": "chromium",
            "PLAYWRIGHT_LAUNCH_OPTIONS": launch_options(source, crawl.browser),
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": crawl.request_seconds * 1000,
        }
    for name, value in values.items():
        settings.set(name, value, priority="spider")


def user_agent(school: School) -> str:
    """Return how we introduce ourselves: product, version, and whom to ask."""
    return f"huiyin/{VERSION} (+{school.settings.school.contact})"


def pace_seconds(school: School, source: Source) -> float:
    """Return the pause between two requests of a politeness group; below one second only on this very machine."""
    wished = school.settings.crawl.pace_seconds if source.pace_seconds is None else source.pace_seconds
    if is_loopback(urlsplit(source.url).hostname or ""):
        return wished
    return max(wished, PACE_LEAST_SECONDS)
