"""Truth is what was served."""

import json

from demo.read_story import Story, story_instant
from demo.record_truth import Truth

NOON = story_instant("1 12:00")


def test_a_served_post_is_one_row_with_its_versions(story: Story, truth: Truth) -> None:
    post = story.post("power-1")
    truth.served(post, 1, NOON)
    truth.served(post, 1, NOON)
    truth.served(post, 2, story_instant("1 22:00"))

    row = truth.snapshot()["posts"][post.key]

    assert row["versions"] == [1, 2]
    assert row["first_served_at"] == NOON.isoformat()
    assert row["event"] == "power"


def test_a_post_that_nobody_saw_cannot_be_gone(story: Story, truth: Truth) -> None:
    truth.gone(story.post("parcel-1"), NOON)

    assert truth.snapshot()["posts"] == {}


def test_the_file_holds_what_was_noted(story: Story, truth: Truth) -> None:
    truth.served(story.post("chat-1"), 1, NOON)
    truth.forbidden("news", "/system/", NOON)

    content = json.loads(truth.path.read_text(encoding="utf-8"))

    assert len(content["posts"]) == 1
    assert content["forbidden_requests"] == [{"site": "news", "path": "/system/", "at": NOON.isoformat()}]
