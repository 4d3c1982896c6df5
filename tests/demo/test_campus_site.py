"""What the four campus servers share, asked over real HTTP."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import requests

from demo.campus_site import page_of
from demo.news_server import News
from demo.read_story import Story
from demo.record_truth import Truth
from foundation import clock

Move = Callable[[str], datetime]


@pytest.fixture
def news(story: Story, truth: Truth) -> Iterator[News]:
    site = News(story, truth, clock.now)
    site.start()
    yield site
    site.stop()


def test_robots_txt_names_the_forbidden_path(news: News, clock_at: Move) -> None:
    clock_at("1 09:00")

    answer = requests.get(news.url + "/robots.txt", timeout=5)

    assert answer.text == "User-agent: *\nAllow: /\nDisallow: /system/\n"


def test_a_request_that_robots_forbids_is_noted(news: News, truth: Truth, clock_at: Move) -> None:
    clock_at("1 09:00")

    answer = requests.get(news.url + "/system/login", timeout=5)

    assert answer.status_code == 403
    assert truth.snapshot()["forbidden_requests"][0]["path"] == "/system/login"


def test_only_what_exists_at_the_virtual_instant_is_shown(news: News, clock_at: Move) -> None:
    clock_at("1 09:00")
    early = requests.get(news.url + "/feed.xml", timeout=5).text
    clock_at("1 16:00")
    late = requests.get(news.url + "/feed.xml", timeout=5).text

    assert early.count("<item>") == 1
    assert late.count("<item>") == 3


def test_an_unknown_address_is_404(news: News, clock_at: Move) -> None:
    clock_at("1 09:00")

    assert requests.get(news.url + "/nothing", timeout=5).status_code == 404


def test_pages_are_counted_from_one() -> None:
    assert page_of([1, 2, 3, 4, 5], 2, 2) == [3, 4]
    assert page_of([1, 2, 3], 3, 2) == []
