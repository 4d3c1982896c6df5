"""Tests of `huiyin calendar`, and of what follows when a year arrives."""

import json

import pytest
from sqlalchemy import select

from cases.open_case import open_cases
from cases.recount_timers import recount_timers
from crawler.items import Post
from foundation.outcome import Outcome
from foundation.tables import audit, outbox
from huiyin.cli import main
from huiyin.wiring import apply_folder, open_parts
from search.posts import change_posts, keep_posts
from tests.huiyin.commands.conftest import Change

YEAR = "year: 2027\nnotice: 通知一号\nholidays: [{name: 元旦, from: 2027-01-01, to: 2027-01-03, work: [2027-01-09]}]\n"


def calendar(capsys, *words):
    code = main(["calendar", *words])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


@pytest.fixture
def schedule(tmp_path):
    place = tmp_path / "2027.yaml"
    place.write_text(YEAR, encoding="utf-8")
    return place


def test_show_prints_a_year_with_its_notice(folder, capsys):
    code, heard = calendar(capsys, "show", "2026", "--school", str(folder.path))

    assert code == 0
    assert "国办发明电〔2025〕7号" in heard
    assert "10-10 周六  调休上班  国庆节" in heard
    assert (
        json.loads(calendar(capsys, "show", "2026", "--school", str(folder.path), "--json")[1])["working_days"] == 248
    )


def test_a_year_outside_the_calendar_is_refused(folder, capsys):
    assert calendar(capsys, "show", "1999", "--school", str(folder.path))[0] == 1


def test_import_writes_the_year_and_deadlines_become_firm(folder, schedule, capsys):
    words = [
        "deadline",
        "explain",
        "--anchor",
        "2026-12-30T09:00",
        "--within",
        "3wd",
        "--school",
        str(folder.path),
        "--json",
    ]
    main(words)
    before = json.loads(capsys.readouterr().out)
    code, heard = calendar(capsys, "import", str(schedule), "--school", str(folder.path))
    main(words)
    after = json.loads(capsys.readouterr().out)

    assert code == 0
    assert "2027 年（通知一号）：放假 3 天，调休上班 1 天" in heard
    assert (before["due_at"], before["provisional"]) == ("2027-01-04T17:30:00+08:00", True)
    assert (after["due_at"], after["provisional"]) == ("2027-01-05T17:30:00+08:00", False)
    assert calendar(capsys, "show", "2027", "--school", str(folder.path))[1].startswith("2027 年  依据 通知一号")


def test_a_calendar_against_the_law_is_refused_and_nothing_is_written(folder, schedule, capsys):
    place = folder.path / "calendar.yaml"
    before = place.read_text(encoding="utf-8")
    schedule.write_text(YEAR.replace("to: 2027-01-03, work: [2027-01-09]", "to: 2027-04-30"), encoding="utf-8")
    code, heard = calendar(capsys, "import", str(schedule), "--school", str(folder.path))

    assert code == 2
    assert "与法定安排相抵触" in heard
    assert place.read_text(encoding="utf-8") == before


def test_a_file_that_is_not_there_is_told(folder, capsys, tmp_path):
    code, heard = calendar(capsys, "import", str(tmp_path / "none.yaml"), "--school", str(folder.path))

    assert code == 2
    assert "放假安排的文件读不出来" in heard


def test_an_applied_year_is_a_new_school_version(folder, schedule, parts, capsys):
    calendar(capsys, "import", str(schedule), "--school", str(folder.path))
    applied = apply_folder(folder.path, "tester")
    with parts.ledger.read() as connection:
        acts = connection.execute(select(audit.c.subject).where(audit.c.act == "school.apply")).scalars().all()

    assert (applied.is_new, applied.version) == (True, 2)
    assert acts == ["version 1", "version 2"]


def test_the_owner_is_told_when_a_provisional_due_time_moves(folder, clock_file, schedule, parts, capsys):
    """Issue 6, 2: found on 30 December 2026, before the days of 2027 were published."""
    clock_file.write_text("2026-12-30T09:00:00+08:00")
    post = Post(
        source_id="forum", site="bbs.yunlu.example", key="bbs:1", url="http://bbs.yunlu.example/1", level="一般",
        title="二食堂的汤里有异物", content="希望查一查", outcome=Outcome.STORED, level_code=1, departments=("safety",),
    )  # fmt: skip
    with parts.ledger.change() as work:
        kept = keep_posts(work, parts.store, [post])[0].post
        change_posts(work, parts.store, [kept.post_id], event_id=1)
        open_cases(work, parts.store, parts.school, [Change(1, 1)])
    calendar(capsys, "import", str(schedule), "--school", str(folder.path))
    apply_folder(folder.path, "tester")
    opened = open_parts()
    with opened.ledger.change() as work:
        recount_timers(work, opened.school)
    with opened.ledger.read() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.kind == "due_moved", outbox.c.channel == "email")).all()
    opened.ledger.close()

    assert {row.recipient for row in rows} == {"qin_weiguo", "safety"}
    said = rows[0].payload["title"] + rows[0].payload["body"]
    assert [word for word in ("HY-2026-0001", "01-04 17:30", "01-05 17:30") if word not in said] == [], said
