"""Kibana: what is wrong with an object, for people: which one, by its Chinese title, and what."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kibana.flavour import Object

TYPE_TITLES = {"index-pattern": "数据视图", "search": "查询", "dashboard": "看板", "visualization": "图", "lens": "图"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the object (and panel) it is in, what is wrong, what to do about it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}：{self.what}"


def name_of(own: Object) -> str:
    """Return an object's title with its type; its id while it has no title."""
    attributes = own.get("attributes")
    attributes = attributes if isinstance(attributes, dict) else {}
    title = attributes.get("name") or attributes.get("title") or own.get("id", "?")
    return f"{TYPE_TITLES.get(str(own.get('type')), str(own.get('type')))}“{title}”"


def panel_name(own: Object, panel: Object) -> str:
    """Return a dashboard's title and its panel's."""
    title = panel.get("title") or panel.get("panelIndex", "?")
    return f"{name_of(own)}的“{title}”"


def unpacked(text: Any) -> Any:
    """Return the value of a JSON string inside an object; None when it is none."""
    try:
        return json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None


def panels_of(own: Object) -> Iterator[Object]:
    """Yield the panels of a dashboard."""
    panels = unpacked(own.get("attributes", {}).get("panelsJSON")) if own.get("type") == "dashboard" else None
    yield from panels if isinstance(panels, list) else ()


def queries_of(own: Object) -> Iterator[tuple[str, str, str]]:
    """Yield (where, data view, KQL) of everything that an object asks."""
    source = unpacked(own.get("attributes", {}).get("kibanaSavedObjectMeta", {}).get("searchSourceJSON")) or {}
    view = next((ref["id"] for ref in own.get("references", []) if ref.get("type") == "index-pattern"), "")
    if own.get("type") != "dashboard":
        yield name_of(own), view, source.get("query", {}).get("query", "")
    state = unpacked(own.get("attributes", {}).get("visState")) or {}
    for agg in state.get("aggs", []):
        for each in agg.get("params", {}).get("filters", []):
            yield name_of(own), view, each["input"]["query"]
    for panel in panels_of(own):
        yield from _panel_queries(panel_name(own, panel), panel)


def _panel_queries(where: str, panel: Object) -> Iterator[tuple[str, str, str]]:
    attributes = panel.get("embeddableConfig", {}).get("attributes", {})
    state = attributes.get("state", {})
    view = next((ref["id"] for ref in attributes.get("references", [])), "")
    if state:
        yield where, view, state.get("query", {}).get("query", "")
    for layer in layers_of(panel).values():
        for column in layer.get("columns", {}).values():
            for each in column.get("params", {}).get("filters", []):
                yield where, view, each["input"]["query"]


def layers_of(panel: Object) -> dict[str, Object]:
    """Return the layers of a Lens panel by id."""
    state = panel.get("embeddableConfig", {}).get("attributes", {}).get("state", {})
    return dict(state.get("datasourceStates", {}).get("formBased", {}).get("layers", {}))
