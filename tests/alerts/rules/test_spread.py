"""One event on k sites: tells once; one loud site does not."""


def test_the_third_site_tells_once(play, hear):
    found = play("spread", [hear(n, site=site) for n, site in enumerate(("a", "b", "c", "d"))], sites=3)

    assert [finding.says for finding in found] == ["同一事件已见于 3 个站点"]


def test_many_posts_of_one_site_are_no_spread(play, hear):
    assert play("spread", [hear(n, site="a") for n in range(20)], sites=2) == []


def test_praise_may_spread_in_peace(play, hear):
    assert play("spread", [hear(n, site=str(n), level_code=0) for n in range(9)], sites=3) == []
