"""Kibana: checks a file of saved objects before any Kibana sees it: what an import refuses, and what it lets through
and then cannot draw. File in, faults out, each with the Chinese title of the object; nothing is repaired.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from kibana.check_dashboard import check_dashboard
from kibana.check_fields import check_fields
from kibana.check_queries import check_queries
from kibana.check_visualization import check_visualization
from kibana.fault import Fault, name_of, unpacked
from kibana.flavour import CLASSIC_STAMPS, CORE_STAMP, LENS_STAMPS, PREFIX, SOURCE_INDEX, Flavour, Object

ATTRIBUTES = {  # what 8.9 … 9.x take; an unknown name refuses the object there
    "dashboard": {
        "title", "description", "kibanaSavedObjectMeta", "timeRestore", "timeFrom", "timeTo", "refreshInterval",
        "controlGroupInput", "panelsJSON", "optionsJSON", "hits", "version",
    },
    "search": {
        "title", "description", "columns", "sort", "grid", "rowHeight", "rowsPerPage", "hideChart", "breakdownField",
        "kibanaSavedObjectMeta", "isTextBasedQuery", "usesAdHocDataView", "timeRestore", "timeRange", "refreshInterval",
        "viewMode", "hideAggregatedPreview", "hits", "version",
    },
    "visualization": {
        "title", "description", "version", "kibanaSavedObjectMeta", "uiStateJSON", "visState", "savedSearchRefName"
    },
    "index-pattern": {
        "title", "name", "timeFieldName", "sourceFilters", "fields", "typeMeta", "fieldFormatMap", "fieldAttrs",
        "allowNoIndex", "runtimeFieldMap", "allowHidden", "type",
    },
}  # fmt: skip
PACKED = ("panelsJSON", "optionsJSON", "uiStateJSON", "visState", "fieldFormatMap", "fieldAttrs", "sourceFilters",
          "runtimeFieldMap", "fields")  # fmt: skip
NEEDED = {"dashboard": "panelsJSON", "search": "columns", "visualization": "visState", "index-pattern": "fields"}
HAN = re.compile(r"[一-鿿]")


def check_file(content: bytes, flavour: Flavour, prefix: str) -> list[Fault]:
    """Return every fault of a file; `prefix` is that of the school's indices."""
    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError:
        return [Fault("文件", "不是 UTF-8")]
    if lines.pop():
        return [Fault("文件", "最后一行没有结束，Kibana 会丢掉它")]
    objects: list[Object] = []
    for number, line in enumerate(lines, 1):
        own = unpacked(line)
        if not isinstance(own, dict):
            return [Fault(f"第 {number} 行", "不是一个 JSON 对象")]
        objects.append(own)
    return check_objects(objects, flavour, prefix)


def check_objects(objects: list[Object], flavour: Flavour, prefix: str) -> list[Fault]:
    """Return every fault of a set of objects that travel together."""
    faults: list[Fault] = list(_check_twice(objects))
    known = {(own.get("type"), own.get("id")) for own in objects}
    for own in objects:
        frame = [*_check_frame(own, flavour), *_check_packed(own)]
        faults += frame
        if frame:
            continue  # what is inside cannot be read for sure
        faults += _check_references(own, known)
        faults += check_fields(own, prefix)
        faults += check_queries(own)
        faults += check_dashboard(own, flavour)
        faults += check_visualization(own)
    return faults


def _check_twice(objects: list[Object]) -> Iterator[Fault]:
    counted = Counter((own.get("type"), own.get("id")) for own in objects)
    for own in objects:
        if counted[own.get("type"), own.get("id")] > 1:
            yield Fault(name_of(own), f"编号 {own.get('id')} 出现了两次，整个文件会被拒绝")


def _check_frame(own: Object, flavour: Flavour) -> Iterator[Fault]:
    where, kind, attributes = name_of(own), str(own.get("type")), own.get("attributes")
    stamps = LENS_STAMPS if flavour == "lens" else CLASSIC_STAMPS
    if kind not in stamps:
        yield Fault(where, f"这一版里不该有 {kind} 类型的对象")
        return
    if not isinstance(attributes, dict):
        yield Fault(where, "没有 attributes")
        return
    if not str(own.get("id", "")).startswith(PREFIX):
        yield Fault(where, f"编号不以 {PREFIX} 开头，会与别人的对象相混")
    if not HAN.search(str(attributes.get("name") or attributes.get("title", ""))) and (
        kind != "index-pattern" or flavour == "lens"
    ):
        yield Fault(where, "标题里没有汉字")
    for name in sorted(set(attributes) - ATTRIBUTES[kind]):
        yield Fault(where, f"多了属性 {name}，新版 Kibana 会拒绝")
    if NEEDED[kind] not in attributes:
        yield Fault(where, f"缺少属性 {NEEDED[kind]}")
    yield from _check_stamps(own, flavour, stamps[kind])


def _check_stamps(own: Object, flavour: Flavour, stamp: str) -> Iterator[Fault]:
    where, kind = name_of(own), own["type"]
    wanted: dict[str, Any] = {"migrationVersion": {kind: stamp}}
    if flavour == "lens":
        wanted = {"coreMigrationVersion": CORE_STAMP, "typeMigrationVersion": stamp}
    for name in ("coreMigrationVersion", "typeMigrationVersion", "migrationVersion"):
        if own.get(name) != wanted.get(name):
            yield Fault(where, f"版本戳 {name} 是 {own.get(name)}，应当是 {wanted.get(name, '没有')}")


def _check_packed(own: Object) -> Iterator[Fault]:
    attributes = own.get("attributes")
    if not isinstance(attributes, dict):
        return
    inside = dict(attributes)
    meta = attributes.get("kibanaSavedObjectMeta")
    if isinstance(meta, dict):
        inside |= {"searchSourceJSON": meta.get("searchSourceJSON")}
    for name in (*PACKED, "searchSourceJSON"):
        if name in inside and unpacked(inside[name]) is None:
            yield Fault(name_of(own), f"{name} 不是 JSON 文字")


def _check_references(own: Object, known: set[tuple[Any, Any]]) -> Iterator[Fault]:
    where = name_of(own)
    names = [str(reference.get("name")) for reference in own.get("references", [])]
    for reference in own.get("references", []):
        if (reference.get("type"), reference.get("id")) not in known:
            yield Fault(where, f"引用的 {reference.get('id')} 不在文件里")
    if len(names) != len(set(names)):
        yield Fault(where, "有两个引用同名")
    source = unpacked(own["attributes"].get("kibanaSavedObjectMeta", {}).get("searchSourceJSON")) or {}
    asks = own["type"] == "search" or (own["type"] == "visualization" and not _is_markdown(own))
    if asks and (source.get("indexRefName") != SOURCE_INDEX or SOURCE_INDEX not in names):
        yield Fault(where, "没有指明数据视图（indexRefName 与同名引用），Kibana 会说找不到数据视图")
    used = {source.get("indexRefName")} | {_panel_reference(text) for text in _panel_names(own)}
    used |= _lifted(own)
    for name in names:
        if name not in used and f"{name.partition(':')[2]}" not in used:
            yield Fault(where, f"引用 {name} 没有人用")


def _is_markdown(own: Object) -> bool:
    return bool((unpacked(own["attributes"].get("visState")) or {}).get("type") == "markdown")


def _panel_names(own: Object) -> list[str]:
    panels = unpacked(own["attributes"].get("panelsJSON")) if own["type"] == "dashboard" else []
    return [json.dumps(panel) for panel in panels or []]


def _panel_reference(text: str) -> str:
    return str(json.loads(text).get("panelRefName", ""))


def _lifted(own: Object) -> set[str]:
    """Return the names under which a dashboard's Lens panels look for their data views."""
    found = set()
    for text in _panel_names(own):
        panel = json.loads(text)
        attributes = panel.get("embeddableConfig", {}).get("attributes", {})
        found |= {f"{panel.get('panelIndex')}:{ref['name']}" for ref in attributes.get("references", [])}
    return found
