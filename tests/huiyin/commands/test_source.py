"""Tests of `huiyin source`: what people see of one source after real rounds."""

import json

import pytest

from huiyin.cli import main
from huiyin.wiring import apply_folder


@pytest.fixture
def school(parts, folder, site):
    """The small school with one feed, and one that is not enabled."""
    folder.source("news", f"{site.url}/feed.xml", expected_posts_per_day=[0, 0.5])
    folder.source("off", f"{site.url}/other.xml", enabled=False)
    apply_folder(folder.path, "tester")
    return parts


def show(capsys, name):
    assert main(["source", "show", name, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.provision("Z1.6.1-m")
def test_rounds_and_the_decisions_of_robots_are_logged_by_source(school, site, capsys):
    main(["crawl", "news"])
    site.robots = "User-agent: *\nDisallow: /feed.xml"
    main(["crawl", "news"])
    capsys.readouterr()
    values = show(capsys, "news")

    assert (values["interval_minutes"], values["owner"]) == (60, "许松柏")
    assert [each["outcome"] for each in values["rounds"]] == ["blocked_by_robots", "ok"]
    assert values["robots"][site.url] | {"allowed": 0} == {
        "rules": "robots.txt 回应 200", "allowed": 0, "refused": 1, "paths": ["/feed.xml"],
    }  # fmt: skip
    assert site.asked.count("/feed.xml") == 1
    assert main(["source", "show", "news"]) == 0
    assert "robots.txt 回应 200　放行 0　不许 1（/feed.xml）" in capsys.readouterr().out


def test_the_kinds_of_silence_are_told_apart(school, site, capsys):
    outcomes = [show(capsys, name)["outcome"] for name in ("off", "news")]
    main(["crawl", "news"])
    main(["crawl", "news"])
    capsys.readouterr()

    assert [*outcomes, show(capsys, "news")["outcome"]] == ["not_enabled", "never_run", "nothing_new"]


@pytest.mark.provision("Z1.1-1")
def test_a_feed_that_was_full_and_is_empty_is_no_calm_day_and_its_page_is_kept_for_replay(school, site, capsys):
    main(["crawl", "news"])
    kept = site.entries[:]
    site.entries.clear()
    main(["crawl", "news"])
    site.entries += kept
    capsys.readouterr()

    assert show(capsys, "news")["outcome"] == "layout_changed"
    main(["quarantine", "list"])
    assert "页面　news　parser:read_news　layout" in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_the_nearest(school, capsys):
    assert main(["source", "show", "nws"]) == 2
    assert "是不是 news？" in capsys.readouterr().err
