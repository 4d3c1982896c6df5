"""Stage 3: whether the index that answers stands where the school's settings say: elsewhere are no posts.

The ledger remembers, in one row of `meta`, for which prefix each generation was built. Ledgers written before know
nothing and are believed. Addresses of servers are not compared (a second node is no other place): when they lead to
another cluster, nothing is found there, and that is told.
"""

import orjson
from sqlalchemy import Connection, select

from foundation.errors import Stop
from foundation.ledger import Work
from foundation.tables import meta
from search.elastic_client import SEE
from search.elastic_index import ElasticIndex
from search.index_state import read_state
from search.mapping import POSTS
from search.records import KINDS
from search.sqlite_query import VISIBLE

ROW = "index_prefix"
STEP = "运行 huiyin index rebuild 从账本重建"


def remember_place(work: Work, prefix: str) -> None:
    """Note the prefix of the generation that is being built on Elasticsearch, if one is."""
    building = read_state(work.connection).building
    if building is None or building.store != "elasticsearch":
        return
    places = _places(work.connection) | {str(building.generation): prefix}
    work.connection.exec_driver_sql(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (ROW, orjson.dumps(places).decode()),
    )


def former_names(connection: Connection, index: ElasticIndex) -> str:
    """Return which indices hold the school's texts under the prefix for which the index was built; empty: the same."""
    prefix = _places(connection).get(str(read_state(connection).generation), "")
    if prefix in ("", index.prefix):
        return ""
    return "、".join(f"{prefix}{kind}-v*" for kind in (POSTS, *KINDS))


def require_place(connection: Connection, index: ElasticIndex) -> None:
    """Do nothing when the index that answers was built for today's prefix.

    Raises:
        Stop: It was built for another one.
    """
    former = former_names(connection, index)
    if former:
        raise Stop(
            "elasticsearch.prefix 改过，索引还没有为它建",
            f"{index.client.where} {index.prefix}",
            f"{STEP}；{former_words(former)}",
        )


def former_words(names: str) -> str:
    """Return what must be done with the indices that we do not reach any more."""
    return f"原来的索引（{names}）还存着帖文，回音不会再管它们，请信息中心删去"


def require_posts(connection: Connection, index: ElasticIndex) -> None:
    """Do nothing when it is right that the server holds no index of posts: none was ever shipped.

    Raises:
        Stop: Posts were shipped, so they stand on another server or were deleted.
    """
    shipped = (
        f"SELECT 1 FROM post WHERE {VISIBLE} "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM index_waiting AS w WHERE w.post_id = post.post_id) "
        "AND NOT EXISTS (SELECT 1 FROM index_dead AS d WHERE d.post_id = post.post_id) LIMIT 1"
    )
    if connection.exec_driver_sql(shipped).first() is not None:
        step = f"检查 elasticsearch.servers 与 prefix 是否改过、索引是否被删；{STEP}；{SEE}"
        raise Stop("服务器上没有本校的索引，账本里的帖文却早已送过", f"{index.client.where} {index.alias}", step)


def _places(connection: Connection) -> dict[str, str]:
    text = connection.execute(select(meta.c.value).where(meta.c.name == ROW)).scalar()
    return {} if text is None else dict(orjson.loads(text))
