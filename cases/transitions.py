"""Stage 5: the one table of acts: from which states, to which, by which roles, with what written down.

Guards, help texts, the command line, the diagram in docs/acts.md and the tests all read this table. `dept` is the
case's own departments, `addressee` whoever a running report timer names. On restricted cases each act is the
counsellors' (PRIVACY.md 5). What a line cannot say (who approves, how many sources) stands in guards.py.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the table is read by --help, which must not wait for the database driver
    from cases.case import Case

TRIAGE_STATE, ASSIGNING, HANDLING, REPLIED, APPROVING = "研判", "交办", "承办", "回复", "审定"
PUBLISHED, TRACKED, ARCHIVED, REVIEWED, CIRCULATED = "反馈", "跟踪", "归档", "总结评估", "通报"
OPEN = (TRIAGE_STATE, ASSIGNING, HANDLING, REPLIED, APPROVING, PUBLISHED, TRACKED)
CLOSED = (ARCHIVED, REVIEWED, CIRCULATED)
STATES = (*OPEN, *CLOSED)
IN_HAND = (HANDLING, REPLIED, APPROVING)
ADDRESSEE = "addressee"
COUNSELLOR = "counsellor"
TELL = "tell"  # a counsellor lets the security or the student affairs unit know (PRIVACY.md 5)
STAYS = ""
APPEAL = "诉求"
SUGGESTION = "建议"


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the table.

    Attributes:
        act: The act's word in commands and audit.
        title: The act's name for people.
        sources: States from which it is legal.
        to: State after it; empty: the state stays.
        roles: Who may do it.
        needs: What must be written; `a|b` means one of them.
        takes: What may be written besides.
        has: What the case must hold afterwards, written now or before.
        stamps: The column that takes the instant of the act.
        tells: The fact that it writes (docs/architecture.md section 4).
        only: Which cases it is for: provisional, graded, restricted, appeal, confidential, open_to_all.
    """

    act: str
    title: str
    sources: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    stamps: str = ""
    tells: str = ""
    only: str = ""

    @property
    def inputs(self) -> list[str]:
        """All words that may be written with the act."""
        return [word for need in self.needs for word in need.split("|")] + list(self.takes)


LEADERS = ("leading_group", "principal", "vice")
VERDICT = ("watch", "officer", "office", "duty", *LEADERS)
APPROVERS = ("approver", "office", *LEADERS)  # where the policy names no chain of its own
VERDICT_NEEDS = ("level", "opinion", "evidence")  # Z7.8, Z6.3
ASSESSED = ("nature", "nature_why", "impact", "risk", "reason")  # 性质、影响程度、潜在风险 (Z10.5-2)
REPLY_PARTS = ("fact_note", "disposition", "response")  # Z1.5-2, Z9a.3.3: facts, 办理情况, 回复意见
SOMEONE = (*VERDICT, "dept")
TRANSITIONS = (
    Transition(
        "confirm", "确认", (TRIAGE_STATE,), ASSIGNING, VERDICT,
        VERDICT_NEEDS, ASSESSED, stamps="confirmed_at", tells="confirmed",
    ),
    Transition(
        "confirm", "确认", OPEN[1:], STAYS, VERDICT,
        VERDICT_NEEDS, ASSESSED, stamps="confirmed_at", tells="confirmed", only="provisional",
    ),  # the machine raised it meanwhile
    Transition(
        "grade", "重新定级", OPEN[1:], STAYS, VERDICT, VERDICT_NEEDS, ("reason",), tells="graded", only="graded",
    ),
    Transition(
        "dismiss", "不立案", (TRIAGE_STATE,), ARCHIVED, VERDICT,
        ("verdict", "reason"), stamps="closed_at", tells="dismissed",
    ),
    Transition(
        "assign", "交办", (ASSIGNING,), HANDLING, ("office", *LEADERS),
        ("lead", "opinion"), ("assisting",), stamps="assigned_at", tells="assigned",
    ),
    Transition(
        "answer", "当场答复", (ASSIGNING,), PUBLISHED, ("office", "officer"),
        (*REPLY_PARTS, "link|reason"), stamps="published_at", tells="replied", only="appeal",
    ),
    Transition("acknowledge", "签收", OPEN, STAYS, ("dept", ADDRESSEE), tells="acknowledged"),
    Transition(
        "handling_opinion", "提出处理意见", (ASSIGNING, HANDLING), STAYS, ("dept", "office"), ("opinion",),
    ),
    Transition("hand_back", "退办", (HANDLING,), ASSIGNING, ("dept",), ("reason",), tells="handed_back"),
    Transition(
        "transfer", "移交", (HANDLING,), STAYS, ("office", *LEADERS),
        ("lead", "reason"), ("assisting",), tells="assigned",
    ),
    Transition("finish_task", "协办完成", (HANDLING,), STAYS, ("dept",), ("words",)),
    Transition("resolve", "办结", IN_HAND, STAYS, ("dept",), stamps="resolved_at"),
    Transition(
        "reply", "回复", (HANDLING, REPLIED), REPLIED, ("dept",),
        ("fact_note", "disposition"), ("response",), stamps="replied_at", tells="replied",
    ),
    Transition(
        "sign_off", "签字报送", (REPLIED,), APPROVING, ("dept_head", *LEADERS), has=REPLY_PARTS, stamps="signed_at",
    ),
    Transition("edit", "改稿", (APPROVING,), STAYS, ("dept", "officer", "office"), ("response",)),
    Transition("approve", "审定", (APPROVING,), STAYS, APPROVERS, ("checklist",), has=REPLY_PARTS),
    Transition(
        "return", "退回", (REPLIED, APPROVING), HANDLING, ("dept_head", *APPROVERS), ("reason",), tells="returned",
    ),
    Transition(
        "publish", "反馈", (APPROVING,), PUBLISHED, ("officer", "office", "spokesperson"),
        ("link|reason",), ("response_mode",), has=("response", "approved_hash"), stamps="published_at",
    ),
    Transition("track", "跟踪", (PUBLISHED, TRACKED), TRACKED, ("office", "officer", *LEADERS), ("tracker",)),
    Transition(
        "close", "归档", (PUBLISHED, TRACKED), ARCHIVED, ("office", "officer", "tracker"),
        ("cause",), ("adoption", "reason", "response_mode"), has=("disposition", "response"),
        stamps="closed_at", tells="closed",
    ),
    Transition(
        "review", "总结评估", (ARCHIVED,), REVIEWED, ("dept", "office"), ("lessons",), ("measures", "summary", "tags"),
    ),
    Transition(
        "circulate", "通报结果", (ARCHIVED, REVIEWED), CIRCULATED, ("office",), ("words",), tells="circulated",
    ),
    Transition("receipt", "回执", (CIRCULATED,), STAYS, ("dept",)),
    Transition("reopen", "重新办理", CLOSED, ASSIGNING, ("office", "officer"), ("reason",), tells="reopened"),
    Transition("extend", "延期", OPEN[1:], STAYS, APPROVERS, ("rule", "within", "reason")),
    Transition("limit", "上级限期", OPEN, STAYS, ("office", *LEADERS), ("due_at", "reason")),
    Transition("justify", "说明", OPEN[1:], STAYS, ("dept",), ("reason",)),
    Transition("mark", "标记", OPEN, STAYS, ("office", "officer", *LEADERS), ("mark", "reason"), ("evidence",)),
    Transition(
        "clarify", "澄清", OPEN[1:], STAYS, ("officer", "office", "spokesperson", "dept"), ("words", "link"),
    ),  # Z1.5-9b, Z8.9
    Transition(
        "inform", "告知当事人", OPEN[1:], STAYS, ("dept", "officer", "office", "spokesperson"),
        ("told_how",), ("told_at", "words"),
    ),  # Z1.5-8: when and how the persons concerned were told
    Transition("urge", "督促", IN_HAND, STAYS, ("watch",), ("reason",), tells="urged"),
    Transition("supervise", "督办", IN_HAND, STAYS, ("office",), ("reason",), tells="supervised"),
    Transition(
        "sign_circular", "签发通报", OPEN[1:], STAYS, ("office",), ("words",), tells="circular_signed",
    ),  # Z9a.3.7: of a department that neither answered nor explained; the program only drafts it
    Transition("report", "报告", OPEN, STAYS, (*SOMEONE, "monitor"), ("words",), tells="reported"),
    Transition("follow_up", "续报", OPEN[2:], STAYS, ("dept",), ("words",), tells="followed_up"),
    Transition("special_report", "报送特报", OPEN, STAYS, ("officer", "office", "monitor"), ("words",)),
    Transition("advise", "提供咨询意见", OPEN, STAYS, ("monitor", "informant"), ("words",)),
    Transition("merge", "合并", OPEN, ARCHIVED, ("office",), ("into", "reason"), stamps="closed_at"),
    Transition("split", "拆分", (ASSIGNING, HANDLING), STAYS, ("office",), ("lead", "reason")),
    Transition("set_confidential", "设为保密", STATES, STAYS, ("office",), ("reason",), only="open_to_all"),
    Transition("lift_confidential", "解除保密", STATES, STAYS, ("office",), ("reason",), only="confidential"),
    Transition(
        "propose_referral", "提请移送", (PUBLISHED, TRACKED), STAYS, ("office", *LEADERS),
        ("body", "evidence", "harm"), has=("response",),
    ),
    Transition("refer", "同意移送", (PUBLISHED, TRACKED), STAYS, LEADERS, ("opinion",)),
    Transition("fill", "填写栏目", OPEN, STAYS, SOMEONE, ("field",)),
    Transition(TELL, "告知", OPEN, STAYS, (COUNSELLOR,), ("to", "words"), tells="told", only="restricted"),
)  # fmt: skip
TITLES = {transition.act: transition.title for transition in TRANSITIONS}
MACHINE_TITLES = {
    "open": "立案",
    "raise": "升级",
    "restrict": "转先救助",
    "retitle": "改题",
    "absorb": "并入",
    "plan": "启动预案",
    "archive": "立卷",
    "share_secrecy": "随同一件事设为或解除保密",
    "link_gone": "答复链接失效",
    "forewarned": "连到预警事项",
    "task_ask": "提出事项",
    "task_receive": "事项回执",
    "task_finish": "事项办结",
    "task_cancel": "撤销事项",
}  # entries that no person makes by themselves


def find_transition(case: "Case", act: str) -> Transition | None:
    """Return the line of the table by which `act` is legal now, or None."""
    for transition in TRANSITIONS:
        if transition.act == act and case.state in transition.sources and _is_for(transition.only, case):
            return transition
    return None


def _is_for(only: str, case: "Case") -> bool:
    if not only:
        return True
    return {
        "provisional": case.provisional,
        "graded": not case.provisional,
        "restricted": case.restricted,  # what is public is told by the ordinary routes
        "appeal": case.nature == APPEAL and case.level_code <= 1,
        "confidential": case.confidential,
        "open_to_all": not case.confidential and not case.restricted,
    }[only]


def legal_acts(case: "Case") -> list[str]:
    """Return the acts that are legal now, in the table's order."""
    acts = dict.fromkeys(transition.act for transition in TRANSITIONS)
    return [act for act in acts if find_transition(case, act)]


def roles_for(transition: Transition, case: "Case") -> tuple[str, ...]:
    """Return who may do it on this case."""
    return (COUNSELLOR,) if case.restricted else transition.roles


def legal_words(case: "Case") -> str:
    """Return the legal acts for people: `签收（acknowledge）、…`."""
    return "、".join(f"{TITLES[act]}（{act}）" for act in legal_acts(case)) or "无"
