"""Tests of robots.txt by RFC 9309: what may be read, what shuts the whole host, what is never sent."""

from itertools import pairwise

import pytest

FORUM = {"/": "/a 1\n/b 1", "/a": "post a1|x", "/b": "post b1|y"}


@pytest.mark.provision("Z1.6.1-m")
def test_a_forbidden_thread_is_not_asked_and_the_rest_is_read(one_source):
    site, campus = one_source(FORUM | {"/robots.txt": "User-agent: *\nDisallow: /a"})
    end = campus.crawl("forum")

    assert "/a" not in site.asked
    assert end["outcome"] == "partly_blocked"
    assert end["counts"]["refused"] == {"robots": 1}
    assert end["counts"]["changes"] == {"new": 1}


def test_a_forbidden_list_blocks_the_round(one_source):
    site, campus = one_source(FORUM | {"/robots.txt": "User-agent: huiyin\nDisallow: /"})
    end = campus.crawl("forum")

    assert site.asked == ["/robots.txt"]
    assert (end["outcome"], end["note"]) == ("blocked_by_robots", "robots.txt 不允许 /")


@pytest.mark.parametrize("status", [404, 410, 400])
def test_no_rules_means_everything_may_be_read(one_source, status):
    _, campus = one_source(FORUM | {"/robots.txt": (status, {}, b"")})

    assert campus.crawl("forum")["outcome"] == "ok"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(401, "blocked_by_robots"), (403, "blocked_by_robots"), (429, "blocked_by_robots"), (503, "unreachable")],
)
def test_rules_that_cannot_be_read_block_the_round(one_source, status, outcome):
    site, campus = one_source(FORUM | {"/robots.txt": (status, {}, b"")})
    end = campus.crawl("forum")

    assert end["outcome"] == outcome
    assert set(site.asked) == {"/robots.txt"}
    assert str(status) in end["note"]


def test_rules_that_never_arrive_block_the_round(one_source):
    site, campus = one_source(FORUM, {"request_seconds": 1})
    site.pages["/robots.txt"] = lambda handler: site.silent.wait(60)
    end = campus.crawl("forum")

    assert end["outcome"] == "unreachable"
    assert "/" not in site.asked


def test_garbage_as_rules_does_not_crash(one_source):
    _, campus = one_source(FORUM | {"/robots.txt": bytes(range(256)) * 400})

    assert campus.crawl("forum")["outcome"] == "ok"


def test_only_the_first_500_kilobytes_of_rules_count(one_source):
    rules = "User-agent: *\n" + "# filler\n" * 60_000 + "Disallow: /\n"
    _, campus = one_source(FORUM | {"/robots.txt": rules})

    assert len(rules) > 500 * 1024
    assert campus.crawl("forum")["outcome"] == "ok"


def test_rules_are_read_anew_in_each_round(one_source):
    site, campus = one_source(dict(FORUM))
    campus.crawl("forum")
    site.pages["/robots.txt"] = "User-agent: *\nDisallow: /"

    assert campus.crawl("forum")["outcome"] == "blocked_by_robots"


def test_a_redirect_into_a_forbidden_place_is_not_followed(one_source):
    site, campus = one_source(
        FORUM | {"/robots.txt": "User-agent: *\nDisallow: /api/", "/a": (302, {"Location": "/api/a"}, b"")}
    )
    end = campus.crawl("forum")

    assert "/api/a" not in site.asked
    assert end["outcome"] == "partly_blocked"


def test_a_crawl_delay_slows_the_group(one_source):
    site, campus = one_source(FORUM | {"/robots.txt": "User-agent: *\nCrawl-delay: 1"})
    campus.crawl("forum")

    assert site.asked == ["/robots.txt", "/", "/a", "/b"]
    assert all(later - earlier > 0.9 for earlier, later in pairwise(site.times[1:]))


def test_another_host_whose_rules_cannot_be_read_costs_its_own_pages_only(one_source, new_site):
    other = new_site({"/robots.txt": (503, {}, b"")})
    _, campus = one_source({"/": "/a 1", "/a": f"post a1|x\nmore {other.url}/more"})
    end = campus.crawl("forum")

    assert (end["outcome"], end["counts"]["changes"]) == ("partly_blocked", {"new": 1})
    assert "503" in end["note"]
    assert "/more" not in other.asked
