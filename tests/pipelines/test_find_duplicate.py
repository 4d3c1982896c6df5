from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import search.sqlite_store  # noqa: F401  # the ledger is made with the index's tables
from crawler.items import Page, Post
from pipelines.find_duplicate import FindDuplicate, find_duplicate
from pipelines.signatures import Signatures
from search.posts import keep_posts
from search.store import open_store

MORNING = datetime(2026, 3, 5, 2, 30, tzinfo=UTC)
TEXT = "昨天晚上三食堂二楼的红烧茄子里吃出一只小虫，窗口的人说不归他们管，希望学校派人来查一查，给大家一个说法。"
COPY = TEXT + "我们学校也这样"
COPY_OF_COPY = "转发微博//@云麓小喇叭:" + COPY + "，求扩散"
OTHER_PLACE = TEXT.replace("三食堂", "二食堂")
STRANGER = "图书馆四楼靠窗的座位总是被书包占着，没有人管理，能不能装一个预约系统，让大家都有座位。"


def post(key, content=TEXT, minutes=0, **values):
    return Post(key=key, content=content, published_at=MORNING + timedelta(minutes=minutes), **values)


def marked(posts):
    return {one.key: one.duplicate_key for one in posts if one.outcome == "duplicate"}


def test_a_copy_points_to_the_earliest_post():
    posts = [post("late", minutes=9), post("first"), post("middle", COPY, minutes=5)]

    find_duplicate(posts)

    assert marked(posts) == {"late": "first", "middle": "first"}


def test_a_copy_of_a_copy_points_to_the_root():
    posts = [post("a"), post("b", COPY, 1), post("c", COPY_OF_COPY, 2)]

    find_duplicate(posts)

    assert marked(posts) == {"b": "a", "c": "a"}


def test_how_alike_they_are_is_said():
    posts = [post("a"), post("b", minutes=1)]

    find_duplicate(posts)

    assert posts[1].similarity == 1.0
    assert posts[0].similarity == 0.0


def test_the_same_words_about_another_canteen_are_heard_too():
    posts = [post("a"), post("b", OTHER_PLACE, 1)]

    find_duplicate(posts)

    assert marked(posts) == {}


@pytest.mark.parametrize("words", ["同问", "顶", "+1", "支持楼主"])
def test_short_replies_are_no_copies_of_each_other(words):
    posts = [post("a", words), post("b", words, 1)]

    find_duplicate(posts)

    assert marked(posts) == {}


def test_the_same_post_twice_on_one_page_is_no_copy():
    posts = [post("a"), post("a")]

    find_duplicate(posts)

    assert marked(posts) == {}


def test_a_post_that_waits_for_eyes_keeps_its_outcome():
    posts = [post("a"), post("b", minutes=1, outcome="needs_eyes")]

    find_duplicate(posts)

    assert posts[1].outcome == "needs_eyes"


def test_a_post_without_key_is_passed_over():
    posts = [post(""), post("b", minutes=1)]

    find_duplicate(posts)

    assert marked(posts) == {}


def test_no_posts_are_no_problem():
    posts = []

    find_duplicate(posts)

    assert posts == []


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)))
def test_order_does_not_change_what_is_found(order):
    contents = [TEXT, COPY, COPY_OF_COPY, OTHER_PLACE, STRANGER, TEXT.replace("，", " ")]
    posts = [post(f"k{number}", contents[number], number) for number in order]

    find_duplicate(posts)

    assert marked(posts) == {"k1": "k0", "k2": "k0", "k5": "k0"}


def test_equal_times_are_settled_by_key():
    for order in permutations([post("a"), post("b"), post("c")]):
        posts = [Post(key=one.key, content=one.content, published_at=one.published_at) for one in order]
        find_duplicate(posts)

        assert marked(posts) == {"b": "a", "c": "a"}


@pytest.fixture
def remembered(ledger, example_school):
    store = open_store(example_school)
    step = FindDuplicate(ledger)

    def hear(*posts):
        page = Page("campus_forum", "http://bbs.yunlu.test/", MORNING, list(posts))
        step.process_item(page)
        found = marked(page.posts)
        with ledger.change() as work:
            for one in page.posts:
                one.outcome = one.outcome or "stored"
                one.fetched_at = MORNING
            kept = keep_posts(work, store, page.posts)
            Signatures().add(work, [item.post for item in kept])
        return found

    return hear


def test_a_copy_of_a_stored_post_is_found_on_a_later_page(remembered):
    remembered(post("a"))

    assert remembered(post("b", COPY, 1)) == {"b": "a"}


def test_a_stored_copy_leads_to_its_stored_root(remembered):
    remembered(post("a"))
    remembered(post("b", COPY, 1))

    assert remembered(post("c", COPY_OF_COPY, 2)) == {"c": "a"}


def test_a_page_of_copies_points_to_the_stored_original(remembered):
    remembered(post("a"))

    assert remembered(post("b", COPY, 1), post("c", COPY_OF_COPY, 2)) == {"b": "a", "c": "a"}


def test_an_edited_post_is_no_copy_of_its_earlier_version(remembered):
    remembered(post("a"))

    assert remembered(post("a", TEXT + "补充：今天还是这样")) == {}


def test_an_edited_original_is_no_copy_of_its_copy(remembered):
    remembered(post("a"))
    remembered(post("b", COPY, 1))

    assert remembered(post("a", TEXT + "补充：今天还是这样")) == {}


def test_another_place_is_heard_though_the_words_are_stored(remembered):
    remembered(post("a"))

    assert remembered(post("b", OTHER_PLACE, 1)) == {}
