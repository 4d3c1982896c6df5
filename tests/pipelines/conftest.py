"""What tests of patterns share: a pattern written so that a text is searched quickly finds what its plain form does."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

LOOK = re.compile(r"\(\?=\[(?:\\.|[^\]\\])*\]\)")


@pytest.fixture
def finds_the_same() -> Callable[[re.Pattern[str], str], None]:
    """Compare a pattern to its plain source, on pieces of that source."""

    def compare(pattern: re.Pattern[str], source: str) -> None:
        plain = re.compile(source, pattern.flags)
        pieces = sorted({piece for piece in re.split(r"[|()\[\]?:{}\\<!=\s]+", source) if piece} | set(source))

        @given(st.lists(st.sampled_from([*pieces, "12345678", "62345678", "010-", "abc12"]), max_size=8).map("".join))
        def same(text: str) -> None:
            assert [found.span() for found in pattern.finditer(text)] == [
                found.span() for found in plain.finditer(text)
            ]

        same()

    return compare


@pytest.fixture
def look_hides_nothing(
    finds_the_same: Callable[[re.Pattern[str], str], None],
) -> Callable[[re.Pattern[str]], None]:
    """Compare a pattern that begins with a cheap look at the first sign, `(?=[…])`, to the same without it."""

    def compare(pattern: re.Pattern[str]) -> None:
        look = LOOK.match(pattern.pattern)
        assert look is not None
        finds_the_same(pattern, pattern.pattern[look.end() :])

    return compare
