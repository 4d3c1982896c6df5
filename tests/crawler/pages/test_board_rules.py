"""Words of message boards and the rules of a source; whole pages are in tests/fixtures/message_board."""

import pytest

from crawler.pages.board_rules import address_behind, field_of, is_office, is_settled, letter_address, numbered_list

URL = "http://a.example/mail/list.asp"


@pytest.mark.parametrize("label", ["标题：", "标　　题：", "标\xa0\xa0题:", "【标题】", " 标题 "])
def test_a_label_is_known_whatever_pads_it(label: str) -> None:
    assert field_of(label, {}) == "title"


def test_the_words_of_a_source_come_before_ours() -> None:
    options = {"labels": {"content": ["回复"], "reply": ["部门意见"]}}

    assert [field_of(word, options) for word in ("回复", "部门意见", "答复", "口味")] == [
        "content",
        "reply",
        "reply",
        "",
    ]


@pytest.mark.parametrize(
    ("state", "settled"),
    [("已办结", True), ("不予受理", True), ("已 回 复", True), ("办理中", False), ("", False), ("怪", False)],
)
def test_a_settled_letter_is_known_by_its_state(state: str, settled: bool) -> None:
    assert is_settled(state, {}) is settled


def test_a_source_says_what_its_own_state_words_mean() -> None:
    options = {"states": {"退件": "不予受理", "已公开": "办理中"}}

    assert is_settled("退件", options)
    assert not is_settled("已公开", options)


@pytest.mark.parametrize(
    ("name", "office"),
    [("后勤管理处", True), ("团委", True), ("图书馆", True), ("王处", False), ("岑雨舟", False), ("王老师", False)],
)
def test_an_office_is_told_from_a_person(name: str, office: bool) -> None:
    assert is_office(name) is office


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("show.asp?id=7#top", "http://a.example/mail/show.asp?id=7"),
        ("javascript:openwin('show.asp?id=7')", "http://a.example/mail/show.asp?id=7"),
        ("javascript:openwin(7)", "http://a.example/mail/view.asp?no=7"),
        ("JavaScript:openwin( '7' ,1)", "http://a.example/mail/view.asp?no=7"),
        ("javascript:void(0)", "http://a.example/mail/view.asp?no=0"),
        ("javascript:history.back()", ""),
        ("mailto:x@a.example", ""),
    ],
)
def test_the_address_behind_a_link_is_found(href: str, address: str) -> None:
    assert address_behind(URL, href, {"letter_address": "view.asp?no={number}"}) == address


def test_without_a_rule_a_number_alone_leads_nowhere() -> None:
    assert address_behind(URL, "javascript:openwin(7)", {}) == ""
    assert letter_address(URL, "", {"letter_address": "view.asp?no={number}"}) == ""


def test_pages_of_a_list_have_addresses_by_rule() -> None:
    assert numbered_list(URL, 2, {}) == ""
    assert numbered_list(URL, 2, {"list_address": "list_{page}.htm"}) == "http://a.example/mail/list_2.htm"
