import pytest

from crawler.items import Post
from foundation.outcome import Outcome
from pipelines.default_school import default_school
from pipelines.judge import Judge, redact_text

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
