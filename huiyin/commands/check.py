"""Command: check a school's folder, and with `--live` what this machine needs, without changing anything."""

import argparse
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from foundation.school import School

HELP = "检查学校文件夹、值班表与本机环境，不改动任何东西"
EXAMPLES = ["huiyin check", "huiyin check --school /srv/huiyin/school", "huiyin check --live --tell"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder and the live checks."""
    parser.add_argument("--school", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school")
    parser.add_argument("--metrics", action="store_true", help="只输出 Prometheus 指标（给 textfile 采集），退出码 0")
    parser.add_argument(
        "--tell",
        action="store_true",
        help="同 --live；没有进程值守时，自己通知网络管理人员（给 cron 用，每次中断一条）",
    )
    parser.add_argument("--live", action="store_true", help="同时检查本机：浏览器、密钥、账本、磁盘、积压的通知")


def run(arguments: argparse.Namespace) -> int:
    """Print what was checked; exit 0 when all is well, 2 on mistakes in the folder, 1 on findings besides."""
    from cases.check_policy import policy_warnings
    from cases.policy import load_policy
    from cases.working_days import unpublished_warnings
    from foundation import clock
    from foundation.school import SchoolFiles
    from huiyin.doctor import examine, folder_warnings, summary
    from huiyin.wiring import check_files, school_folder

    if arguments.metrics:
        from foundation.ledger import open_ledger
        from huiyin.metrics import metrics_text

        print(metrics_text(open_ledger()), end="")
        return 0
    folder = school_folder(arguments.school)
    school = check_files(SchoolFiles.from_folder(folder))
    print(f"学校配置无误：{folder}")
    print(summary(school))
    policy, today = load_policy(school), clock.at_school(clock.now()).date()
    for warning in [*folder_warnings(school), *policy_warnings(policy), *unpublished_warnings(policy.calendar, today)]:
        print(f"  提醒 {warning}")
    roster = _roster_mistakes(school, today)
    for mistake in roster:
        print(f"  缺 值班表：{mistake}")
    if not (arguments.live or arguments.tell):
        return 1 if roster else 0
    if arguments.tell:
        _tell_silence()
    findings = examine(school)
    for finding in findings:
        print(f"  {'好' if finding.well else '缺'} {finding.what}：{finding.detail}")
    return 0 if all(finding.well for finding in findings) and not roster else 1


def _roster_mistakes(school: "School", today: date) -> list[str]:
    """Return what is wrong with the roster, which stands in the ledger; nothing while there is none."""
    from cases.roster import roster_mistakes
    from foundation.errors import HuiyinError
    from foundation.ledger import open_ledger

    try:
        ledger = open_ledger()
    except HuiyinError:  # not made yet, or unusable: `--live` says so
        return []
    try:
        with ledger.read() as connection:
            return roster_mistakes(connection, school, today)
    finally:
        ledger.close()


def _tell_silence() -> None:
    """Send what a dead scheduler cannot send itself."""
    from foundation.errors import HuiyinError
    from foundation.lease import holder_name
    from huiyin.watch_leader import watch_leader
    from huiyin.wiring import open_parts

    try:
        parts = open_parts()
    except HuiyinError as problem:  # no ledger yet, or none that can be used: `examine` says it again as a finding
        print(f"  缺 值守：{problem.what}。{problem.next_step}")
        return
    if words := watch_leader(parts.ledger, parts.school, holder_name()):
        print(f"  缺 值守：{words}；已通知网络管理人员")
    parts.ledger.close()
