from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

import search.sqlite_store  # noqa: F401  (declares its tables)
from crawler.items import Page, Post
from foundation.opening import Opened
from foundation.outcome import Outcome
from foundation.school import store_school
from pipelines.default_school import default_school
from pipelines.judge import Judge, redact_text
from pipelines.replay_quarantine import steps
from pipelines.score_severity import load_rules

COMPLAINT = "三食堂二楼的排骨饭连续三天吃出头发，找窗口反映没有人理，希望后勤处给个说法，不要再拖了"


@pytest.fixture(scope="module")
def judge():
    return Judge.from_school(default_school())


def test_a_post_passes_all_steps(judge):
    post = judge.judge([Post(key="1", content=f"&lt;b&gt;{COMPLAINT}，电话13812345678")])[0]

    assert "13812345678" not in post.content
    assert (post.relevant, post.category, post.level, post.outcome) == (True, "投诉", "一般", Outcome.STORED)
    assert post.topics
    assert post.reasons
    assert post.departments


def test_copies_within_the_list_are_marked(judge):
    first, second = judge.judge([Post(key="a", content=COMPLAINT), Post(key="b", content=f"转：{COMPLAINT}")])

    assert {first.outcome, second.outcome} == {Outcome.STORED, Outcome.DUPLICATE}


def test_a_post_that_is_not_ours_keeps_that_outcome(judge):
    post = judge.judge([Post(key="1", content="出一台九成新显示器，面交")])[0]

    assert (post.outcome, post.level, post.departments) == (Outcome.NOT_OURS, "无", ())


def test_a_post_of_pictures_only_waits_for_eyes(judge):
    post = judge.judge([Post(key="1", content="", pictures=2)])[0]

    assert post.outcome == Outcome.NEEDS_EYES


def test_judging_twice_gives_the_same(judge):
    one = judge.judge([Post(key="1", content=COMPLAINT)])[0]
    two = judge.judge([Post(key="1", content=COMPLAINT)])[0]

    assert one == two


def test_redaction_is_offered_here_too():
    assert "13812345678" not in redact_text("电话13812345678").text


JUDGED = (
    "title", "content", "outcome", "outcome_reason", "relevant", "relevance", "relevance_reason", "duplicate_key",
    "similarity", "category", "topics", "level_code", "level", "score", "reasons", "counterfactual", "restricted",
    "departments",
)  # fmt: skip
NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def varied_posts():
    """One example of each kind of every severity rule, and what a page holds besides: copies, pictures, replies."""
    examples = [rule.EXAMPLES[kind][0] for rule in load_rules() for kind in ("positive", "negative", "near_miss")]
    told = [{"text": example} if isinstance(example, str) else example for example in examples]
    fields = [{"content": each["text"]} | {name: each[name] for name in each if name != "text"} for each in told]
    fields += [
        {"content": COMPLAINT},
        {"content": f"转：{COMPLAINT}"},
        {"content": f"&lt;p&gt;{COMPLAINT}&lt;/p&gt;", "title": "转发"},
        {"content": "", "pictures": 2},
        {"content": "[图片]", "pictures": 1, "floor": 3, "title": "五号楼着火了", "thread_key": "t1"},
        {"content": "同问", "floor": 2, "title": "五号楼着火了", "thread_key": "t1"},
        {"content": "班主任王老师的电话是13812345678，家住麓园三栋502"},
        {"content": "出一台九成新显示器，面交"},
        {"content": "云麓职业学院招生了"},
    ]
    return [
        Post(
            source_id="campus_forum", site="bbs.yunlu.example", key=f"k{number}",
            url=f"http://bbs.yunlu.example/{number}", published_at=NOON + timedelta(minutes=number), fetched_at=NOON,
            **({"site_kind": "forum"} | values),
        )
        for number, values in enumerate(fields)
    ]  # fmt: skip


def test_a_crawl_and_the_judge_conclude_the_same(ledger, example_school):
    with ledger.change() as work:
        store_school(work, example_school.files, "test")
    crawled, judged = varied_posts(), varied_posts()
    page = Page("campus_forum", "http://bbs.yunlu.example/", NOON, crawled)
    for step in steps(Opened(ledger, example_school)):
        step.process_item(page)
    Judge.from_school(example_school).judge(judged)

    assert len(judged) >= 60
    assert set(Counter(post.outcome for post in judged)) >= {"stored", "duplicate", "needs_eyes", "not_ours"}
    assert [[getattr(post, name) for name in JUDGED] for post in crawled] == [
        [getattr(post, name) for name in JUDGED] for post in judged
    ]
