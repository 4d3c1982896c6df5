"""Columns of lists and tables come back as they went in, lone surrogates too."""

import json

import pytest

from foundation.json_columns import read_json, write_json


@pytest.mark.parametrize(
    "value", [[], {}, ["办", 1, None], {"a": {"b": [1.5, True]}}, "\ud83d 半个字", {"x": "\udc00"}]
)
def test_what_is_written_is_read_back(value: object) -> None:
    assert read_json(write_json(value)) == value


def test_rows_of_before_are_read() -> None:
    assert read_json(json.dumps({"字": "\ud83d"})) == {"字": "\ud83d"}


def test_numbers_as_keys_become_words_as_json_has_them() -> None:
    assert read_json(write_json({3: "三"})) == {"3": "三"}
