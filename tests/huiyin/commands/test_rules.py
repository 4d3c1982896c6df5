"""`huiyin rules list|test|enable` on a real ledger and a real school folder."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from alerts.tables import rule_state
from crawler.items import Post
from foundation import clock
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
