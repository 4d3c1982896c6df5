"""The application: what a round of any spider needs, imported and read once by the process that rounds are forked from.

Importing this module does the work; nothing else imports it. No reactor is installed, nothing stays open. A school that
is applied later is read by its rounds themselves; only the school's own words are then read again.
"""

from importlib import import_module

from scrapy.utils.misc import load_object, walk_modules_iter

from crawler.items import Post
from crawler.run_round import scrapy_settings
from foundation.errors import HuiyinError
from foundation.opening import open_school
from foundation.school import School
from pipelines.default_school import default_school
from pipelines.judge import Judge
from pipelines.read_dictionary import place_names, word_frequencies
from search.segment import Segmenter, school_words

LOADED = ("EXTENSIONS", "SPIDER_MIDDLEWARES", "DOWNLOADER_MIDDLEWARES", "ITEM_PIPELINES")  # settings: what → its place
LATE = (  # imported by these only when the first request is made
    *("scrapy.core.downloader.handlers.http11", "scrapy.core.engine", "scrapy.core.scraper", "scrapy.pqueues"),
    *("scrapy.squeues", "scrapy_playwright.handler", "trafilatura"),
)


def import_all() -> None:
    """Import what Scrapy will load by our settings, and what is imported late."""
    settings = scrapy_settings()
    for kind in LOADED:
        for each in settings.getwithbase(kind):
            load_object(each)
    for package in (*settings.getlist("SPIDER_MODULES"), "pipelines"):
        list(walk_modules_iter(package))
    for name in LATE:
        import_module(name)


def read_words(school: School) -> None:
    """Read dictionaries and lexicons by judging and cutting one sentence."""
    post = Post(title="请问食堂几点开门", content="第一食堂今天停水，什么时候恢复？", site_kind="forum", key="warm:1")
    Judge.from_school(school).judge([post])
    word_frequencies(), place_names()
    fast = school.settings.judge.segmenter == "fast"
    Segmenter(school_words(school), fast=fast).cut(post.content)


def active_or_default() -> School:
    """Return the school in force, or the built-in one when there is none yet."""
    try:
        opened = open_school()
    except HuiyinError:
        return default_school()
    opened.ledger.close()
    return opened.school


import_all()
read_words(active_or_default())
