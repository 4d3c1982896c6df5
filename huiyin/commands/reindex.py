"""Command: moves the search index from the embedded one to Elasticsearch or back; search goes on meanwhile."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.ledger import Ledger
    from search.build_index import BuildIndex
    from search.choose_store import ChooseStore
    from search.index_state import IndexState

HELP = "把检索索引换到 Elasticsearch 或换回自带的（检索不停）"
EXAMPLES = ["huiyin reindex --to elasticsearch", "huiyin reindex --to sqlite"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where to."""
    parser.add_argument(
        "--to",
        required=True,
        choices=["elasticsearch", "sqlite"],
        help="换到哪里；写现在用的那个，就是放弃另一个建到一半的索引",
    )


def _leave(ledger: "Ledger", stores: "ChooseStore") -> None:
    """Delete the posts from the cluster: nobody would make it forget them any more."""
    from foundation.errors import HuiyinError
    from search.build_index import drop_kept

    try:
        drop_kept(ledger, stores.cluster.index)
    except HuiyinError as problem:
        print(f"Elasticsearch 上的旧索引没有删掉：{problem}。恢复后请运行 huiyin index drop-old")


def _give_up(build: "BuildIndex", ledger: "Ledger", stores: "ChooseStore", state: "IndexState") -> int:
    """Forget the index that was begun on the other store."""
    build.give_up()
    _leave(ledger, stores)
    other = state.building.store if state.building else ""
    with ledger.change("huiyin reindex") as work:
        work.audit("index.give_up", other)
    print(f"已放弃建到一半的 {other} 索引，检索继续用 {state.serving}。")
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Build the other index from the ledger, compare, change over; broken off, it goes on where it was."""
    from foundation.errors import Refused
    from foundation.ledger import ledger_address
    from foundation.opening import open_school
    from huiyin.open_cluster import need_stores
    from search.build_index import BuildIndex
    from search.index_state import read_state

    if arguments.to == "sqlite" and ledger_address() is not None:
        raise Refused("账本在 PostgreSQL，没有自带的索引", "reindex --to sqlite", "检索继续用 Elasticsearch")
    opened = open_school()
    stores = need_stores(opened)
    with opened.ledger.read() as connection:
        state = read_state(connection)
    if state.serving == arguments.to and state.building is None:
        print(f"现在用的就是 {arguments.to}，什么也没有改。")
        return 0
    build = BuildIndex(
        opened.ledger,
        stores.embedded,
        stores.cluster,
        lambda so_far: print(f"{so_far.done}/{so_far.whole}", flush=True),
    )
    if state.building is not None and arguments.to == state.serving != state.building.store:
        return _give_up(build, opened.ledger, stores, state)
    if state.building is not None:
        print(f"接着上次的做：已到帖文号 {max(state.building.last, 0)}。")
    count = build.run(arguments.to)
    if arguments.to == "sqlite":
        _leave(opened.ledger, stores)
    with opened.ledger.change("huiyin reindex") as work:
        work.audit("index.change", arguments.to, posts=count)
    print(f"已换到 {arguments.to}：{count} 条，与账本逐条核对一致。")
    return 0
