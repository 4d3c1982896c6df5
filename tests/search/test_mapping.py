from datetime import UTC, datetime

import orjson
import pytest

from crawler.items import Post, Reason, post_fields
from search.mapping import CJK, document_of, fingerprint, index_body, month_of, properties
from search.pair_characters import cut_texts
from search.segment import Segmenter


def test_every_searchable_field_of_a_post_is_mapped_and_no_other() -> None:
    own = {"title_words", "content_words", "title_grams", "content_grams", "day"}

    assert set(properties()) - own == {name for name, about in post_fields().items() if about.searchable}
    assert not {"author", "key", "quote", "restricted"} & set(properties())


def test_an_index_takes_nothing_that_is_not_mapped_and_says_for_which_fields_it_was_made() -> None:
    mapping = index_body(CJK, 1)["mappings"]

    assert (mapping["dynamic"], mapping["_meta"]) == ("strict", {"by": "huiyin", "fields": fingerprint()})


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), "2026.10"),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), "2026.11"),
    ],
)
def test_the_month_is_the_schools(at: datetime, month: str) -> None:
    assert month_of(int(at.timestamp()) << 20) == month


def test_a_document_holds_tokens_and_no_person(segmenter: Segmenter) -> None:
    reasons = (Reason("hazard", "能伤人的隐患", 2.0, ("漏电",)),)
    post = Post(
        post_id=1_793_635_200 << 20, title="二食堂", content="饭凉", author="f00d", quote="引用", reasons=reasons
    )
    document = orjson.loads(document_of(post, cut_texts(segmenter, (post.title, post.content))))

    assert (document["day"], document["content_grams"], document["title_grams"]) == (
        "2026-11-03",
        "饭凉 凉",
        "二食 食堂 堂",
    )
    assert document["reasons"] == [{"rule": "hazard", "title": "能伤人的隐患", "points": 2.0}]
    assert set(document) <= set(properties())
    assert "f00d" not in str(document)
