"""Kibana: a panel → a visualization of the older kind, for Kibana 7.10 and newer and OpenSearch Dashboards."""

from kibana.flavour import Object, packed, saved, source_of, view_reference
from kibana.panel import Bucket, Metric, Note, Panel

TYPES = {
    "number": "metric",
    "bars": "histogram",
    "rows": "horizontal_bar",
    "pie": "pie",
    "table": "table",
    "heatmap": "heatmap",
    "words": "tagcloud",
}
SCHEMAS = {  # of the first and the second bucket
    "bars": ("segment", "group"),
    "rows": ("segment", "group"),
    "pie": ("segment", "segment"),
    "table": ("bucket", "bucket"),
    "heatmap": ("segment", "group"),
    "words": ("segment", "segment"),
}
OPERATIONS = {"unique_count": "cardinality", "average": "avg"}
METRIC = "1"


def render_panel(panel: Panel) -> Object:
    """Return the saved object that a dashboard refers to."""
    aggs = [_metric(panel.metric)]
    for index, bucket in enumerate(panel.buckets):
        aggs.append(_bucket(bucket, str(index + 2), SCHEMAS[panel.kind][index]))
    state = {"title": panel.title, "type": TYPES[panel.kind], "params": _params(panel), "aggs": aggs}
    attributes = {
        "title": panel.title,
        "description": "",
        "version": 1,
        "uiStateJSON": "{}",
        "visState": packed(state),
        "kibanaSavedObjectMeta": source_of(panel.query),
    }
    return saved("classic", "visualization", f"vis-{panel.id}", attributes, [view_reference(panel.about)])


def render_note(note: Note) -> Object:
    """Return the saved object of some words."""
    params = {"fontSize": 12, "openLinksInNewTab": False, "markdown": note.words}
    attributes = {
        "title": note.title,
        "description": "",
        "version": 1,
        "uiStateJSON": "{}",
        "visState": packed({"title": note.title, "type": "markdown", "params": params, "aggs": []}),
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": packed({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
    }
    return saved("classic", "visualization", f"vis-{note.id}", attributes, [])


def _metric(metric: Metric) -> Object:
    params: Object = {"customLabel": metric.label}
    if metric.field:
        params["field"] = metric.field
    if metric.operation == "median":
        params["percents"] = [50]
    operation = OPERATIONS.get(metric.operation, metric.operation)
    return {"id": METRIC, "enabled": True, "type": operation, "schema": "metric", "params": params}


def _bucket(bucket: Bucket, number: str, schema: str) -> Object:
    own: Object = {"id": number, "enabled": True, "schema": schema}
    if bucket.queries:
        filters = [{"label": label, "input": {"query": query, "language": "kuery"}} for label, query in bucket.queries]
        return own | {"type": "filters", "params": {"filters": filters}}
    if bucket.by_day:
        params = {
            "field": bucket.field, "interval": "d", "min_doc_count": 1, "extended_bounds": {}, "drop_partials": False,
            "useNormalizedEsInterval": False, "customLabel": bucket.label,
        }  # fmt: skip
        return own | {"type": "date_histogram", "params": params}
    params = {
        "field": bucket.field, "orderBy": METRIC, "order": "desc", "size": bucket.size, "otherBucket": False,
        "missingBucket": False, "customLabel": bucket.label,
    }  # fmt: skip
    return own | {"type": "terms", "params": params}


def _params(panel: Panel) -> Object:
    if panel.kind in ("bars", "rows"):
        return _axes(panel)
    return {
        "number": {
            "metric": {"labels": {"show": True}, "metricColorMode": "None", "style": {"fontSize": 48}},
            "addTooltip": True,
        },
        "pie": {"isDonut": True, "addLegend": True, "addTooltip": True, "legendPosition": "right"},
        "table": {"perPage": 10, "showPartialRows": False, "showTotal": False, "totalFunc": "sum"},
        "heatmap": {
            "addLegend": True, "addTooltip": True, "colorSchema": "Blues", "colorsNumber": 4, "colorsRange": [],
            "enableHover": False, "invertColors": False, "legendPosition": "right", "percentageMode": False,
            "setColorRange": False, "times": [],
            "valueAxes": [{"id": "ValueAxis-1", "type": "value", "show": False, "labels": {"show": True, "rotate": 0},
                           "scale": {"type": "linear", "defaultYExtents": False}}],
        },
        "words": {
            "scale": "linear", "orientation": "single", "minFontSize": 14, "maxFontSize": 56, "showLabel": False
        },
    }[panel.kind]  # fmt: skip


def _axes(panel: Panel) -> Object:
    across = panel.kind == "rows"
    category = {
        "id": "CategoryAxis-1", "type": "category", "position": "left" if across else "bottom", "show": True,
        "scale": {"type": "linear"}, "labels": {"show": True, "truncate": 100}, "title": {}, "style": {},
    }  # fmt: skip
    value = {
        "id": "ValueAxis-1", "name": "LeftAxis-1", "type": "value", "position": "bottom" if across else "left",
        "show": True, "scale": {"type": "linear", "mode": "normal"}, "labels": {"show": True, "truncate": 100},
        "title": {"text": panel.metric.label}, "style": {},
    }  # fmt: skip
    series = {
        "show": True, "type": "histogram", "mode": "stacked", "valueAxis": "ValueAxis-1",
        "data": {"label": panel.metric.label, "id": METRIC}, "drawLinesBetweenPoints": True, "showCircles": True,
    }  # fmt: skip
    return {
        "type": TYPES[panel.kind], "grid": {"categoryLines": False}, "categoryAxes": [category], "valueAxes": [value],
        "seriesParams": [series], "addTooltip": True, "addLegend": len(panel.buckets) > 1, "legendPosition": "right",
        "times": [], "addTimeMarker": False,
    }  # fmt: skip
