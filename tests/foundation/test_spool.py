"""Tests of the encrypted spool: unreadable at rest, audited when opened, limited in time and size."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select

from foundation.errors import Refused
from foundation.keys import read_key
from foundation.school import SchoolFiles, store_school
from foundation.spool import mark_replayed, open_sealed, purge, seal
from foundation.tables import audit, spool

ROOT = Path(__file__).parents[2]
TEXT = "一食堂二楼的汤里有异物".encode()
WHERE = {"kind": "page", "source_id": "forum", "step": "parser:read_thread", "reason": "ValueError read.py:7"}


@pytest.fixture
def school(ledger):
    files = SchoolFiles.from_folder(ROOT / "school")
    with ledger.change() as work:
        store_school(work, files, "folder")
    return ledger


def rows(ledger) -> list:
    with ledger.read() as connection:
        return list(connection.execute(select(spool).order_by(spool.c.spool_id)))


def limit_to_one_megabyte(ledger) -> None:
    texts = dict(SchoolFiles.from_folder(ROOT / "school").texts)
    settings = YAML(typ="safe").load(texts["huiyin.yaml"])
    settings["judge"] = {"spool_megabytes": 1}
    texts["huiyin.yaml"] = json.dumps(settings, ensure_ascii=False)
    with ledger.change() as work:
        store_school(work, SchoolFiles(texts), "folder")


def test_what_was_sealed_can_be_opened_again(school):
    number = seal(school, **WHERE, body=TEXT)
    with school.change("lin") as work:
        assert open_sealed(work, number, "重放") == TEXT


def test_the_plain_text_stands_nowhere_in_the_state_folder(school, state):
    seal(school, **WHERE, body=TEXT)
    school.close()

    assert all(TEXT not in path.read_bytes() for path in state.iterdir())


def test_each_opening_is_audited_without_text(school):
    number = seal(school, **WHERE, body=TEXT)
    with school.change("lin") as work:
        open_sealed(work, number, "重放")
    with school.read() as connection:
        row = connection.execute(select(audit).where(audit.c.act == "spool.open")).one()

    assert (row.actor, row.subject) == ("lin", f"spool {number}")
    assert "异物" not in row.details


def test_it_is_kept_for_the_schools_hours_and_then_deleted(school):
    seal(school, **WHERE, body=TEXT)
    (row,) = rows(school)

    assert row.expires_at - row.kept_at == timedelta(hours=72)
    with school.change() as work:
        assert purge(work, row.expires_at - timedelta(seconds=1)) == 0
        assert purge(work, row.expires_at) == 1
    assert rows(school) == []


def test_what_has_expired_is_not_opened_even_before_it_is_deleted(school):
    with school.change() as work:
        number = seal(work, **WHERE, body=TEXT, at=work.at - timedelta(hours=73))
    with pytest.raises(Refused, match="暂存区里没有"), school.change() as work:
        open_sealed(work, number, "重放")


def test_another_key_does_not_open_it(school, state):
    number = seal(school, **WHERE, body=TEXT)
    (state / "spool.key").unlink()
    read_key("spool", state)

    with pytest.raises(Refused, match="打不开"), school.change() as work:
        open_sealed(work, number, "重放")


def test_a_row_that_was_relabelled_does_not_open(school):
    number = seal(school, **WHERE, body=TEXT)
    with school.change() as work:
        work.connection.execute(spool.update().values(source_id="news"))

    with pytest.raises(Refused, match="打不开"), school.change() as work:
        open_sealed(work, number, "重放")


def test_the_oldest_gives_way_when_it_is_full(school):
    limit_to_one_megabyte(school)
    numbers = [seal(school, **WHERE, body=os.urandom(400_000)) for _ in range(3)]

    assert [row.spool_id for row in rows(school)] == numbers[1:]


def test_what_is_larger_than_the_whole_spool_drops_nothing_else(school):
    limit_to_one_megabyte(school)
    seal(school, **WHERE, body=TEXT)

    assert seal(school, **WHERE, body=os.urandom(1_200_000)) is None
    assert len(rows(school)) == 1


def test_a_replay_is_remembered(school):
    number = seal(school, **WHERE, body=TEXT)
    with school.change() as work:
        mark_replayed(work, number)

    assert rows(school)[0].replayed_at is not None
