"""Tests of `huiyin apply`: what it says, and that a ledger or disk that cannot be used is told, not dumped."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Engine, event

from foundation import ledger as foundation_ledger
from huiyin.cli import main

FILE = "huiyin.sqlite3"


def apply(folder, capsys) -> tuple[int, str]:
    code = main(["apply", str(folder.path)])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


def test_it_says_which_version_is_in_force(folder, state, capsys):
    first = apply(folder, capsys)
    again = apply(folder, capsys)

    assert first[0] == again[0] == 0
    assert "学校配置已启用：第 1 版" in first[1]
    assert "没有改动，仍是第 1 版" in again[1]


def test_mistakes_end_with_two_and_each_has_file_and_line(folder, state, capsys):
    folder.source("news", "http://127.0.0.1:9/feed.xml", owner="nobody")
    code, words = apply(folder, capsys)

    assert code == 2
    assert "sources/news.yaml 第 1 行：不认识的负责人 nobody" in words
    assert not (state / FILE).exists()


def test_a_locked_ledger_is_told(folder, state, capsys, monkeypatch):
    apply(folder, capsys)
    monkeypatch.setattr(foundation_ledger, "BUSY_SECONDS", 0)
    folder.settings(school={"aliases": ["云院"]})
    with closing(sqlite3.connect(state / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, words = apply(folder, capsys)

    assert code == 2
    assert "账本被另一个程序占用" in words


@pytest.fixture
def full_disk(state):
    """SQLite may not grow any file beyond the pages that it has: what a full disk looks like to it."""

    def limit(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={max(pages, 1)}")

    event.listen(Engine, "connect", limit)
    yield
    event.remove(Engine, "connect", limit)


def test_a_full_disk_is_told(folder, state, full_disk, capsys):
    code, words = apply(folder, capsys)

    assert code == 2
    assert "磁盘已满，账本写不进去" in words


def test_a_state_folder_that_cannot_be_made_is_told(folder, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HUIYIN_STATE", str(tmp_path / "file" / "state"))
    code, words = apply(folder, capsys)

    assert code == 2
    assert "状态文件夹建不了" in words
    assert "HUIYIN_STATE" in words


def test_a_ledger_that_is_none_is_told(folder, state, capsys):
    (state / FILE).write_text("这不是账本" * 1000, encoding="utf-8")
    code, words = apply(folder, capsys)

    assert code == 2
    assert "账本文件已损坏" in words


def test_a_ledger_of_the_other_clock_is_refused(folder, state, clock_file, monkeypatch, capsys):
    apply(folder, capsys)
    monkeypatch.delenv("HUIYIN_CLOCK")
    folder.settings(school={"aliases": ["云院"]})
    code, words = apply(folder, capsys)

    assert code == 2
    assert "账本与时钟不符" in words


def test_a_clock_file_that_is_gone_is_told(folder, state, clock_file, capsys):
    clock_file.unlink()
    code, words = apply(folder, capsys)

    assert code == 2
    assert "虚拟时钟读不出时间" in words
