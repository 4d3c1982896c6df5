import pytest

from demo.elastic_server import FULL
from foundation.errors import Stop
from search import mapping
from search.elastic_index import ElasticIndex
from tests.servers.elastic import wanted_distribution

NOVEMBER, DECEMBER = 1_793_700_000 << 20, 1_796_300_000 << 20


def test_a_generation_is_made_month_by_month_searched_changed_and_dropped(index: ElasticIndex) -> None:
    first = [index.name(1, NOVEMBER), index.name(1, DECEMBER)]
    index.ensure(first, 1)
    index.ensure([index.name(2, NOVEMBER)], 1)

    assert index.names(1) == first
    assert (index.generations(), index.problems()) == ([1, 2], [])
    assert set(index.client.ask("GET", f"/_alias/{index.alias}").body) == set(first)
    index.serve(2)
    assert set(index.client.ask("GET", f"/_alias/{index.alias}").body) == {index.name(2, NOVEMBER)}
    assert index.drop(1) == first
    assert set(index.counts().values()) == {0}
    assert index.analysis(index.name(2, NOVEMBER)) == ("cjk" if wanted_distribution() is FULL else "standard")


def test_an_index_is_refreshed_and_kept_safe_from_the_moment_it_is_searched(index: ElasticIndex) -> None:
    def told(name: str) -> tuple[str, str]:
        found = index.client.ask("GET", f"/{name}/_settings?include_defaults&flat_settings").body[name]
        settings = found["defaults"] | found["settings"]
        return settings["index.refresh_interval"], settings["index.translog.durability"].lower()

    searched, built = index.name(1, NOVEMBER), index.name(2, NOVEMBER)
    index.ensure([searched], 1)
    index.ensure([built], 1)
    before = told(searched), told(built)
    index.serve(2)

    assert before == (("5s", "request"), ("-1", "async"))
    assert told(built) == ("5s", "request")


def test_a_foreign_index_under_our_name_is_never_written(index: ElasticIndex) -> None:
    name = index.name(1, NOVEMBER)
    index.client.ask("PUT", f"/{name}", {"mappings": {"properties": {"theirs": {"type": "keyword"}}}})

    with pytest.raises(Stop, match="不是回音建的"):
        index.ensure([name], 1)
    assert ["不是回音建的" in problem for problem in index.problems()] == [True]
    assert "theirs" in str(index.client.ask("GET", f"/{name}/_mapping").body)


def test_a_foreign_index_named_like_our_alias_is_found_beforehand(index: ElasticIndex) -> None:
    """Else it is found after everything was built: an alias cannot have the name of an index."""
    index.ensure([index.name(1, NOVEMBER)], 1)
    assert index.problems() == []
    index.client.ask("DELETE", f"/{index.name(1, NOVEMBER)}")
    index.client.ask("PUT", f"/{index.alias}", {})

    assert [f"{index.alias}。" in problem for problem in index.problems()] == [True]


def test_an_index_made_for_other_fields_asks_for_a_migration(index: ElasticIndex, monkeypatch) -> None:
    name = index.name(1, NOVEMBER)
    index.ensure([name], 1)
    index.forget_known()
    monkeypatch.setitem(mapping.TYPES, "float", {"type": "float"})

    with pytest.raises(Stop, match="huiyin index migrate"):
        index.ensure([name], 1)


def test_a_half_written_template_of_someone_else_does_not_spoil_a_new_month(index: ElasticIndex) -> None:
    body = {"index_patterns": [f"{index.alias}-v*"], "priority": 1, "template": {"mappings": {"dynamic": True}}}
    index.client.ask("PUT", f"/_index_template/{index.alias}", body)
    index.ensure([index.name(1, NOVEMBER)], 1)

    made = index.client.ask("GET", f"/{index.name(1, NOVEMBER)}/_mapping").body[index.name(1, NOVEMBER)]["mappings"]
    assert made["dynamic"] == "strict"
    assert index.write_template()
    assert "strict" in str(index.client.ask("GET", f"/_index_template/{index.alias}").body)
