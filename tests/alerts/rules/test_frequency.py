"""N posts within T minutes, by hearing: a table of arrivals and windows, with a restart after every post."""

import pytest

TABLE = [  # minutes of arrivals, minutes at which it fires
    ((0, 10, 20), [20]),
    ((0, 10), []),  # near miss: one post short
    ((0, 30, 60), [60]),
    ((0, 30, 61), []),  # near miss: one minute late
    ((0, 10, 20, 30), [20]),  # rests for its minutes after it told
    ((0, 10, 20, 70, 75, 81), [20, 81]),
    ((0, 40, 20), [20]),  # heard out of order: the window is filled all the same
    ((), []),
]


@pytest.mark.parametrize(("minutes", "expected"), TABLE)
def test_a_filled_window_tells_once(play, hear, at, minutes, expected):
    found = play("frequency", [hear(minute) for minute in minutes], count=3, minutes=60)

    assert [finding.at for finding in found] == [at(minutes=minute) for minute in expected]


def test_a_post_that_is_heard_again_does_not_count_twice(play, hear):
    one, two = hear(0), hear(1)

    assert play("frequency", [one, two, one, two, one], count=3, minutes=60) == []


def test_praise_fills_no_window_of_an_event_until_somebody_worries(play, hear):
    praise = [hear(minute, level_code=0) for minute in range(4)]

    assert play("frequency", praise, count=3, minutes=60) == []
    assert len(play("frequency", [*praise, hear(5)], count=3, minutes=60)) == 1


def test_events_topics_sources_and_the_school_are_counted_apart(play, hear):
    posts = [hear(0, event_id=1, source_id="a"), hear(1, event_id=2, source_id="b"), hear(2, event_id=3, source_id="a")]

    def fired(per, only=""):
        return [finding.key for finding in play("frequency", posts, count=2, minutes=60, per=per, only=only)]

    assert fired("event") == []
    assert fired("source") == ["source:a"]
    assert fired("topic") == ["topic:校园安全"]
    assert fired("topic", "师德师风") == []
    assert fired("school") == ["school"]
