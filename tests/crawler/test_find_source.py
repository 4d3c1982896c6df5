"""Tests of finding a source: mistakes list the right ids in Chinese."""

import pytest

from crawler.find_source import find_source
from foundation.errors import Stop


def test_a_source_is_found_by_its_id(example_school):
    assert find_source(example_school, "news", "feed").id == "news"


@pytest.mark.parametrize(
    ("source_id", "words"),
    [
        ("", "加上 -a source=编号；feed 的信源有：news"),
        ("mews", "是不是 news？feed 的信源有：news"),
        ("forum", "scrapy crawl discuz -a source=forum；feed 的信源有：news"),
    ],
)
def test_mistakes_say_what_to_write(example_school, source_id, words):
    with pytest.raises(Stop, match=words.replace("？", "？")):
        find_source(example_school, source_id, "feed")
