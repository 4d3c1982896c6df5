"""Tests of `huiyin send` and of the loop that sends: a server that comes, goes away in mid-crawl, and comes back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from demo.elastic_server import FULL, Node, Wish, free_port, launch, wait_up
from foundation import clock
from foundation.settings import Elasticsearch
from huiyin.schedule import Schedule
from huiyin.wiring import apply_folder, open_parts
from huiyin.worker import Worker
from search.sender import Sender
from search.waiting import BATCH_POSTS, count_waiting
from tests.huiyin.commands.conftest import Clustered
from tests.servers.elastic import wanted_distribution
from tests.servers.small_forum import SmallForum, serving

A_PAGE, STOPPED_AT = 100, 3  # posts on a page of a thread; the server stops when this page of it is asked for
OLD, NEW = "鲈鱼已经卖完", "改为红烧茄子"


def test_what_waits_is_sent_and_counted(clustered, tmp_path) -> None:
    clustered.run("reindex", "--to", "elasticsearch")
    clustered.keep("食堂的饭凉了", "宿舍停电")
    code, told = clustered.run("send")

    assert (code, "送出 2 条，拒收 0 条，还在等 0 条" in told) == (0, True)
    clustered.index.refresh(1)
    assert "找到 1 条" in clustered.run("search", "停电")[1]


def test_the_leading_scheduler_sends_by_itself_and_one_that_waits_does_not(clustered, tmp_path) -> None:
    clustered.run("reindex", "--to", "elasticsearch")
    clustered.keep("食堂的饭凉了")
    schedule = Schedule(clustered.parts, Worker(clustered.ledger, tmp_path / "log"))
    schedule.send_index()
    clustered.index.refresh(1)
    assert "找到 0 条" in clustered.run("search", "食堂")[1]
    schedule.leads = True
    schedule.send_index()
    clustered.index.refresh(1)

    assert "找到 1 条" in clustered.run("search", "食堂")[1]


@pytest.fixture
def own_port() -> int:
    return free_port()


@pytest.fixture
def away(parts, folder, node_folder: Path, own_port: int, capsys) -> Iterator[tuple[Clustered, list[Node]]]:
    """The school on a server of its own, which the test stops and starts again: (school, the nodes so far)."""
    wish = Wish(http_port=own_port)
    nodes = [launch(wanted_distribution(), node_folder, wish)]
    wait_up(nodes)
    place = Elasticsearch(servers=[nodes[0].url], prefix="huiyin-test-away-")
    folder.settings(elasticsearch=place.model_dump())
    apply_folder(folder.path, "tester")
    own = Clustered(open_parts(), place, capsys)
    own.run("reindex", "--to", "elasticsearch")
    yield own, nodes
    own.index.client.close()
    own.ledger.close()
    for node in nodes:
        node.stop()


def waiting(school: Clustered) -> int:
    with school.ledger.read() as connection:
        return count_waiting(connection)


def found(school: Clustered, words: str) -> str:
    return school.run("search", words)[1].splitlines()[0]


def test_a_server_that_stops_in_mid_crawl_gets_everything_once_newest_revision_also_after_a_clock_step_back(
    away, folder, clock_file: Path, node_folder: Path, own_port: int, until
) -> None:
    school, nodes = away
    wait_for = 5000 if wanted_distribution() is FULL else BATCH_POSTS + 1  # make test-full waits for as many as it says
    born = clock.at_school(clock.now()) - timedelta(days=1)
    count = wait_for + STOPPED_AT * A_PAGE
    talk = [(10 + number, f"第{number}位同学说食堂", born + timedelta(seconds=number)) for number in range(count)]
    forum = SmallForum(threads={1: [(1, OLD, born)], 2: talk}, a_page=A_PAGE)
    sent: list[int] = []

    def stop_in_mid_crawl(_number: int) -> None:
        if not sent and f"/thread-2-{STOPPED_AT}-1.html" in forum.asked:
            until(lambda: waiting(school))
            sent.append(Sender(school.ledger, school.parts.store.cluster).send_all().shipped)
            nodes[0].stop()

    forum.on_request = stop_in_mid_crawl
    with serving(forum):
        folder.source("forum", f"{forum.url}/forum-2-1.html", site="bbs", spider="discuz", own=True)
        apply_folder(folder.path, "tester")
        code, told = school.run("crawl", "forum")
        assert (code, "信源 forum：正常" in told) == (0, True), told
        assert (sent[0] > 0, waiting(school) >= wait_for, sent[0] + waiting(school)) == (True, True, count + 1)
        now = clock.at_school(clock.now())
        clock_file.write_text((now - timedelta(hours=5)).isoformat())  # back behind the first crawl
        forum.threads[1] = [(1, NEW, born), (2, "又来了一位同学", now)]
        code, told = school.run("crawl", "forum")
        assert (code, "信源 forum：正常" in told) == (0, True), told
    assert "连不上 Elasticsearch" in school.run("send")[1]
    nodes.append(launch(wanted_distribution(), node_folder, Wish(http_port=own_port)))
    wait_up(nodes[1:])
    code, told = school.run("send")
    assert (code, "拒收 0 条，还在等 0 条" in told) == (0, True), told
    school.index.refresh(1)

    assert "索引与账本一致" in school.run("index", "verify")[1]
    assert sum(school.index.counts().values()) >= count + 2
    assert [found(school, words) for words in (NEW, OLD, "同学")] == ["找到 1 条", "找到 0 条", f"找到 {count + 1} 条"]
