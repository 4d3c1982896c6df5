"""`huiyin alerts list|ack|silence|silences|lift|preview` on a real ledger."""

import json

import pytest

from alerts.keep_alerts import keep_alert
from alerts.load_rules import LoadedRule
from alerts.rule import Finding
from alerts.rules.spread import Options
from alerts.tell_alerts import tell_alerts
from huiyin.cli import main


@pytest.fixture
def person(parts):
    return parts.school.organisation.people[0].id


@pytest.fixture
def open_alert(parts):
    rule = LoadedRule("扩散", "spread", Options(name="扩散", kind="spread"))
    with parts.ledger.change() as work:
        keep_alert(work, rule, Finding("event:1", work.at, "已见于 3 个站点", 1, "食堂", 2, 3))


def test_the_list_shows_what_goes_on(open_alert, capsys):
    assert main(["alerts", "list"]) == 0
    assert "重大　扩散　已见于 3 个站点　食堂" in capsys.readouterr().out


def test_a_person_takes_an_alert(open_alert, person, capsys):
    assert main(["alerts", "ack", "1", "--as", person]) == 0
    assert main(["alerts", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["acknowledged_by"] == person


def test_an_unknown_person_or_alert_is_refused_with_a_hint(open_alert, person, capsys):
    assert main(["alerts", "ack", "1", "--as", person + "x"]) == 2
    assert person in capsys.readouterr().err
    assert main(["alerts", "ack", "9", "--as", person]) == 1
    assert "huiyin alerts list" in capsys.readouterr().err


def test_a_silence_is_made_shown_with_what_it_held_back_and_lifted(open_alert, parts, person, capsys):
    words = ["--rule", "扩散", "--hours", "8", "--reason", "已知", "--as", person]
    assert main(["alerts", "silence", *words]) == 0
    with parts.ledger.change() as work:
        assert tell_alerts(work, parts.school) == 0
    assert main(["alerts", "silences", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (shown["made_by"], shown["reason"], shown["field"]) == (person, "已知", "rule")
    assert main(["alerts", "lift", "1", "--as", person]) == 0
    assert main(["alerts", "silences"]) == 0
    assert "没有生效中的静默" in capsys.readouterr().out


@pytest.mark.parametrize("hours", ["0", "-1", "100000"])
def test_a_silence_needs_an_end(open_alert, person, hours, capsys):
    words = ["--event", "1", "--hours", hours, "--reason", "已知", "--as", person]

    assert main(["alerts", "silence", *words]) == 2
    assert "静默时长不对" in capsys.readouterr().err


def test_notices_are_previewed_by_name(parts, capsys):
    assert main(["alerts", "preview", "remind"]) == 0
    assert "20261012-001" in capsys.readouterr().out
    assert main(["alerts", "preview", "remnid"]) == 2
    assert "是不是 remind？" in capsys.readouterr().err
