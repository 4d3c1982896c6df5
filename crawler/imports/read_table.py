"""Stage 1: files of rows. In: a file's bytes and name. Out: rows as texts by column, each with its place in the file.

CSV in any usual encoding and with any usual separator, XLSX, JSON (a list of objects, wherever it stands) and JSON
Lines. The line of headers is the first that names two known columns, so that a title above the table does no harm.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from crawler.decode import decode_body
from crawler.imports.map_columns import is_known_header
from foundation.errors import Refused

FILE_MEGABYTES = 100
HEADER_LINES = 10  # so many lines may stand above the headers
KNOWN_LEAST = 2
SEPARATORS = ",\t;|，"
NESTED = 4  # objects inside objects: their columns are called `user.name`
csv.field_size_limit(1 << 24)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in the file (from 1), its cells, and what is wrong with it, if anything."""

    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: columns in their order, rows in theirs."""

    columns: list[str]
    rows: list[Row] = field(default_factory=list)


def read_table(body: bytes, name: str, *, encoding: str = "") -> Table:
    """Return the rows of a file.

    Args:
        body: The file.
        name: Its name: the ending says what it is.
        encoding: Of a CSV or JSON file, when it is not found out by itself.

    Raises:
        Refused: Too large, of no known kind, broken as a whole, or without a table.
    """
    if len(body) > FILE_MEGABYTES << 20:
        raise Refused("文件太大", name, f"分成几份，每份不超过 {FILE_MEGABYTES} MB")
    readers = {".xlsx": _xlsx, ".csv": _csv, ".tsv": _csv, ".txt": _csv, ".json": _json, ".jsonl": _lines}
    reader = readers.get(PurePath(name).suffix.lower())
    if reader is None:
        raise Refused("不认识这种文件", name, "可以导入 .csv .xlsx .json .jsonl，或微信文章另存的 .html")
    table = reader(body, name, encoding)
    if not table.rows:
        raise Refused("文件里没有数据", name, "检查是不是空表，或第一行不是栏目名")
    return table


def _csv(body: bytes, name: str, encoding: str) -> Table:
    text = decode_body(body, told=encoding).removeprefix("\ufeff")
    first = "\n".join(text.splitlines()[:HEADER_LINES])
    separator = max(SEPARATORS, key=first.count)
    lines: list[tuple[int, Sequence[Any]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            lines.append((reader.line_num, cells))
    except csv.Error as problem:
        raise Refused("表格读不下去", f"{name} 第 {reader.line_num} 行", f"检查这一行的引号（{problem}）") from problem
    return _table(lines)


def _xlsx(body: bytes, name: str, _encoding: str) -> Table:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheets = [book.get_sheet_by_name(sheet).to_python(skip_empty_area=False) for sheet in book.sheet_names]
    except (CalamineError, OSError, ValueError) as problem:
        raise Refused("表格打不开", name, "用 Excel 或 WPS 打开，另存为 .xlsx 再试") from problem
    filled = [sheet for sheet in sheets if sheet]
    return _table(list(enumerate(filled[0], 1))) if filled else Table([])


def _table(lines: list[tuple[int, Sequence[Any]]]) -> Table:
    """Make a table of lines: the headers are the first line that names known columns, else the first one."""
    found = [at for at, (_, cells) in enumerate(lines[:HEADER_LINES]) if _known(cells) >= KNOWN_LEAST]
    if not lines:
        return Table([])
    start = found[0] if found else 0
    headers = [cell_text(cell).strip() for cell in lines[start][1]]
    rows = []
    for number, cells in lines[start + 1 :]:
        texts = [cell_text(cell) for cell in cells]
        if not any(text.strip() for text in texts):
            continue
        extra = any(text.strip() for text in texts[len(headers) :])
        problem = "这一行比栏目名多出几格，可能是正文里有没加引号的分隔符" if extra else ""
        rows.append(Row(number, {name: text for name, text in zip(headers, texts, strict=False) if name}, problem))
    return Table([name for name in headers if name], rows)


def _known(cells: Sequence[Any]) -> int:
    return sum(is_known_header(cell_text(cell)) for cell in cells)


def _lines(body: bytes, name: str, encoding: str) -> Table:
    rows = []
    for number, line in enumerate(decode_body(body, told=encoding).removeprefix("\ufeff").splitlines(), 1):
        if line.strip():
            rows.append(_row_of_line(number, line))
    return Table(_columns(rows), rows)


def _row_of_line(number: int, line: str) -> Row:
    try:
        value = json.loads(line)
    except ValueError:
        return Row(number, {}, "这一行不是 JSON")
    return Row(number, dict(_flat(value))) if isinstance(value, dict) else Row(number, {}, "这一行不是一个 JSON 对象")


def _json(body: bytes, name: str, encoding: str) -> Table:
    try:
        objects = _objects(json.loads(decode_body(body, told=encoding).removeprefix("\ufeff")))
    except (ValueError, RecursionError) as problem:
        raise Refused("不是完整的 JSON", name, "每行一个对象的文件请用 .jsonl 结尾") from problem
    rows = [
        Row(number, dict(_flat(value))) if isinstance(value, dict) else Row(number, {}, "这一项不是一个 JSON 对象")
        for number, value in enumerate(objects, 1)
    ]
    return Table(_columns(rows), rows)


def _objects(value: Any, depth: int = 0) -> list[Any]:
    """Return the first list of objects: the value itself, or what stands inside it (data.list, result.items …)."""
    if isinstance(value, list):
        return value if any(isinstance(each, dict) for each in value) else []
    inside = value.values() if isinstance(value, dict) and depth < NESTED else ()
    return next((found for each in inside if (found := _objects(each, depth + 1))), [])


def _flat(value: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for name, each in value.items():
        if isinstance(each, dict) and depth < NESTED:
            yield from _flat(each, f"{before}{name}.", depth + 1)
        else:
            yield f"{before}{name}", cell_text(each)


def _columns(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.cells))


def cell_text(cell: Any) -> str:
    """Return a cell as people read it: whole numbers without a point, instants as the school writes them."""
    if cell is None or isinstance(cell, list):
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)
