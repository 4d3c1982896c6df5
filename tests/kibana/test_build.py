import json

import pytest

from kibana.build import as_ndjson, build, file_of
from kibana.flavour import FLAVOURS


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_file_in_the_repository_is_what_is_built_now_byte_for_byte(flavour) -> None:
    assert file_of(flavour).read_bytes() == as_ndjson(build(flavour)) == as_ndjson(build(flavour))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_ids_are_fixed_names_and_everything_travels_together(flavour) -> None:
    objects = build(flavour)
    ids = [own["id"] for own in objects]

    assert len(ids) == len(set(ids))
    assert all(name.startswith("huiyin-") for name in ids)
    assert {"huiyin-posts", "huiyin-cases", "huiyin-patrol", "huiyin-overview", "huiyin-search-today"} <= set(ids)


def test_the_schools_prefix_and_names_are_in_the_data_views_only() -> None:
    names = {"departments": {"logistics": "后勤处"}, "sources": {"forum": "校园论坛"}}
    plain, own = build("lens"), build("lens", "yunlu-", names)

    assert [one["id"] for one, two in zip(plain, own, strict=True) if one != two] == [
        "huiyin-posts", "huiyin-cases", "huiyin-patrol"
    ]  # fmt: skip
    assert own[0]["attributes"]["title"] == "yunlu-posts"
    assert "后勤处" in own[0]["attributes"]["fieldFormatMap"]


def test_a_line_is_json_in_utf8_not_escaped() -> None:
    content = as_ndjson(build("classic"))

    assert "总览" in content.decode()
    assert all(json.loads(line) for line in content.decode().splitlines())
