"""What tests of patterns share: a cheap look at the first sign, `(?=[…])`, must hide nothing."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

LOOK = re.compile(r"\(\?=\[(?:\\.|[^\]\\])*\]\)")


@pytest.fixture
def look_hides_nothing() -> Callable[[re.Pattern[str]], None]:
    """Compare a pattern that begins with such a look to the same pattern without it, on pieces of its own source."""

    def compare(pattern: re.Pattern[str]) -> None:
        look = LOOK.match(pattern.pattern)
        assert look is not None
        source = pattern.pattern[look.end() :]
        plain = re.compile(source, pattern.flags)
        pieces = sorted({piece for piece in re.split(r"[|()\[\]?:{}\\<!=\s]+", source) if piece} | set(source))

        @given(st.lists(st.sampled_from([*pieces, "12345678", "62345678", "010-", "abc12"]), max_size=8).map("".join))
        def same(text: str) -> None:
            assert [found.span() for found in pattern.finditer(text)] == [
                found.span() for found in plain.finditer(text)
            ]

        same()

    return compare
