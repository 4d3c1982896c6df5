"""Tests of `huiyin check`: gaps in the folder end with 2, findings of the machine with 1, secrets never show."""

import pytest
from ruamel.yaml import YAML
from sqlalchemy import insert

from foundation import clock
from foundation.tables import heartbeat
from huiyin.cli import main

SECRET = "SEC-b0a1c2-never-shown"


def check(folder, capsys, *words: str) -> tuple[int, str]:
    code = main(["check", "--school", str(folder.path), *words])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


def change(folder, act) -> None:
    """Change departments.yaml as data."""
    file, yaml = folder.path / "departments.yaml", YAML(typ="rt")
    values = yaml.load(file.read_text(encoding="utf-8"))
    act(values)
    with file.open("w", encoding="utf-8") as out:
        yaml.dump(values, out)


def no_watch(values) -> None:
    values["roles"]["watch"] = []


def no_deputy(values) -> None:
    values["departments"][0]["deputy"] = values["departments"][0]["owner"]


def no_channel(values) -> None:
    values["departments"][0].pop("robot", None)
    values["departments"][0].pop("dingtalk_users", None)


def no_liaison(values) -> None:
    values["departments"][0].pop("liaison")


def two_liaisons(values) -> None:
    values["departments"][0]["liaison"] = ["gu_wenjing", "he_qiming"]


def no_office(values) -> None:
    values["roles"].pop("office")


def unnamed_deputy(values) -> None:
    values["departments"][0].pop("deputy")


def test_a_good_folder_ends_with_zero_and_an_overview(folder, capsys):
    code, words = check(folder, capsys)

    assert code == 0
    assert "学校配置无误" in words
    assert "云麓学院" in words


@pytest.mark.provision("Z7.16", "Z1.3-1", "Z3.10", "Z9a.4-1")
@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (no_watch, "没有人担任 watch"),
        (no_office, "没有人担任 office"),
        (unnamed_deputy, "缺少 departments.office.deputy"),
        (two_liaisons, "departments.office.liaison"),
        (no_deputy, "负责人与副手是同一人"),
        (no_channel, "没有邮件以外的去处"),
        (no_liaison, "liaison"),
    ],
)
def test_a_gap_in_posts_and_people_ends_with_two(folder, capsys, gap, words):
    change(folder, gap)
    code, heard = check(folder, capsys)

    assert code == 2
    assert words in heard
    assert "departments.yaml" in heard


@pytest.mark.provision("Z7.16")
def test_a_missing_calendar_ends_with_two(folder, capsys):
    (folder.path / "calendar.yaml").unlink()
    code, heard = check(folder, capsys)

    assert code == 2
    assert "calendar.yaml" in heard


def test_nothing_is_written(folder, state, capsys):
    check(folder, capsys)

    assert list(state.iterdir()) == []


def test_live_findings_end_with_one_and_say_what_to_do(folder, state, capsys):
    code, heard = check(folder, capsys, "--live")

    assert code == 1
    assert "缺 账本：还没有账本。先运行 huiyin apply" in heard


def test_tell_looks_at_the_machine_as_live_does(folder, state, capsys):
    code, heard = check(folder, capsys, "--tell")

    assert code == 1
    assert "缺 值守：" in heard
    assert "缺 账本：还没有账本。先运行 huiyin apply" in heard


def test_a_healthy_system_ends_with_zero(folder, parts, monkeypatch, tmp_path, capsys):
    browser = tmp_path / "browser"
    browser.write_text("")
    folder.settings(school={"name": "云麓学院", "contact": "mailto:yuqing@yunlu.test"}, crawl={"browser": str(browser)})
    for unit in parts.school.organisation.departments:
        for reference in (unit.robot.url, unit.robot.secret) if unit.robot else ():
            monkeypatch.setenv(reference.removeprefix("env:"), SECRET)
    monkeypatch.setenv("HUIYIN_MAIL_PASSWORD", SECRET)
    with parts.ledger.change() as work:
        beat = {"real_at": clock.real_seconds(), "finished_at": work.at, "note": {}}
        work.connection.execute(insert(heartbeat).values(job="tick", **beat))

    code, heard = check(folder, capsys, "--live")

    assert "缺 " not in heard
    assert code == 0


def test_no_secret_is_ever_printed(folder, parts, monkeypatch, tmp_path, capsys):
    place = tmp_path / "secret"
    place.write_text(SECRET)
    folder.settings(alerts={"mail": {**mail(folder), "password": f"file:{place}"}})
    for unit in parts.school.organisation.departments:
        for reference in (unit.robot.url, unit.robot.secret) if unit.robot else ():
            monkeypatch.setenv(reference.removeprefix("env:"), SECRET)
    _, heard = check(folder, capsys, "--live")

    assert "好 邮件密码：已设置（内容不显示）" in heard
    assert SECRET not in heard


def mail(folder) -> dict:
    return YAML(typ="safe").load((folder.path / "huiyin.yaml").read_text(encoding="utf-8"))["alerts"]["mail"]


def test_a_folder_that_is_a_file_is_told(folder, capsys):
    code = main(["check", "--school", str(folder.path / "policy.yaml")])

    assert code == 2
    assert "找不到学校的设置文件" in capsys.readouterr().err


def test_a_file_that_is_not_utf8_is_told(folder, capsys):
    (folder.path / "policy.yaml").write_bytes("制度与期限".encode("gbk"))
    code, heard = check(folder, capsys)

    assert code == 2
    assert "文件不是 UTF-8 编码" in heard


def no_spokesperson(values) -> None:
    values["roles"]["spokesperson"] = []


def test_a_role_that_the_policy_calls_and_nobody_holds_ends_with_two(folder, capsys):
    policy = folder.path / "policy.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("to: [principal]", "to: [spokesperson]"), encoding="utf-8"
    )
    change(folder, no_spokesperson)
    code, heard = check(folder, capsys)

    assert code == 2
    assert "制度要找 新闻发言人（spokesperson），却没有人担任" in heard


def test_what_the_policy_may_not_have_meant_is_a_reminder(folder, capsys):
    code, heard = check(folder, capsys)

    assert code == 0
    assert "提醒 重大 的汇报（Z1.6.2-2a）可能晚于 一般（Z1.6.2-1a）" in heard


def test_a_spider_that_does_not_exist_is_told_with_the_nearest_name(folder, capsys):
    folder.source("forum", "http://bbs.yunlu.example/", spider="discus")
    code, heard = check(folder, capsys)

    assert code == 2
    assert "没有名为 discus 的 spider" in heard
    assert "是不是 discuz？" in heard


def test_a_school_without_any_source_is_reminded(folder, capsys):
    for path in (folder.path / "sources").iterdir():
        path.unlink()
    code, heard = check(folder, capsys)

    assert code == 0
    assert "提醒 还没有信源，什么也听不到" in heard


def test_a_file_that_nobody_reads_is_reminded_of(folder, capsys):
    (folder.path / "source").mkdir()
    (folder.path / "source" / "board.yaml").write_text("id: board\n")
    code, heard = check(folder, capsys)

    assert code == 0
    assert "提醒 source/board.yaml 没有人读" in heard


def test_words_in_yaml_are_refused_because_nobody_reads_them(folder, capsys):
    (folder.path / "words" / "more.yaml").write_text("- 云麓湖\n")
    code, heard = check(folder, capsys)

    assert code == 2
    assert "words/more.yaml：词表只读 .txt 文件。改成同名的 .txt" in heard


def test_a_day_that_does_not_exist_is_told_with_its_line(folder, capsys):
    policy = folder.path / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("2026-11-01", "2026-13-01"), encoding="utf-8")
    code, heard = check(folder, capsys)

    assert code == 2
    assert "policy.yaml 第 3 行：effective_from 不是存在的日期" in heard


def test_a_roster_with_strangers_or_a_holiday_without_a_name_ends_with_one(folder, parts, clock_file, capsys):
    """Z7.16, Z7.6-1: the roster stands in the ledger and is part of the readiness check all the same."""
    clock_file.write_text("2026-09-28T09:00:00+08:00")
    people, policy = folder.path / "departments.yaml", folder.path / "policy.yaml"
    text = people.read_text(encoding="utf-8")
    rules = policy.read_text(encoding="utf-8")
    policy.write_text(rules.replace("enabled: [z1-school]", "enabled: [z7-township]"), encoding="utf-8")
    people.write_text(text.replace("people:\n", "people:\n  - {id: lu_ren, name: 陆仁, mail: lu.ren@yunlu.example}\n"))
    assert main(["apply", str(folder.path)]) == 0
    fill = ["roster", "fill", "--as", "gu_wenjing", "--person"]
    assert main([*fill, "qin_weiguo", "--from", "2026-10-01", "--to", "2026-10-04"]) == 0
    assert main([*fill, "lu_ren", "--from", "2026-10-05", "--to", "2026-10-05"]) == 0
    with_all = check(folder, capsys)
    people.write_text(text, encoding="utf-8")
    code, heard = check(folder, capsys)

    assert with_all[0] == 0, with_all
    assert code == 1
    assert "缺 值班表：2026-10-05 排的 lu_ren 不在 departments.yaml 里" in heard
    clock_file.write_text("2026-10-01T09:00:00+08:00")
    assert "缺 值班表：2026-10-06（节假日 国庆节）没有排到具名的人" in check(folder, capsys)[1]
