"""A forum of 240 threads on loopback that lives on between rounds, by a virtual clock.

The second round hears exactly what changed, with less than a tenth of the first one's requests; an edit that moves no
list is heard within seven days.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from crawler.tables import patrol, source_state, watched_thread
from foundation import clock
from foundation.school import active_school
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.schedule import Schedule
from huiyin.wiring import apply_folder
from huiyin.worker import Worker
from search.post_table import post_version
from search.posts import number_posts, select_posts
from tests.servers.small_forum import Posts, SmallForum, serving

THREADS = 240
YOUNG = (1, 2, 3)


@pytest.fixture
def forum(parts, folder, clock_file):
    with serving(SmallForum(threads=_threads(clock.at_school(clock.now())), a_list_page=40, a_page=10)) as own:
        values = {"spider": "discuz", "interval_minutes": 360, "own": True, "expected_posts_per_day": [0, 9999]}
        folder.source("forum", f"{own.url}/forum-2-1.html", site="bbs", **values)
        apply_folder(folder.path, "tester")
        yield own


def _threads(now: datetime) -> dict[int, Posts]:
    threads = {}
    for tid in range(1, THREADS + 1):
        born = now - (timedelta(hours=tid) if tid in YOUNG else timedelta(days=4 + tid / 4, hours=1))
        count = 45 if tid == 100 else 1 + tid % 3
        threads[tid] = [
            (tid * 100 + n, f"第{tid}号窗口的第{n}条意见", born + timedelta(minutes=n)) for n in range(count)
        ]
    return threads


def crawl(forum: SmallForum) -> list[str]:
    """Run a round; return the paths that it asked for, each as often as it did."""
    forum.asked.clear()
    main(["crawl", "forum"])
    return list(forum.asked)


def posts(parts) -> dict[str, object]:
    with parts.ledger.read() as connection:
        return {each.key: each for each in select_posts(connection, "ORDER BY post_id")}


@pytest.mark.provision("Z1.6.1-1", "Z1.6.1-o")
def test_the_next_rounds_hear_exactly_what_changed_and_ask_less_than_a_tenth(parts, forum, clock_file, capsys):
    first = crawl(forum)
    before = posts(parts)
    assert len(before) == sum(len(each) for each in forum.threads.values())
    written = sorted(at.replace(microsecond=0) for each in forum.threads.values() for _pid, _words, at in each)
    assert sorted(each.published_at for each in before.values()) == written  # to the second
    later = clock.at_school(clock.now()) + timedelta(hours=6)
    clock_file.write_text(later.isoformat())
    pid, words, at = forum.threads[1][0]
    forum.threads[1][0] = (pid, f"{words}，补充：今天还是这样", at)  # an edit: no list moves
    gone_reply = forum.threads[1].pop()[0]
    forum.threads[100].append((99_999, "第五页上的新回复", later))
    forum.threads[900] = [(90_000, "新的主题，热水停了", later)]
    del forum.threads[3]
    second = crawl(forum)
    after = posts(parts)

    assert len(second) < len(first) / 10
    new = {key for key in after if key not in before}
    edited = {key for key, each in after.items() if each.version > 1}
    vanished = {key for key, each in after.items() if each.vanished_at}
    assert {after[key].content for key in new} == {"第五页上的新回复", "新的主题，热水停了"}
    assert {int(re.sub(r"\D", "", key.rpartition(":")[2])) for key in edited} == {pid}
    assert {int(re.sub(r"\D", "", key.rpartition(":")[2])) for key in vanished} == {gone_reply, 300}
    with parts.ledger.read() as connection:
        assert connection.execute(select(post_version.c.content)).scalars().all() == [words]
    snapshot = next(each for key, each in after.items() if each.vanished_at and "第3号" in each.content)
    assert (snapshot.url.startswith(forum.url), bool(snapshot.content_hash), bool(snapshot.fetched_at)) == (True,) * 3
    capsys.readouterr()
    assert main(["search", "第3号窗口", "--json"]) == 0
    assert "第3号窗口的第0条意见" in capsys.readouterr().out

    old = forum.threads[15]
    forum.threads[15] = [(old[0][0], "很久以前的帖子改了内容", old[0][2]), *old[1:]]
    rounds = 0
    while not any(each.content == "很久以前的帖子改了内容" for each in posts(parts).values()):
        rounds += 1
        clock_file.write_text((later + timedelta(hours=6 * rounds)).isoformat())
        assert len(crawl(forum)) < len(first) / 10
        assert rounds <= 28  # seven days
    with parts.ledger.read() as connection:
        assert connection.execute(select(patrol.c.outcome)).scalars().all().count("ok") >= 3


@pytest.fixture
def old_forum(parts, folder, clock_file):
    """Two threads that will be thirty days old."""
    born = clock.at_school(clock.now()) - timedelta(hours=1)
    words = {1: "有人约周末打球吗", 2: "图书馆的空调坏了"}
    with serving(SmallForum(threads={tid: [(tid * 10, text, born)] for tid, text in words.items()})) as own:
        folder.source("forum", f"{own.url}/forum-2-1.html", site="bbs", spider="discuz", own=True)
        apply_folder(folder.path, "tester")
        yield own


def test_an_old_thread_of_a_running_case_is_read_again_in_each_round(parts, old_forum, clock_file, state, until):
    """After the thirty days the clock stands: no other old thread has its turn."""

    def edit(words: str) -> None:
        old_forum.threads[2] = [(20, words, old_forum.threads[2][0][2])]

    def heard() -> set[str]:
        return {each.content for each in posts(parts).values()}

    crawl(old_forum)
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    clock_file.write_text((clock.at_school(clock.now()) + timedelta(days=30)).isoformat())
    crawl(old_forum)  # both had their turn
    edit("图书馆的空调坏了，已经两周没有人修")
    assert crawl(old_forum) == ["/forum-2-1.html", "/thread-2-1-1.html"]
    assert "图书馆的空调坏了，已经两周没有人修" in heard()

    with parts.ledger.change() as work:
        work.connection.execute(delete(watched_thread))
        work.connection.execute(update(source_state).values(due_at=work.at))
    edit("图书馆的空调坏了，已经三周没有人修")
    with parts.ledger.read() as connection:
        schedule = Schedule(replace(parts, school=active_school(connection)), Worker(parts.ledger, state / "log"))
    schedule.tick()
    until(lambda: schedule.worker.reap() or not schedule.worker.running)
    assert "图书馆的空调坏了，已经三周没有人修" in heard()
