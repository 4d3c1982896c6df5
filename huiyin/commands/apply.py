"""Command: validate a school's folder and put it in force as an immutable, audited school version."""

import argparse

HELP = "校验学校文件夹并启用（不可变、可审计的版本）"
EXAMPLES = ["huiyin apply", "huiyin apply /srv/huiyin/school"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder."""
    parser.add_argument("folder", nargs="?", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school")


def run(arguments: argparse.Namespace) -> int:
    """Apply the folder and say which version is in force."""
    from huiyin.wiring import apply_folder, operator_name, school_folder

    folder = school_folder(arguments.folder)
    applied = apply_folder(folder, actor=operator_name())
    if not applied.is_new:
        print(f"文件夹没有改动，仍是第 {applied.version} 版（{folder}）。")
        return 0
    print(
        f"学校配置已启用：第 {applied.version} 版（{folder}）。下一步：huiyin crawl 试听一轮，或 huiyin run 长期运行。"
    )
    return 0
