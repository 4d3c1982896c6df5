"""The ledger is read as a file, from outside."""

from demo.read_story import Story
from tests.demo.faithful_product import Faithful


def test_posts_are_given_by_key(story: Story, faithful: Faithful) -> None:
    assert set(faithful.ledger.posts()) == {post.key for post in story.posts}


def test_the_case_of_a_post_is_found_by_its_event(story: Story, faithful: Faithful) -> None:
    assert faithful.ledger.case_of(story.post("canteen-1").key)[0] == "HY-1"
    assert faithful.ledger.case_of(story.post("chat-1").key) == ("", "")


def test_notices_have_their_payload(faithful: Faithful) -> None:
    assert all(row["payload"]["title"] for row in faithful.ledger.outbox())


def test_other_texts_are_everything_but_the_posts(faithful: Faithful) -> None:
    tables = faithful.ledger.other_texts()

    assert {"outbox", "case_file", "audit", "post_fts"} <= set(tables)
    assert not {"post", "post_version"} & set(tables)
