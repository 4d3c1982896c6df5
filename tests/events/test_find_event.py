from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Post
from events.compare_posts import Comparer, comparer_of
from events.find_event import OPEN_DAYS, OpenEvents

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
BUG = "二食堂一楼的米饭里吃出一条虫子，窗口师傅说捡掉就行"


@pytest.fixture
def events(example_school) -> OpenEvents:
    comparer: Comparer = comparer_of(example_school)
    return OpenEvents(comparer)


def post(content: str, **values: object) -> Post:
    made = Post(content=content, level_code=1, first_seen_at=AT)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_nothing_is_near_when_nothing_is_known(events: OpenEvents) -> None:
    assert events.nearest(post(BUG)) is None


def test_the_nearer_of_two_events_is_found(events: OpenEvents) -> None:
    events.add(1, post("松园宿舍昨晚停电到凌晨两点"))
    events.add(2, post(BUG))

    assert events.nearest(post("二食堂米饭里又有虫子，窗口师傅态度差")) == 2


def test_a_place_that_any_member_names_keeps_other_places_out(events: OpenEvents) -> None:
    events.add(1, post(BUG))
    events.add(1, post("食堂米饭里吃出一条虫子，窗口师傅不管"))

    assert events.nearest(post("三食堂米饭里吃出一条虫子，窗口师傅不管")) is None


def test_one_shared_word_is_no_proof(events: OpenEvents) -> None:
    events.add(1, post("虫子虫子虫子"))

    assert events.nearest(post("虫子")) is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("二食堂米饭好吃，窗口师傅爱笑，今天心情不错", None),
        ("表扬二食堂窗口师傅，米饭管够", None),
        ("听说二食堂米饭里吃出虫子，窗口师傅不管", 1),
    ],
)
def test_a_post_without_a_level_must_be_nearer(words: str, expected: int | None, events: OpenEvents) -> None:
    events.add(1, post(BUG))

    assert events.nearest(post(words, level_code=0)) == expected


def test_an_event_closes_after_silence(events: OpenEvents) -> None:
    events.add(1, post(BUG))

    assert events.nearest(post(BUG, first_seen_at=AT + timedelta(days=OPEN_DAYS))) == 1
    assert events.nearest(post(BUG, first_seen_at=AT + timedelta(days=OPEN_DAYS + 1))) is None


def test_a_copy_keeps_an_event_open_but_does_not_speak_for_it(events: OpenEvents) -> None:
    events.add(1, post(BUG))
    events.add(1, post("转发", duplicate_of=1, first_seen_at=AT + timedelta(days=OPEN_DAYS)))

    assert events.nearest(post(BUG, first_seen_at=AT + timedelta(days=OPEN_DAYS + 5))) == 1


def test_open_events_are_read_back_from_the_ledger(campus, make_post) -> None:
    campus.hear(make_post(BUG), make_post("松园宿舍昨晚停电到凌晨两点", restricted=True))
    changes = campus.cluster()

    with campus.ledger.read() as connection:
        events = OpenEvents.load(connection, comparer_of(campus.school), AT)
    assert events.nearest(post(BUG)) == changes[0].event_id
    assert events.nearest(post("松园宿舍昨晚停电到凌晨两点")) is None
