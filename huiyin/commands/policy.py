"""Command: the policy in words: what is in force, whether it can be carried out, what changed, how clocks count."""

import argparse
import json
from typing import Any

HELP = "制度：显示、检查、比较、说明"
EXAMPLES = [
    "huiyin policy show",
    "huiyin policy check --school /srv/huiyin/school",
    "huiyin policy diff 3 school",
    "huiyin policy explain Z1.6.2-1b --anchor 2026-09-30T16:00",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the four deeds."""
    places = parser.add_subparsers(dest="deed", metavar="动作", title="动作", required=True, parser_class=type(parser))
    places.add_parser("show", help="显示生效的各份制度（继承合并之后）")
    places.add_parser("check", help="检查制度：角色、未定的期限、等级倒挂、汇报晚于回应")
    diff = places.add_parser("diff", help="比较两个学校文件夹或已启用的版本")
    for name in ("before", "after"):
        diff.add_argument(name, metavar="文件夹或版本号")
    explain = places.add_parser("explain", help="说明一个时限：为谁、从何时、多久、之后怎样")
    explain.add_argument("rule", metavar="出处", help="例如 Z1.6.2-1b")
    explain.add_argument("--anchor", metavar="时间", help="举例的起算时间；不写则从现在起")
    for own in places.choices.values():
        own.add_argument("--school", metavar="DIR", help="学校文件夹，默认 $HUIYIN_SCHOOL 或 ./school")
        own.add_argument("--json", action="store_true", help="输出一个 JSON 对象，供脚本使用")


def run(arguments: argparse.Namespace) -> int:
    """Do one deed; 2 when the policy cannot be carried out."""
    deeds = {"show": _show, "check": _check, "diff": _diff, "explain": _explain}
    told = deeds[arguments.deed](arguments)
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for line in told["lines"]:
            print(line)
    return 0


def _show(arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.describe_policy import describe_profiles
    from foundation import clock

    policy = _policy(arguments.school)
    lines = [_versions(policy), *describe_profiles(policy, clock.now())]
    return {
        "version": policy.version,
        "effective_from": str(policy.file.effective_from),
        "calendar_version": policy.calendar.version,
        "enabled": policy.enabled,
        "timers": [timer.model_dump(mode="json", by_alias=True) for timer in policy.timers.values()],
        "lines": lines,
    }


def _check(arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.check_policy import check_policy, policy_warnings
    from cases.working_days import unpublished_warnings
    from foundation import clock

    school = _school(arguments.school)
    check_policy(school)
    policy = _policy(arguments.school)
    today = clock.at_school(clock.now()).date()
    warnings = [*policy_warnings(policy), *unpublished_warnings(policy.calendar, today)]
    lines = [f"制度可以执行：{'、'.join(policy.enabled)}", *(f"  提醒 {warning}" for warning in warnings)]
    return {"enabled": policy.enabled, "warnings": warnings, "lines": lines}


def _diff(arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.describe_policy import compare_policies

    before, after = (_policy(name).file for name in (arguments.before, arguments.after))
    changes = compare_policies(before, after)
    kept = "未结案件沿用立案时的版本；新案件用新版本。"
    return {"changes": changes, "lines": [*changes, kept] if changes else ["两份制度没有差别。"]}


def _explain(arguments: argparse.Namespace) -> dict[str, Any]:
    from cases.deadline import read_anchor
    from cases.describe_policy import describe_rule, describe_steps
    from cases.plan_timers import plan_deadline
    from cases.profile_file import UNSET
    from cases.situation import Situation
    from foundation import clock
    from foundation.clock import at_school, for_people

    policy = _policy(arguments.school)
    timer = policy.timers.get(arguments.rule) or _unknown(arguments.rule, list(policy.timers))
    profile = next(name for name, each in policy.profiles.items() if timer in each.timers)
    anchor = read_anchor(arguments.anchor) if arguments.anchor else clock.now()
    lines = [describe_rule(policy, timer), f"出自 {profile}；{_versions(policy)}"]
    told: dict[str, Any] = {"rule": timer.id, "profile": profile, "default": policy.is_default(timer.id)}
    if timer.within != UNSET:
        deadline = plan_deadline(policy.file, timer, Situation.found(1, anchor), anchor, policy.deadline)
        mark = "（暂定）" if deadline.provisional else ""
        lines.append(f"例如 {for_people(anchor)} 起算，{for_people(deadline.due_at)} 到期{mark}")
        lines += [f"  {day}" for day in deadline.days]
        told |= {"due_at": at_school(deadline.due_at).isoformat(timespec="seconds"), "days": list(deadline.days)}
        told["provisional"] = deadline.provisional
    return {**told, "lines": [*lines, *describe_steps(policy, policy.profiles[profile])]}


def _unknown(rule: str, known: list[str]) -> Any:
    from foundation.config import nearest
    from foundation.errors import Refused

    near = nearest(rule, known)
    hint = f"是不是 {near}？" if near else f"生效的有：{'、'.join(known)}"
    raise Refused("生效的制度里没有这个时限", rule, hint)


def _versions(policy: Any) -> str:
    since, calendar = policy.file.effective_from, policy.calendar.version
    return f"制度第 {policy.version} 版（自 {since} 起），日历 {calendar}"


def _policy(name: str | None) -> Any:
    from cases.policy import load_policy

    return load_policy(_school(name))


def _school(name: str | None) -> Any:
    """Return a school by its folder, or by the number of an applied version."""
    from foundation.school import SchoolFiles
    from huiyin.wiring import check_files, school_folder, school_of_version

    if name and name.isdigit():
        return school_of_version(int(name))
    return check_files(SchoolFiles.from_folder(school_folder(name)))
