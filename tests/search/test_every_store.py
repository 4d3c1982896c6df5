"""What every store must answer. Another store joins by one line in `STORES`; no test here knows which one it asks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.items import Post
from foundation.ledger import Ledger
from search.elastic_store import ElasticStore
from search.parse_query import parse_query
from search.posts import change_posts, keep_posts
from search.segment import Segmenter
from search.sqlite_store import SqliteStore
from search.store import COUNTED_HITS, Hits, Store
from tests.search.conftest import serve, settle
from tests.servers.new_ledger import new_ledger

Ask = Callable[..., Hits]
STORES: dict[str, Callable[[pytest.FixtureRequest], Store]] = {
    "sqlite": lambda request: SqliteStore(request.getfixturevalue("segmenter")),
    "elasticsearch": lambda request: request.getfixturevalue("cluster"),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param](request)


@pytest.fixture
def ledger(ledger: Ledger, store: Store) -> Ledger:
    """A ledger that feeds the store."""
    feed(ledger, store)
    return ledger


def feed(ledger: Ledger, store: Store) -> None:
    if isinstance(store, ElasticStore):
        serve(ledger, store)


def with_words(store: Store, segmenter: Segmenter) -> Store:
    """The same index, asked by a school that has other words."""
    return ElasticStore(segmenter, store.index) if isinstance(store, ElasticStore) else SqliteStore(segmenter)


@pytest.fixture
def ask(ledger: Ledger, store: Store) -> Ask:
    def asked(text: str, limit: int = 20, after: int | None = None, *, facets: bool = False) -> Hits:
        settle(ledger, store)
        with ledger.read() as connection:
            return store.search(connection, parse_query(text), limit, after, facets=facets)

    return asked


def found(hits: Hits) -> list[str]:
    return [hit.url.rpartition("/")[2] for hit in hits.rows]


TEXTS = [
    ("二食堂的饭菜里吃出虫子", '"食堂的饭"'),
    ("二食堂的饭菜里吃出虫子", "食堂 虫子"),
    ("二食堂的饭菜里吃出虫子", "虫"),
    ("这学期GPA4.0以上才能申请", "gpa"),
    ("这学期GPA4.0以上才能申请", '"GPA4.0以上"'),
    ("ＧＰＡ４．０的要求太高", "GPA4.0"),
    ("C++实验课没有机位", "C++"),
    ("宿舍5G信号很差", "5g"),
    ("详情见 http://t.cn/Ab3 的说明", "t.cn"),
    ("學校宿舍熱水供應時間太短", "宿舍熱水"),
    ("學校宿舍熱水供應時間太短", '"熱水供"'),
    ("热水😀终于来了", "😀"),
    ("感谢欧阳静文老师耐心解答", "欧阳静文"),
    ("感谢欧阳静文老师耐心解答", '"阳静"'),
    ("云麓学院东区停电", "云麓学院"),
    ("カタカナの投稿", '"タカナ"'),
    ("请问12:30之后还能进图书馆吗", "12:30"),
]


@pytest.mark.parametrize(("content", "query"), TEXTS)
def test_a_post_is_found_by(content: str, query: str, keep, make_post, ask: Ask) -> None:
    keep(make_post("操场的灯坏了"), make_post(content))

    assert found(ask(query)) == ["2"]


MISSES = [
    ("二食堂的饭菜", '"食堂饭菜"'),
    ("食堂很好。饭菜也好", '"好饭菜"'),
    ("大学生活真充实", "学生"),
    ("apple发布会", "app"),
    ("C语言实验课", "C++"),
    ("三食堂排队", '"二食堂"'),
]


@pytest.mark.parametrize(("content", "query"), MISSES)
def test_a_post_is_not_found_by(content: str, query: str, keep, make_post, ask: Ask) -> None:
    keep(make_post(content))

    assert found(ask(query)) == []


def test_a_phrase_does_not_cross_from_title_into_content(keep, make_post, ask: Ask) -> None:
    keep(make_post("堂的饭凉了", title="二食"))

    assert found(ask('"食堂"')) == []


@pytest.fixture
def corpus(keep, make_post) -> list[Post]:
    return keep(
        make_post("食堂有虫子", title="投诉", level_code=2, category="投诉", topics=("校园安全",), departments=("hq",)),
        make_post("宿舍停电", title="求助", level_code=1, category="咨询", site="weibo.example", copies=0),
        make_post("食堂涨价", title="宿舍区食堂", level_code=0, category="投诉", event_id=7, review_state="误报"),
        make_post("图书馆空调", level_code=3, case_no="A-1", source_id="board", departments=("lib", "hq")),
    )


BOOLEAN = [
    ("食堂", ["3", "1"]),
    ("食堂 虫子", ["1"]),
    ("食堂 AND 虫子", ["1"]),
    ("食堂 OR 停电", ["3", "2", "1"]),
    ("食堂 NOT 虫子", ["3"]),
    ("食堂 -虫子", ["3"]),
    ("NOT 食堂", ["4", "2"]),
    ("(虫子 OR 停电) NOT 宿舍", ["1"]),
    ("（食堂 OR 停电） 等级:重大", ["1"]),
    ("停电 OR level:特别重大", ["4", "2"]),
    ("title:宿舍", ["3"]),
    ("content:宿舍", ["2"]),
    ("标题:“宿舍区”", ["3"]),
    ("level>=重大", ["4", "1"]),
    ("level:一般,重大", ["2", "1"]),
    ("类别:投诉 食堂", ["3", "1"]),
    ("topic:校园安全", ["1"]),
    ("site:weibo.example", ["2"]),
    ("信源:board", ["4"]),
    ("department:hq", ["4", "1"]),
    ("event:7", ["3"]),
    ("案件:A-1", ["4"]),
    ("研判:误报", ["3"]),
    ("NOT event:7", ["4", "2", "1"]),
    ("发布:2026-11-02", ["4", "3", "2", "1"]),
    ("published:2026-11-03..2026-11-05", []),
    ("published:2026-11", ["4", "3", "2", "1"]),
    ("after:2026-11-02 before:2026-11-02 食堂", ["3", "1"]),
    ("before:2026-11-01", []),
    ("*", ["4", "3", "2", "1"]),
]


@pytest.mark.parametrize(("query", "expected"), BOOLEAN)
def test_query_language(query: str, expected: list[str], corpus: list[Post], ask: Ask) -> None:
    assert found(ask(query)) == expected


def test_hits_come_newest_first_and_go_on_after_the_last(corpus: list[Post], ask: Ask) -> None:
    first = ask("*", limit=3)
    second = ask("*", limit=3, after=first.next_after)

    assert (found(first), found(second), second.next_after) == (["4", "3", "2"], ["1"], None)
    assert (first.total, first.capped) == (4, False)


def test_facets_count_levels_categories_topics_departments_sites_and_days(corpus: list[Post], ask: Ask) -> None:
    facets = ask("食堂 OR 图书馆", facets=True).facets

    assert facets == {
        "level": {"特别重大": 1, "无": 1, "重大": 1},
        "category": {"其他": 1, "投诉": 2},
        "topics": {"校园安全": 1},
        "departments": {"hq": 2, "lib": 1},
        "site": {"bbs.yunlu.example": 3},
        "day": {"2026-11-02": 3},
    }


def test_found_words_are_marked_in_title_and_snippet(corpus: list[Post], ask: Ask) -> None:
    hit = ask("食堂").rows[0]

    assert (hit.title_spans, hit.snippet, hit.snippet_spans) == (((3, 5),), "食堂涨价", ((0, 2),))


def test_more_than_the_counted_hits_is_said_openly(keep, make_post, ask: Ask) -> None:
    keep(*(make_post("饭") for _ in range(COUNTED_HITS + 5)))

    hits = ask("饭", facets=True)

    assert (hits.total, hits.capped, sum(hits.facets["site"].values())) == (COUNTED_HITS, True, COUNTED_HITS)


@pytest.mark.parametrize("query", ["*", "食堂", "NOT 火星", "食堂 OR level>=无", "outcome:stored", '"食堂"'])
def test_a_restricted_post_is_never_found(query: str, keep, make_post, ask: Ask) -> None:
    keep(make_post("食堂", restricted=True))

    assert found(ask(query)) == []
    assert ask(query, facets=True).total == 0


def test_a_post_that_becomes_restricted_leaves_with_its_copies(ledger, store, keep, make_post, ask: Ask) -> None:
    original = make_post("食堂")
    copy = make_post("转发：食堂", outcome="duplicate", duplicate_key=original.key)
    kept = keep(original, copy)
    with ledger.change() as work:
        change_posts(work, store, [kept[0].post_id], restricted=True)

    assert found(ask("食堂")) == []


@pytest.mark.parametrize("outcome", ["not_ours", "quarantined", "refused_private"])
def test_what_is_not_ours_or_not_kept_is_not_found(outcome: str, keep, make_post, ask: Ask) -> None:
    keep(make_post("食堂", outcome=outcome))

    assert found(ask("食堂")) == []


def test_an_edited_post_is_found_by_its_new_words_only(keep, make_post, ask: Ask) -> None:
    keep(make_post("食堂", key="k"))
    keep(make_post("宿舍", key="k"))

    assert (len(ask("食堂").rows), len(ask("宿舍").rows)) == (0, 1)


def test_a_rebuilt_index_answers_as_before(ledger, store, corpus: list[Post], ask: Ask) -> None:
    before = {query: found(ask(query)) for query, _ in BOOLEAN}
    with ledger.change() as work:
        assert store.rebuild(work) == len(corpus)

    assert {query: found(ask(query)) for query, _ in BOOLEAN} == before


HAN = st.text(st.sampled_from("食堂宿舍停电虫子老师学生通知云麓一二三的了，。 aG4張😀"), min_size=8, max_size=40)


@pytest.fixture(scope="module")
def more_words() -> Segmenter:
    """The same school after it added words that cut across the old ones."""
    return Segmenter(["云麓", "堂宿", "食堂宿舍", "停电虫", "老师学", "的通知", "二食"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HAN, data=st.data())
def test_any_quoted_part_of_a_post_finds_it_also_after_words_are_added(
    text: str, data: st.DataObject, store: Store, more_words: Segmenter, make_post, fresh_ledger: Callable[[], Ledger]
) -> None:
    runs = [run for run in "".join(c if "\u4e00" <= c <= "\u9fff" else " " for c in text).split() if len(run) > 1]
    if not runs:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 2))
    part = run[start : start + data.draw(st.integers(2, 6))]
    ledger = fresh_ledger()
    feed(ledger, store)
    post = make_post(text)
    with ledger.change() as work:
        keep_posts(work, store, [post])

    settle(ledger, store)
    with ledger.read() as connection:
        for asked in (store, with_words(store, more_words)):
            for query in (f'"{part}"', f"“{part}”", f'content:"{part}"'):
                hits = asked.search(connection, parse_query(query), 5)
                assert [hit.post_id for hit in hits.rows] == [post.post_id]


@pytest.mark.parametrize("word", ["云麓学院", "停电虫", "二食堂"])
def test_unquoted_words_added_later_find_older_posts(word: str, ledger, store, keep, make_post) -> None:
    keep(make_post("云麓学院二食堂昨晚停电虫子很多"))
    later = with_words(store, Segmenter(["云麓", "云麓学院", "停电虫", "二食堂"]))
    settle(ledger, store)

    with ledger.read() as connection:
        assert len(later.search(connection, parse_query(word), 5).rows) == 1


@pytest.fixture
def fresh_ledger() -> Iterator[Callable[[], Ledger]]:
    """Give one new ledger for each drawn example."""
    opened: list[Ledger] = []
    with TemporaryDirectory() as folder:

        def give() -> Ledger:
            opened.append(new_ledger(Path(folder) / str(len(opened))))
            return opened[-1]

        yield give
        for ledger in opened:
            ledger.close()
