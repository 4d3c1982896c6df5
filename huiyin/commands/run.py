"""Command: everything in one process group: schedule, rounds, notices. What a small school starts."""

import argparse

HELP = "长期运行：定时倾听、归并、立案、提醒（一所小学校只需要它）"
EXAMPLES = ["huiyin run", "huiyin run --school /srv/huiyin/school"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("--school", metavar="DIR", help="启动前先启用这个文件夹（有改动时）；默认用已启用的版本")


def run(arguments: argparse.Namespace) -> int:
    """Apply a changed folder if one is named, then run until stopped."""
    from foundation.log import start_logging
    from huiyin.run_loops import run_forever
    from huiyin.upgrade_ledger import bring_up
    from huiyin.wiring import apply_folder, open_parts, operator_name

    start_logging()
    if done := bring_up(operator_name()):
        copy = f"，升级前的副本：{done.copy}" if done.copy else ""
        print(f"旧账本已升级到表结构第 {done.after} 号{copy}", flush=True)
    if arguments.school:
        from pathlib import Path

        applied = apply_folder(Path(arguments.school), actor=operator_name())
        words = "已启用改动后的文件夹" if applied.is_new else "文件夹没有改动"
        print(f"{words}：学校配置第 {applied.version} 版（{arguments.school}）", flush=True)
    return run_forever(open_parts())
