"""Kibana: a panel → a Lens panel by value, for Kibana 8.9 and newer and 9.x."""

from kibana.flavour import PANEL_VERSION, PREFIX, Object
from kibana.panel import Bucket, Metric, Panel

LAYER = "layer"
LAYER_REFERENCE = f"indexpattern-datasource-layer-{LAYER}"
METRIC = "metric"
VISUALIZATIONS = {
    "number": "lnsMetric",
    "bars": "lnsXY",
    "rows": "lnsXY",
    "pie": "lnsPie",
    "table": "lnsDatatable",
    "heatmap": "lnsHeatmap",
    "words": "lnsTagcloud",
}


def render_panel(panel: Panel) -> Object:
    """Return the part of `panelsJSON` that shows a panel, without its place."""
    reference = {"type": "index-pattern", "id": f"{PREFIX}{panel.about}", "name": LAYER_REFERENCE}
    attributes = {
        "title": panel.title,
        "description": "",
        "type": "lens",
        "visualizationType": VISUALIZATIONS[panel.kind],
        "references": [reference],
        "state": {
            "query": {"query": panel.query, "language": "kuery"},
            "filters": [],
            "internalReferences": [],
            "adHocDataViews": {},
            "datasourceStates": {"formBased": {"layers": {LAYER: _layer(panel)}}},
            "visualization": _visualization(panel),
        },
    }
    embedded = {"enhancements": {}, "attributes": attributes}
    return {"type": "lens", "version": PANEL_VERSION["lens"], "title": panel.title, "embeddableConfig": embedded}


def lifted_reference(panel: Panel) -> Object:
    """Return the dashboard's own copy of a panel's reference."""
    return {"type": "index-pattern", "id": f"{PREFIX}{panel.about}", "name": f"{panel.id}:{LAYER_REFERENCE}"}


def _layer(panel: Panel) -> Object:
    columns = {_name(index): _bucket(bucket) for index, bucket in enumerate(panel.buckets)}
    columns[METRIC] = _metric(panel.metric)
    return {
        "sampling": 1,
        "ignoreGlobalFilters": False,
        "incompleteColumns": {},
        "columnOrder": list(columns),
        "columns": columns,
    }


def _name(index: int) -> str:
    return f"by{index}"


def _bucket(bucket: Bucket) -> Object:
    column: Object = {"label": bucket.label, "customLabel": True, "isBucketed": True}
    if bucket.queries:
        filters = [{"label": label, "input": {"query": query, "language": "kuery"}} for label, query in bucket.queries]
        return column | {
            "dataType": "string", "operationType": "filters", "scale": "ordinal", "params": {"filters": filters}
        }  # fmt: skip
    if bucket.by_day:
        return column | {
            "dataType": "date", "operationType": "date_histogram", "scale": "interval", "sourceField": bucket.field,
            "params": {"interval": "1d", "includeEmptyRows": True, "dropPartials": False},
        }  # fmt: skip
    return column | {
        "dataType": "string", "operationType": "terms", "scale": "ordinal", "sourceField": bucket.field,
        "params": {
            "size": bucket.size, "orderBy": {"type": "column", "columnId": METRIC}, "orderDirection": "desc",
            "otherBucket": False, "missingBucket": False, "parentFormat": {"id": "terms"}, "include": [], "exclude": [],
            "includeIsRegex": False, "excludeIsRegex": False,
        },
    }  # fmt: skip


def _metric(metric: Metric) -> Object:
    return {
        "label": metric.label,
        "customLabel": True,
        "dataType": "number",
        "operationType": metric.operation,
        "isBucketed": False,
        "scale": "ratio",
        "sourceField": metric.field or "___records___",
        "params": {"emptyAsNull": False},
    }


def _visualization(panel: Panel) -> Object:
    layer: Object = {"layerId": LAYER, "layerType": "data"}
    names = [_name(index) for index in range(len(panel.buckets))]
    if panel.kind == "number":
        return layer | {"metricAccessor": METRIC}
    if panel.kind in ("bars", "rows"):
        series = "bar_stacked" if panel.kind == "bars" else "bar_horizontal"
        layer |= {"seriesType": series, "xAccessor": names[0], "accessors": [METRIC]}
        if len(names) > 1:
            layer["splitAccessor"] = names[1]
        legend = {"isVisible": len(names) > 1, "position": "right"}
        return {"preferredSeriesType": series, "legend": legend, "valueLabels": "hide", "layers": [layer]}
    if panel.kind == "pie":
        layer |= {"primaryGroups": names, "metrics": [METRIC], "numberDisplay": "value", "categoryDisplay": "default"}
        return {"shape": "donut", "layers": [layer | {"legendDisplay": "default", "nestedLegend": False}]}
    if panel.kind == "table":
        columns = [{"columnId": name} for name in (*names, METRIC)]
        return layer | {"columns": columns, "sorting": {"columnId": METRIC, "direction": "desc"}}
    if panel.kind == "words":
        sizes = {"minFontSize": 14, "maxFontSize": 64, "orientation": "single", "showLabel": False}
        return layer | {"tagAccessor": names[0], "valueAccessor": METRIC} | sizes
    return layer | {
        "shape": "heatmap", "xAccessor": names[0], "yAccessor": names[1], "valueAccessor": METRIC,
        "gridConfig": {
            "type": "heatmap_grid", "isCellLabelVisible": True, "isXAxisLabelVisible": True,
            "isYAxisLabelVisible": True, "isXAxisTitleVisible": False, "isYAxisTitleVisible": False,
        },
        "legend": {"type": "heatmap_legend", "isVisible": True, "position": "right"},
    }  # fmt: skip
