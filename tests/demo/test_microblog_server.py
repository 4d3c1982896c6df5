"""The microblog's shell, its list, and the page after its script has run in a real browser."""

import json
import subprocess
from collections.abc import Callable
from datetime import datetime

import pytest

from crawler.pages.microblog_page import read_microblog
from demo.microblog_server import Microblog
from demo.read_story import Story
from demo.record_truth import Truth
from foundation import clock

Move = Callable[[str], datetime]
BROWSER = "/usr/bin/chromium-headless-shell"


def nobody(*_name: object) -> str:
    return "p"


@pytest.fixture
def microblog(story: Story, truth: Truth) -> Microblog:
    return Microblog(story, truth, clock.now)


def test_the_shell_holds_no_post(microblog: Microblog, truth: Truth, clock_at: Move) -> None:
    clock_at("2 20:00")

    assert b"article" not in microblog.respond("/topic/yunlu").body
    assert truth.snapshot()["posts"] == {}


def test_the_list_goes_on_where_it_ended(microblog: Microblog, clock_at: Move) -> None:
    clock_at("3 20:00")
    seen, since = [], ""
    while True:
        answer = json.loads(microblog.respond(f"/list/cards?since_id={since}").body)
        seen += [card["mid"] for card in answer["cards"]]
        since = answer["since_id"]
        if not since:
            break

    assert seen == [post.native for post in microblog.visible(clock.now())[::-1]]


def test_a_long_text_is_cut_and_given_whole_on_request(microblog: Microblog, story: Story, clock_at: Move) -> None:
    clock_at("1 16:00")
    post = story.post("canteen-9")
    cards = {card["mid"]: card for card in json.loads(microblog.respond("/list/cards").body)["cards"]}

    whole = json.loads(microblog.respond(f"/list/long?id={post.native}").body)["text"]

    assert cards[post.native]["text"].endswith("…")
    assert whole == post.entry.text


def test_a_post_has_a_page_of_its_own_until_it_is_gone(microblog: Microblog, story: Story, clock_at: Move) -> None:
    native = story.post("canteen-9").native
    clock_at("1 00:10")
    before = [microblog.respond(f"/{place}{native}").status for place in ("detail/", "list/one?id=")]
    clock_at("1 16:00")
    shown = json.loads(microblog.respond(f"/list/one?id={native}").body)

    assert before == [404, 404]
    assert microblog.respond(f"/detail/{native}").status == 200
    assert ([card["mid"] for card in shown["cards"]], shown["since_id"]) == ([native], "")


@pytest.mark.browser
def test_the_script_renders_cards_that_the_parser_reads(microblog: Microblog, story: Story, clock_at: Move) -> None:
    now = clock_at("1 18:30")
    microblog.start()
    command = [BROWSER, "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", "--dump-dom"]

    done = subprocess.run([*command, microblog.url + "/topic/yunlu"], capture_output=True, timeout=60, check=True)
    microblog.stop()
    page = read_microblog(done.stdout.decode(), microblog_url := "http://w.example/topic/yunlu", now, nobody, {})

    posts = {post.key: post for post in page.posts}
    repost = posts[story.post("canteen-13").native]
    assert len(posts) >= 10
    assert repost.thread_key == story.post("canteen-7").native
    assert repost.published_at == story.post("canteen-13").entry.at
    assert repost.url.startswith(microblog_url.removesuffix("/topic/yunlu"))
