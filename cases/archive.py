"""Stage 5: what an archive of a case holds (Z9a.3.6 立卷归档). Ledger rows in, a text for each kind out.

The kinds are those that the 制度 name, in the order of a file: what was heard, what leaders wrote, who was charged with
it, what was answered. What is not there is said by name. Texts are as stored, hence redacted; no author stands in them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from cases.act_words import INPUTS
from cases.case import Act, Case, timeline, timers_of
from cases.describe_case import TIMER_STATES
from cases.matter import cases_of_matter
from cases.reply_proof import proofs_of
from cases.task import STATES, Task, task, tasks
from cases.task_kinds import KINDS
from cases.transitions import MACHINE_TITLES, TITLES
from crawler.items import Post
from foundation.clock import for_people
from foundation.school import School
from search.post_table import post_version
from search.posts import select_posts

NO_TEXT = "（文字没有留存：已按期限删除，或只留主题）"
ASSIGNING_ACTS = (
    "assign",
    "transfer",
    "hand_back",
    "acknowledge",
    "urge",
    "supervise",
    "sign_circular",
    "justify",
    "extend",
    "reopen",
)
REPLYING_ACTS = ("handling_opinion", "finish_task", "reply", "edit", "resolve", "sign_off", "return")
FEEDBACK_ACTS = ("publish", "answer", "clarify", "inform")
SUMMING_ACTS = ("review", "circulate", "receipt")
LABELS = {
    **{word: text.partition("：")[0].partition("，")[0] for word, text in INPUTS.items()},
    "lead": "牵头部门", "assisting": "协办部门", "to": "告知部门", "tracker": "跟踪人",
    "number": "编号", "link_status": "打开链接时网站回答", "response_found": "页上有学校的答复",
    "link_hash": "页面的 SHA-256", "document": "文号", "acting_for": "代", "step": "步骤",
    "split_from": "拆自", "split_into": "拆出", "absorbed": "并入了",
}  # fmt: skip
NAMES = ("lead", "assisting", "to", "tracker", "acting_for")  # inputs that hold ids of departments or persons


@dataclass(frozen=True, slots=True)
class Material:
    """One kind of material.

    Attributes:
        kind: Its word in the manifest.
        title: Its name for people.
        text: All of it, in Chinese; empty: there is none.
        owed: Whether the 制度 name it, so that a file without it says so.
    """

    kind: str
    title: str
    text: str
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Stock:
    """What the ledger holds of a case."""

    school: School
    case: Case
    posts: Sequence[tuple[Post, Sequence[Any]]]  # each with its earlier versions
    acts: Sequence[Act]
    tasks: Sequence[Task]
    timers: Sequence[Any]
    proofs: Sequence[Any]


def materials_of(connection: Connection, school: School, case: Case) -> list[Material]:
    """Return every kind of material of a case, those without any text included."""
    numbers = [each.case_no for each in cases_of_matter(connection, case) if each.merged_into == case.case_no]
    acts = timeline(connection, case.case_no)
    stock = Stock(
        school, case, _heard(connection, case), acts, tasks(connection, task.c.case_no.in_([case.case_no, *numbers])),
        timers_of(connection, [case.case_no]), proofs_of(connection, case.case_no),
    )  # fmt: skip
    return [Material(kind, title, write(stock), owed) for kind, title, owed, write in KINDS_OF_MATERIAL]


def _heard(connection: Connection, case: Case) -> list[tuple[Post, Sequence[Any]]]:
    """Return the posts of the case and of those merged into it, oldest first; help-first ones never."""
    taken_in = [each.event_id for each in cases_of_matter(connection, case) if each.merged_into == case.case_no]
    found: list[tuple[Post, Sequence[Any]]] = []
    for event_id in dict.fromkeys([case.event_id, *taken_in]):
        for post in select_posts(connection, "WHERE event_id = ? AND restricted = 0 ORDER BY post_id", (event_id,)):
            older = select(post_version).where(post_version.c.post_id == post.post_id).order_by(post_version.c.version)
            found.append((post, list(connection.execute(older))))
    return found


def _originals(stock: Stock) -> str:
    return "\n\n".join(_original(post, older) for post, older in stock.posts)


def _original(post: Post, older: Sequence[Any]) -> str:
    heard = for_people(post.first_seen_at) if post.first_seen_at else "时间不明"
    published = for_people(post.published_at) if post.published_at else "时间不明"
    gone = f"，{for_people(post.vanished_at)} 发现原页已消失" if post.vanished_at else ""
    lines = [
        f"## {post.title or '（无标题）'}",
        f"{post.site}　{post.url}",
        f"发布 {published}，听到 {heard}{gone}；图片 {post.pictures} 张（只计数）",
        f"第 {post.version} 版　SHA-256 {post.content_hash}",
        post.content or NO_TEXT,
    ]
    lines += [f"引用：{post.quote}"] if post.quote else []
    lines += [f"页上的答复：{post.official_reply}"] if post.official_reply else []
    lines += [
        f"第 {old.version} 版（{for_people(old.seen_at)} 起）　SHA-256 {old.content_hash}\n{old.content or NO_TEXT}"
        for old in reversed(older)
    ]
    return "\n".join(lines)


def _acts(*names: str) -> Callable[[Stock], str]:
    return lambda stock: _lines(stock, (act for act in stock.acts if act.act in names))


def _instructions(stock: Stock) -> str:
    """批办意见, limits and marks from above, and 指令 with their feedback."""
    wanted = ("assign", "limit", "plan")
    acts = [act for act in stock.acts if act.act in wanted or act.data.get("mark") == "superior_instruction"]
    orders = [one for one in stock.tasks if one.kind == "directive"]
    return "\n".join(filter(None, (_lines(stock, acts), _task_lines(stock, orders))))


def _feedback(stock: Stock) -> str:
    proofs = [f"{for_people(row.checked_at)}　核对　{row.link}　网站回答 {row.status}" for row in stock.proofs]
    return "\n".join(filter(None, (_acts(*FEEDBACK_ACTS)(stock), *proofs)))


def _clocks(stock: Stock) -> str:
    lines = []
    for row in stock.timers:
        done = f"，{for_people(row.satisfied_at)} 完成" if row.satisfied_at else ""
        lines.append(f"{row.rule}　{for_people(row.due_at)} 到期　{TIMER_STATES[row.state]}{done}")
        lines += [f"　　{day}" for day in row.explanation]
        lines += [f"　　{step}　{at}" for step, at in row.steps_taken.items()]
    return "\n".join(lines)


def _others(stock: Stock) -> str:
    """Whatever else is worth keeping: everything that stands under no other kind."""
    told = {"approve", "assign", "limit", "plan", *ASSIGNING_ACTS, *REPLYING_ACTS, *FEEDBACK_ACTS, *SUMMING_ACTS}
    acts = (act for act in stock.acts if act.act not in told and not act.act.startswith("task_"))
    rest = [one for one in stock.tasks if one.kind != "directive"]
    return "\n".join(filter(None, (_lines(stock, acts), _task_lines(stock, rest))))


KINDS_OF_MATERIAL: tuple[tuple[str, str, bool, Callable[[Stock], str]], ...] = (
    ("originals", "原始材料", True, _originals),
    ("instructions", "领导批示件", True, _instructions),
    ("assignment", "交办记录", True, _acts(*ASSIGNING_ACTS)),
    ("reply", "回复记录", True, _acts(*REPLYING_ACTS)),
    ("approval", "审定记录", True, _acts("approve")),
    ("feedback", "反馈记录", True, _feedback),
    ("clocks", "办理时限", False, _clocks),
    ("review", "总结与通报", False, _acts(*SUMMING_ACTS)),
    ("others", "其他材料", False, _others),
)


def _lines(stock: Stock, acts: Iterable[Act]) -> str:
    return "\n".join(_line(stock.school, act) for act in acts)


def _line(school: School, act: Act) -> str:
    title = TITLES.get(act.act) or MACHINE_TITLES.get(act.act, act.act)
    told = {word: value for word, value in act.data.items() if word in LABELS and value not in ("", [])}
    said = [f"{LABELS[word]}：{_spoken(school, value, named=word in NAMES)}" for word, value in told.items()]
    return "　".join([for_people(act.at), title, school.name_of(act.actor), *said])


def _task_lines(stock: Stock, found: Iterable[Task]) -> str:
    return "\n".join(
        f"{one.number}　{KINDS[one.kind].title}　{STATES[one.state]}　{stock.school.name_of(one.owner)}　"
        f"{for_people(one.asked_at)} 提出：{one.words}" + (f"　结果：{one.answer}" if one.answer else "")
        for one in found
    )


def _spoken(school: School, value: Any, *, named: bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    each = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return "、".join(school.name_of(one) for one in each) if named else "、".join(each)
