"""Tests of the watch over a child: what counts as movement, and which source is to blame."""

import json

import pytest

from crawler.rounds import LeasedRound
from huiyin.watch_child import ChildWatch


@pytest.fixture
def watch(tmp_path):
    """A watch over two sources whose child may say nothing for no time at all."""
    place = tmp_path / "round-a.log"
    place.write_text("")
    return ChildWatch(LeasedRound("a", 1, ("forum", "news")), place, 0.0)


def say(watch, source: str, state: str) -> None:
    with watch.log_place.open("a", encoding="utf-8") as log:
        log.write(json.dumps({"source": source, "title": "微言", "state": state}) + "\n")


def test_a_child_that_said_nothing_for_too_long_hangs_on_its_first_source(watch):
    assert watch.is_hanging()
    assert watch.unfinished() == "forum"


def test_each_line_gives_the_child_its_time_again(watch):
    watch.limit_seconds = -1.0  # every silence is too long: only counting from the present line saves it
    assert watch.is_hanging()
    say(watch, "forum", "started")
    watch.limit_seconds = 60.0

    assert not watch.is_hanging()


def test_the_source_after_the_ended_ones_is_the_one_that_hangs(watch):
    for state in ("started", "finished"):
        say(watch, "forum", state)
    say(watch, "news", "started")

    assert watch.unfinished() == "news"


def test_a_child_that_ended_all_rounds_has_nothing_to_blame(watch):
    for source in ("forum", "news"):
        say(watch, source, "finished")

    assert watch.unfinished() == ""


def test_a_line_that_is_still_being_written_and_a_missing_log_say_nothing(watch):
    watch.log_place.write_text('{"source": "forum", "sta')
    assert watch.unfinished() == "forum"
    watch.log_place.unlink()

    assert watch.unfinished() == "forum"
