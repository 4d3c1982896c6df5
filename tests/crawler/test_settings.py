"""Tests of Scrapy's settings: the order of the steps, and no door left open."""

from crawler import settings


def test_the_steps_run_in_the_order_of_the_architecture():
    steps = [name.rpartition(".")[2] for name, _ in sorted(settings.ITEM_PIPELINES.items(), key=lambda pair: pair[1])]

    assert steps == [
        "CleanText", "DropPersonalData", "CheckRelevance", "FindDuplicate", "ClassifyTopic", "ScoreSeverity",
        "SuggestDepartment", "KeepTopicOnly", "WriteIndex",
    ]  # fmt: skip


def test_nobody_can_talk_to_a_running_crawl():
    assert not settings.TELNETCONSOLE_ENABLED
    assert not settings.REMOTE_CONTROL_ENABLED


def test_our_robots_rules_replace_the_stock_ones():
    stock = "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware"

    assert settings.DOWNLOADER_MIDDLEWARES[stock] is None
    assert settings.DOWNLOADER_MIDDLEWARES["crawler.robots.RobotsMiddleware"] is not None


def test_who_is_told_to_slow_down_does_not_ask_again():
    assert 429 not in settings.RETRY_HTTP_CODES
    assert not settings.COOKIES_ENABLED
