"""Tests of our own keys: made once, readable by us only, never guessed when damaged."""

import stat

import pytest

from foundation.errors import Stop
from foundation.keys import read_key


def test_a_key_is_made_once_and_stays(tmp_path):
    first = read_key("spool", tmp_path)

    assert len(first) == 32
    assert read_key("spool", tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["spool.key"]


def test_nobody_else_may_read_it(tmp_path):
    read_key("spool", tmp_path)

    assert stat.S_IMODE((tmp_path / "spool.key").stat().st_mode) == 0o600


def test_keys_differ_by_name(tmp_path):
    assert read_key("spool", tmp_path) != read_key("pseudonym-2026", tmp_path)


def test_a_damaged_key_is_not_replaced_in_silence(tmp_path):
    (tmp_path / "spool.key").write_bytes(b"short")

    with pytest.raises(Stop, match="密钥文件已损坏"):
        read_key("spool", tmp_path)


def test_a_folder_that_is_missing_is_said_in_chinese(tmp_path):
    with pytest.raises(Stop, match="密钥文件读不到"):
        read_key("spool", tmp_path / "none")
