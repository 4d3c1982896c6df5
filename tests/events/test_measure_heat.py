from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from events.measure_heat import Member, measure_heat

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def member(number: int = 1, hours_ago: float = 0, **values: object) -> Member:
    at = NOW - timedelta(hours=hours_ago)
    return Member(number, values.pop("site", "a"), at, at, bool(values.pop("is_copy", False)), **values)


MEMBERS = st.builds(
    member,
    st.integers(1, 9999),
    st.floats(-5, 500),
    site=st.sampled_from("abc"),
    is_copy=st.booleans(),
    counts=st.tuples(*[st.integers(0, 10**6)] * 4),
)


@given(members=st.lists(MEMBERS, max_size=12), more=MEMBERS)
def test_one_more_post_never_lowers_heat_at_the_same_instant(members: list[Member], more: Member) -> None:
    assert measure_heat([*members, more], NOW).heat >= measure_heat(members, NOW).heat


@given(members=st.lists(MEMBERS, min_size=1, max_size=8), hours=st.floats(0, 100))
def test_heat_only_fades_while_nothing_happens(members: list[Member], hours: float) -> None:
    later = measure_heat(members, NOW + timedelta(hours=hours + 5)).heat

    assert later <= measure_heat(members, NOW + timedelta(hours=5)).heat


def test_half_the_heat_is_left_after_a_day() -> None:
    assert measure_heat([member(hours_ago=24)], NOW).heat == 0.5


def test_posts_copies_and_sites_are_counted() -> None:
    found = measure_heat([member(1), member(2, is_copy=True, site="b"), member(3, is_copy=True)], NOW)

    assert (found.posts, found.copies, found.sites) == (3, 2, 2)


def test_reposts_weigh_more_than_views_and_a_second_site_more_than_one() -> None:
    plain = measure_heat([member(1), member(2)], NOW).heat

    assert measure_heat([member(1, counts=(0, 0, 50, 0)), member(2)], NOW).heat > plain
    assert (
        measure_heat([member(1, counts=(0, 0, 50, 0))], NOW).heat
        > measure_heat([member(counts=(0, 0, 0, 50))], NOW).heat
    )
    assert measure_heat([member(1), member(2, site="b")], NOW).heat > plain


def test_the_earliest_published_post_is_the_origin() -> None:
    assert measure_heat([member(1, 2), member(2, 9, site="first"), member(3)], NOW).origin_site == "first"


def test_trend_compares_six_hours_with_the_six_before() -> None:
    late, early = [member(n, n) for n in range(4)], [member(n, 7 + n) for n in range(4)]

    assert measure_heat(late, NOW).trend == "up"
    assert measure_heat(early, NOW).trend == "down"
    assert measure_heat(late + early, NOW).trend == "flat"
    assert measure_heat(late[:2], NOW).trend == "flat"


def test_an_event_that_all_members_left_is_cold() -> None:
    found = measure_heat([], NOW)

    assert (found.posts, found.heat, found.origin_post_id) == (0, 0.0, None)
