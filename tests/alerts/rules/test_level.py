"""A level is reached once for each event."""


def test_the_first_post_of_a_level_tells_and_a_higher_one_again(play, hear):
    found = play("level", [hear(0), hear(1, level_code=2), hear(2, level_code=2), hear(3, level_code=3), hear(4)])

    assert [finding.says for finding in found] == ["有帖文达到重大", "有帖文达到特别重大"]


def test_events_reach_levels_by_themselves(play, hear):
    assert len(play("level", [hear(0, level_code=2), hear(1, level_code=2, event_id=2)])) == 2


def test_a_lower_wish_tells_earlier(play, hear):
    assert len(play("level", [hear(0)], at_least="一般")) == 1
