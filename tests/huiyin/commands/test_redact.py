import json
import os
import subprocess
import sys

import pytest

from huiyin.cli import main
from huiyin.commands.redact import WHY
from pipelines.drop_personal_data import MARK
from pipelines.personal_data import addresses, contacts, mobiles, numbers

PHONE = "13800138000"


def redacted(capsys, path, *options):
    code = main(["redact", *options, str(path)])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def write(tmp_path, *lines):
    path = tmp_path / "posts.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n")
    return path


def test_json_gives_one_line_a_record_with_offsets_in_code_points(tmp_path, capsys):
    text = f"😀打我{PHONE}"
    code, out, _ = redacted(capsys, write(tmp_path, json.dumps({"id": "a1", "text": text})), "--json")

    assert code == 0
    assert json.loads(out) == {"id": "a1", "text": "😀打我" + MARK.format("手机号"), "spans": [[3, 14, "手机号"]]}


@pytest.mark.parametrize("number", ["1" + "0" * 23, "-" + "9" * 23, "18446744073709551617", "0.5"])
def test_an_id_is_given_back_as_it_came(tmp_path, capsys, number):
    code, out, _ = redacted(capsys, write(tmp_path, f'{{"id": {number}, "text": "停电"}}'), "--json")

    assert code == 0
    assert f'"id":{number},' in out


def test_people_read_what_goes_and_why_but_not_the_number(tmp_path, capsys):
    code, out, _ = redacted(capsys, write(tmp_path, f"打我{PHONE}", "食堂很好"))

    assert code == 0
    assert PHONE not in out
    assert "能直接找到个人的号码" in out
    assert "第 3 到 13 字" in out
    assert "没有要删的个人信息" in out
    assert "共 2 条，删去 1 处。" in out


def test_a_bad_line_is_told_by_number_and_the_others_go_on(tmp_path, capsys):
    path = write(
        tmp_path, '{"id": 1, "text": "一"}', "{oops", '{"id": 3}', '{"id": 4, "text": "四"}', b'{"text": "\xff"}'
    )
    code, out, err = redacted(capsys, path, "--json")

    assert code == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1, 4]
    assert "第 2 行" in err
    assert "第 3 行" in err
    assert "第 5 行" in err
    assert "有 3 行读不懂" in err


def test_a_plain_file_gives_its_line_numbers_as_ids(tmp_path, capsys):
    _, out, _ = redacted(capsys, write(tmp_path, "一", "", "{三}"), "--json")

    assert [json.loads(line)["id"] for line in out.splitlines()] == [1, 3]


def test_a_byte_order_mark_and_windows_line_ends_are_no_text(tmp_path, capsys):
    _, out, _ = redacted(capsys, write(tmp_path, b"\xef\xbb\xbf" + "一\r".encode()), "--json")

    assert json.loads(out)["text"] == "一"


def test_a_missing_file_is_named_with_the_next_step(tmp_path, capsys):
    code, _, err = redacted(capsys, tmp_path / "none.jsonl")

    assert code == 2
    assert "none.jsonl" in err
    assert "检查路径与权限：没有这个文件或文件夹" in err
    assert "No such" not in err


def test_standard_input_is_read_too():
    command = [sys.executable, "-m", "huiyin", "redact", "--json", "-"]
    done = subprocess.run(command, input=f"打我{PHONE}\n".encode(), capture_output=True, check=True, env=os.environ)

    assert PHONE.encode() not in done.stdout
    assert json.loads(done.stdout)["spans"] == [[2, 13, "手机号"]]


@pytest.mark.parametrize(
    "kind",
    [
        "姓名",
        addresses.KIND,
        mobiles.KIND,
        *(contacts.MAIL, contacts.QQ, contacts.WECHAT),
        *(numbers.LANDLINE, numbers.ID_CARD, numbers.BANK_CARD, numbers.STUDENT_NUMBER, numbers.PLATE),
    ],
)
def test_every_kind_has_its_reason(kind):
    assert WHY[kind]
