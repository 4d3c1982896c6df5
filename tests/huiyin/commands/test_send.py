from huiyin.schedule import Schedule
from huiyin.worker import Worker


def test_what_waits_is_sent_and_counted(clustered, tmp_path) -> None:
    clustered.run("reindex", "--to", "elasticsearch")
    clustered.keep("食堂的饭凉了", "宿舍停电")
    code, told = clustered.run("send")

    assert (code, "送出 2 条，拒收 0 条，还在等 0 条" in told) == (0, True)
    clustered.index.refresh(1)
    assert "找到 1 条" in clustered.run("search", "停电")[1]


def test_the_leading_scheduler_sends_by_itself_and_one_that_waits_does_not(clustered, tmp_path) -> None:
    clustered.run("reindex", "--to", "elasticsearch")
    clustered.keep("食堂的饭凉了")
    schedule = Schedule(clustered.parts, Worker(clustered.ledger, tmp_path / "log"))
    schedule.send_index()
    clustered.index.refresh(1)
    assert "找到 0 条" in clustered.run("search", "食堂")[1]
    schedule.leads = True
    schedule.send_index()
    clustered.index.refresh(1)

    assert "找到 1 条" in clustered.run("search", "食堂")[1]
