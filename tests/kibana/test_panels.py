"""Every panel and saved search, in both flavours, on a real server: equal to what plain Python counts."""

import re
from pathlib import Path

import pytest

from kibana.build import build
from kibana.check_queries import check_query
from kibana.fields import VIEW_TITLES
from kibana.flavour import Object
from kibana.kql import parse, to_search
from kibana.panel import Panel
from kibana.panels import DASHBOARDS, PANELS, SEARCHES
from kibana.translate import figures_of, search_of_classic, search_of_lens, search_of_saved
from tests.kibana import shown_by_python
from tests.kibana.conftest import CONFIDENTIAL, SECRET, Corpus

MANUAL = Path(__file__).parents[2] / "docs" / "kibana.md"
EXAMPLE = re.compile(r"^\| `([^`]+)` \|", re.M)
RULES, INLINE = "## 自己查：KQL", re.compile(r'`([a-z_]+: "[^`]+)`')  # examples in the text above the tables


def lens_panel(objects: list[Object], panel: Panel) -> Object:
    from kibana.fault import panels_of

    found = [each for own in objects for each in panels_of(own) if each["panelIndex"] == panel.id]
    return found[0]["embeddableConfig"]["attributes"]


def classic_panel(objects: list[Object], panel: Panel) -> Object:
    return next(own["attributes"] for own in objects if own["id"] == f"huiyin-vis-{panel.id}")


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_panel_shows_what_plain_python_counts_in_both_flavours(
    panel: Panel, corpus: Corpus, lens: list[Object], classic: list[Object]
) -> None:
    wanted = shown_by_python.figures(panel, corpus.rows[panel.about], corpus.now)
    shown = figures_of(corpus.ask(panel.about, search_of_lens(lens_panel(lens, panel))))
    older = figures_of(corpus.ask(panel.about, search_of_classic(classic_panel(classic, panel))))

    assert shown == pytest.approx(wanted)
    assert older == shown
    assert any(shown.values())
    print(f"面板　{panel.title}：{len(shown)} 组，合计 {sum(shown.values()):g}，Python 数得 {sum(wanted.values()):g}")


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: search.id)
@pytest.mark.parametrize("flavour", ["lens", "classic"])
def test_a_saved_search_returns_exactly_the_planted_records(search, flavour, corpus: Corpus) -> None:
    own = next(each for each in build(flavour) if each["id"] == f"huiyin-{search.id}")
    hits = corpus.ask(search.about, search_of_saved(own["attributes"]))["hits"]["hits"]
    key = "post_id" if search.about == "posts" else "case_no"
    claim = shown_by_python.SEARCHES[search.title]
    planted = [str(row[key]) for row in corpus.rows[search.about] if claim(row, corpus.now)]

    assert planted
    assert sorted(hit["_id"] for hit in hits) == sorted(planted)
    instants = [hit["sort"][0] for hit in hits]
    assert instants == sorted(instants, reverse=True)
    print(f"查询　{search.title}（{flavour}）：{len(hits)} 条，埋下 {len(planted)} 条")


def test_the_brief_list_of_dashboards_and_searches_is_there() -> None:
    assert [board.title for board in DASHBOARDS] == ["总览", "时限与逾期", "信源健康", "事件传播", "部门办理"]
    assert {"今日巡查", "待研判", "高等级", "疑似误报", "帖文已消失"} <= {search.title for search in SEARCHES}
    assert set(shown_by_python.PANELS) == {panel.title for panel in PANELS}


def test_every_example_of_the_manual_is_sound_and_hits(corpus: Corpus) -> None:
    text = MANUAL.read_text(encoding="utf-8")
    inline = INLINE.findall(text.split(RULES, 1)[1].split("\n#", 1)[0])
    wanted = [("posts", query) for query in inline]
    for view, title in VIEW_TITLES.items():
        part = text.split(f"### {title}", 1)[1].split("\n#", 1)[0]
        wanted += [(view, query) for query in EXAMPLE.findall(part)]
    tried = []
    for view, query in wanted:
        faults = list(check_query(VIEW_TITLES[view], view, query))
        body = {"size": 0, "track_total_hits": True, "query": to_search(parse(query))}
        tried.append((query, faults, corpus.ask(view, body)["hits"]["total"]["value"] > 0))

    assert (len(inline), len(tried) >= 13) == (1, True)
    assert [each for each in tried if each[1] or not each[2]] == []


def test_neither_help_first_nor_confidential_words_are_in_any_answer(corpus: Corpus) -> None:
    for view in VIEW_TITLES:
        told = str(corpus.ask(view, {"size": 1000}))
        assert "_source" in told
        assert SECRET not in told
        assert CONFIDENTIAL not in told
