"""Kibana: checks that every field an object names is mapped, fit for what is done with it, and no person's."""

import re
from collections.abc import Iterator

from kibana.fault import Fault, layers_of, name_of, panel_name, panels_of, unpacked
from kibana.fields import TIME_FIELDS, VIEWS, fields_of
from kibana.flavour import PREFIX, Object
from search.mapping import POSTS
from search.sqlite_store import TOKEN_COLUMNS

PERSONAL = re.compile(r"author|quote|nick|avatar|owner|tracker|_by$|person|restricted", re.I)
RECORDS = "___records___"
DEFAULT_LABELS = re.compile(r"^(Count|Untitled|Unique count|Sum|Average|Median|Maximum|Top )", re.I)
BY_DAY, MEASURED = ("date_histogram",), ("sum", "average", "avg", "median", "max", "min")
Named = tuple[str, str, str, str, str]  # where, data view, field, operation, label


def check_fields(own: Object, prefix: str) -> Iterator[Fault]:
    """Yield what is wrong with the fields of one object."""
    if own["type"] == "index-pattern":
        yield from _check_view(own, prefix)
        return
    for where, view, field, operation, label in _named_fields(own):
        known = fields_of(view) if view in VIEWS else {}
        if label is not None and DEFAULT_LABELS.match(label):
            yield Fault(where, f"栏目名“{label}”是英文的默认名")
        if not field or field == RECORDS:
            continue
        if PERSONAL.search(field):
            yield Fault(where, f"字段 {field} 与人有关，不许出现")
        elif field not in known:
            yield Fault(where, f"数据视图“{view}”里没有字段 {field}")
        elif operation in BY_DAY and known[field].kind != "date":
            yield Fault(where, f"{field} 不是时间，不能按日期分")
        elif operation in MEASURED and known[field].kind not in ("integer", "float"):
            yield Fault(where, f"{field} 不是数，不能求 {operation}")
        elif operation and known[field].kind == "text":
            yield Fault(where, f"{field} 是正文，不能统计；用 {field}.whole 或别的字段")


def _check_view(own: Object, prefix: str) -> Iterator[Fault]:
    where, attributes = name_of(own), own["attributes"]
    view = own["id"].removeprefix(PREFIX)
    if view not in VIEWS:
        yield Fault(where, f"没有 {own['id']} 这样的数据视图")
        return
    if attributes.get("title") != f"{prefix}{view}":
        yield Fault(where, f"指向 {attributes.get('title')}；应当是别名 {prefix}{view}，写成通配会在换代时数两遍")
    if attributes.get("timeFieldName", "") != TIME_FIELDS[view]:
        yield Fault(where, f"时间字段应当是 {TIME_FIELDS[view] or '没有（否则时间范围会藏起旧的逾期案件）'}")
    known = fields_of(view)
    for name in ("fieldAttrs", "fieldFormatMap"):
        for field in unpacked(attributes.get(name, "{}")) or {}:
            if field not in known:
                yield Fault(where, f"{name} 里的字段 {field} 不存在")
    labels = unpacked(attributes.get("fieldAttrs", "{}")) or {}
    if "fieldAttrs" in attributes:
        for field in sorted(set(known) - set(labels)):
            yield Fault(where, f"字段 {field} 没有中文名")
    hidden = {each.get("value") for each in unpacked(attributes.get("sourceFilters", "[]")) or []}
    if view == POSTS and not set(TOKEN_COLUMNS) <= hidden:
        yield Fault(where, "没有藏起检索用的分词字段")


def _named_fields(own: Object) -> Iterator[Named]:
    view = _view_of(own.get("references", []))
    where, attributes = name_of(own), own["attributes"]
    if own["type"] == "search":
        for field in (*attributes["columns"], *(field for field, _ in attributes.get("sort", []))):
            yield where, view, field, "", ""
    for agg in (unpacked(attributes.get("visState")) or {}).get("aggs", []):
        params = agg.get("params", {})
        yield where, view, params.get("field", ""), agg.get("type", ""), params.get("customLabel", "")
    for panel in panels_of(own):
        inside = panel.get("embeddableConfig", {}).get("attributes", {})
        for layer in layers_of(panel).values():
            for column in layer.get("columns", {}).values():
                names = column.get("sourceField", ""), column.get("operationType", ""), column.get("label", "")
                yield panel_name(own, panel), _view_of(inside.get("references", [])), *names


def _view_of(references: list[Object]) -> str:
    found = (ref["id"] for ref in references if ref.get("type") == "index-pattern")
    return str(next(found, "")).removeprefix(PREFIX)
