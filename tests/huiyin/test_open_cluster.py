import pytest

from foundation.errors import Stop
from foundation.opening import open_school
from huiyin.open_cluster import need_cluster, need_stores
from huiyin.wiring import Parts, apply_folder


def test_without_servers_the_setting_is_named(parts: Parts) -> None:
    with pytest.raises(Stop, match=r"没有 Elasticsearch.*servers"):
        need_stores(open_school())


def test_before_the_change_the_command_for_it_is_named(parts: Parts, folder) -> None:
    folder.settings(elasticsearch={"servers": ["http://127.0.0.1:9"]})
    apply_folder(folder.path, "tester")

    with pytest.raises(Stop, match="huiyin reindex --to elasticsearch"):
        need_cluster(open_school())
