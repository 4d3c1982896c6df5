import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.personal_data.reading import BLANK, Reading


@given(st.text())
def test_folded_copies_keep_every_offset(text):
    reading = Reading.of(text)

    assert len(reading.plain) == len(reading.spoken) == len(text)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("１３８", "138"),
        ("一三八零零", "13800"),
        ("①③⑧⑨⓪", "13890"),
        ("𝟏𝟑𝟖𝟎𝟎", "13800"),
        ("壹叁捌〇○", "13800"),
        ("138oo138", "13800138"),
    ],
)
def test_digits_in_any_dress_are_digits(text, spoken):
    assert Reading.of(text).spoken == spoken


@pytest.mark.parametrize("words", ["第二", "前三位", "末尾间二个", "三位数", "唯一", "一下", "一起"])
def test_numerals_of_words_are_no_digits(words):
    spoken = Reading.of(f"{words}，一二三四五").spoken

    assert spoken.endswith(",12345")
    assert BLANK in spoken[: len(words)]


def test_digits_of_a_web_address_are_blanked():
    assert "13800138000" not in Reading.of("见 https://bbs.yunlu.test/13800138000 吧").plain


def test_short_counts_are_no_numbers():
    assert not Reading.of("三楼的 2 号窗口").has_digits


def test_words_before_end_at_the_sentence():
    reading = Reading.of("教务处很忙。打我12345")

    assert reading.before(reading.text.index("1")) == "打我"


def test_what_detectors_ask_first_is_never_less_than_what_a_copy_holds():
    reading = Reading.of("学号 ２０２６０１０２，一三八零零，abc 第12位")

    assert reading.digits >= sum(sign.isdigit() for sign in reading.plain)
    assert reading.digits >= sum(sign.isdigit() for sign in reading.spoken)
    assert reading.longest_run == 8
    assert reading.has_latin
    assert not Reading.of("没有数字，也没有 A 字母").has_latin
    assert Reading.of("没有数字").longest_run == 0
