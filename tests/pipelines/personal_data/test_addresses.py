import pytest

from pipelines.drop_personal_data import redact
from pipelines.personal_data.addresses import _CUE, _OTHER_LIVES

REMOVED = [
    ("快递寄到文一路100号翠苑三区5幢3单元502室", ["文一路100号翠苑三区5幢3单元502室"]),
    ("她家在幸福里小区6幢1202", ["幸福里小区6幢1202"]),
    ("家住云麓区枫林路88号桂苑小区3栋2单元501室", ["云麓区枫林路88号桂苑小区3栋2单元501室"]),
    ("家庭住址：江州市云麓区枫林路88号", ["江州市云麓区枫林路88号"]),
    ("收货地址是枫林路12号桂苑小区5栋301", ["枫林路12号桂苑小区5栋301"]),
    ("他住在桂苑小区3栋501", ["桂苑小区3栋501"]),
    ("她就住7栋402室", ["7栋402室"]),
    ("张小明住在7栋402", ["张小明", "7栋402"]),
    ("我家在桂苑小区五栋二单元", ["桂苑小区五栋二单元"]),
    ("租住枫林新村8号楼602", ["枫林新村8号楼602"]),
    ("地址：枫林路１２号", ["枫林路１２号"]),
]
KEPT = [
    "7栋402没有热水",
    "我住7栋，三天没有热水",
    "宿舍3号楼电梯坏了",
    "桂苑食堂二楼价格太贵",
    "枫林路88号门口堵车",
    "图书馆三楼太吵",
    "住在学校很方便",
    "教学楼A座301教室空调坏了",
    "学校地址在云麓区",
    "他住院了",
    "我们住的宿舍漏水",
    "地址栏输入网址打不开",
]


def test_the_words_that_bind_a_home_stay():
    assert redact("我家住在云溪小区3栋2单元501").text == "我家住在〔住址〕"


@pytest.mark.parametrize(("text", "pieces"), REMOVED)
def test_personal_data_goes_and_only_it(text, pieces):
    spans = redact(text).spans

    assert [text[span.start : span.end] for span in spans] == pieces


@pytest.mark.parametrize("text", KEPT)
def test_what_is_public_stays(text):
    assert redact(text).text == text


@pytest.mark.parametrize("pattern", [_CUE, _OTHER_LIVES])
def test_the_look_at_the_first_sign_hides_nothing(pattern, look_hides_nothing):
    look_hides_nothing(pattern)
