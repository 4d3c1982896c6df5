"""A word never heard beside the school's words, now in several posts."""

DAY = 24 * 60


def learnt(hear):
    return [hear(day * DAY, content="云麓学院二食堂的饭菜不错", event_id=None) for day in range(8)]


def rumours(hear, start=8 * DAY, count=3):
    return [hear(start + n, content=f"二食堂的臭豆腐风波第{n}天", event_id=n) for n in range(count)]


def test_a_new_word_in_three_posts_tells_once(play, hear):
    found = play("new_term", learnt(hear) + rumours(hear, count=5))

    assert any("臭豆腐" in finding.says for finding in found)
    assert len({finding.key for finding in found}) == len(found)


def test_two_posts_are_chance(play, hear):
    assert play("new_term", learnt(hear) + rumours(hear, count=2)) == []


def test_a_word_that_is_heard_every_day_is_not_new(play, hear):
    assert (
        play("new_term", learnt(hear) + [hear(8 * DAY + n, content="二食堂的饭菜不错", event_id=n) for n in range(5)])
        == []
    )


def test_while_it_learns_it_says_nothing(play, hear):
    assert play("new_term", rumours(hear, start=0)) == []


def test_a_word_far_from_the_school_does_not_count(play, hear):
    posts = [hear(8 * DAY + n, content="隔壁的臭豆腐风波", event_id=n) for n in range(5)]

    assert play("new_term", learnt(hear) + posts) == []


def test_a_post_that_is_heard_again_does_not_count_twice(play, hear):
    assert play("new_term", learnt(hear) + rumours(hear, count=2) * 3) == []
