"""A source that usually brings posts brings none."""


def test_a_silent_day_tells_once_and_again_after_the_source_has_spoken(play, ended):
    silent = [ended(hour, new=5 if hour == 0 else 0) for hour in range(0, 60, 6)]
    found = play("silence", [*silent, ended(61, new=3), *(ended(hour) for hour in range(66, 100, 6))])

    assert [finding.at for finding in found] == [silent[4].ended_at, ended(90).ended_at]
    assert "校园论坛" in found[0].says


def test_one_new_post_is_no_silence(play, ended):
    assert play("silence", [ended(hour, new=int(hour % 12 == 0)) for hour in range(0, 100, 6)]) == []


def test_a_source_that_seldom_speaks_is_not_watched_unless_named(play, ended):
    rounds = [ended(hour, source="news") for hour in range(0, 60, 6)]

    assert play("silence", rounds) == []
    assert len(play("silence", rounds, sources=["news"])) == 1


def test_before_the_hours_have_passed_nothing_is_said(play, ended):
    assert play("silence", [ended(hour) for hour in range(0, 23, 6)]) == []
