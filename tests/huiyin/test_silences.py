"""Not enabled, never run, nothing new and blocked are four things: one test goes through every place that tells them.

And the rhythm of a source as the scheduler keeps it: longer when all is known, shorter when all is new, never at night.
"""

import json
from datetime import datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from crawler.report import RoundReport
from crawler.rounds import finish_round, release_group, source_state, start_round, take_group
from crawler.source import load_sources
from crawler.tables import patrol
from foundation import clock
from foundation.lease import holder_name
from foundation.outcome import SOURCE_OUTCOME_TITLES, SourceOutcome
from huiyin.cli import main
from huiyin.metrics import metrics_text
from huiyin.morning_facts import patrol_lines
from huiyin.wiring import apply_folder
from search.patrol_records import PATROL
from tests.huiyin.conftest import NOW

SILENT = {"closed": "blocked_by_robots", "calm": "nothing_new", "off": "not_enabled", "fresh": "never_run"}


@pytest.fixture
def silent(parts, folder):
    """Four sources without a post, each for another reason."""
    for number, name in enumerate(SILENT):
        folder.source(name, f"http://127.0.0.{number + 2}:9/feed.xml", enabled=name != "off")
    apply_folder(folder.path, "tester")
    return parts


def end_round(parts, name, report):
    with parts.ledger.read() as connection:
        group = connection.execute(select(source_state.c.group_name).where(source_state.c.source_id == name)).scalar()
    holder = holder_name()
    with parts.ledger.change() as work:
        fence = take_group(work, group, holder, 60)
        source = next(each for each in sources_of(parts) if each.id == name)
        finish_round(work, name, report, start_round(work, source, holder, fence, 60), complete=True)
        release_group(work, group, holder)


def sources_of(parts):
    from foundation.school import active_school

    with parts.ledger.read() as connection:
        return load_sources(active_school(connection)).values()


def said(capsys, *words):
    capsys.readouterr()
    assert main([*words]) == 0
    return capsys.readouterr().out


@pytest.mark.provision("Z1.1-1")
def test_four_kinds_of_silence_are_told_apart_in_every_place(silent, capsys):
    blocked = RoundReport()
    blocked.hit(SourceOutcome.BLOCKED_BY_ROBOTS, "robots.txt 不许")
    end_round(silent, "closed", blocked)
    end_round(silent, "calm", RoundReport())
    titles = {name: SOURCE_OUTCOME_TITLES[SourceOutcome(outcome)] for name, outcome in SILENT.items()}

    def of(rows):
        return {row["source"]: row["outcome"] for row in rows if row["source"] in SILENT}

    assert of(json.loads(said(capsys, "source", "list", "--json"))) == SILENT
    assert of(json.loads(said(capsys, "status", "--json"))["sources"]) == SILENT
    assert of(json.loads(said(capsys, "patrol", "show", "--json"))["sources"]) == SILENT
    for place in (("source", "list"), ("status",), ("patrol", "show")):
        lines = said(capsys, *place).splitlines()
        assert all(any(name in line and titles[name] in line for line in lines) for name in SILENT), place
    for name, outcome in SILENT.items():
        assert json.loads(said(capsys, "source", "show", name, "--json"))["outcome"] == outcome
    metrics = text_string_to_metric_families(metrics_text(silent.ledger))
    found = {
        (s.labels["source"], s.labels["outcome"])
        for family in metrics
        for s in family.samples
        if s.name == "huiyin_source_outcome"
    }
    assert found >= set(SILENT.items())
    with silent.ledger.read() as connection:
        morning = "\n".join(patrol_lines(connection, clock.now()))
        rounds = [str(each) for each in connection.execute(select(patrol.c.patrol_id)).scalars()]
        documents = PATROL.load(connection, rounds)  # what Kibana shows: rounds only, of sources that were asked
    assert all(f"{title} 1" in morning for title in titles.values())
    shown = {each["source_id"]: (each["outcome"], each["blocked"]) for each in documents.values()}
    assert shown == {"closed": ("blocked_by_robots", True), "calm": ("nothing_new", False)}
    assert PATROL.fields["outcome"].kind == "keyword"


@pytest.mark.provision("Z1.1-1")
def test_a_calm_round_at_last_hides_no_wall_of_the_day_and_the_wait_is_told(silent, capsys):
    walls = {"calm": SourceOutcome.LOGIN_REQUIRED, "fresh": SourceOutcome.RATE_LIMITED}
    for name, wall in walls.items():
        report = RoundReport()
        report.hit(wall, "x")
        end_round(silent, name, report)
        end_round(silent, name, report)
    end_round(silent, "calm", RoundReport())
    told = {each["source"]: each for each in json.loads(said(capsys, "patrol", "show", "--json"))["sources"]}
    lines = {name: next(line for line in said(capsys, "patrol", "show").splitlines() if name in line) for name in walls}
    listed = {each["source"]: each for each in json.loads(said(capsys, "source", "list", "--json"))}

    assert {name: (told[name]["outcome"], told[name]["blocked"], told[name]["waits_minutes"]) for name in walls} == {
        "calm": ("nothing_new", 2, 0), "fresh": ("rate_limited", 2, 240),
    }  # fmt: skip
    assert "3 轮（被拒 2 轮）" in lines["calm"]
    assert "放慢" not in lines["calm"]
    assert "2 轮（被拒 2 轮）" in lines["fresh"]
    assert "放慢：停 240 分钟再听" in lines["fresh"]
    assert [clock.for_people(datetime.fromisoformat(NOW) + timedelta(hours=4))] == [listed["fresh"]["due_at"]]


def test_the_scheduler_hears_less_often_what_is_known_more_often_what_is_new_and_nobody_at_night(
    product, folder, site, until, clock_file
):
    folder.source("news", f"{site.url}/feed.xml", interval_range=[10, 1440], quiet_hours=["22:00", "06:00"])
    product.start()
    until(product.posts)
    known: list[datetime] = []

    def row():
        ledger = product.ledger
        with ledger.read() as connection:
            found = connection.execute(select(source_state).where(source_state.c.source_id == "news")).first()
        ledger.close()
        return found

    def heard():
        """Wait for the next round; return minutes to the one after, and when it is due in school time."""
        now = until(lambda: (each := row()) and each.finished_at not in (None, *known) and each)
        known.append(now.finished_at)
        return now.interval_minutes, clock.at_school(now.due_at)

    def to(at):
        clock_file.write_text(at.isoformat())

    minutes, due_at = heard()
    assert minutes == 40  # all was new: 60 / 1.5
    to(due_at.replace(hour=21, minute=30))
    minutes, due_at = heard()
    assert (minutes, f"{due_at:%d %H:%M}") == (60, "13 06:00")  # all was known: 40 times 1.5; 22:30 is quiet
    to(due_at - timedelta(minutes=1))
    product.wait_tick()
    assert site.asked.count("/feed.xml") == 2
