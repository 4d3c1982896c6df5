"""Tests of decoding: the text is right though header, tag or both lie."""

import pytest

from crawler.decode import decode_body

TEXT = "云麓学院食堂的汤凉了，喆老师镕同学"


LIES = [
    "",
    "gbk",
    "gb2312",
    "utf-8",
    "utf-16",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1252",
    "ascii",
    "big5",
    "euc-kr",
    "no-such-charset",
]


@pytest.mark.parametrize("declared", LIES)
def test_a_gbk_page_is_read_under_every_header(declared):
    body = f'<meta charset="gb2312"><p>{TEXT}</p>'.encode("gb18030")

    assert TEXT in decode_body(body, declared)


@pytest.mark.parametrize("declared", LIES)
@pytest.mark.parametrize("tag", ["utf-8", "gbk", "iso-8859-1"])
def test_a_utf8_page_is_read_whatever_header_and_tag_say(declared, tag):
    body = f'<meta charset="{tag}"><p>{TEXT}</p>'.encode()

    assert TEXT in decode_body(body, declared)


@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "windows-1252"])
def test_a_gbk_page_with_a_broken_byte_and_no_tag_is_read(declared):
    assert TEXT in decode_body((TEXT * 9).encode("gb18030") + b"\xff", declared)


def test_pages_in_other_encodings_are_read_by_their_claims():
    assert decode_body("食堂的湯涼了".encode("big5"), "big5") == "食堂的湯涼了"
    assert decode_body("café, déjà".encode("iso-8859-1"), "iso-8859-1") == "café, déjà"
    assert decode_body(TEXT.encode("utf-16"), "") == TEXT
    assert decode_body(TEXT.encode("utf-8-sig"), "gbk") == TEXT


@pytest.mark.parametrize("told", ["big5", "iso-8859-15", "windows-1252"])
def test_what_a_person_wrote_about_a_source_is_believed_before_everything_else(told):
    words = "食堂的湯涼了" if told == "big5" else "Ã©: garbage, but as told"
    body = f'<meta charset="utf-8">{words}'.encode(told)

    assert words in decode_body(body, "gbk", told=told)
    assert TEXT in decode_body(TEXT.encode("gb18030"), "", told="utf-8"), "unless it cannot be"


def test_a_short_gbk_text_that_is_utf8_by_chance_is_read_by_its_claim():
    body = "陆".encode("gbk")
    assert body.decode("utf-8")

    assert decode_body(body, "gbk") == "陆"


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
