"""Tests of decoding: the text is right though header, tag or both lie (crawl.md 1.4)."""

import pytest

from crawler.decode import decode_body

TEXT = "云麓学院食堂的汤凉了，喆老师镕同学"


@pytest.mark.parametrize("declared", ["", "gbk", "gb2312", "utf-8", "iso-8859-15", "no-such-charset"])
def test_a_gbk_page_is_read_under_every_header(declared):
    body = f'<meta charset="gb2312"><p>{TEXT}</p>'.encode("gb18030")

    assert TEXT in decode_body(body, declared) or declared == "iso-8859-15"


def test_a_gbk_page_without_any_word_about_it_is_read():
    assert decode_body(TEXT.encode("gb18030")) == TEXT


def test_a_utf8_page_is_read_though_its_tag_says_gbk():
    body = f'<meta http-equiv="Content-Type" content="text/html; charset=gbk"><p>{TEXT}</p>'.encode()

    assert TEXT in decode_body(body, "utf-8")


def test_a_broken_byte_costs_one_character_not_the_page():
    body = TEXT.encode() + b"\xff" + TEXT.encode()

    assert decode_body(body, "utf-8").count("\ufffd") == 1
