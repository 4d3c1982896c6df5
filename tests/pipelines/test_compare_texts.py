import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.compare_texts import Comparable, differs, similarity

TEXT = "昨天晚上三食堂二楼的红烧茄子里吃出一只小虫，窗口的人说不归他们管，希望学校派人来查一查，给大家一个说法。"

OTHER_INCIDENTS = [
    TEXT.replace("三食堂", "二食堂"),
    TEXT.replace("二楼", "一楼"),
    TEXT.replace("三食堂", "东区食堂").replace("二楼", "") + "东校区的同学小心",
    TEXT.replace("一只", "三只").replace("三食堂", "四食堂"),
]
SAME_INCIDENT = [
    TEXT.replace("，", " "),
    TEXT.replace("昨天晚上", ""),
    "求官方回应！" + TEXT,
    TEXT + "我们学校也这样",
    TEXT.replace("希望学校派人来查一查", "盼望学校派人查一查"),
    TEXT[: len(TEXT) * 4 // 5],
]
PLACES = [
    (
        "七号楼三天没有热水了，打了报修电话也没有人来，大家都很着急",
        "八号楼三天没有热水了，打了报修电话也没有人来，大家都很着急",
    ),
    (
        "东区食堂的饭菜又涨价了，一份青菜要六块钱，学生怎么吃得起啊",
        "西区食堂的饭菜又涨价了，一份青菜要六块钱，学生怎么吃得起啊",
    ),
    (
        "云麓学院的宿舍半夜停电，风扇都转不动，热得一晚上没有睡着",
        "云山学院的宿舍半夜停电，风扇都转不动，热得一晚上没有睡着",
    ),
    (
        "北门的路灯坏了两个星期，晚上下课走过去特别黑，请修一下",
        "南门的路灯坏了两个星期，晚上下课走过去特别黑，请修一下",
    ),
    (
        "3月5日下午图书馆突然闭馆，没有提前通知，座位上的书都没拿",
        "3月8日下午图书馆突然闭馆，没有提前通知，座位上的书都没拿",
    ),
    (
        "计算机2301班的成绩到现在还没有登记，老师一直说再等一等",
        "计算机2302班的成绩到现在还没有登记，老师一直说再等一等",
    ),
    (
        "长沙校区的班车总是晚点，等了四十分钟都没有来，上课迟到了",
        "武汉校区的班车总是晚点，等了四十分钟都没有来，上课迟到了",
    ),
    (
        "桃园餐厅的阿姨打菜手抖，一份肉只有三块，价格还那么贵啊",
        "梅园餐厅的阿姨打菜手抖，一份肉只有三块，价格还那么贵啊",
    ),
]


def alike(one, two):
    return similarity(Comparable(one), Comparable(two))


@pytest.mark.parametrize("other", SAME_INCIDENT)
def test_light_edits_are_copies(other):
    assert alike(TEXT, other) > 0


@pytest.mark.parametrize("other", OTHER_INCIDENTS)
def test_the_same_words_about_another_place_are_no_copy(other):
    assert alike(TEXT, other) == 0


@pytest.mark.parametrize(("one", "two"), PLACES)
def test_another_building_date_class_or_town_is_another_incident(one, two):
    assert differs(Comparable(one), Comparable(two))
    assert alike(one, two) == 0


def test_another_topic_is_no_copy():
    assert alike(TEXT, "图书馆四楼靠窗的座位总是被书包占着，能不能装一个预约系统，这样大家都有座位坐。") == 0


def test_a_short_question_with_one_other_word_is_no_copy():
    assert alike("请问怎样才能申请助学金", "请问怎样才能申请奖学金") == 0


@pytest.mark.parametrize(("one", "two"), [("同问", "同问啊"), ("顶", "顶顶"), ("+1", "+10086")])
def test_tiny_texts_are_never_near_copies(one, two):
    assert alike(one, two) == 0


def test_numerals_and_digits_name_the_same_place():
    assert alike(TEXT, TEXT.replace("三食堂二楼", "3食堂2楼")) == 1.0


@given(
    st.sampled_from([TEXT, *SAME_INCIDENT, *OTHER_INCIDENTS]), st.sampled_from([TEXT, *SAME_INCIDENT, *OTHER_INCIDENTS])
)
def test_order_does_not_matter(one, two):
    assert alike(one, two) == alike(two, one)


@given(st.text(max_size=80))
def test_a_text_is_a_copy_of_itself(text):
    assert alike(text, text) == 1.0
