from kibana.flavour import packed, saved, source_of, view_reference


def test_stamps_are_the_flavours_own() -> None:
    new = saved("lens", "dashboard", "overview", {}, [])
    old = saved("classic", "dashboard", "overview", {}, [])

    assert (new["coreMigrationVersion"], new["typeMigrationVersion"], new["managed"]) == ("8.8.0", "8.9.0", False)
    assert (old["migrationVersion"], "coreMigrationVersion" in old) == ({"dashboard": "7.9.3"}, False)
    assert new["id"] == old["id"] == "huiyin-overview"


def test_an_object_names_its_data_view_twice_by_the_same_name() -> None:
    assert view_reference("posts")["name"] in source_of("level_code: 2")["searchSourceJSON"]


def test_packed_json_keeps_chinese_and_one_order() -> None:
    assert packed({"b": "回", "a": 1}) == '{"a":1,"b":"回"}'
