"""The application: one case as lines for people. What `describe_case` says in, print out; never a word more."""

from typing import Any

from cases.describe_case import TIMER_STATES, spoken_span
from cases.transitions import TITLES

NO_TITLE = "（不显示标题）"
NO_TEXT = "（没有文字）"
FOUND = {True: "页上有学校的答复", False: "页上没有找到学校的答复", None: "当时没有核对文字"}
SAID = (
    "opinion", "verdict", "reason", "fact_note", "disposition", "response", "words", "cause", "adoption", "lessons",
    "measures", "nature_why", "impact", "risk", "due_at",
    "told_how", "told_at", "summary", "tags", "number",
    "into", "absorbed", "split_into", "split_from", "body", "harm", "field",
)  # shown in 经过  # fmt: skip


def print_whole(school: Any, case: dict[str, Any]) -> None:
    """Print all of a case: what was heard, its clocks, what was done and what may be done now."""
    late = "  发现时已超期" if case["late"] else ""
    print(f"{case['case_no']}  {level_words(case)}  {case['state']}  第 {case['version']} 版{late}")
    print(f"标题  {case['title'] or NO_TITLE}")
    assisting = "、".join(school.name_of(name) for name in case["assisting"]) or "无"
    print(f"牵头  {school.name_of(case['lead'])}　协办  {assisting}　事件  {case['event_id']}")
    print(f"发现  {minutes(case['discovered_at'])}　立案  {minutes(case['opened_at'])}")
    if "receipt" in case:
        print(f"受理回执  {case['receipt']}")
    if "posts" in case:
        _print_posts(case)
    for filed in case.get("forewarnings", []):
        print(f"预警事项  {filed['number']}  {school.name_of(filed['unit'])}  {filed['title']}")
        print(f"    口径  {filed['line']}")
    for past in case.get("similar", []):
        print(f"相似旧案  {past['case_no']}  {past['title']}（都说到：{'、'.join(past['words'])}）")
        if past["lessons"]:
            print(f"    经验  {past['lessons']}")
    print_timers(case)
    for proof in case.get("proofs", []):
        seen = f"{minutes(proof['checked_at'])}  {proof['status']}  {proof['link']}"
        print(f"答复核对  {seen}  {FOUND[proof['response_found']]}  {proof['page_hash'][:16]}".rstrip())
    print("经过")
    for act in case["timeline"]:
        said = [str(act["data"][name]) for name in SAID if name in act["data"]]
        words = "；".join([*_named(school, act["data"]), *said])
        print(f"  {minutes(act['at'])}  {act['title']}  {school.name_of(act['by'])}  {words}".rstrip())
    legal = "、".join(f"{TITLES[act]} {act}" for act in case["legal_acts"])
    print(f"现在可以做的：{legal or '已归档'}")


def _print_posts(case: dict[str, Any]) -> None:
    """Print what was heard, and why the machine suggests the level."""
    rest = f"，列出最新 {len(case['posts'])} 条" if case["posts_total"] > len(case["posts"]) else ""
    print(f"帖文  共 {case['posts_total']} 条{rest}")
    for post in case["posts"]:
        gone = "（已消失）" if post["vanished"] else ""
        print(f"  {minutes(post['at'])}  {post['site']}  {post['title'] or '（无标题）'}{gone}")
        for line in (post["text"] or NO_TEXT).splitlines():
            print(f"    {line}")
        print(f"    {post['url']}")
    for reason in case["reasons"]:
        words = f"（{'、'.join(reason['words'])}）" if reason["words"] else ""
        print(f"依据  {reason['title']} {reason['points']:+g} 分{words}")
    if case["counterfactual"]:
        print(f"      {case['counterfactual']}")


def print_timers(case: dict[str, Any]) -> None:
    """Print the clocks of a case, each day by day."""
    print("时限")
    for timer in case["timers"]:
        left = TIMER_STATES[timer["state"]] if timer["left_seconds"] is None else spoken_span(timer["left_seconds"])
        mark = "（暂定）" if timer["provisional"] else ""
        due, to = f"{minutes(timer['due_at'])} 到期{mark}", "、".join(timer["to"])
        print(f"  {timer['source']}  {timer['what']}  {due}  {left}  → {to}")
        for day in timer["days"]:
            print(f"      {day}")


def _named(school: Any, data: dict[str, Any]) -> list[str]:
    """Return the departments that an act names, for people."""
    named = [f"牵头 {school.name_of(data['lead'])}"] if "lead" in data else []
    if data.get("assisting"):
        named.append(f"协办 {'、'.join(school.name_of(name) for name in data['assisting'])}")
    return [*named, *([f"告知 {school.name_of(data['to'])}"] if "to" in data else [])]


def level_words(case: dict[str, Any]) -> str:
    """Return a case's level, and whether a person has confirmed it."""
    return f"{case['level']}{'（待确认）' if case['provisional'] else ''}"


def minutes(text: str | None) -> str:
    """Return an ISO instant to the minute, as people read it."""
    return text[:16].replace("T", " ") if text else "—"
