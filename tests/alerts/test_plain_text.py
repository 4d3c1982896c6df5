"""Text for robots: no markup from public posts, cut on a character border."""

import json

import pytest

from alerts.plain_text import cut_bytes, plain_lines


def test_marks_become_their_full_width_forms():
    assert plain_lines("# [点我](http://a)\n*文* `x` <b>") == ["＃ ［点我］(http://a)", "＊文＊ ｀x｀ ＜b＞"]


@pytest.mark.parametrize("text", ["汉" * 900, '"\\\n' * 900, "🀄" * 900, "𠮷a" * 900])
@pytest.mark.parametrize("limit", [50, 51, 52, 53, 500])
def test_a_cut_text_is_a_beginning_within_the_limit(text, limit):
    cut = cut_bytes(text, limit)

    assert len(json.dumps(cut, ensure_ascii=False).encode()) <= limit + 2
    assert text.startswith(cut.removesuffix("……"))


def test_a_short_text_is_untouched():
    assert cut_bytes("汉字", 100) == "汉字"
