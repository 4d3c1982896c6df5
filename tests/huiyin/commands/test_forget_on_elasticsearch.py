"""Retention by id on a real server: after the daily job and the merge a text stands in no file of the server.

The server tells itself only every half minute that no replica needs an overwritten document any more.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from foundation import clock
from foundation.settings import Elasticsearch
from huiyin.schedule import Schedule
from huiyin.worker import Worker
from search.elastic_client import ElasticClient
from search.note_expunge import EXPUNGE_AFTER

pytestmark = pytest.mark.full  # half a minute of waiting
OLD, YOUNG = "二食堂汤桶漏水", "三号楼热水停了"
DAYS = 90  # judge.post_text_days of the example school


@pytest.fixture
def place(server_on_disk: tuple[str, Path]) -> Iterator[Elasticsearch]:
    """A place of the test's own on a server whose files can be read."""
    own = Elasticsearch(servers=[server_on_disk[0]], prefix=f"huiyin-test-{secrets.token_hex(4)}-")
    yield own
    client = ElasticClient(own)
    for name in client.ask("GET", f"/{own.prefix}*/_alias").body:
        client.ask("DELETE", f"/{name}")
    client.close()


def words_on_disk(school, data: Path) -> list[str]:
    """Return which of the words stand in a file of the school's indices, also of deleted documents and the log."""
    settings = school.index.client.ask("GET", f"/{school.place.prefix}*/_settings/index.uuid").body.values()
    folders = [data / "indices" / each["settings"]["index"]["uuid"] for each in settings]
    held = b""
    for path in [path for folder in folders for path in folder.rglob("*") if path.is_file()]:
        try:
            held += path.read_bytes()
        except FileNotFoundError:  # merged away meanwhile
            continue
    assert folders
    return [words for words in (OLD, YOUNG) if words.encode() in held]


def is_free_to_merge(school) -> bool:
    """Return whether the server needs its overwritten documents for no replica any more."""
    shards = school.index.client.ask("GET", f"/{school.index.alias}/_stats?level=shards").body["indices"].values()
    copies = [copy for each in shards for shard in each["shards"].values() for copy in shard]
    return all(
        lease["retaining_seq_no"] > copy["seq_no"]["max_seq_no"]
        for copy in copies
        for lease in copy["retention_leases"]["leases"]
    )


def test_a_text_whose_days_are_over_leaves_the_servers_answers_and_files(
    clustered, server_on_disk, clock_file: Path, tmp_path: Path, until, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = server_on_disk[1]
    clustered.run("reindex", "--to", "elasticsearch")
    (old,) = clustered.keep(OLD)
    clock_file.write_text((datetime.fromisoformat(clock_file.read_text()) + timedelta(days=DAYS)).isoformat())
    (young,) = clustered.keep(YOUNG)
    assert clustered.run("send")[0] == 0
    clustered.index.client.ask("POST", f"/{clustered.index.alias}/_flush?force=true")
    assert words_on_disk(clustered, data) == [OLD, YOUNG]

    schedule = Schedule(clustered.parts, Worker(clustered.ledger, tmp_path / "log"))
    schedule.tick()  # the daily job
    schedule.leads = True
    schedule.send_index()
    clustered.index.refresh(1)
    answer = clustered.index.client.ask("POST", f"/{clustered.index.alias}/_search", {"version": True})
    kept = {int(hit["_id"]): hit["_source"]["content"] for hit in answer.body["hits"]["hits"]}
    assert kept == {old: None, young: YOUNG}

    until(lambda: is_free_to_merge(clustered))
    later = clock.real_seconds() + EXPUNGE_AFTER + 60
    monkeypatch.setattr(clock, "real_seconds", lambda: later)
    schedule.send_index()
    until(lambda: words_on_disk(clustered, data) == [YOUNG])
