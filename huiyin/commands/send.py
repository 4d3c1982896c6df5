"""Command: ships what waits to Elasticsearch now; `huiyin run` does the same all the time."""

import argparse

HELP = "把等待中的帖文送进 Elasticsearch（huiyin run 会自动做）"
EXAMPLES = ["huiyin send"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(arguments: argparse.Namespace) -> int:
    """Ship all and say how many; exit 1 when some were refused for good or another process is sending."""
    from foundation.opening import open_school
    from huiyin.open_cluster import need_cluster
    from search.records import count_records
    from search.sender import Sender
    from search.waiting import count_waiting

    opened = open_school()
    sender = Sender(opened.ledger, need_cluster(opened))
    sent = sender.send_all(lambda so_far: print(f"已送 {so_far.shipped} 条", flush=True))
    with opened.ledger.read() as connection:
        waiting = count_waiting(connection) + count_records(connection)
    print(f"送出 {sent.shipped} 条，拒收 {sent.dead} 条，还在等 {waiting} 条。另送出案件与巡查 {sent.records} 条。")
    if sent.dead:
        print("拒收的用 huiyin index status 看原因，改好后 huiyin index retry。")
    if waiting and not sent.shipped and not sent.records:
        print("没有送：另一个进程（例如 huiyin run）正在送。")
    return 1 if sent.dead or waiting else 0
