from types import SimpleNamespace

import pytest

from crawler.items import Post
from foundation.outcome import CATEGORIES, TOPICS
from pipelines.classify_topic import ClassifyTopic
from pipelines.default_school import default_school


@pytest.fixture(scope="module")
def step():
    return ClassifyTopic.from_opened(SimpleNamespace(school=default_school()))


def classified(step, text, **fields):
    post = Post(content=text, **fields)
    step.run([post])
    return post


@pytest.mark.provision("Z10.4-2")
@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("有人造谣学校要停办，家长群疯传", "学校声誉"),
        ("期末成绩判错了，申请复核没人理", "教育教学"),
        ("宿舍热水器坏了一周没人修", "学生管理"),
        ("走廊电线裸露好几天没人管", "校园安全"),
        ("导师当众骂学生是废物", "师德师风"),
    ],
)
def test_each_topic_has_its_posts(step, text, topic):
    assert classified(step, text).topics[0] == topic


@pytest.mark.provision("Z1.6.1-c")
@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("宿舍停水三天没人管，投诉", "投诉"),
        ("觉得点名跑操不太合理，形式主义", "意见"),
        ("建议增设自习座位", "建议"),
        ("请问补考什么时候报名？", "咨询"),
        ("班主任当众扇学生耳光", "师德作风"),
        ("今天的樱花真好看", "其他"),
        ("五号楼着火了，楼上还有人", "其他"),
        ("五号楼着火了，消防栓没水，谁负责", "投诉"),
    ],
)
def test_each_category_has_its_posts(step, text, category):
    assert classified(step, text).category == category


def test_one_or_two_topics_of_the_closed_list(step):
    for text in ("食堂涨价", "图书馆选课系统食堂宿舍成绩", "好看"):
        post = classified(step, text)

        assert 1 <= len(post.topics) <= 2
        assert set(post.topics) <= set(TOPICS)
        assert post.category in CATEGORIES


def test_a_post_that_is_not_ours_has_no_topic(step):
    post = classified(step, "宿舍停水", relevant=False)

    assert (post.category, post.topics) == ("其他", ())
