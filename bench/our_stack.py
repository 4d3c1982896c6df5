"""Our stack as shipped: `python -m bench.our_stack SOURCE`, like `scrapy crawl`, with the CPU seconds of the round.

`HUIYIN_STATE` names a state folder with an applied school. Prints one JSON line: posts, CPU seconds.
"""

import json
import sys

from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings
from sqlalchemy import func, select

from bench.measure_between import measure_between
from foundation.opening import open_school
from search.posts import post


def main() -> None:
    """Crawl one source and print what it cost."""
    settings = get_project_settings()
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler("discuz")
    seconds = measure_between(crawler)
    process.crawl(crawler, source=sys.argv[1])
    process.start()
    with open_school().ledger.read() as connection:
        posts = connection.execute(select(func.count()).select_from(post)).scalar_one()
    print(json.dumps({"items": posts, "cpu_seconds": seconds()}))


if __name__ == "__main__":
    main()
