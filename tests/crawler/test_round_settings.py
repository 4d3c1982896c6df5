"""Tests of the school's choices for a round: contact, pace, limits; nobody is asked faster than once a second."""

import pytest
from scrapy.settings import Settings

from crawler.find_source import find_source
from crawler.guard import guard
from crawler.round_settings import apply_school, pace_seconds, user_agent


@pytest.fixture(autouse=True)
def own_networks(monkeypatch):
    monkeypatch.setattr(guard, "networks", [])


def test_the_user_agent_names_product_and_contact(example_school):
    agent = user_agent(example_school)

    assert agent.startswith("huiyin/")
    assert agent.endswith("(+mailto:yuqing@yunlu.example)")
    assert not any(word in agent.lower() for word in ("bot", "crawl", "spider", "mobile"))


@pytest.mark.provision("Z2.9")
def test_nobody_is_asked_faster_than_once_a_second_but_this_machine(example_school):
    news = find_source(example_school, "news", "feed")
    eager = news.model_copy(update={"pace_seconds": 0.1})
    local = eager.model_copy(update={"url": "http://127.0.0.1:8001/feed.xml"})

    assert pace_seconds(example_school, news) == 2.0
    assert pace_seconds(example_school, eager) == 1.0
    assert pace_seconds(example_school, local) == 0.1


def test_limits_come_from_the_school(example_school):
    settings = Settings()
    apply_school(settings, example_school, find_source(example_school, "news", "feed"), browser=False)

    assert settings.getint("DOWNLOAD_MAXSIZE") == 8 * 1024 * 1024
    assert settings.getint("DOWNLOAD_TIMEOUT") == 30
    assert settings.getint("CLOSESPIDER_TIMEOUT") == 900
    assert "PLAYWRIGHT_LAUNCH_OPTIONS" not in settings
