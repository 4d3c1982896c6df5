from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from crawler.items import Post
from events.event import TITLE_LENGTH, add_members, change_event, event_row, events_of, heat_of, store_heat, title_of


@pytest.mark.parametrize(
    ("post", "expected"),
    [
        (Post(title="二食堂 有虫", content="饭里"), "二食堂 有虫"),
        (Post(content="饭里\n有虫"), "饭里 有虫"),
        (Post(title="求助", content="撑不住了", restricted=True), ""),
    ],
)
def test_an_event_is_called_by_its_founding_post(post: Post, expected: str) -> None:
    assert title_of(post) == expected


def test_a_long_title_is_cut() -> None:
    assert len(title_of(Post(content="饭" * 99))) == TITLE_LENGTH


def test_a_post_is_in_one_event_at_most(campus, make_post) -> None:
    campus.hear(make_post("二食堂停电"))
    (change,) = campus.cluster()

    with pytest.raises(IntegrityError), campus.ledger.change() as work:
        add_members(work, change.event_id + 1, {change.post_ids[0]: "text"})


def test_members_tell_their_event(campus, make_post) -> None:
    campus.hear(make_post("二食堂停电"))
    (change,) = campus.cluster()

    with campus.ledger.read() as connection:
        assert events_of(connection, [*change.post_ids, 99]) == {change.post_ids[0]: change.event_id}


def test_heat_is_measured_for_the_instant_asked_for(campus, make_post) -> None:
    campus.hear(make_post("二食堂停电", reposts=40))
    (change,) = campus.cluster()

    with campus.ledger.read() as connection:
        row = event_row(connection, change.event_id)
        later = heat_of(connection, change.event_id, row.measured_at + timedelta(hours=24))
    assert later.heat == pytest.approx(row.heat / 2, abs=1e-3)


def test_figures_are_kept_when_measured(campus, make_post) -> None:
    campus.hear(make_post("二食堂停电"))
    (change,) = campus.cluster()
    with campus.ledger.change() as work:
        change_event(work, change.event_id, heat=0.0, posts=0)
        store_heat(work, change.event_id)
        row = event_row(work.connection, change.event_id)

    assert (row.posts, row.heat > 0) == (1, True)
