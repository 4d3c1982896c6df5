"""Kibana: checks a dashboard: its time range, its grid, its panels' references, and the inside of every Lens panel."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from kibana.fault import Fault, layers_of, name_of, panel_name, panels_of
from kibana.flavour import GRID_COLUMNS, PANEL_VERSION, Flavour, Object
from kibana.lens import VISUALIZATIONS

BUCKETED = ("terms", "date_histogram", "filters", "range")
ACCESSORS = ("metricAccessor", "xAccessor", "yAccessor", "splitAccessor", "valueAccessor", "tagAccessor", "columnId")
ACCESSOR_LISTS = ("accessors", "primaryGroups", "metrics")


def check_dashboard(own: Object, flavour: Flavour) -> Iterator[Fault]:
    """Yield what is wrong with one dashboard; nothing for other objects."""
    if own["type"] != "dashboard":
        return
    where, attributes = name_of(own), own["attributes"]
    if attributes.get("timeRestore") is not True or not attributes.get("timeFrom") or not attributes.get("timeTo"):
        yield Fault(where, "没有恢复自己的时间范围（timeRestore），Kibana 会只显示 15 分钟")
    panels = list(panels_of(own))
    if not panels:
        yield Fault(where, "一张图也没有")
    names = [str(panel.get("panelIndex")) for panel in panels]
    if len(names) != len(set(names)):
        yield Fault(where, "有两张图编号相同")
    yield from _check_grid(own, panels)
    references = {str(reference["name"]): reference for reference in own.get("references", [])}
    for panel in panels:
        name = panel_name(own, panel)
        if panel.get("version") != PANEL_VERSION[flavour]:
            yield Fault(name, f"版本戳是 {panel.get('version')}，应当是 {PANEL_VERSION[flavour]}")
        yield from _check_target(name, panel, references, flavour)
        if panel.get("type") == "lens":
            yield from check_lens(name, panel, references)


def _check_grid(own: Object, panels: list[Object]) -> Iterator[Fault]:
    for panel in panels:
        grid = panel.get("gridData", {})
        if grid.get("i") != panel.get("panelIndex"):
            yield Fault(panel_name(own, panel), "gridData.i 与 panelIndex 不同")
        if grid.get("x", 0) + grid.get("w", 0) > GRID_COLUMNS or grid.get("w", 0) < 1 or grid.get("h", 0) < 1:
            yield Fault(panel_name(own, panel), f"超出 {GRID_COLUMNS} 列的版面")
    for first, second in combinations(panels, 2):
        if _overlap(first.get("gridData", {}), second.get("gridData", {})):
            yield Fault(panel_name(own, second), f"与“{first.get('title')}”重叠")


def _overlap(one: dict[str, Any], two: dict[str, Any]) -> bool:
    across = one.get("x", 0) < two.get("x", 0) + two.get("w", 0) and two.get("x", 0) < one.get("x", 0) + one.get("w", 0)
    down = one.get("y", 0) < two.get("y", 0) + two.get("h", 0) and two.get("y", 0) < one.get("y", 0) + one.get("h", 0)
    return bool(across and down)


def _check_target(where: str, panel: Object, references: dict[str, Object], flavour: Flavour) -> Iterator[Fault]:
    bare = panel.get("panelRefName")
    if bare is None:
        if not panel.get("embeddableConfig", {}).keys() & {"attributes", "savedVis"}:
            yield Fault(where, "既没有内容，也没有引用")
        return
    name = bare if flavour == "classic" else f"{panel.get('panelIndex')}:{bare}"
    if name not in references:
        yield Fault(where, f"没有名为 {name} 的引用，导入不报错，图却打不开")


def check_lens(where: str, panel: Object, references: dict[str, Object]) -> Iterator[Fault]:
    """Yield what is wrong inside a Lens panel: the server checks none of it, so a mistake shows only when drawn."""
    attributes = panel["embeddableConfig"].get("attributes", {})
    if attributes.get("visualizationType") not in VISUALIZATIONS.values():
        yield Fault(where, f"没有 {attributes.get('visualizationType')} 这种图")
    layers = layers_of(panel)
    if not layers:
        yield Fault(where, "没有图层")
    own = {str(reference["name"]): reference["id"] for reference in attributes.get("references", [])}
    for name, layer in layers.items():
        wanted = f"indexpattern-datasource-layer-{name}"
        lifted = references.get(f"{panel.get('panelIndex')}:{wanted}")
        if wanted not in own:
            yield Fault(where, f"图层没有名为 {wanted} 的数据视图引用")
        elif lifted is None or lifted["id"] != own[wanted]:
            yield Fault(where, "数据视图引用没有抄到看板上")
        yield from _check_layer(where, layer)
    visualization = attributes.get("state", {}).get("visualization", {})
    yield from _check_accessors(where, visualization, layers)


def _check_layer(where: str, layer: Object) -> Iterator[Fault]:
    columns, order = layer.get("columns", {}), layer.get("columnOrder", [])
    if sorted(order) != sorted(columns):
        yield Fault(where, "columnOrder 与 columns 不一致")
        return
    buckets = [bool(columns[name].get("isBucketed")) for name in order]
    if buckets != sorted(buckets, reverse=True):
        yield Fault(where, "columnOrder 里分组应当在数值之前")
    for column in columns.values():
        if bool(column.get("isBucketed")) != (column.get("operationType") in BUCKETED):
            yield Fault(where, f"栏目“{column.get('label')}”的 isBucketed 与 {column.get('operationType')} 不符")
        ordered = column.get("params", {}).get("orderBy", {})
        target = columns.get(ordered.get("columnId"))
        if ordered.get("type") == "column" and (target is None or target.get("isBucketed")):
            yield Fault(where, f"栏目“{column.get('label')}”按一个不存在的数值排序")


def _check_accessors(where: str, visualization: Object, layers: dict[str, Object]) -> Iterator[Fault]:
    shown = visualization.get("layers", [visualization])
    for part in shown:
        layer = layers.get(part.get("layerId"))
        if layer is None:
            yield Fault(where, f"画的图层 {part.get('layerId')} 不存在")
            continue
        columns = layer.get("columns", {})
        named = {part[name] for name in ACCESSORS if name in part}
        named |= {each for name in ACCESSOR_LISTS for each in part.get(name, [])}
        named |= {each.get("columnId") for each in part.get("columns", [])}
        for name in sorted(str(each) for each in named - set(columns)):
            yield Fault(where, f"画的栏目 {name} 不存在")
        for name in sorted(set(columns) - named):
            yield Fault(where, f"栏目“{columns[name].get('label')}”算了却没有画")
