"""Scrapy settings of crawler tests: the product's own, with a tiny spider and a pipeline that writes down its items."""

from crawler.settings import *  # noqa: F403

SPIDER_MODULES = ["plain_spider"]
ITEM_PIPELINES = {"plain_spider.WriteDown": 100}
