import pytest

from pipelines.personal_data.offices import is_office_line, is_published


@pytest.mark.parametrize("before", ["保卫处电话", "后勤报修热线:", "图书馆服务台", "招生办咨询电话 "])
def test_a_number_right_after_an_office_is_published(before):
    assert is_published(before)


@pytest.mark.parametrize("before", ["", "计算机学院", "后勤处李老师电话", "教务处让我留的，我的电话"])
def test_a_number_after_a_person_is_not_published(before):
    assert not is_published(before)


def test_a_home_named_after_the_office_makes_the_line_private():
    assert is_office_line("教务处 王老师 ")
    assert not is_office_line("教务处不管，打我家")


def test_many_digits_before_a_number_take_no_long_time():
    assert not is_published("热线" + "1 " * 500 + "号")
