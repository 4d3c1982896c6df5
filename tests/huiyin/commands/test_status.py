"""Tests of `huiyin status`: sources in words, what waits, and a JSON object for scripts."""

import json

import pytest
from sqlalchemy import update

from crawler.rounds import source_state
from huiyin.cli import main
from huiyin.wiring import apply_folder


@pytest.fixture
def sources(folder, parts):
    """Three sources: never run, not enabled, blocked."""
    for name, enabled in (("fresh", True), ("off", False), ("walled", True)):
        folder.source(name, "http://127.0.0.1:9/feed.xml", enabled=enabled)
    apply_folder(folder.path, "tester")
    with parts.ledger.change() as work:
        row = {"outcome": "login_required", "note": "需要登录才能看"}
        work.connection.execute(update(source_state).where(source_state.c.source_id == "walled").values(**row))


def test_each_source_stands_on_a_line_with_its_outcome_in_words(sources, capsys):
    assert main(["status"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}

    assert "从未运行" in lines["fresh"]
    assert "下轮 2026-10-12 10:00" in lines["fresh"]
    assert "未启用" in lines["off"]
    assert "下轮 —" in lines["off"]
    assert "需要登录" in lines["walled"]
    assert "需要登录才能看" in lines["walled"]


def test_what_went_wrong_has_a_next_step_and_chinese_words(sources, parts, capsys):
    with parts.ledger.change() as work:
        row = {"outcome": "layout_changed", "note": "broken_xml"}
        work.connection.execute(update(source_state).where(source_state.c.source_id == "walled").values(**row))
    main(["status"])
    heard = capsys.readouterr().out

    assert "订阅源不是完整的 XML" in heard
    assert "broken_xml" not in heard
    assert "下一步　页面改版（walled）→ 用浏览器对照页面是否改版；读坏的原页看 huiyin quarantine list" in heard


def test_a_source_that_is_overdue_says_so(sources, clock_file, capsys):
    clock_file.write_text("2026-10-12T18:00:00+08:00")
    main(["status"])
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}

    assert "已过期未听" in lines["fresh"]
    assert "已过期未听" not in lines["off"]


def test_that_nobody_ticks_is_said(parts, capsys):
    main(["status"])

    assert "还没有（运行 huiyin run 开始值守）" in capsys.readouterr().out


def test_json_is_one_object_without_any_secret_or_text(sources, capsys):
    assert main(["status", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)

    assert [source["outcome"] for source in values["sources"]] == ["never_run", "not_enabled", "login_required"]
    assert values["idle"] is False
    assert values["counts"]["帖文"] == 0


def test_without_a_ledger_it_says_what_to_do(state, capsys):
    assert main(["status"]) == 2
    assert "先运行 huiyin apply" in capsys.readouterr().err
