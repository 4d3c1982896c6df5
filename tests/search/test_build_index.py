from collections.abc import Callable

import pytest

from foundation.errors import Refused, Stop
from foundation.ledger import Ledger
from foundation.settings import Elasticsearch
from search import build_index, mapping
from search.build_index import BuildIndex, drop_kept
from search.choose_store import ChooseStore
from search.elastic_client import ElasticClient, ServerAway
from search.elastic_store import ElasticStore
from search.index_state import read_state
from search.parse_query import parse_query
from search.posts import keep_posts
from search.segment import Segmenter
from search.sender import Sender
from search.sqlite_store import SqliteStore
from search.verify_index import Difference
from search.waiting import count_waiting


@pytest.fixture
def stores(segmenter: Segmenter, index) -> ChooseStore:
    return ChooseStore(SqliteStore(segmenter), ElasticStore(segmenter, index))


def build(ledger: Ledger, stores: ChooseStore, told: Callable[..., object] = lambda at: None) -> BuildIndex:
    return BuildIndex(ledger, stores.embedded, stores.cluster, told)


def keep(ledger: Ledger, stores: ChooseStore, *posts) -> None:
    with ledger.change() as work:
        keep_posts(work, stores, posts)


def found(ledger: Ledger, stores: ChooseStore, words: str = "食堂") -> int:
    with ledger.read() as connection:
        return stores.search(connection, parse_query(words), 1000).total


def test_there_and_back_with_search_all_the_way_and_what_is_kept_meanwhile(ledger, stores, make_post) -> None:
    keep(ledger, stores, *(make_post("食堂") for _ in range(1200)))
    seen = []

    def meanwhile(_: object) -> None:
        if len(seen) == 3:  # else there is always one more to build
            return
        keep(ledger, stores, make_post("食堂新帖"))
        seen.append(found(ledger, stores))

    assert build(ledger, stores, meanwhile).run("elasticsearch") == 1200 + len(seen)
    Sender(ledger, stores.cluster).send_all()
    stores.cluster.index.refresh(1)
    there = found(ledger, stores)
    assert seen == [1201 + number for number in range(len(seen))]
    assert there == 1200 + len(seen)
    with ledger.read() as connection:
        assert read_state(connection).serving == "elasticsearch"
        assert connection.exec_driver_sql("SELECT count(*) FROM post_tokens").scalar() == 0

    back: list[int] = []
    assert build(ledger, stores, lambda at: back.append(found(ledger, stores))).run("sqlite") == there
    assert back == [there] * len(back)
    assert back
    assert found(ledger, stores) == there
    assert drop_kept(ledger, stores.cluster.index)
    assert stores.cluster.index.names() == []


def test_a_build_that_broke_off_goes_on_where_it_was(ledger, stores, make_post) -> None:
    keep(ledger, stores, *(make_post("食堂") for _ in range(1200)))
    done: list[int] = []

    def break_off(at) -> None:
        done.append(at.done)
        if len(done) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(ledger, stores, break_off).run("elasticsearch")
    assert found(ledger, stores) == 1200
    with pytest.raises(Refused, match="elasticsearch"):
        build(ledger, stores).run("sqlite")

    assert build(ledger, stores, break_off).run("elasticsearch") == 1200
    assert done == [500, 1000, 1200]


def test_an_index_that_does_not_equal_the_ledger_never_answers(
    ledger, stores, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, stores, make_post("食堂"))
    monkeypatch.setattr(build_index, "verify_generation", lambda *_, **__: Difference(1, 0, missing=1))
    with pytest.raises(Stop, match=r"对不上.*缺 1.*huiyin index verify"):
        build(ledger, stores).run("elasticsearch")

    with ledger.read() as connection:
        assert read_state(connection).serving == "sqlite"
    assert found(ledger, stores) == 1
    monkeypatch.undo()
    assert build(ledger, stores).run("elasticsearch") == 1


def test_a_changed_field_gets_a_new_generation_and_the_old_one_stays_until_told(
    ledger, stores, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, stores, make_post("食堂", score=0.5))
    build(ledger, stores).run("elasticsearch")
    index = stores.cluster.index
    index.forget_known()
    monkeypatch.setitem(mapping.TYPES, "float", {"type": "float"})
    build(ledger, stores).run("elasticsearch")

    assert index.generations() == [1, 2]
    assert found(ledger, stores) == 1
    name = index.names(2)[0]
    assert index.client.ask("GET", f"/{name}/_mapping").body[name]["mappings"]["properties"]["score"]["type"] == "float"
    assert index.name(1, 1_793_700_000 << 20) in drop_kept(ledger, index)
    assert index.generations() == [2]


def test_an_upgrade_with_changed_fields_is_built_though_posts_wait_that_the_old_index_cannot_take(
    ledger, stores, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, stores, make_post("食堂"))
    build(ledger, stores).run("elasticsearch")
    monkeypatch.setitem(mapping.TYPES, "float", {"type": "float"})
    stores.cluster.index.forget_known()
    keep(ledger, stores, make_post("食堂新帖"))
    with pytest.raises(Stop, match="huiyin index migrate"):
        Sender(ledger, stores.cluster).send_all()
    told = []
    build(ledger, stores, lambda at: told.append(found(ledger, stores))).run("elasticsearch")
    Sender(ledger, stores.cluster).send_all()
    stores.cluster.index.refresh(2)

    assert told == [1], "the old index answers meanwhile"
    assert found(ledger, stores) == 2
    with ledger.read() as connection:
        assert count_waiting(connection) == 0


@pytest.fixture
def gone(segmenter: Segmenter, stores: ChooseStore) -> ChooseStore:
    """The same school after its server is gone for good."""
    nowhere = ElasticClient(Elasticsearch(servers=["http://127.0.0.1:9"], prefix=stores.cluster.index.prefix))
    return ChooseStore(stores.embedded, ElasticStore.at(segmenter, nowhere))


def test_the_way_back_needs_no_server(ledger, stores, gone, make_post, caplog) -> None:
    keep(ledger, stores, make_post("食堂"))
    build(ledger, stores).run("elasticsearch")
    keep(ledger, stores, make_post("食堂新帖"))

    assert build(ledger, gone).run("sqlite") == 2
    assert found(ledger, gone) == 2
    assert "先把自带的索引建完" in caplog.text


def test_nothing_is_begun_on_a_server_that_does_not_answer(ledger, stores, gone, make_post) -> None:
    keep(ledger, stores, make_post("食堂"))
    with pytest.raises(ServerAway):
        build(ledger, gone).run("elasticsearch")

    with ledger.read() as connection:
        assert read_state(connection).building is None


def test_nothing_is_begun_while_a_foreign_index_has_the_name_of_our_alias(ledger, stores, make_post) -> None:
    index = stores.cluster.index
    index.client.ask("PUT", f"/{index.alias}")
    try:
        with pytest.raises(Stop, match="已有同名的索引，但不是回音建的"):
            build(ledger, stores).run("elasticsearch")
    finally:
        index.client.ask("DELETE", f"/{index.alias}")

    with ledger.read() as connection:
        assert read_state(connection).building is None


@pytest.mark.parametrize(("serving", "other"), [("sqlite", "elasticsearch"), ("elasticsearch", "sqlite")])
def test_a_begun_index_can_be_given_up_without_a_server(ledger, stores, gone, make_post, serving, other) -> None:
    keep(ledger, stores, make_post("食堂"))
    if serving == "elasticsearch":
        build(ledger, stores).run(serving)

    def break_off(at: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(ledger, stores, break_off).run(other)
    build(ledger, gone).give_up()
    keep(ledger, stores, make_post("食堂新帖"))

    with ledger.read() as connection:
        state = read_state(connection)
        waiting = count_waiting(connection)
    assert (state.serving, state.building) == (serving, None)
    assert waiting == (1 if serving == "elasticsearch" else 0)
    assert build(ledger, stores).run(other) == 2


def test_two_processes_never_build_at_once(ledger, stores, make_post) -> None:
    with ledger.change() as work:
        stores.cluster.prepare(work)
    with Sender(ledger, stores.cluster, "elsewhere/1/1").leading(), pytest.raises(Refused, match="另一个进程"):
        build(ledger, stores).run("elasticsearch")


def test_what_comes_after_a_request_that_failed_counts_as_not_sent(
    ledger, stores, make_post, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(ledger, stores, *(make_post("食堂") for _ in range(1700)))
    broken = build(ledger, stores)
    send, asked = broken.sender.send, []

    def lose_the_second(written):
        asked.append(written.posts[0].post_id)
        if len(asked) == 2:
            raise ServerAway("连不上 Elasticsearch", "演练", "再运行一次")
        return send(written)

    monkeypatch.setattr(broken.sender, "send", lose_the_second)
    with pytest.raises(ServerAway):
        broken.run("elasticsearch")
    with ledger.read() as connection:
        ids = [row[0] for row in connection.exec_driver_sql("SELECT post_id FROM post ORDER BY post_id")]
        assert read_state(connection).building.last == ids[499], "the third was on its way and must be sent again"
    assert len(asked) >= 2

    assert build(ledger, stores).run("elasticsearch") == 1700
    assert found(ledger, stores) == 1700
