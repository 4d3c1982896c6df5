"""Command: forget one address or post everywhere at once, and never keep it again."""

import argparse

HELP = "删除一个网址或一条帖文的全部痕迹，并登记以后不再收录"
EXAMPLES = ["huiyin forget https://bbs.example.edu.cn/thread-35-1-1.html", "huiyin forget 1862746284097536 --yes"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to forget."""
    parser.add_argument("what", metavar="网址|帖文号", help="主题的网址连同它的全部楼层；帖文号只是这一条")
    parser.add_argument("--yes", action="store_true", help="不再询问（删除后无法恢复）")


def run(arguments: argparse.Namespace) -> int:
    """Say what goes, ask, forget; 1 when it was not wanted.

    Raises:
        Refused: Nobody can be asked and `--yes` is missing; what to forget is neither an address nor a post's number.
    """
    from cases.bundle import archived_cases
    from foundation.ledger import state_folder
    from huiyin.forget_address import find_posts, forget_address
    from huiyin.upgrade_ledger import drop_copies
    from huiyin.wiring import open_parts, operator_name

    parts, what = open_parts(), arguments.what.strip()
    try:
        count = len(find_posts(parts, what))
        if not arguments.yes and not _agreed(count):
            print("没有删除任何东西。")
            return 1
        done = forget_address(parts, what, operator_name())
        drop_copies(state_folder(), days=0)  # copies made before upgrades hold the text too
        with parts.ledger.read() as connection:
            archived = archived_cases(connection, done.cases)
    finally:
        parts.ledger.close()
    print(f"已删除 {done.posts} 条帖文和 {done.sealed} 份暂存，并登记：以后不再收录。")
    if done.cases:
        print(f"涉及的案件保留编号、时限与办理经过，不再有原文：{'、'.join(done.cases)}")
    if archived:
        print(f"这些案件立过卷，程序够不到那些文件夹，请人工删去后重新立卷：{'、'.join(archived)}")
    return 0


def _agreed(count: int) -> bool:
    from foundation.errors import Refused
    from huiyin.ask_person import ask_person, can_answer

    if not can_answer():
        raise Refused("没有人能回答，什么也没有删除", f"{count} 条帖文", "核对无误后加上 --yes 再运行")
    answer = ask_person(f"将删除 {count} 条帖文的全部文字，无法恢复。输入 yes 继续：")
    return answer is not None and answer.lower() == "yes"
