"""Deliberate breaks of the rendered objects, one for each rule of the checker: how, which object, what is said."""

import json
from collections.abc import Callable
from typing import Any

from kibana.flavour import Flavour, Object

Break = Callable[[Object], object]
LAYER = "layer"


def attribute(**values: Any) -> Break:
    return lambda own: own["attributes"].update(values)


def inside(name: str, change: Callable[[Any], object]) -> Break:
    """Change what a JSON string inside the attributes holds."""

    def broken(own: Object) -> None:
        attributes = own["attributes"]
        place = attributes["kibanaSavedObjectMeta"] if name == "searchSourceJSON" else attributes
        value = json.loads(place[name])
        change(value)
        place[name] = json.dumps(value, ensure_ascii=False)

    return broken


def panel(title: str, change: Callable[[Object], object]) -> Break:
    return inside("panelsJSON", lambda panels: change(next(each for each in panels if each["title"] == title)))


def layer(title: str, change: Callable[[Object], object]) -> Break:
    def of_panel(own: Object) -> None:
        change(own["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"][LAYER])

    return panel(title, of_panel)


def column(title: str, name: str, **values: Any) -> Break:
    return layer(title, lambda own: own["columns"][name].update(values))


def drawn(title: str, change: Callable[[Object], object]) -> Break:
    return panel(title, lambda own: change(own["embeddableConfig"]["attributes"]["state"]["visualization"]))


def query(text: str) -> Break:
    return inside("searchSourceJSON", lambda source: source["query"].update(query=text))


def agg(number: int, **values: Any) -> Break:
    return inside("visState", lambda state: state["aggs"][number].update(values))


def agg_params(number: int, **values: Any) -> Break:
    return inside("visState", lambda state: state["aggs"][number]["params"].update(values))


def other_layer_reference(own: Object) -> None:
    own["embeddableConfig"]["attributes"]["references"][0]["name"] = "indexpattern-datasource-layer-other"


def embedded_query(title: str, text: str) -> Break:
    return panel(title, lambda own: own["embeddableConfig"]["attributes"]["state"]["query"].update(query=text))


def drop_filter_of_tokens(own: Object) -> None:
    own["attributes"]["sourceFilters"] = "[]"


def without(name: str) -> Break:
    return lambda own: own["attributes"].pop(name)


BREAKS: list[tuple[Flavour, str, Break, str, str]] = [  # flavour, id of the object, break, where it is named, what
    ("lens", "huiyin-search-grave", lambda own: own.update(type="tag"), "高等级", "不该有 tag"),
    ("lens", "huiyin-search-grave", lambda own: own.update(attributes=None), "huiyin-search-grave", "没有 attributes"),
    ("lens", "huiyin-search-grave", lambda own: own.update(id="grave"), "高等级", "不以 huiyin- 开头"),
    ("lens", "huiyin-search-grave", attribute(title="Grave posts"), "Grave posts", "没有汉字"),
    ("lens", "huiyin-search-grave", attribute(foo=1), "高等级", "多了属性 foo"),
    ("lens", "huiyin-search-grave", without("columns"), "高等级", "缺少属性 columns"),
    ("lens", "huiyin-overview", lambda own: own.update(typeMigrationVersion="99.0.0"), "总览", "99.0.0"),
    ("lens", "huiyin-overview", lambda own: own.pop("coreMigrationVersion"), "总览", "coreMigrationVersion 是 None"),
    ("classic", "huiyin-vis-heard", lambda own: own.update(migrationVersion={}), "新听到的帖文", "migrationVersion"),
    ("classic", "huiyin-vis-heard", lambda own: own.update(coreMigrationVersion="8.8.0"), "新听到的帖文", "没有"),
    ("lens", "huiyin-overview", attribute(panelsJSON="[{"), "总览", "panelsJSON 不是 JSON"),
    ("lens", "huiyin-overview", lambda own: own["references"][0].update(id="huiyin-gone"), "总览", "不在文件里"),
    ("lens", "huiyin-overview", lambda own: own["references"].append(dict(own["references"][0])), "总览", "同名"),
    ("lens", "huiyin-search-grave", inside("searchSourceJSON", lambda source: source.pop("indexRefName")), "高等级",
     "indexRefName"),
    ("lens", "huiyin-search-grave", lambda own: own["references"][0].update(name="index"), "高等级", "没有人用"),
    ("lens", "huiyin-overview", attribute(timeRestore=False), "总览", "timeRestore"),
    ("lens", "huiyin-overview", attribute(panelsJSON="[]"), "总览", "一张图也没有"),
    ("lens", "huiyin-overview", panel("类别", lambda own: own.update(panelIndex="heard")), "总览", "编号相同"),
    ("lens", "huiyin-overview", panel("类别", lambda own: own["gridData"].update(i="x")), "类别", "gridData.i"),
    ("lens", "huiyin-overview", panel("类别", lambda own: own["gridData"].update(x=40)), "类别", "超出 48 列"),
    ("lens", "huiyin-overview", panel("类别", lambda own: own["gridData"].update(y=0)), "类别", "重叠"),
    ("lens", "huiyin-overview", panel("类别", lambda own: own.update(version="9.9.9")), "类别", "9.9.9"),
    ("lens", "huiyin-overview", panel("高等级", lambda own: own.update(panelRefName="panel_x")), "高等级", "打不开"),
    ("lens", "huiyin-overview", panel("类别", lambda own: own.update(embeddableConfig={})), "类别", "既没有内容"),
    ("lens", "huiyin-overview",
     panel("类别", lambda own: own["embeddableConfig"]["attributes"].update(visualizationType="lnsBar")),
     "类别", "lnsBar"),
    ("lens", "huiyin-overview", panel("类别", other_layer_reference), "类别", "没有名为 indexpattern-datasource-layer"),
    ("lens", "huiyin-overview", lambda own: own["references"].pop(0), "新听到的帖文", "没有抄到看板上"),
    ("lens", "huiyin-overview", layer("类别", lambda own: own["columnOrder"].pop()), "类别", "columnOrder"),
    ("lens", "huiyin-overview", layer("类别", lambda own: own["columnOrder"].reverse()), "类别", "分组应当在数值之前"),
    ("lens", "huiyin-overview", column("类别", "by0", operationType="sum"), "类别", "isBucketed"),
    ("lens", "huiyin-overview",
     layer("类别", lambda own: own["columns"]["by0"]["params"]["orderBy"].update(columnId="gone")),
     "类别", "不存在的数值"),
    ("lens", "huiyin-overview", drawn("类别", lambda own: own["layers"][0].update(layerId="L9")), "类别", "图层 L9"),
    ("lens", "huiyin-overview", drawn("类别", lambda own: own["layers"][0].update(xAccessor="by9")), "类别", "by9"),
    ("lens", "huiyin-overview", drawn("类别", lambda own: own["layers"][0].update(accessors=[])), "类别", "没有画"),
    ("lens", "huiyin-overview", column("类别", "metric", label="Count of records"), "类别", "英文的默认名"),
    ("lens", "huiyin-overview", column("类别", "by0", sourceField="clan"), "类别", "没有字段 clan"),
    ("lens", "huiyin-overview", column("类别", "by0", sourceField="author"), "类别", "与人有关"),
    ("lens", "huiyin-overview", column("类别", "by0", sourceField="content"), "类别", "是正文"),
    ("lens", "huiyin-overview", column("各等级声量", "by0", sourceField="level"), "各等级声量", "不是时间"),
    ("lens", "huiyin-spread", column("转载最多", "metric", sourceField="site"), "转载最多", "不是数"),
    ("lens", "huiyin-overview", embedded_query("重大以上的帖文", "level >= 2"), "重大以上的帖文", "比大小"),
    ("lens", "huiyin-search-grave", query("level_code: (2"), "高等级", "读不懂"),
    ("lens", "huiyin-search-grave", query("clan: 1"), "高等级", "字段 clan 不存在"),
    ("lens", "huiyin-search-grave", query("title: 食堂 涨价"), "高等级", "没有加引号"),
    ("lens", "huiyin-search-grave", query("level_code: 2 and"), "高等级", "当作文字"),
    ("lens", "huiyin-posts", attribute(title="huiyin-posts*"), "帖文", "别名"),
    ("lens", "huiyin-cases", attribute(timeFieldName="opened_at"), "案件", "时间字段"),
    ("lens", "huiyin-posts", attribute(fieldAttrs='{"clan":{"customLabel":"x"}}'), "帖文", "clan 不存在"),
    ("lens", "huiyin-posts", inside("fieldAttrs", lambda labels: labels.pop("title")), "帖文", "没有中文名"),
    ("lens", "huiyin-posts", drop_filter_of_tokens, "帖文", "分词字段"),
    ("lens", "huiyin-posts", lambda own: own.update(id="huiyin-people"), "帖文", "没有 huiyin-people"),
    ("classic", "huiyin-vis-by-level", inside("visState", lambda state: state.update(type="bar")), "各等级声量", "bar"),
    ("classic", "huiyin-vis-heard", inside("visState", lambda state: state.update(title="x")),
     "新听到的帖文", "标题不同"),
    ("classic", "huiyin-vis-by-category", agg(1, id="1"), "类别", "编号相同"),
    ("classic", "huiyin-vis-by-category", agg(0, schema="segment"), "类别", "恰有一个数值"),
    ("classic", "huiyin-vis-by-category", agg(1, schema="bucket"), "类别", "schema"),
    ("classic", "huiyin-vis-by-category", agg(1, type="count"), "类别", "用错了地方"),
    ("classic", "huiyin-vis-by-category", agg_params(1, orderBy="7"), "类别", "不存在的数值"),
    ("classic", "huiyin-vis-by-category", agg_params(1, field="content"), "类别", "是正文"),
    ("classic", "huiyin-vis-overview-note",
     inside("visState", lambda state: state["params"].update(markdown="")), "说明", "空的"),
    ("classic", "huiyin-overview", panel("类别", lambda own: own.update(panelRefName="panel_99")), "类别", "打不开"),
]  # fmt: skip
