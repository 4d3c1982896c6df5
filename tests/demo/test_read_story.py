"""The story is whole: what the checker expects can be derived from it."""

import pytest

from demo.read_story import SITES, Story, read_story, story_instant
from foundation.clock import at_school
from foundation.errors import ConfigError
from foundation.outcome import LEVELS


def test_three_days_of_posts_stand_on_four_sites(story: Story) -> None:
    assert 120 <= len(story.posts) <= 160
    assert {post.entry.site for post in story.posts} == set(SITES)
    assert max(post.entry.at for post in story.posts) < story_instant("4 00:00")


def test_the_clock_runs_to_the_tenth_day_over_a_weekend(story: Story) -> None:
    days = [at_school(story_instant(f"{day} 12:00")).weekday() for day in range(1, 11)]

    assert story.acts.ends > story_instant("10 00:00")
    assert {5, 6} <= set(days)


def test_ids_and_keys_are_unique(story: Story) -> None:
    assert len({post.entry.id for post in story.posts}) == len(story.posts)
    assert len({post.key for post in story.posts}) == len(story.posts)


def test_every_reference_names_a_post_of_the_story(story: Story) -> None:
    ids = {post.entry.id for post in story.posts}
    named = {name for post in story.posts for name in (post.entry.thread, post.entry.repost_of, post.entry.copy_of)}

    assert named - {""} <= ids


def test_a_copy_comes_after_its_original(story: Story) -> None:
    copies = [post for post in story.posts if post.entry.copy_of]

    assert len(copies) >= 3
    assert all(story.post(copy.entry.copy_of).entry.at < copy.entry.at for copy in copies)


def test_the_story_has_each_kind_of_trouble(story: Story) -> None:
    kinds = {post.entry.kind for post in story.posts}

    assert {"copy", "reworded", "repost", "praise", "namesake", "restricted", "picture", "chatter"} <= kinds
    assert any(post.entry.edits for post in story.posts)
    assert any(post.entry.deleted_at for post in story.posts)
    assert any(post.entry.planted for post in story.posts)
    assert {event.course for event in story.events} == {"answered", "unanswered", "counselled"}
    assert all(event.level in LEVELS for event in story.events)


def test_planted_words_stand_in_their_post(story: Story) -> None:
    for post in story.posts:
        text = post.entry.title + post.entry.text
        assert all(words in text for words in (*post.entry.planted, *post.entry.help_first)), post.entry.id


def test_acts_stand_in_order_and_name_events(story: Story) -> None:
    acts = story.acts.acts

    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert {act.event for act in acts} == {event.id for event in story.events}


def test_an_edit_raises_the_version(story: Story) -> None:
    post = story.post("power-1")

    assert post.text_at(story_instant("1 21:00"))[0] == 1
    version, text = post.text_at(story_instant("1 22:00"))
    assert version == 2
    assert "补充" in text


def test_a_misspelt_key_in_the_story_is_named(tmp_path) -> None:
    (tmp_path / "acts.yaml").write_text("closed_sit: {}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"acts\.yaml"):
        read_story(tmp_path)
