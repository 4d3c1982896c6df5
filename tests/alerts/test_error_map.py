"""A table of refusals: codes, words, order."""

import pytest

from alerts.channel_answers import ChannelDown, Dead, Retry
from alerts.error_map import Rule, busy, fate_of, throttled

TABLE = (
    Rule((1,), ("key",), ChannelDown, "关键词"),
    Rule((1,), (), Dead, "其他"),
    Rule((), ("too fast",), throttled, "限流"),
    Rule((2,), (), busy, "繁忙"),
)


@pytest.mark.parametrize(
    ("code", "words", "answer"),
    [
        (1, "KEY missing", ChannelDown("1 关键词")),
        (1, "else", Dead("1 其他")),
        (9, "Too Fast", Retry("9 限流", throttled=True)),
        (2, "", Retry("2 繁忙", after_seconds=30.0)),
        (3, "", Retry("3 没有见过的错误码")),
    ],
)
def test_the_first_row_that_fits_decides_and_the_unknown_is_never_success(code, words, answer):
    assert fate_of(code, words, TABLE) == answer
