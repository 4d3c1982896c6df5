import pytest

from pipelines.normalise_text import _ADDED, normalise

WORDS = "三食堂二楼的红烧茄子里吃出一只小虫，窗口说不归他们管。"

COPIES = [
    WORDS,
    "转发微博//@云麓小喇叭:" + WORDS,
    "太可怕了//@甲:坐等后续//@乙:" + WORDS,
    "【求扩散】" + WORDS,
    WORDS + "（转自云麓论坛）",
    WORDS + " https://bbs.yunlu.test/t/12",
    "@云麓学院 @后勤处 " + WORDS,
    "#云麓学院#" + WORDS + "[怒][怒]",
    "引用:\n原帖由 云中客 于 2026-3-5 10:30 发表\n" + WORDS + "\n顶",
    "三食堂二楼的紅燒茄子裏吃出一隻小蟲，窗口說不歸他們管。",
    "三丶食堂二楼的 红 烧茄子里吃出一只小*虫，窗口说不归他们管。",
    "３食堂２楼的红烧茄子里吃出１只小虫!窗口说不归他们管",
    "三食\u200b堂二楼的红烧\ufeff茄子里吃出一只小虫……窗口说不归他们管",
    WORDS + " 来自安卓客户端",
]


@pytest.mark.parametrize("text", COPIES)
def test_a_forwarded_text_keeps_its_normal_form(text):
    assert normalise(text) == normalise(WORDS)


def test_an_own_comment_of_length_stays():
    comment = "我昨天在同一个窗口也遇到了一模一样的事情，还拍了照片"

    assert normalise(comment) in normalise(f"{comment}//@甲:{WORDS}")


def test_a_text_of_tags_only_keeps_them():
    assert normalise("#三食堂#") == "3食堂"


def test_signs_alone_have_no_normal_form():
    assert normalise("？！……😀") == ""


@pytest.mark.parametrize("pattern", [_ADDED])
def test_the_look_at_the_first_sign_hides_nothing(pattern, look_hides_nothing):
    look_hides_nothing(pattern)
