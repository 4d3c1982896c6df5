"""CPU and wall seconds of this process between a spider's start and its end, without start-up."""

import time
from collections.abc import Callable

from scrapy import signals
from scrapy.crawler import Crawler


def measure_between(crawler: Crawler, timer: Callable[[], float] = time.process_time) -> Callable[[], float]:
    """Connect to the crawl's signals; call the result after the crawl. `timer`: CPU seconds unless told otherwise."""
    marks: dict[str, float] = {}

    def opened() -> None:
        marks["opened"] = timer()

    def closed() -> None:
        marks["closed"] = timer()

    crawler.signals.connect(opened, signals.spider_opened, weak=False)
    crawler.signals.connect(closed, signals.engine_stopped, weak=False)
    return lambda: marks["closed"] - marks["opened"]
