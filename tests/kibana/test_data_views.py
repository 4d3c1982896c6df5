import json

from kibana.data_views import render_views


def test_data_views_stand_on_the_aliases_with_chinese_labels() -> None:
    posts, cases, patrol = render_views("lens", "huiyin-", {})
    labels = json.loads(posts["attributes"]["fieldAttrs"])

    assert [view["attributes"]["title"] for view in (posts, cases, patrol)] == [
        "huiyin-posts", "huiyin-cases", "huiyin-patrol"
    ]  # fmt: skip
    assert posts["attributes"]["name"] == "回音 · 帖文"
    assert labels["level"] == {"customLabel": "等级"}
    assert "author" not in labels
    assert "content_grams" in posts["attributes"]["sourceFilters"]
    assert "timeFieldName" not in cases["attributes"]


def test_older_kibana_gets_no_attribute_that_it_does_not_know() -> None:
    for view in render_views("classic", "huiyin-", {}):
        assert set(view["attributes"]) <= {"title", "fields", "fieldFormatMap", "sourceFilters", "timeFieldName"}
