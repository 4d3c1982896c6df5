"""Tests of `huiyin policy`."""

import json

import pytest

from huiyin.cli import main


def policy(capsys, *words):
    code = main(["policy", *words])
    heard = capsys.readouterr()
    return code, heard.out + heard.err


@pytest.fixture
def put(folder):
    def change(right, wrong):
        place = folder.path / "policy.yaml"
        text = place.read_text(encoding="utf-8")
        assert right in text
        place.write_text(text.replace(right, wrong), encoding="utf-8")

    return change


def test_show_prints_what_is_in_force(folder, capsys, clock_file):
    code, heard = policy(capsys, "show", "--school", str(folder.path))

    assert code == 0
    assert "Z1.6.2-1b  一般  发现起 3 个工作日内  处置并回应  承办部门" in heard
    assert "逾期 1 个工作日 督办  承办部门、领导小组办公室（产品默认）" in heard
    assert "z9a-message-board" not in heard


@pytest.mark.provision("Z3.12")
def test_a_profile_that_extends_another_is_printed_merged(folder, capsys, put, clock_file):
    own = "{id: Z9a.3.5, from: posted_at, within: 2d, done_by: reply_published, by: officer}"
    put("profiles:\n", f"profiles:\n  ours: {{extends: z9a-message-board, timers: [{own}]}}\n")
    put("enabled: [z1-school]", "enabled: [ours]")
    code, heard = policy(capsys, "show", "--school", str(folder.path), "--json")
    told = json.loads(heard)

    assert code == 0
    assert {timer["id"]: timer["within"] for timer in told["timers"]} == {"Z9a.3.3": "3d", "Z9a.3.5": "2d"}
    assert "  答复审定  分管领导" in told["lines"]


def test_check_names_inversions_and_the_missing_year(folder, capsys, clock_file):
    clock_file.write_text("2026-11-15T00:00:00+08:00")
    code, heard = policy(capsys, "check", "--school", str(folder.path))

    assert code == 0
    assert "提醒 重大 的汇报（Z1.6.2-2a）可能晚于 一般（Z1.6.2-1a）" in heard
    assert "还没有 2027 年的放假安排" in heard


def test_the_next_year_is_not_missed_before_its_notice_is_usual(folder, capsys, clock_file):
    clock_file.write_text("2026-11-14T23:59:00+08:00")

    assert "2027" not in policy(capsys, "check", "--school", str(folder.path))[1]


@pytest.mark.parametrize("command", [["policy", "check"], ["check"]])
def test_a_length_not_set_blocks_going_live(folder, capsys, put, clock_file, command):
    put("enabled: [z1-school]", "enabled: [z1-school, z9b-university]")
    code = main([*command, "--school", str(folder.path)])
    heard = capsys.readouterr()

    assert code == 2
    assert "Z9b.5.2-1b 的时限还没有定（unset）" in heard.out + heard.err


def test_a_log_kept_for_five_months_is_a_mistake(folder, capsys, put, clock_file):
    put("audit_log: {min: 6mo}, access_log", "audit_log: {min: 5mo}, access_log")
    code, heard = policy(capsys, "check", "--school", str(folder.path))

    assert code == 2
    assert "六个月" in heard


def test_two_ceilings_that_differ_are_a_mistake(folder, capsys, put, clock_file):
    put("post_text_days: 90", "post_text_days: 60")
    code, heard = policy(capsys, "check", "--school", str(folder.path))

    assert code == 2
    assert "帖文文字保存 60 天，huiyin.yaml 却写 90 天" in heard


def test_diff_compares_a_folder_with_an_applied_version(folder, capsys, put, parts):
    put("within: 3wd", "within: 2wd")
    code, heard = policy(capsys, "diff", "1", str(folder.path))

    assert code == 0
    assert "~ profiles.z1-school.timers.Z1.6.2-1b.within: 3wd → 2wd" in heard
    assert "未结案件沿用立案时的版本" in heard
    assert "没有差别" in policy(capsys, "diff", "1", "1")[1]


def test_diff_of_a_version_that_never_was_is_refused(capsys, parts):
    code, heard = policy(capsys, "diff", "1", "9")

    assert code == 1
    assert "没有启用过这个版本" in heard


def test_explain_counts_an_example_and_names_what_follows(folder, capsys, clock_file):
    words = ("explain", "Z1.6.2-1b", "--anchor", "2026-09-30T16:00", "--school", str(folder.path))
    code, heard = policy(capsys, *words)

    assert code == 0
    assert "2026-09-30 16:00 起算，2026-10-10 17:30 到期" in heard
    assert "10-01 法定假日 不计" in heard
    assert "到期时 催办  部门联络员（产品默认）" in heard
    assert json.loads(policy(capsys, *words, "--json")[1])["due_at"] == "2026-10-10T17:30:00+08:00"


def test_explain_of_an_unknown_rule_names_the_nearest(folder, capsys, clock_file):
    code, heard = policy(capsys, "explain", "Z1.6.2-1c", "--school", str(folder.path))

    assert code == 1
    assert "是不是 Z1.6.2-1" in heard


@pytest.mark.provision("Z8.7")
def test_a_word_without_number_is_labelled(folder, capsys, put, clock_file):
    put("enabled: [z1-school]", "enabled: [z8-outline]")
    heard = policy(capsys, "explain", "Z8.7", "--school", str(folder.path))[1]

    assert "及时（产品默认 4 小时）" in heard
    assert "“及时”没有数字，按 4 小时 计（产品默认）" in heard
