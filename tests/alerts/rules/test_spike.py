"""A spike is measured against the same hour of the same weekday, with floors."""

WEEK = 7 * 24 * 60


def usual(hear, weeks=4, a_week=2):
    return [hear(-week * WEEK + minute, event_id=None) for week in range(weeks, 0, -1) for minute in range(a_week)]


def test_five_times_the_usual_number_tells_once_in_its_hour(play, hear):
    found = play("spike", usual(hear) + [hear(minute, event_id=None) for minute in range(12)], ratio=3, floor=6)

    assert len(found) == 1
    assert "本小时 6 帖" in found[0].says


def test_one_that_became_three_is_below_the_floor(play, hear):
    assert play("spike", usual(hear, a_week=1) + [hear(minute) for minute in range(3)], floor=5) == []


def test_what_is_usual_at_this_hour_is_no_spike(play, hear):
    assert play("spike", usual(hear, a_week=20) + [hear(minute) for minute in range(15)], ratio=3, floor=5) == []


def test_a_busy_hour_of_another_weekday_makes_this_one_no_less_a_spike(play, hear):
    day = 24 * 60
    learnt = [
        hear(minute)
        for week in range(4, 0, -1)
        for start, many in ((-week * WEEK, 2), (-week * WEEK + 2 * day, 40))
        for minute in range(start, start + many)
    ]

    assert len(play("spike", learnt + [hear(minute, event_id=None) for minute in range(12)], ratio=3, floor=6)) == 1


def test_before_a_week_was_learnt_nothing_is_said(play, hear):
    assert play("spike", [hear(minute) for minute in range(50)], floor=5) == []


def test_an_edit_is_no_second_post(play, hear):
    posts = [hear(minute) for minute in range(4)]

    assert play("spike", usual(hear) + posts * 3, floor=5) == []
