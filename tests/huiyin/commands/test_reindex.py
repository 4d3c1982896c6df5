from search.index_state import Building, IndexState, write_state


def test_the_index_moves_to_the_server_and_back_and_search_finds_the_same(clustered) -> None:
    clustered.keep("食堂的饭凉了", "宿舍停电", "食堂涨价")
    before = clustered.run("search", "食堂", "--json")
    code, told = clustered.run("reindex", "--to", "elasticsearch")
    assert code == 0, told
    assert "已换到 elasticsearch：3 条，与账本逐条核对一致" in told
    assert clustered.run("search", "食堂", "--json") == before
    assert "什么也没有改" in clustered.run("reindex", "--to", "elasticsearch")[1]
    code, told = clustered.run("reindex", "--to", "sqlite")

    assert (code, clustered.run("search", "食堂", "--json")) == (0, before)
    assert clustered.index.names() == []


def test_asking_for_the_index_that_answers_gives_up_the_one_that_was_begun(clustered) -> None:
    clustered.keep("食堂的饭凉了")
    with clustered.ledger.change() as work:
        write_state(work, IndexState("sqlite", 0, Building("elasticsearch", 1)))
    code, told = clustered.run("reindex", "--to", "sqlite")

    assert (code, "已放弃建到一半的 elasticsearch 索引，检索继续用 sqlite" in told) == (0, True), told
    assert "什么也没有改" in clustered.run("reindex", "--to", "sqlite")[1]


def test_a_school_without_servers_is_told_what_to_write(parts, capsys) -> None:
    from huiyin.cli import main

    assert main(["reindex", "--to", "elasticsearch"]) == 2
    assert "servers" in capsys.readouterr().err
