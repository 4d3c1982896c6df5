"""Tests of `huiyin duty`: what is owed again and again, and who noted it as done."""

import json
from typing import Any

import pytest

from huiyin.cli import main
from tests.huiyin.commands.test_patrol import tick


@pytest.mark.parametrize("enabled", ["z1-school, z7-township, z8-outline, z10-school"])
def test_every_duty_of_the_profiles_is_listed_and_done_by_a_person(
    open_one: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["duty", "done", "bulletin"]) == 1
    assert main(["duty", "done", "bulletin", "--as", "xu_songbai", "--note", "第40期，无异常"]) == 0
    capsys.readouterr()
    assert main(["duty", "list", "--json"]) == 0
    duties = {each["rule"]: each for each in json.loads(capsys.readouterr().out)["duties"] if not each["unit"]}

    assert set(duties) == {"Z1.6.1-4a", "Z1.6.1-4b", "Z7.7-1", "Z8.13", "Z10.5-1"}
    assert (duties["Z1.6.1-4b"]["state"], duties["Z1.6.1-4b"]["signed"][0]["by"]) == ("done", "xu_songbai")
    assert duties["Z8.13"]["ends_at"] == "2026-10-01T00:00:00+08:00"


@pytest.mark.provision("Z9c.9-3")
@pytest.mark.parametrize("enabled", ["z9c-hospital"])
def test_the_hospital_profile_reports_to_the_vice_leader_and_shows_a_missed_day(
    open_one: Any, seen: Any, do: Any, case_clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    open_one(1, 1)
    tick()
    assert do("acknowledge --as shen_mingde")[0] == 0
    reported = next(timer for timer in seen()["timers"] if timer["rule"] == "Z9c.9-3")
    case_clock.write_text("2026-10-01T08:00:00+08:00")
    tick()
    capsys.readouterr()

    assert reported["state"] == "satisfied"
    assert main(["duty", "list"]) == 1
    assert "缺  巡查记录  全校  2026-09-30 起" in capsys.readouterr().out
