from kibana.roles import reader_role


def test_a_reader_reads_three_aliases_and_changes_nothing() -> None:
    role = reader_role("yunlu-", "school")
    (rights,) = role["elasticsearch"]["indices"]

    assert rights["names"] == ["yunlu-posts", "yunlu-cases", "yunlu-patrol"]
    assert set(rights["privileges"]) == {"read", "view_index_metadata"}
    assert role["elasticsearch"]["cluster"] == []
    assert {right for rights in role["kibana"][0]["feature"].values() for right in rights} == {"read"}
    assert role["kibana"][0]["spaces"] == ["school"]
