"""How letters are told apart by their addresses."""

import pytest

from crawler.pages.letter_id import letter_id


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("http://a.example/show.jsp?id=2024110513", "2024110513"),
        ("http://a.example/letters/show/1002.html", "1002"),
        ("http://a.example/detail?originalId=AH20", "AH20"),
        ("http://a.example/letter/about", "/letter/about"),
    ],
)
def test_the_number_of_a_letter_is_read_from_its_address(url: str, number: str) -> None:
    assert letter_id(url) == number
