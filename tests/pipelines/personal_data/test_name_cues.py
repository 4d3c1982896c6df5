import pytest

from pipelines.personal_data.name_cues import (
    AFTER,
    CLASS_CUE,
    COURTESY,
    LABEL_CUE,
    LIST_MARK,
    LOOSE_CUE,
    OFFICIAL_AFTER,
    OFFICIAL_BEFORE,
    ROLE_CUE,
)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (LABEL_CUE, "姓名：陈晓东"),
        (LABEL_CUE, "联系人叫陈晓东"),
        (ROLE_CUE, "室友陈晓东"),
        (LOOSE_CUE, "实名举报陈晓东"),
    ],
)
def test_a_cue_ends_where_a_name_begins(pattern, text):
    assert "陈晓东" in {text[found.end() :] for found in pattern.finditer(text)}


@pytest.mark.parametrize("after", ["同学", "先生", "的电话", "打人了", "住在竹园"])
def test_these_words_follow_a_private_persons_name(after):
    assert AFTER.match(after)


@pytest.mark.parametrize("after", ["奖学金", "校长", "《边城》", "路"])
def test_these_words_follow_a_public_name(after):
    assert OFFICIAL_AFTER.match(after)


def test_an_office_before_a_name_makes_it_public():
    assert OFFICIAL_BEFORE.search("教务处处长")
    assert not OFFICIAL_BEFORE.search("班主任")


@pytest.mark.parametrize(
    "title", ["先生", "女士", "同学", "老师", "师傅", "阿姨", "叔叔", "医生", "教授", "经理", "小姐", "大爷"]
)
def test_a_title_right_after_a_surname_is_courtesy(title):
    assert COURTESY.match(title)


@pytest.mark.parametrize("given", ["先知", "晓东", "师远", "大海", "小雨"])
def test_a_given_name_is_no_courtesy(given):
    assert not COURTESY.match(given)


def test_the_look_at_the_first_sign_hides_nothing(look_hides_nothing):
    look_hides_nothing(AFTER)


def test_a_list_goes_on_only_where_a_surname_follows():
    text = "王芳、李雪以及张伟 赵敏和食堂以，；陈晨"
    assert [found[0] for found in LIST_MARK.finditer(text)] == ["、", "以及", " ", "；"]


@pytest.mark.parametrize(
    ("text", "before"), [("3班的陈", "3班的"), ("12023级 陈", "12023级 "), ("二十班", "二十班"), ("班级", None)]
)
def test_a_class_is_named_by_its_number(text, before):
    assert next((text[: match.end()] for match in CLASS_CUE.finditer(text)), None) == before
