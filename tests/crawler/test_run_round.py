"""Tests of a group's rounds in their own process: bad servers, big pages, hangs, kills; the others always go on."""

import gzip
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from crawler.tables import thread_mark
from foundation import clock
from foundation.tables import fact
from tests.patience import wait_until

FORUM = {"/": "/a 1\n/b 1", "/a": "post a1|x", "/b": "post b1|y"}
MEGABYTE = 1024 * 1024


def keys(campus) -> list[str]:
    return [key for item in campus.items() for key in item["keys"]]


def marks(campus) -> set[str]:
    with campus.ledger.read() as connection:
        return {row.thread_key for row in connection.execute(select(thread_mark))}


def test_the_end_of_a_round_is_a_fact_and_the_next_is_due_after_the_interval(one_source):
    _, campus = one_source(FORUM)
    end = campus.crawl("forum")
    row = campus.row("forum")

    assert [line["state"] for line in end["lines"]] == ["started", "finished"]
    assert end["title"] == "信源 forum"
    assert (row.due_at - row.finished_at).total_seconds() == 3600
    with campus.ledger.read() as connection:
        told = connection.execute(select(fact).where(fact.c.kind == "round.finished")).one()
    assert told.subject == "forum"
    assert {name: told.data[name] for name in ("outcome", "new", "edited", "known", "vanished")} == {
        "outcome": "ok", "new": 2, "edited": 0, "known": 0, "vanished": 0,
    }  # fmt: skip


def test_one_source_that_fails_does_not_stop_the_others(new_site, open_campus):
    site = new_site(FORUM)
    campus = open_campus(
        [
            {"id": "dead", "url": "http://127.0.0.1:9/", "group": "campus"},
            {"id": "strange", "url": f"{site.url}/", "group": "campus", "spider": "no_such"},
            {"id": "forum", "url": f"{site.url}/", "group": "campus"},
        ]
    )
    end = campus.crawl("dead", "strange", "forum")
    ends = {line["source"]: line for line in end["lines"] if line["state"] == "finished"}

    assert ends["dead"]["outcome"] == "unreachable"
    assert "连接被拒绝" in ends["dead"]["note"]
    assert "没有名为 no_such 的 spider" in ends["strange"]["note"]
    assert ends["forum"]["outcome"] == "ok"
    assert campus.row("dead").outcome == "unreachable"


def test_a_server_that_never_answers_is_given_up(one_source):
    site, campus = one_source(FORUM, {"request_seconds": 1})
    site.pages["/"] = lambda _handler: site.silent.wait(60)
    end = campus.crawl("forum")

    assert (end["outcome"], end["note"]) == ("unreachable", "超时没有回应")


def test_a_redirect_loop_ends(one_source):
    steps = {"/a": "/a?b", "/a?b": "/a?c", "/a?c": "/a"}
    _, campus = one_source(FORUM | {page: (302, {"Location": target}, b"") for page, target in steps.items()})
    end = campus.crawl("forum")

    assert end["outcome"] == "partly_blocked"
    assert keys(campus) == ["b1"]


def test_a_page_of_50_megabytes_is_not_read(one_source):
    _, campus = one_source(FORUM | {"/a": b"post a1|" + b"x" * (50 * MEGABYTE)})
    end = campus.crawl("forum")

    assert end["outcome"] == "partly_blocked"
    assert "page_megabytes" in end["note"]
    assert keys(campus) == ["b1"]


def test_a_gzip_bomb_is_not_unpacked(one_source):
    bomb = gzip.compress(b"post a1|" + b"x" * (200 * MEGABYTE), compresslevel=9)
    _, campus = one_source(FORUM | {"/a": (200, {"Content-Encoding": "gzip"}, bomb)})
    end = campus.crawl("forum")

    assert len(bomb) < MEGABYTE
    assert end["outcome"] == "partly_blocked"
    assert keys(campus) == ["b1"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html; charset=no-such-charset"},
        {"Content-Type": "image/png"},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br, deflate, what"},
        {"Location": "http://[::bad"},
        {"Set-Cookie": "x" * 9000, "Retry-After": "soon"},
    ],
)
def test_lying_headers_do_not_end_the_round(one_source, headers):
    _, campus = one_source(FORUM | {"/a": (200, headers, b"post a1|x")})
    end = campus.crawl("forum")

    assert "b1" in keys(campus)
    assert end["state"] == "finished"


def test_a_body_that_breaks_off_is_not_taken_for_the_whole(one_source):
    _, campus = one_source(FORUM | {"/a": (200, {"Content-Length": "5000"}, b"post a1|x")})
    end = campus.crawl("forum")

    assert keys(campus) == ["b1"]
    assert end["outcome"] == "partly_blocked"
    assert marks(campus) == {"/b"}


def test_a_killed_round_leaves_no_mark_and_is_repeated_whole(one_source):
    site, campus = one_source(dict(FORUM), {"request_seconds": 60})
    site.pages["/b"] = lambda _handler: site.silent.wait(60)
    child = campus.start("forum")
    wait_until(lambda: "/b" in site.asked)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    campus.free()

    assert marks(campus) == set()
    assert campus.row("forum").finished_at is None
    site.pages["/b"] = FORUM["/b"]
    campus.crawl("forum")
    assert marks(campus) == {"/a", "/b"}
    assert set(keys(campus)) == {"a1", "b1"}


def test_an_interrupted_round_stays_due(one_source):
    site, campus = one_source(dict(FORUM), {"request_seconds": 3})
    site.pages["/b"] = lambda _handler: site.silent.wait(60)
    before = campus.row("forum").due_at
    child = campus.start("forum")
    wait_until(lambda: "/b" in site.asked)
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)

    assert campus.row("forum").due_at == before
    assert "/b" not in marks(campus)


def test_a_round_that_was_cut_off_must_catch_up(one_source):
    site, campus = one_source(dict(FORUM), {"round_seconds": 10, "request_seconds": 3, "pace_seconds": 0})

    def slow(handler) -> None:
        clock.wait(0.5)
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(f"post {handler.path}|x".encode())

    site.pages["/"] = "\n".join(f"/t{number} 1" for number in range(40))
    site.pages |= {f"/t{number}": slow for number in range(40)}

    campus.crawl("forum")

    assert not campus.row("forum").complete
    assert 0 < len(marks(campus)) < 40
    assert {f"/t{number}" for number in range(len(marks(campus)))} == marks(campus)


def test_a_round_whose_lease_was_lost_writes_nothing(one_source):
    site, campus = one_source(dict(FORUM), {"request_seconds": 60})
    site.pages["/b"] = lambda _handler: site.silent.wait(60)
    child = campus.start("forum")
    wait_until(lambda: "/b" in site.asked)
    campus.free()
    site.pages["/b"] = FORUM["/b"]
    site.silent.set()
    child.communicate(timeout=60)

    assert marks(campus) == set()
    assert campus.row("forum").finished_at is None


def test_a_child_whose_parent_died_before_it_looked_stops(one_source):
    """It has a new parent by then: only the number of the old one tells."""
    site, campus = one_source(dict(FORUM), {"request_seconds": 300, "round_seconds": 300})
    site.pages["/b"] = lambda _handler: site.silent.wait(300)
    dead = subprocess.Popen(["true"])
    dead.wait()
    child = campus.start("--parent", str(dead.pid), "forum")

    child.communicate(timeout=240)  # the page alone would hold it for longer
    assert campus.row("forum").outcome == "never_run"


def test_a_child_that_nobody_reads_any_more_ends(one_source):
    site, campus = one_source(dict(FORUM), {"request_seconds": 300, "round_seconds": 300})
    site.pages["/b"] = lambda _handler: site.silent.wait(300)
    child = campus.start("forum")
    wait_until(lambda: "/b" in site.asked)
    child.stdout.close()
    child.send_signal(signal.SIGTERM)

    child.wait(timeout=240)
    assert campus.row("forum").finished_at is None


HANGS = """
from crawler.run_round import Rounds
from crawler.rounds import start_round
from crawler.source import load_sources
from foundation.opening import open_school

opened = open_school()
source = load_sources(opened.school)["forum"]
with opened.ledger.change() as work:
    lease = start_round(work, source, "", 0, 60)
Rounds(opened, lease, [source], now_running=source, ends_by=-1.0).watch(__import__("os").getppid())
"""


def test_a_round_that_hangs_is_given_up_and_the_process_ends(one_source):
    _, campus = one_source(FORUM)
    command = [sys.executable, "-c", HANGS]
    child = subprocess.run(command, env=campus.environment(), capture_output=True, text=True, timeout=60, check=False)
    row = campus.row("forum")

    assert child.returncode == 3
    assert (row.outcome, row.note) == ("unreachable", "一轮超过 900 秒仍没有结束，已放弃")
    assert "已放弃" in child.stdout
