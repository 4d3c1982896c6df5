"""Tests of `huiyin ledger`: says the revision, upgrades with a copy; other commands refuse an older ledger."""

import json

import pytest

from foundation.revision import head_revision
from huiyin.cli import main
from huiyin.wiring import apply_folder
from tests.conftest import ROOT
from tests.huiyin.old_ledger import make_old_ledger

WRITTEN = (["status"], ["audit", "verify"], ["search", "食堂"], ["case", "list"], ["worker"], ["scheduler"])


def test_status_of_a_ledger_in_order(ledger, capsys):
    assert main(["ledger", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["revision"] == told["program"] == head_revision()
    assert told["audit_rows"] == 0


@pytest.mark.parametrize("words", WRITTEN, ids=lambda words: words[0])
def test_every_command_refuses_an_older_ledger_and_says_the_next_step(state, capsys, words):
    make_old_ledger(state)

    assert main(words) == 2
    assert "huiyin ledger upgrade" in capsys.readouterr().err


def test_an_older_ledger_is_upgraded_with_a_copy(state, capsys):
    make_old_ledger(state)
    assert main(["ledger", "status"]) == 1
    assert "huiyin ledger upgrade" in capsys.readouterr().out

    assert main(["ledger", "upgrade"]) == 0
    assert f"第 0000 号升级到第 {head_revision()} 号" in capsys.readouterr().out
    assert len(list(state.glob("*.before-*"))) == 1
    assert main(["audit", "verify"]) == 0
    assert main(["ledger", "upgrade"]) == 0
    assert "没有改动" in capsys.readouterr().out


def test_apply_upgrades_an_older_ledger_itself(state):
    make_old_ledger(state)

    assert apply_folder(ROOT / "school", "lin").is_new
    assert len(list(state.glob("*.before-*"))) == 1
    assert main(["ledger", "status"]) == 0


def test_a_missing_ledger_says_what_to_run(state, capsys):
    assert main(["ledger", "status"]) == 2
    assert "先运行 huiyin apply" in capsys.readouterr().err
