import pytest
from sqlalchemy import select

from events.event import event
from events.retitle_events import retitle_events
from search.parse_query import parse_query
from search.posts import change_posts, forget_posts

WORDS = "阿澜在三楼阳台"
FIRST = f"{WORDS}哭了一夜，二食堂的米饭里又吃出虫子，窗口师傅说捡掉就行"
SECOND = "二食堂的米饭里吃出虫子，窗口师傅说捡掉就行"


def titles(campus) -> list[str]:
    with campus.ledger.read() as connection:
        return list(connection.execute(select(event.c.title).order_by(event.c.event_id)).scalars())


def shown(campus) -> str:
    """Everything that events, readable posts and the index say."""
    with campus.ledger.read() as connection:
        said = connection.exec_driver_sql(
            "SELECT group_concat(title, '|') FROM event UNION ALL SELECT group_concat(event_title, '|') FROM post "
            "UNION ALL SELECT group_concat(title || content, '|') FROM post WHERE restricted = 0"
        ).scalars()
        hits = campus.store.search(connection, parse_query("阿澜", {})).total
        return f"{'|'.join(text or '' for text in said)} {hits} hits"


@pytest.fixture
def one_event(campus, make_post):
    """An event that its first post named."""
    campus.hear(make_post(FIRST), make_post(SECOND))
    campus.cluster()
    assert titles(campus) == [FIRST]
    return campus


def restrict(campus, *numbers: int) -> None:
    with campus.ledger.change() as work:
        ids = [
            work.connection.exec_driver_sql(f"SELECT post_id FROM post WHERE key = 'k{n}'").scalar() for n in numbers
        ]
        change_posts(work, campus.store, ids, restricted=True)


def test_the_words_of_a_post_that_turned_help_first_are_nowhere(one_event):
    restrict(one_event, 1)
    one_event.cluster()

    assert WORDS not in shown(one_event)
    assert shown(one_event).endswith(" 0 hits")
    assert titles(one_event) == [SECOND, ""]


def test_replies_that_show_its_title_follow_it(campus, make_post):
    campus.hear(
        make_post("饭里有虫", title=WORDS, thread_key="t", floor=1),
        make_post("同问", title=WORDS, thread_key="t", floor=2, level_code=0),
        make_post("求助", title=WORDS, thread_key="t", floor=0, level_code=0),
    )
    campus.cluster()
    restrict(campus, 1)
    campus.cluster()

    assert WORDS not in shown(campus)
    assert campus.events() == [[1, 2, 3]]


def test_an_event_without_a_readable_post_has_no_name(one_event):
    restrict(one_event, 1, 2)
    one_event.cluster()

    assert set(titles(one_event)) == {""}


def test_the_words_of_a_forgotten_post_go_from_its_event(one_event):
    with one_event.ledger.change() as work:
        first = work.connection.exec_driver_sql("SELECT post_id FROM post WHERE key = 'k1'").scalar()
        forget_posts(work, one_event.store, [first])
        count = retitle_events(work, one_event.store, [1])

    assert count == 1
    assert titles(one_event) == [SECOND]
    assert WORDS not in shown(one_event)


def test_a_name_that_a_post_still_gives_stays(one_event):
    restrict(one_event, 2)
    one_event.cluster()

    assert titles(one_event)[0] == FIRST
    with one_event.ledger.change() as work:
        assert retitle_events(work, one_event.store, [1]) == 0
