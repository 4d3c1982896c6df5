"""Scrapy settings of spider tests: the product's own, with a pipeline that writes down what was heard."""

from crawler.settings import *  # noqa: F403

ITEM_PIPELINES = {"write_heard.WriteHeard": 100}
