from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from events.event import event
from search.parse_query import parse_query
from search.posts import change_posts, load_posts

BUG = "二食堂一楼的米饭里吃出一条虫子，窗口师傅说捡掉就行"
REWORDED = "今天中午在二食堂打饭，米饭里又吃出虫子了，窗口态度还很差"
OTHER_PLACE = "三食堂的米饭里吃出一条虫子，窗口师傅说捡掉就行"
OTHER_ISSUE = "二食堂的空调坏了一周，吃饭热得满头大汗"


@pytest.mark.provision("Z1.2-1")
def test_original_five_copies_and_three_replies_are_one_event_of_nine_posts(campus, make_post) -> None:
    original = make_post(BUG, thread_key="t1", floor=1)
    copies = [
        make_post(f"转发：{BUG}", outcome="duplicate", duplicate_key="k1", site=f"site{n}.example", level_code=0)
        for n in range(5)
    ]
    replies = [
        make_post(text, thread_key="t1", floor=n, level_code=0) for n, text in enumerate(["顶", "真的吗", "?"], 2)
    ]
    campus.hear(original, *copies, *replies)
    changes = campus.cluster()

    assert campus.events() == [[1, 2, 3, 4, 5, 6, 7, 8, 9]]
    assert [(change.kind, len(change.post_ids)) for change in changes] == [("new", 9)]
    with campus.ledger.read() as connection:
        row = connection.execute(select(event)).one()
    assert (row.posts, row.copies, row.sites) == (9, 5, 6)


def test_rewording_on_another_site_joins(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(REWORDED, site="weibo.example"))
    campus.cluster()

    assert campus.events() == [[1, 2]]


@pytest.mark.parametrize("other", [OTHER_PLACE, OTHER_ISSUE, "松园3栋晚上停电"])
def test_other_place_or_other_issue_is_another_event(other: str, campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(other))
    campus.cluster()

    assert campus.events() == [[1], [2]]


def test_same_words_about_another_building_are_another_event(campus, make_post) -> None:
    campus.hear(make_post("学生宿舍3栋昨晚停电到凌晨两点没人管"), make_post("学生宿舍5栋昨晚停电到凌晨两点没人管"))
    campus.cluster()

    assert campus.events() == [[1], [2]]


def test_a_post_without_a_level_founds_no_event(campus, make_post) -> None:
    campus.hear(make_post("银杏叶黄了真好看", level_code=0))

    assert campus.cluster() == []
    assert campus.events() == []


def test_a_post_that_is_not_ours_is_no_member(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(BUG, outcome="not_ours"))
    campus.cluster()

    assert campus.events() == [[1]]


def test_a_post_without_a_level_joins_by_its_words(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post("听说二食堂米饭里吃出虫子，窗口师傅不管", level_code=0))
    campus.cluster()

    assert campus.events() == [[1, 2]]


def test_the_earlier_thread_follows_a_reply_that_founds_an_event(campus, make_post) -> None:
    campus.hear(
        make_post("大家中午吃什么", thread_key="t", floor=1, level_code=0),
        make_post(BUG, thread_key="t", floor=2),
        make_post("+1", thread_key="t", floor=3, level_code=0),
    )
    campus.cluster()

    assert campus.events() == [[1, 2, 3]]


def test_one_reply_about_an_event_does_not_pull_in_its_whole_thread(campus, make_post) -> None:
    campus.hear(
        make_post(BUG),
        make_post("周末去哪里玩", thread_key="t", floor=1, level_code=0),
        make_post(REWORDED, thread_key="t", floor=2),
        make_post("去爬山吧", thread_key="t", floor=3, level_code=0),
    )
    campus.cluster()

    assert campus.events() == [[1, 3]]


def test_a_restricted_post_founds_its_own_event_without_title(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(BUG, restricted=True, level_code=0, title="求助"))
    changes = campus.cluster()

    assert campus.events() == [[1], [2]]
    assert [(change.restricted, change.level_code) for change in changes] == [(False, 1), (True, 0)]
    with campus.ledger.read() as connection:
        assert connection.execute(select(event.c.title).where(event.c.restricted)).scalar_one() == ""
        (post,) = load_posts(connection, changes[1].post_ids)
    assert (post.event_id, post.event_title) == (changes[1].event_id, "")


def test_a_public_post_never_joins_a_restricted_event(campus, make_post) -> None:
    campus.hear(make_post(BUG, restricted=True, thread_key="t", floor=1), make_post(REWORDED, thread_key="t", floor=2))
    campus.cluster()

    assert campus.events() == [[1], [2]]


def test_a_member_that_becomes_restricted_leaves_for_an_event_of_its_own(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(REWORDED))
    (first,) = campus.cluster()
    with campus.ledger.change() as work:
        change_posts(work, campus.store, [first.post_ids[1]], restricted=True)
    (change,) = campus.cluster()

    assert campus.events() == [[1], [2]]
    assert (change.kind, change.restricted) == ("new", True)
    with campus.ledger.read() as connection:
        assert connection.execute(select(event.c.posts).where(event.c.event_id == first.event_id)).scalar_one() == 1


def test_clustering_the_same_posts_again_changes_nothing(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(REWORDED))
    campus.cluster()
    campus.seen = 0

    assert campus.cluster() == []
    assert campus.events() == [[1, 2]]


def test_a_worse_post_raises_the_event(campus, make_post) -> None:
    campus.hear(make_post(BUG))
    campus.cluster()
    campus.hear(make_post(REWORDED, level_code=2))
    (change,) = campus.cluster()

    assert (change.kind, change.level_code) == ("raised", 2)


def test_an_edit_that_worsens_a_member_raises_its_event(campus, make_post) -> None:
    campus.hear(make_post(BUG))
    (new,) = campus.cluster()
    campus.hear(make_post(f"{BUG}，有三个同学住院了", key="k1", level_code=3))
    (change,) = campus.cluster()

    assert (change.event_id, change.kind, change.level_code, change.post_ids) == (
        new.event_id, "raised", 3, new.post_ids
    )  # fmt: skip


def test_a_milder_post_never_lowers_the_event(campus, make_post) -> None:
    campus.hear(make_post(BUG, level_code=3))
    campus.cluster()
    campus.hear(make_post(REWORDED))
    (change,) = campus.cluster()

    assert (change.kind, change.level_code) == ("grown", 3)


@pytest.mark.provision("Z9c.9-1")
def test_the_earliest_published_copy_is_the_origin_though_it_was_heard_last(campus, make_post) -> None:
    early = make_post(BUG, site="first.example")
    late = make_post(BUG)
    copy = make_post(BUG, outcome="duplicate", duplicate_key=late.key)
    early.outcome, early.duplicate_key = "duplicate", late.key
    campus.hear(late, copy, early)
    campus.cluster()

    with campus.ledger.read() as connection:
        row = connection.execute(select(event)).one()
    assert (row.origin_post_id, row.origin_site) == (early.post_id, "first.example")


@pytest.mark.provision("Z8.5")
def test_a_burst_shows_as_a_rising_trend_in_the_same_call(campus, make_post, clock_file: Path) -> None:
    posts = [make_post(BUG, thread_key="t", floor=n) for n in range(1, 8)]
    clock_file.write_text((posts[-1].published_at).isoformat(), encoding="utf-8")
    campus.hear(*posts)
    campus.cluster()

    with campus.ledger.read() as connection:
        assert connection.execute(select(event.c.trend)).scalar_one() == "up"


def test_an_event_that_was_silent_for_long_is_not_continued(campus, make_post, clock_file: Path) -> None:
    campus.hear(make_post(BUG))
    campus.cluster()
    clock_file.write_text("2027-01-10T04:00:00+00:00", encoding="utf-8")
    campus.hear(make_post(REWORDED))
    campus.cluster()

    assert campus.events() == [[1], [2]]


def test_members_are_found_by_their_event_number(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post(REWORDED), make_post(OTHER_ISSUE))
    changes = campus.cluster()

    with campus.ledger.read() as connection:
        hits = campus.store.search(connection, parse_query(f"event:{changes[0].event_id}"))
    assert len(hits.rows) == 2


STORY = [BUG, REWORDED, OTHER_PLACE, OTHER_ISSUE, f"转发 {BUG}", "三食堂米饭里也有虫子，窗口师傅说没事",
         "二食堂空调坏了好几天，热得不行", "松园宿舍昨晚停电到凌晨", "昨晚松园宿舍又停电了，凌晨才来"]  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(len(STORY))), cuts=st.lists(st.integers(1, 4), min_size=9, max_size=9))
def test_how_posts_are_cut_into_calls_does_not_matter(order, cuts, fresh_campus, make_post) -> None:
    found = []
    for limits in ([500], cuts):
        campus = fresh_campus()
        campus.hear(*(make_post(STORY[at], key=f"k{at}", level_code=at % 2) for at in order))
        for limit in limits:
            campus.cluster(limit)
        found.append(campus.events())

    assert found[0] == found[1]


def test_pictures_join_their_thread_but_found_nothing(campus, make_post) -> None:
    pictures = {"outcome": "needs_eyes", "pictures": 2}
    campus.hear(
        make_post("", **pictures, level_code=0),
        make_post("", **pictures, restricted=True, level_code=0),
        make_post(BUG, thread_key="t", floor=1),
        make_post("", title=BUG, thread_key="t", floor=2, **pictures, level_code=0),
    )
    campus.cluster()

    assert campus.events() == [[3, 4]]


def test_an_original_that_is_heard_after_its_copy_joins_the_copys_event(campus, make_post) -> None:
    original, copy = make_post(BUG), make_post(BUG, outcome="duplicate", duplicate_key="k1")
    campus.hear(original, copy)
    with campus.ledger.change() as work:  # as two workers leave them: the copy was stored first
        work.connection.exec_driver_sql("UPDATE post SET ingest_seq = 3 - ingest_seq")
    campus.cluster()

    assert campus.events() == [[1, 2]]
