"""Tests of columns: usual headers are known, the school's own mapping goes over them, mistakes are named."""

import pytest

from crawler.imports.map_columns import HEADERS, check_columns, guess_columns, read_columns
from foundation.errors import ConfigError, Refused


@pytest.mark.parametrize("field", HEADERS)
def test_every_usual_header_is_known_in_other_spellings(field):
    for header in HEADERS[field]:
        assert guess_columns([f" {header.upper()}（必填）"]) == {field: f" {header.upper()}（必填）"}


def test_of_two_headers_for_one_field_the_more_usual_one_counts():
    assert guess_columns(["评论", "正文", "手机号", "IP属地"]) == {"content": "正文"}


def test_the_schools_own_mapping_goes_over_the_guess():
    found = read_columns("columns: {content: 诉求, title: 正文}", "m.yaml", ["正文", "诉求", "网址"])

    assert found == {"content": "诉求", "title": "正文", "url": "网址"}


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("columns: {contnt: 诉求}", Refused, "是不是 content"),
        ("columns: {content: 诉求人}", Refused, "文件里有：诉求"),
        ("column: {}", ConfigError, "columns"),
    ],
)
def test_a_wrong_mapping_names_what_there_is(text, error, said):
    with pytest.raises(error, match=said):
        read_columns(text, "m.yaml", ["诉求"])


def test_a_file_without_words_is_refused():
    with pytest.raises(Refused, match="找不到标题或正文"):
        check_columns({"url": "网址"}, "x.csv")
