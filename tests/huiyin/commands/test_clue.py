"""Tests of `huiyin clue`: a clue enters the same queue as a crawled post, and merges with its crawled copy."""

import json

import pytest
from sqlalchemy import func, select, update

from cases.case import case_file
from foundation.ledger import open_ledger
from foundation.school import store_school
from foundation.tables import audit, outbox
from huiyin.cli import main
from huiyin.group_posts import group_and_open
from huiyin.take_in import INCIDENT, KINDS
from huiyin.wiring import apply_folder, open_parts
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
    happened = ["--happened-at", "2026-10-12 09:00"] if kind == INCIDENT else []
    assert add(TEXT, "--received-at", "2026-10-12 09:30", *happened, kind=kind) == 0
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
    assert "可用：本校系统事件、值班巡查、投诉来电" in capsys.readouterr().err


@pytest.fixture
def kindergarten(case_clock, state, desk_school):
    case_clock.write_text("2026-03-08T09:00:00+08:00")
    ledger = open_ledger(state, create=True)
    with ledger.change() as work:
        store_school(work, desk_school.files, "folder")
    ledger.close()


HACKED = "学校主页被篡改，已经断网，正在核对备份"
HAPPENED = ["--happened-at", "2026-03-08 01:30"]


@pytest.mark.provision("Z5.13")
@pytest.mark.parametrize("enabled", ["z5-kindergarten"])
def test_an_incident_of_our_own_systems_is_due_24_hours_after_it_happened(kindergarten, capsys):
    """G8: the night on which other zones change their clocks."""
    assert add(HACKED, *HAPPENED, kind=INCIDENT) == 0
    parts = open_parts()
    settle(parts)
    parts.ledger.close()
    capsys.readouterr()
    assert main(["case", "show", "HY-2026-0001", "--json"]) == 0
    timers = {timer["rule"]: timer for timer in json.loads(capsys.readouterr().out)["timers"]}

    assert timers["Z5.13"]["due_at"] == "2026-03-09T01:30:00+08:00"
    assert main(["case", "report", "HY-2026-0001", "--as", "xu_songbai", "--words", "主页被篡改"]) == 0
    assert main(["case", "acknowledge", "HY-2026-0001", "--as", "lin_zhiyuan"]) == 0
    capsys.readouterr()
    main(["case", "show", "HY-2026-0001", "--json"])
    timers = {timer["rule"]: timer for timer in json.loads(capsys.readouterr().out)["timers"]}
    assert timers["Z5.13"]["state"] == "satisfied"


@pytest.mark.provision("Z4.7")
@pytest.mark.parametrize("enabled", ["z5-kindergarten"])
def test_an_incident_is_kept_with_its_contact_card_and_nobody_outside_is_told(kindergarten, capsys):
    assert add(HACKED, *HAPPENED, kind=INCIDENT) == 0
    said = capsys.readouterr().out
    parts = open_parts()
    posts, cases = settle(parts)
    with parts.ledger.read() as connection:
        told = set(connection.execute(select(outbox.c.recipient)).scalars())
    known = {person.id for person in parts.school.organisation.people}
    units = {unit.id for unit in parts.school.organisation.departments}
    parts.ledger.close()

    assert "不会自动报警" in said
    assert "公安  云麓派出所  0731-0000-0110" in said
    assert [(one.content, one.case_no) for one in posts] == [(HACKED, cases[0])]
    assert told
    assert told <= known | units


@pytest.mark.provision("Z8.11")
def test_the_contact_book_is_read_and_nothing_goes_there(kindergarten, capsys):
    assert main(["clue", "contacts", "--kind", "媒体"]) == 0

    assert capsys.readouterr().out == "媒体  云麓晚报教育线  0731-0000-0001\n"
    parts = open_parts()
    with parts.ledger.read() as connection:
        assert connection.execute(select(func.count()).select_from(outbox)).scalar_one() == 0
    parts.ledger.close()


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        ([], INCIDENT, "事发时间不对"),
        (HAPPENED, "投诉来电", "事发时间不对"),
        (["--happened-at", "2026-03-08 11:30"], INCIDENT, "事发时间晚于收到时间"),
        (["--happened-at", "昨夜"], INCIDENT, "时间读不懂"),
    ],
)
def test_an_incident_needs_its_instant_and_nothing_is_kept_without(kindergarten, capsys, words, kind, says):
    assert add(HACKED, *words, kind=kind) != 0
    assert says in capsys.readouterr().err
    parts = open_parts()
    posts, cases = settle(parts)
    parts.ledger.close()
    assert (posts, cases) == ([], [])
