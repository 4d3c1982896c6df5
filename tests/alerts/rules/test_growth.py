"""Z7.10-1: an event that grows threefold in a window tells once, then is quiet until it has grown threefold again."""

import pytest

HOUR = 60


@pytest.mark.provision("Z7.10-1")
def test_threefold_growth_in_a_window_is_one_alert_then_quiet(play, hear):
    old = [hear(0), hear(1)]
    wave = [hear(5 * HOUR + n) for n in range(8)]

    found = play("growth", old + wave, ratio=3, minutes=120)

    assert [finding.says for finding in found] == ["事件在 120 分钟内由 2 帖增至 6 帖"]


def test_another_threefold_growth_tells_again(play, hear):
    posts = [hear(0), hear(1)] + [hear(5 * HOUR + n) for n in range(4)] + [hear(30 * HOUR + n / 2) for n in range(14)]

    assert [finding.count for finding in play("growth", posts, ratio=3, minutes=120)] == [6, 18]


def test_a_new_event_does_not_grow_it_begins(play, hear):
    assert play("growth", [hear(n) for n in range(9)], ratio=3, minutes=120) == []


def test_slow_growth_and_praise_say_nothing(play, hear):
    assert play("growth", [hear(n * 5 * HOUR) for n in range(12)], ratio=3, minutes=120) == []
    assert play("growth", [hear(0, level_code=0)] + [hear(900 + n, level_code=0) for n in range(9)]) == []
