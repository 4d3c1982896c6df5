"""Tests of `huiyin clue`: a clue enters the same queue as a crawled post, and merges with its crawled copy."""

import json

import pytest
from sqlalchemy import func, select, update

from cases.case import case_file
from foundation.tables import audit, outbox
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.take_in import KINDS
from huiyin.wiring import apply_folder
from search.posts import number_posts, select_posts

WHO = "xu_songbai"
TEXT = "三号宿舍楼热水停了两天，没有人通知，学生只好去校外洗澡，希望后勤尽快修好并说明原因，大家都很着急"
CALL = "有家长来电说孩子宿舍没有热水，孩子在校外洗澡感冒了，要求学校给说法，很生气"


@pytest.fixture
def school(parts, folder, site):
    folder.source("news", f"{site.url}/feed.xml", own=True)
    apply_folder(folder.path, "tester")
    return parts


def add(text, *words, kind="信息员上报", person=WHO):
    return main(["clue", "add", "--kind", kind, "--as", person, "--text", text, *words])


def settle(parts):
    """Do what the next tick does; return the posts and the cases."""
    with parts.ledger.change() as work:
        number_posts(work)
    group_and_open(parts)
    with parts.ledger.read() as connection:
        cases = connection.execute(select(case_file.c.case_no)).scalars().all()
        return select_posts(connection, "ORDER BY post_id"), cases


def notices(parts):
    with parts.ledger.read() as connection:
        return connection.execute(select(func.count()).select_from(outbox)).scalar_one()


@pytest.mark.provision("Z9b.6-3")
@pytest.mark.parametrize("settling", ["between", "after"])
@pytest.mark.parametrize("first", ["clue", "crawl"])
@pytest.mark.parametrize("by", ["address", "words"])
def test_a_clue_and_its_crawled_copy_are_one_case_and_one_notice_whichever_came_first(
    school, site, first, by, settling
):
    """Z9b.6-3: the informant's clue is in the queue, and its crawled copy makes no second case and no second notice."""
    site.entries.clear()
    site.publish("三号宿舍楼热水停了两天", TEXT)
    clue = (CALL, "--url", f"{site.url}/a/1#top") if by == "address" else (site.entries[0][1],)
    acts = [lambda: add(*clue), lambda: main(["crawl", "news"])]
    acts = acts if first == "clue" else acts[::-1]
    assert acts[0]() == 0
    if settling == "between":
        assert len(settle(school)[1]) == 1
        told = notices(school)
    assert acts[1]() == 0
    posts, cases = settle(school)

    assert len(posts) == 2
    assert len({post.event_id for post in posts}) == len(cases) == 1
    assert {post.case_no for post in posts} == set(cases)
    assert settling == "after" or notices(school) == told


def test_a_clue_about_something_else_stays_alone(school, site):
    add("四号教学楼电梯困人，学生被关了半小时才放出来，希望后勤检修", "--url", f"{site.url}/a/9")
    main(["crawl", "news"])
    posts, cases = settle(school)

    assert {post.site: post.case_no for post in posts} == {"clue": cases[0], posts[0].site: ""}


@pytest.mark.parametrize("kind", KINDS)
def test_each_way_in_keeps_its_name_the_time_received_and_who_took_it(school, kind, capsys):
    assert add(TEXT, "--received-at", "2026-10-12 09:30", kind=kind) == 0
    posts, cases = settle(school)
    said = capsys.readouterr().out
    main(["clue", "list", "--json"])
    listed = json.loads(capsys.readouterr().out)

    assert posts[0].fetched_at.isoformat() == "2026-10-12T01:30:00+00:00"
    assert "已录入：已收录，建议等级" in said
    assert (listed["kind"], listed["received_at"], listed["case_no"]) == (kind, "2026-10-12 09:30", cases[0])
    assert listed["taken_by"] == school.school.person(WHO).name


def test_clocks_run_from_when_the_school_was_told(school):
    add(TEXT, "--received-at", "2026-10-12 08:00")
    settle(school)
    with school.ledger.read() as connection:
        found = connection.execute(select(case_file.c.discovered_at)).scalar_one()

    assert found.isoformat() == "2026-10-12T00:00:00+00:00"


def test_every_clue_is_looked_at_by_a_person_whatever_its_words_are(school):
    add("班会定在周三下午四点，在三号教室", kind="教育局通报")
    (post,), cases = settle(school)

    assert len(cases) == 1
    assert "由人录入的线索，至少按最低等级研判" in [reason.title for reason in post.reasons]


def test_the_same_clue_twice_is_one_post_and_both_entries_are_audited(school):
    for _ in range(2):
        add(TEXT, "--received-at", "2026-10-12 09:30")
    posts, _ = settle(school)
    with school.ledger.read() as connection:
        rows = connection.execute(select(audit.c.details).where(audit.c.act == "clue.add")).scalars().all()

    assert len(posts) == 1
    assert len(rows) == 2
    assert "热水" not in "".join(rows)


def test_the_list_shows_no_words_of_help_first_and_confidential_cases(school, capsys):
    add("宿舍同学说不想活了，写了遗书，请尽快找到他")
    add(TEXT)
    settle(school)
    with school.ledger.change() as work:
        work.connection.execute(update(case_file).values(confidential=True))
    capsys.readouterr()
    main(["clue", "list"])
    shown = capsys.readouterr().out

    assert "先救助" in shown
    assert "保密案件" in shown
    assert "遗书" not in shown
    assert "热水" not in shown


def test_an_empty_list_says_how_to_begin(school, capsys):
    assert main(["clue", "list"]) == 0
    assert "用 huiyin clue add 录入" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((TEXT, "--received-at", "明天"), "收到时间读不懂"),
        ((TEXT, "--received-at", "2027-01-01 08:00"), "收到时间在将来"),
        (("  ",), "线索没有内容"),
        ((TEXT, "--url", "食堂"), "网址读不懂"),
        ((TEXT, "--url", "https://weibo.com/u/1234567890"), "这是个人账号的主页"),
    ],
)
def test_what_cannot_be_is_refused_with_a_next_step(school, words, said, capsys):
    assert add(*words) == 1
    assert said in capsys.readouterr().err


def test_a_clue_needs_a_named_person_of_the_school(school, capsys):
    assert add(TEXT, person="nobody") == 1
    assert "没有这个人" in capsys.readouterr().err


def test_an_unknown_way_in_lists_the_known_ones(school, capsys):
    assert add(TEXT, kind="听说") == 1
    assert "可用：值班巡查、投诉来电" in capsys.readouterr().err
