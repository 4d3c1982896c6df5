"""Tests of files of rows: every usual form gives the same rows, a bad line is named, and a bad file is refused."""

import json

import pytest

from crawler.imports.read_table import read_table
from foundation.errors import Refused

HEAD = ["编号", "标题", "内容"]
ROWS = [["7", "汤凉了", "二食堂的汤，今天是凉的"], ["8", "灯坏了", "三号楼的灯\n坏了一周"]]
CELLS = [dict(zip(HEAD, row, strict=True)) for row in ROWS]


def csv_text(separator):
    quoted = [[f'"{cell}"' for cell in row] for row in [HEAD, *ROWS]]
    return "\r\n".join(separator.join(row) for row in quoted)


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_csv_is_read_in_every_usual_encoding_and_separator(encoding, separator):
    table = read_table(csv_text(separator).encode(encoding), "x.csv")

    assert [row.cells for row in table.rows] == CELLS


def test_a_spreadsheet_is_read_with_a_title_above_its_headers_and_numbers_as_written(sheet):
    table = read_table(sheet(["留言导出"], HEAD, [7, *ROWS[0][1:]], [], ROWS[1]), "x.xlsx")

    assert [row.cells for row in table.rows] == CELLS
    assert [row.line for row in table.rows] == [3, 5]


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"code": 0, "data": {"list": rows, "total": 2}}])
def test_json_is_read_wherever_the_list_stands(wrap):
    table = read_table(json.dumps(wrap(CELLS)).encode(), "x.json")

    assert [row.cells for row in table.rows] == CELLS


def test_json_lines_name_the_line_that_is_none_and_columns_of_objects_inside():
    text = '{"text": "汤凉了", "user": {"name": "小陈"}}\n不是\n[1]\n{"text": "灯坏了", "tags": [1]}\n'
    table = read_table(text.encode(), "x.jsonl")
    problems = [(row.line, row.problem) for row in table.rows if row.problem]

    assert table.columns == ["text", "user.name", "tags"]
    assert problems == [(2, "这一行不是 JSON"), (3, "这一行不是一个 JSON 对象")]
    assert len(table.rows) == 4


def test_a_row_with_more_cells_than_headers_is_named():
    table = read_table("标题,内容\n汤凉了,今天,又凉了\n灯坏了,三号楼\n".encode(), "x.csv")

    assert [(row.line, bool(row.problem)) for row in table.rows] == [(2, True), (3, False)]


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("x.doc", b"1", "不认识这种文件"),
        ("x.xlsx", b"no zip", "表格打不开"),
        ("x.json", b"{", "不是完整的 JSON"),
        ("x.json", b"[" * 100_000, "不是完整的 JSON"),
        ("x.csv", b"", "文件里没有数据"),
        ("x.csv", "标题,内容\n".encode(), "文件里没有数据"),
        ("x.json", b"{}", "文件里没有数据"),
    ],
)
def test_a_file_without_rows_is_refused_with_a_next_step(name, body, said):
    with pytest.raises(Refused, match=said):
        read_table(body, name)
