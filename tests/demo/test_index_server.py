"""The stage with `--store elasticsearch`: the same product, its index on the server; everything shown there is read."""

from pathlib import Path

import pytest

from demo import index_server
from demo.index_server import PREFIX, IndexServer
from demo.prepare_school import Places, prepare_school
from demo.run_product import Product
from foundation.errors import Stop
from foundation.school import School, SchoolFiles


class Lying(Product):
    """A product whose comparison never agrees, or agrees at the third time."""

    def __init__(self, agrees_at: int) -> None:
        self.asked, self.agrees_at = 0, agrees_at

    def command(self, *words: str) -> str:
        self.asked += 1
        if self.asked < self.agrees_at:
            raise Stop("命令以 1 结束", " ".join(words), "缺 1")
        return "一致"


class Standing:
    """A server that already runs."""

    def __init__(self, url: str) -> None:
        self.url = url


@pytest.fixture
def server(elastic_url: str) -> IndexServer:
    return IndexServer(Standing(elastic_url))  # type: ignore[arg-type]


def test_the_school_is_pointed_at_the_server(tmp_path: Path, server: IndexServer) -> None:
    sites = dict.fromkeys(("forum", "microblog", "letters", "news"), "http://127.0.0.1:1")
    prepare_school(tmp_path / "school", Places(sites, 2525, server.settings))
    school = School.from_files(SchoolFiles.from_folder(tmp_path / "school"))

    assert school.settings.elasticsearch is not None
    assert (school.settings.elasticsearch.servers, school.settings.elasticsearch.prefix) == ([server.node.url], PREFIX)


def test_it_waits_until_index_and_ledger_agree_and_gives_up_at_last(server: IndexServer, monkeypatch) -> None:
    monkeypatch.setattr(index_server, "PAUSE_SECONDS", 0.0)
    late = Lying(3)
    server.settle(late)
    assert late.asked == 3

    with pytest.raises(Stop, match=r"对不上.*缺 1"):
        server.settle(Lying(10_000))


def test_everything_that_the_server_shows_is_read(elastic_url: str, index) -> None:
    own = IndexServer(Standing(elastic_url), index.prefix)  # type: ignore[arg-type]
    for name in index_server.ALIASES:
        index.client.ask("PUT", f"/{index.prefix}{name}", {})
    index.client.ask("PUT", f"/{index.prefix}cases/_doc/1?refresh=true", {"title": "二食堂"})

    assert "二食堂" in own.answers()["Elasticsearch cases"]
