"""`huiyin rules list|test|enable` on a real ledger and a real school folder."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from alerts.tables import rule_state
from crawler.items import Post
from foundation import clock
from foundation.tables import fact
from huiyin.cli import main
from huiyin.wiring import apply_folder
from search.post_table import insert_posts, post_table

RULES = """rules:
  - {name: 三帖, kind: frequency, count: 3, minutes: 60}
  - {name: 关着, kind: spread, enabled: false}
  - {name: 写错, kind: frequenzy}
"""


@pytest.fixture
def ruled(parts, folder, tmp_path):
    (folder.path / "rules.yaml").write_text(RULES, encoding="utf-8")
    apply_folder(folder.path, "tester")
    file = tmp_path / "try.yaml"
    file.write_text(RULES, encoding="utf-8")
    with parts.ledger.change() as work:
        for number, hours in enumerate((50, 49.9, 49.8, 2, 1.9, 1.8), 1):
            post = Post(key=f"f/{number}", post_id=number, outcome="stored", event_id=1, level_code=1, restricted=False)
            post.first_seen_at = clock.now() - timedelta(hours=hours)
            insert_posts(work.connection, [post], work.at)
            place = post_table.c.post_id == number
            work.connection.execute(update(post_table).where(place).values(ingest_seq=number))
    return file


def test_the_list_shows_what_runs_what_is_off_and_why(ruled, capsys):
    assert main(["rules", "list"]) == 1
    heard = capsys.readouterr().out

    assert "运行　frequency" in heard
    assert "关闭　spread" in heard
    assert "停用　—" in heard
    assert "是不是 frequency？" in heard


def test_a_rule_is_tried_over_stored_posts_before_it_is_switched_on(ruled, capsys):
    assert main(["rules", "test", str(ruled), "--since", "7d", "--json"]) == 2
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]

    assert [(line["rule"], len(line["fired"])) for line in lines] == [("三帖", 2), ("关着", 0)]
    assert lines[0]["a_day"] == pytest.approx(2 / 7)


EVERY_KIND = """rules:
  - {name: a, kind: level, at_least: 重大}
  - {name: b, kind: frequency, per: source, count: 3, minutes: 60}
  - {name: c, kind: spike, per: school, floor: 5}
  - {name: d, kind: new_term, learn_days: 0}
  - {name: e, kind: spread, sites: 3}
  - {name: f, kind: negative_share, per: school, at_least: 5}
  - {name: g, kind: changed}
  - {name: h, kind: silence, sources: [forum]}
  - {name: i, kind: layout_change}
  - {name: j, kind: growth}
  - {name: k, kind: sensitive, words: [泄题], days: [{name: 期末, first: 2026-09-01, last: 2026-12-31}]}
  - {name: l, kind: saved_search, query: 松园 无人机}
"""


def test_every_kind_of_rule_can_be_tried_over_stored_posts_and_rounds(parts, folder, tmp_path, capsys):
    """A post of nine days ago, one of two days ago, six of the last hours, three sites; an edit, a loss, rounds."""
    folder.source("forum", "http://127.0.0.1:9/feed.xml", expected_posts_per_day=[10, 99])
    apply_folder(folder.path, "tester")
    file = tmp_path / "every.yaml"
    file.write_text(EVERY_KIND, encoding="utf-8")
    now = clock.now()
    with parts.ledger.change() as work:
        for number, hours in enumerate((216, 50, 2, 1.99, 1.98, 1.97, 1.96, 1.95), 1):
            post = Post(key=f"f/{number}", post_id=number, outcome="stored", event_id=1, restricted=False)
            post.level_code, post.version, post.source_id = 1 + (number == 4), 1 + (number == 5), "forum"
            post.site, post.content = f"site{number % 3}", f"松园有{'无人机' if number > 2 else '猫'}，泄题 {number}"
            post.vanished_at = now - timedelta(hours=1) if number == 6 else None
            post.first_seen_at = now - timedelta(hours=hours)
            insert_posts(work.connection, [post], work.at)
            place = post_table.c.post_id == number
            work.connection.execute(update(post_table).where(place).values(ingest_seq=number))
        rounds = [("forum", "nothing_new", hours) for hours in (30, 20, 5)]
        for source, outcome, hours in [*rounds, ("news", "layout_changed", 4), ("news", "layout_changed", 3)]:
            told = {"kind": "round.finished", "subject": source, "data": {"outcome": outcome, "new": 0}}
            work.connection.execute(insert(fact).values(at=now - timedelta(hours=hours), **told))

    assert main(["rules", "test", str(file), "--since", "7d", "--json"]) == 0
    fired = {line["rule"]: len(line["fired"]) for line in map(json.loads, capsys.readouterr().out.splitlines())}
    assert sorted(fired) == list("abcdefghijkl")
    assert [name for name, times in fired.items() if not times] == []


def test_the_trial_says_when_and_how_often_a_day(ruled, capsys):
    main(["rules", "test", str(ruled)])

    assert "三帖：7 天 6 帖，会触发 2 次，平均每天 0.3 次" in capsys.readouterr().out


def test_a_wrong_span_says_how_to_write_it(ruled, capsys):
    assert main(["rules", "test", str(ruled), "--since", "week"]) == 2
    assert "写成 7d" in capsys.readouterr().err


def test_a_broken_rule_is_enabled_by_name(ruled, parts, capsys):
    with parts.ledger.change() as work:
        broken = {"name": "三帖", "digest": "x", "state": {}, "disabled": "运行时出错"}
        work.connection.execute(insert(rule_state).values(**broken))

    assert main(["rules", "enable", "三帖"]) == 0
    assert main(["rules", "enable", "三帖"]) == 1
    assert "huiyin rules list" in capsys.readouterr().err


@pytest.mark.provision("Z9b.1-2")
def test_the_check_names_a_rule_that_is_switched_off_by_a_mistake(ruled, folder, capsys):
    assert main(["check", "--school", str(folder.path)]) == 0
    assert "预警规则“写错”停用" in capsys.readouterr().out
