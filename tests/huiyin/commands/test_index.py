import pytest

from huiyin.commands.index import ACTS
from search.index_state import Building, IndexState, write_state
from search.mapping import ANALYZER
from search.watch_index import watch_index
from tests.servers.red_index import make_red


@pytest.fixture
def served(clustered):
    """The school after its index moved to the server."""
    clustered.keep("食堂的饭凉了", "宿舍停电")
    clustered.run("reindex", "--to", "elasticsearch")
    return clustered


def test_bootstrap_names_the_server_and_writes_the_template(clustered) -> None:
    code, told = clustered.run("index", "bootstrap")

    assert code == 0
    assert "版本 " in told
    assert "模板" in told
    assert "huiyin reindex --to elasticsearch" in told


def test_status_counts_and_names_what_is_foreign(served) -> None:
    code, told = served.run("index", "status")
    assert (code, "等待 0 条　拒收 0 条" in told, "　2 条　" in told) == (0, True, True)
    served.index.client.ask("PUT", f"/{served.index.alias}-v1-1999.01", {})
    code, told = served.run("index", "status")

    assert (code, "不是回音建的" in told) == (1, True)


def test_verify_repairs_and_then_agrees(served) -> None:
    name = served.index.names()[0]
    served.index.client.ask("PUT", f"/{name}/_doc/7", {"post_id": 7})
    code, told = served.run("index", "verify")
    assert (code, "多 1" in told) == (1, True)
    code, told = served.run("index", "verify")

    assert (code, "索引与账本一致" in told) == (0, True)


def test_migrate_keeps_the_old_generation_until_told_and_rebuild_does_not(served) -> None:
    assert served.run("index", "migrate")[0] == 0
    assert served.index.generations() == [1, 2]
    assert "删去旧的索引 3 个" in served.run("index", "drop-old")[1]
    assert served.run("index", "rebuild")[0] == 0
    assert served.index.generations() == [3]
    assert "找到 1 条" in served.run("search", "停电")[1]


def test_retry_sends_a_refused_post_again_and_it_goes_in_once_the_cause_is_mended(clustered) -> None:
    """Someone made the month by hand with a narrower field: the post that does not fit is refused."""
    clustered.run("reindex", "--to", "elasticsearch")
    fits, wide = clustered.keep("食堂的饭凉了", likes=3) + clustered.keep("宿舍停电", likes=300)
    index = clustered.index
    name = index.name(1, fits)
    index.ensure([name], 1)
    mappings = index.client.ask("GET", f"/{name}/_mapping").body[name]["mappings"]
    mappings["properties"]["likes"] = {"type": "byte"}
    settings = {"analysis": {"analyzer": {ANALYZER: {"type": "standard"}}}}
    index.client.ask("DELETE", f"/{name}")
    made = {"mappings": mappings, "settings": settings, "aliases": {index.alias: {}}}
    index.client.ask("PUT", f"/{name}", made)
    code, told = clustered.run("send")
    assert (code, "送出 1 条，拒收 1 条，还在等 0 条" in told, "huiyin index retry" in told) == (1, True, True)
    code, told = clustered.run("index", "status")
    assert (code, f"拒收　帖文 {wide} 第 1 版：" in told, "likes" in told) == (1, True, True)
    code, told = clustered.run("index", "retry")
    assert (code, "1 条再送了一次：送出 0 条，又被拒收 1 条" in told) == (1, True)

    index.client.ask("DELETE", f"/{name}")  # the product makes it again as it should be
    code, told = clustered.run("index", "retry")
    assert (code, "1 条再送了一次：送出 1 条，又被拒收 0 条" in told) == (0, True)
    index.refresh(1)
    assert "找到 1 条" in clustered.run("search", "停电")[1]
    assert "拒收 0 条" in clustered.run("index", "status")[1]
    assert "0 条再送了一次" in clustered.run("index", "retry")[1]


def test_a_server_that_went_away_is_one_sentence_for_every_act(clustered, folder) -> None:
    from huiyin.wiring import apply_folder

    clustered.run("reindex", "--to", "elasticsearch")
    folder.settings(elasticsearch={"servers": ["http://127.0.0.1:9"]})
    apply_folder(folder.path, "tester")
    clustered.keep("食堂")
    told = {act: clustered.run("index", act) for act in ACTS if act != "retry"}
    told |= {"search": clustered.run("search", "食堂"), "send": clustered.run("send")}

    assert {act: code for act, (code, _) in told.items() if code == 0} == {}
    assert [act for act, (_, words) in told.items() if "连不上 Elasticsearch" not in words] == []


def test_a_red_month_is_told_instead_of_a_wrong_answer_and_comes_back_from_the_ledger(served) -> None:
    [month] = served.index.post_names(1)
    assert "索引：正常（绿）" in served.run("index", "status")[1]
    served.index.ensure([f"{served.index.alias}-v1-1999.01"], 1)
    make_red(served.index, month)
    told = {words: served.run(*words.split()) for words in ("search 停电", "index status", "index verify")}

    assert {code for code, _ in told.values()} == {1}
    assert [
        words for words, (_, said) in told.items() if "不可用（红）" not in said or "变红了怎么办" not in said
    ] == []
    assert [words for words, (_, said) in told.items() if month in said] == ["index status", "index verify"]
    served.index.client.ask("DELETE", f"/{month}")
    assert "已补送 2 条" in served.run("index", "verify")[1]
    served.index.refresh(1)
    assert "找到 1 条" in served.run("search", "停电")[1]


def test_after_a_change_of_the_prefix_nothing_is_answered_in_silence_until_the_index_is_rebuilt(
    served, folder, places
) -> None:
    from huiyin.wiring import apply_folder

    old, new = served.place.prefix, places()
    folder.settings(elasticsearch=new.model_dump())
    apply_folder(folder.path, "tester")
    served.keep("食堂又凉了")
    served.run("send")  # a month stands under the new prefix now: with one post of three
    told = {words: served.run(*words.split()) for words in ("search 食堂", "index status", "index verify")}

    assert [code for code, _ in told.values()] == [2, 1, 2]
    assert [words for words, (_, said) in told.items() if f"{old}posts-v*" not in said] == []
    assert [words for words, (_, said) in told.items() if "huiyin index rebuild" not in said] == []
    code, said = served.run("index", "rebuild")
    assert (code, f"（{old}posts-v*" in said, "请信息中心删去" in said) == (0, True, True)
    assert "找到 2 条" in served.run("search", "食堂")[1]
    assert served.run("index", "status")[0] == 0


def test_a_server_without_our_index_is_not_taken_for_one_that_finds_nothing(served) -> None:
    for name in served.index.names():
        served.index.client.ask("DELETE", f"/{name}")
    told = [served.run("search", "停电"), served.run("index", "status")]

    assert [code for code, _ in told] == [2, 1]
    assert [said for _, said in told if "早已送过" not in said or "huiyin index rebuild" not in said] == []
    assert served.run("index", "rebuild")[0] == 0
    assert "找到 1 条" in served.run("search", "停电")[1]


def test_bootstrap_finds_what_would_stop_the_move_and_exits_with_1(clustered) -> None:
    clustered.index.client.ask("PUT", f"/{clustered.index.alias}", {})
    code, told = clustered.run("index", "bootstrap")

    assert (code, "不是回音建的" in told, "reindex" in told) == (1, True, False)


def test_a_build_that_sent_nothing_yet_is_told_without_a_number(clustered) -> None:
    with clustered.ledger.change() as work:
        watch_index(work)
        write_state(work, IndexState(building=Building("elasticsearch", 1)))

    assert "第 1 代，还没有送一条" in clustered.run("index", "status")[1]
