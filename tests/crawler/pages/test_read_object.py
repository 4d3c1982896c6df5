"""Objects as scripts write them: what is data is read, nothing is evaluated, the rest is None."""

from typing import Any

import pytest

from crawler.pages.read_object import read_object, value_at


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("{a:1,b:[true,null,undefined]}", {"a": 1, "b": [True, None, None]}),
        ("var data = {a:'x'};", {"a": "x"}),
        ("callback({a:'x'})", {"a": "x"}),
        (r"{a:'it\'s \"so\"'}", {"a": 'it\'s "so"'}),
        ('{a:"he said \\"no\\", b:1"}', {"a": 'he said "no", b:1'}),
        ("{a:'b:c,{d}',}", {"a": "b:c,{d}"}),
        ("[{a:1},]", [{"a": 1}]),
        ("{a:'换\n行'}", {"a": "换\n行"}),
    ],
)
def test_an_object_is_read(text: str, value: Any) -> None:
    assert read_object(text) == value


@pytest.mark.parametrize("text", ["", "<html></html>", "{", "{a:alert(1)}", "{" * 9999, "[" * 99999, "{a:1}{b:2}"])
def test_what_is_no_object_is_none(text: str) -> None:
    assert read_object(text) is None


def test_values_are_found_by_their_path() -> None:
    assert value_at({"a": {"b": [1]}}, "a.b") == [1]
    assert value_at({"a": 1}, "a.b.c") is None
    assert value_at([], "a") is None
