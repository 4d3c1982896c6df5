"""The news feed is read by the product's own parser."""

from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree

from demo.news_server import News
from demo.read_story import Story
from demo.record_truth import Truth
from foundation import clock

Move = Callable[[str], datetime]


def test_the_feed_is_rss_with_the_newest_first(story: Story, truth: Truth, clock_at: Move) -> None:
    clock_at("1 16:00")
    site = News(story, truth, clock.now)
    site.start()

    channel = ElementTree.fromstring(site.respond("/feed.xml").body)[0]
    site.stop()

    titles = [item.findtext("title") for item in channel.findall("item")]
    assert titles[0] == story.post("praise-3").entry.title
    assert channel.find("item").findtext("pubDate").endswith("+0000")


def test_an_article_shows_the_whole_text_and_is_served(story: Story, truth: Truth, clock_at: Move) -> None:
    clock_at("1 16:00")
    post = story.post("praise-1")

    answer = News(story, truth, clock.now).respond(f"/info/{post.native}")

    assert post.entry.text in answer.body.decode()
    assert truth.snapshot()["posts"][post.key]["versions"] == [1]
