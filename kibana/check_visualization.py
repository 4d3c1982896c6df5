"""Kibana: checks a visualization of the older kind: its type, and that its parts fit together."""

from collections.abc import Iterator

from kibana.classic import SCHEMAS, TYPES
from kibana.fault import Fault, name_of, unpacked
from kibana.flavour import Object

MARKDOWN = "markdown"
BUCKETS = ("terms", "date_histogram", "filters")


def check_visualization(own: Object) -> Iterator[Fault]:
    """Yield what is wrong with one visualization; nothing for other objects."""
    if own["type"] != "visualization":
        return
    where = name_of(own)
    state = unpacked(own["attributes"]["visState"])
    if state.get("title") != own["attributes"].get("title"):
        yield Fault(where, "visState 里的标题不同")
    if state.get("type") == MARKDOWN:
        if not state.get("params", {}).get("markdown"):
            yield Fault(where, "说明是空的")
        return
    kinds = {type_name: kind for kind, type_name in TYPES.items()}
    if state.get("type") not in kinds:
        yield Fault(where, f"没有 {state.get('type')} 这种图（竖条图叫 histogram）")
        return
    yield from _check_aggs(where, kinds[state["type"]], state.get("aggs", []))


def _check_aggs(where: str, kind: str, aggs: list[Object]) -> Iterator[Fault]:
    names = [agg.get("id") for agg in aggs]
    if len(names) != len(set(names)):
        yield Fault(where, "两个统计编号相同")
    metrics = [agg for agg in aggs if agg.get("schema") == "metric"]
    if len(metrics) != 1:
        yield Fault(where, "应当恰有一个数值")
    buckets = [agg for agg in aggs if agg.get("schema") != "metric"]
    allowed = SCHEMAS.get(kind, ())
    if tuple(agg.get("schema") for agg in buckets) != allowed[: len(buckets)] or bool(buckets) != bool(allowed):
        yield Fault(where, f"分组的 schema 应当是 {'、'.join(allowed) or '没有'}")
    for agg in aggs:
        is_bucket = agg.get("type") in BUCKETS
        if is_bucket == (agg.get("schema") == "metric"):
            yield Fault(where, f"{agg.get('type')} 用错了地方")
        order = agg.get("params", {}).get("orderBy")
        if order is not None and order not in [each.get("id") for each in metrics]:
            yield Fault(where, "按一个不存在的数值排序")
