"""Our stack as shipped: `python -m bench.our_stack SOURCE`, like `scrapy crawl`, with the CPU seconds of the round.

`HUIYIN_STATE` names a state folder with an applied school; `--seven` leaves out the steps that the first prototype did
not have. Prints one JSON line: posts, CPU and wall seconds.
"""

import json
import sys
import time

from scrapy.crawler import CrawlerProcess
from scrapy.utils.project import get_project_settings
from sqlalchemy import func, select

from bench.measure_between import measure_between
from crawler.items import Post
from foundation.opening import open_school
from pipelines.judge import Judge
from pipelines.read_dictionary import place_names, word_frequencies
from search.pair_characters import join_grams
from search.post_table import post_table
from search.segment import Segmenter, school_words

NOT_IN_SEVEN = (  # steps that the first prototype did not have
    "pipelines.drop_personal_data.DropPersonalData",
    "pipelines.check_relevance.CheckRelevance",
    "pipelines.classify_topic.ClassifyTopic",
    "pipelines.suggest_department.SuggestDepartment",
)


def warm_up() -> None:
    """Load dictionaries and lexicons, which a process pays once; the usual stack loads its dictionary before, too."""
    opened = open_school()
    post = Post(
        title="请问食堂几点开门", content="云麓学院第一食堂今天停水，什么时候恢复？", site_kind="forum", key="warm:1"
    )
    copy = Post(title="请问食堂几点开门", content="转发：云麓学院第一食堂今天停水，什么时候恢复？", key="warm:2")
    Judge.from_school(opened.school).judge([post, copy])
    word_frequencies(), place_names()
    for words in ((), school_words(opened.school)):
        Segmenter(words, fast=True).cut(post.content)
    join_grams([post.content])
    opened.ledger.close()


def main() -> None:
    """Crawl one source and print what it cost."""
    settings = get_project_settings()
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    if "--seven" in sys.argv:
        steps = {name: place for name, place in settings.getdict("ITEM_PIPELINES").items() if name not in NOT_IN_SEVEN}
        settings.set("ITEM_PIPELINES", steps, priority="cmdline")
    warm_up()
    process = CrawlerProcess(settings)
    crawler = process.create_crawler("discuz")
    seconds, wall = measure_between(crawler), measure_between(crawler, time.perf_counter)
    process.crawl(crawler, source=sys.argv[1])
    process.start()
    with open_school().ledger.read() as connection:
        posts = connection.execute(select(func.count()).select_from(post_table)).scalar_one()
    print(json.dumps({"items": posts, "cpu_seconds": seconds(), "wall_seconds": wall()}))


if __name__ == "__main__":
    main()
