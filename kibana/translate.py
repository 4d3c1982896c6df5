"""Kibana: a rendered panel or saved search → the search that Kibana makes of it, read from the object itself.

So that a test can run every panel on a real server in both flavours. Nothing here reads the declarative list.
"""

import json
from typing import Any

from kibana.flavour import Object
from kibana.kql import Body, parse, to_search

SCHOOL_ZONE = "Asia/Shanghai"
METRICS = {
    "sum": "sum", "avg": "avg", "average": "avg", "max": "max", "median": "percentiles",
    "unique_count": "cardinality", "cardinality": "cardinality",
}  # fmt: skip
SEARCH_SIZE = 500


def search_of_lens(attributes: Object) -> Body:
    """Return the search of a Lens panel by its `attributes`."""
    state = attributes["state"]
    layer = next(iter(state["datasourceStates"]["formBased"]["layers"].values()))
    columns = [layer["columns"][name] for name in layer["columnOrder"]]
    metric = next(column for column in columns if not column["isBucketed"])
    measured = _metric(metric["operationType"], metric["sourceField"])
    buckets = [_lens_bucket(column) for column in columns if column["isBucketed"]]
    return _search(state["query"]["query"], buckets, measured)


def search_of_classic(attributes: Object) -> Body:
    """Return the search of a visualization by its `attributes`."""
    aggs = json.loads(attributes["visState"])["aggs"]
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    metric = next(agg for agg in aggs if agg["schema"] == "metric")
    measured = _metric(metric["type"], metric["params"].get("field", ""))
    buckets = [_classic_bucket(agg) for agg in aggs if agg["schema"] != "metric"]
    return _search(source["query"]["query"], buckets, measured)


def search_of_saved(attributes: Object) -> Body:
    """Return the search of a saved search by its `attributes`."""
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    order = [{field: {"order": direction, "unmapped_type": "boolean"}} for field, direction in attributes["sort"]]
    return {**_search(source["query"]["query"], [], {}), "size": SEARCH_SIZE, "sort": order}


def figures_of(answer: dict[str, Any]) -> dict[tuple[str, ...], float]:
    """Return what a panel shows: keys of its buckets in order → figure; without buckets the key is empty."""
    if "aggregations" not in answer:
        return {(): float(answer["hits"]["total"]["value"])}
    own = answer["aggregations"]
    if "by" not in own:
        return {(): _figure(own)}
    return _walk(own["by"]["buckets"], ())


def _walk(buckets: Any, above: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    pairs = buckets.items() if isinstance(buckets, dict) else [(_key(bucket), bucket) for bucket in buckets]
    found: dict[tuple[str, ...], float] = {}
    for key, bucket in pairs:
        if "by" in bucket:
            found |= _walk(bucket["by"]["buckets"], (*above, key))
        elif bucket["doc_count"]:
            found[*above, key] = _figure(bucket)
    return found


def _key(bucket: dict[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))


def _figure(own: dict[str, Any]) -> float:
    if "measured" not in own:
        return float(own["doc_count"])
    measured = own["measured"]
    return float(measured["values"]["50.0"] if "values" in measured else measured["value"])


def _search(query: str, buckets: list[Body], measured: Body) -> Body:
    aggs = {"measured": measured} if measured else {}
    if measured and len(buckets) == 1 and "terms" in buckets[0]:
        buckets[0]["terms"]["order"] = {"measured.50" if "percentiles" in measured else "measured": "desc"}
    for bucket in reversed(buckets):
        aggs = {"by": {**bucket, **({"aggs": aggs} if aggs else {})}}
    body: Body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": [to_search(parse(query))]}}}
    return body | ({"aggs": aggs} if aggs else {})


def _metric(operation: str, field: str) -> Body:
    if operation == "count":
        return {}  # the number of documents is told anyway
    kind = METRICS[operation]
    return {kind: {"field": field, **({"percents": [50]} if operation == "median" else {})}}


def _lens_bucket(column: Object) -> Body:
    params = column["params"]
    if column["operationType"] == "filters":
        return _filters(params["filters"])
    if column["operationType"] == "date_histogram":
        return _days(column["sourceField"])
    return _terms(column["sourceField"], params["size"])


def _classic_bucket(agg: Object) -> Body:
    if agg["type"] == "filters":
        return _filters(agg["params"]["filters"])
    if agg["type"] == "date_histogram":
        return _days(agg["params"]["field"])
    return _terms(agg["params"]["field"], agg["params"]["size"])


def _filters(filters: list[Object]) -> Body:
    queries = {each["label"]: to_search(parse(each["input"]["query"])) for each in filters}
    return {"filters": {"filters": queries}}


def _days(field: str) -> Body:
    return {
        "date_histogram": {
            "field": field, "calendar_interval": "1d", "time_zone": SCHOOL_ZONE, "min_doc_count": 1,
            "format": "yyyy-MM-dd",
        }
    }  # fmt: skip


def _terms(field: str, size: int) -> Body:
    return {"terms": {"field": field, "size": size}}
