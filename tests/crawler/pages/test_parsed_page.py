"""What one page told: keys by site, keys for sites without ids, zones."""

from zoneinfo import ZoneInfo

from crawler.items import Post
from crawler.pages.parsed_page import ListRow, ParsedPage, key_without_id, zone_of
from foundation.clock import SCHOOL_ZONE


def test_a_site_is_put_before_all_native_ids() -> None:
    page = ParsedPage([Post(key="9", thread_key="t3")], [ListRow("t3", "https://a.example/3")]).for_site("a.example")

    assert (page.posts[0].key, page.posts[0].thread_key, page.rows[0].thread_key) == (
        "a.example:9",
        "a.example:t3",
        "a.example:t3",
    )


def keys(*posts: Post, relative: bool = False) -> list[str]:
    seen: dict[tuple[str, str], int] = {}
    return [key_without_id("/board", post, seen, time_is_relative=relative) for post in posts]


def test_a_new_message_on_top_moves_no_key() -> None:
    old = Post(author="a", published_text="2026-10-04 08:00")
    new = Post(author="b", published_text="2026-10-05 08:00")

    assert keys(new, old)[1] == keys(old)[0]


def test_two_messages_of_one_author_at_one_time_have_different_keys() -> None:
    post = Post(author="a", published_text="2026-10-04 08:00")

    assert len(set(keys(post, post))) == 2


def test_relative_words_do_not_change_the_key() -> None:
    early, late = Post(author="a", published_text="3小时前"), Post(author="a", published_text="4小时前")

    assert keys(early, relative=True) == keys(late, relative=True)


def test_a_source_may_name_the_zone_of_its_site() -> None:
    assert zone_of({"zone": "UTC"}) == ZoneInfo("UTC")
    assert zone_of({}) is SCHOOL_ZONE
