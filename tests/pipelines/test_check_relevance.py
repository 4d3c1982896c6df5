from types import SimpleNamespace

import pytest

from crawler.items import Post
from foundation.outcome import Outcome
from foundation.school import SETTINGS_FILE, School, SchoolFiles
from pipelines.check_relevance import CheckRelevance
from pipelines.default_school import SETTINGS, default_school

IDENTITY = "name: 云麓学院, aliases: [云麓], places: [麓湖], namesakes: [云麓职业学院]"


@pytest.fixture(scope="module")
def step():
    texts = dict(default_school().files.texts)
    texts[SETTINGS_FILE] = SETTINGS.replace("name: 本校, aliases: []", IDENTITY)
    return CheckRelevance.from_opened(SimpleNamespace(school=School.from_files(SchoolFiles(texts))))


def checked(step, text, site_kind="forum"):
    post = Post(content=text, site_kind=site_kind)
    step.run([post])
    return post


@pytest.mark.parametrize(
    ("text", "site_kind"),
    [
        ("食堂又涨价了", "forum"),
        ("三号楼天花板掉下来了", "message_board"),
        ("云麓学院宿舍停水五天", "microblog"),
        ("麓湖边的路灯坏了，学校管管", "microblog"),
        ("我不想活了", "forum"),
        ("三号锅炉房漏煤气，三个人晕倒送医院了", "forum"),
        ("办个在读证明，学院办公室说归教务处，教务处说归学院", "forum"),
    ],
)
def test_what_is_about_the_school_is_relevant_with_a_reason(step, text, site_kind):
    post = checked(step, text, site_kind)

    assert post.relevant
    assert 0.5 <= post.relevance <= 1.0
    assert post.relevance_reason
    assert post.outcome == ""


@pytest.mark.parametrize(
    ("text", "site_kind"),
    [
        ("云麓职业学院的行政楼被围了", "microblog"),
        ("云麓小区昨晚停水", "microblog"),
        ("隔壁理工大学食堂出事了", "forum"),
        ("表弟他们学校食堂吃出老鼠头", "forum"),
        ("出一台九成新显示器，面交", "forum"),
        ("代写论文，加微信", "forum"),
        ("剧本杀测评：云麓学院失踪案，凶手持刀那段吓死", "forum"),
        ("今晚欧冠决赛，足球真好看", "forum"),
        ("某地煤矿爆炸，多人被困", "microblog"),
        ("食堂又涨价了", "microblog"),
    ],
)
def test_what_is_not_ours_ends_here(step, text, site_kind):
    post = checked(step, text, site_kind)

    assert not post.relevant
    assert post.outcome == Outcome.NOT_OURS
    assert post.relevance_reason
    assert (post.level, post.category, post.topics, post.departments) == ("无", "其他", (), ())


def test_a_complaint_about_fraud_is_no_advertisement(step):
    assert checked(step, "举报：有人在宿舍发日结兼职，好几个同学被骗押金").relevant


def test_running_twice_changes_nothing(step):
    post = checked(step, "云麓职业学院招生")
    before = (post.relevance, post.outcome)
    step.run([post])

    assert (post.relevance, post.outcome) == before


@pytest.mark.parametrize("site_kind", ["forum", "microblog"])
def test_pictures_are_never_called_not_ours(step, site_kind):
    post = Post(content="", pictures=3, site_kind=site_kind, outcome=Outcome.NEEDS_EYES, outcome_reason="只有图片")
    step.run([post])

    assert (post.relevant, post.relevance_reason, post.outcome) == (True, "只有图片", Outcome.NEEDS_EYES)
