"""The application: gives commands the school's Elasticsearch, or says what to do first."""

import cases.items
import search.patrol_records  # kinds of records that are searched besides posts: declared by being imported
from foundation.errors import Stop
from foundation.opening import Opened
from search.choose_store import ChooseStore
from search.elastic_store import ElasticStore
from search.index_state import read_state
from search.store import open_store

SECTION = "huiyin.yaml elasticsearch"
KINDS = (cases.items.CASES, search.patrol_records.PATROL)


def need_stores(opened: Opened) -> ChooseStore:
    """Return both indices of a school that names its servers.

    Raises:
        Stop: It names none.
    """
    store = open_store(opened.school)
    if not isinstance(store, ChooseStore):
        raise Stop(
            "学校配置里没有 Elasticsearch", SECTION, "写上 servers 后运行 huiyin apply，见 docs/elasticsearch.md"
        )
    return store


def need_cluster(opened: Opened) -> ElasticStore:
    """Return the index on Elasticsearch of a school that uses it.

    Raises:
        Stop: The school names no servers, or its posts are searched in the embedded index.
    """
    store = need_stores(opened)
    with opened.ledger.read() as connection:
        fed = read_state(connection).feeds("elasticsearch")
    if not fed:
        raise Stop("现在用的是自带的索引", opened.ledger.place, "先运行 huiyin reindex --to elasticsearch")
    return store.cluster
