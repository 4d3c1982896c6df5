"""Stage 5: the one table of acts: from which states, to which, by which roles, with what written down.

Guards, help texts, the command line and the tests all read this table. `dept` is the case's own departments,
`addressee` whoever a running report timer names. On restricted cases each act is the counsellors' (privacy.md 5).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the table is read by --help, which must not wait for the database driver
    from cases.case import Case

TRIAGE_STATE, ASSIGNING, HANDLING, REPLIED, PUBLISHED, ARCHIVED = "研判", "交办", "承办", "回复", "反馈", "归档"
STATES = (TRIAGE_STATE, ASSIGNING, HANDLING, REPLIED, PUBLISHED, ARCHIVED)
ADDRESSEE = "addressee"
COUNSELLOR = "counsellor"
TELL = "tell"  # a counsellor lets the security or the student affairs unit know (privacy.md 5)
STAYS = ""
OPEN = STATES[:-1]
DISMISSALS = ("误报", "不相关")
INPUTS = {  # what a person may write with an act; shown in errors and as options of the command line
    "level": "等级",
    "opinion": "意见（研判意见或批办意见）",
    "evidence": "依据的链接",
    "nature": "性质",
    "verdict": f"结论：{'或'.join(DISMISSALS)}",
    "reason": "理由",
    "lead": "牵头部门编号",
    "assisting": "协办部门编号",
    "fact_note": "核实情况",
    "disposition": "办理情况（处置）",
    "response": "回复意见（回应）",
    "link": "公开答复的链接",
    "to": "告知哪个部门（编号、名称或职能：保卫、学工）",
    "words": "要告诉他们的话（200 字以内）",
}


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
        stops: Which timers it may stop.
    """

    act: str
    title: str
    sources: tuple[str, ...]
    to: str
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()

    @property
    def inputs(self) -> list[str]:
        """All words that may be written with the act."""
        return [word for need in self.needs for word in need.split("|")] + list(self.takes)


VERDICT = ("watch", "officer", "office", "duty")
VERDICT_NEEDS = ("level", "opinion", "evidence")  # Z7.8, Z6.3
TRANSITIONS = (
    Transition(
        "confirm", "确认", (TRIAGE_STATE,), ASSIGNING, VERDICT,
        VERDICT_NEEDS, ("nature",), stops=("confirmed",),
    ),
    Transition(
        "confirm", "确认", OPEN[1:], STAYS, VERDICT,
        VERDICT_NEEDS, ("nature",), stops=("confirmed",),
    ),  # the machine raised it meanwhile
    Transition(
        "dismiss", "不立案", (TRIAGE_STATE,), ARCHIVED, VERDICT,
        ("verdict", "reason"), stops=("confirmed",),
    ),
    Transition(
        "assign", "交办", (ASSIGNING,), HANDLING, ("office", "principal", "vice", "leading_group"),
        ("lead", "opinion"), ("assisting",),
    ),
    Transition("acknowledge", "签收", OPEN, STAYS, ("dept", ADDRESSEE), stops=("reported",)),
    Transition(
        "reply", "回复", (HANDLING, REPLIED), REPLIED, ("dept",),
        ("fact_note", "disposition"), ("response",), stops=("responded",),
    ),
    Transition(
        "publish", "反馈", (REPLIED,), PUBLISHED, ("officer", "office"),
        ("link|reason",), ("response",), has=("response",), stops=("responded",),
    ),
    Transition("close", "归档", (REPLIED, PUBLISHED), ARCHIVED, ("office", "officer"), has=("disposition", "response")),
    Transition("tell", "告知", OPEN, STAYS, (COUNSELLOR,), ("to", "words")),  # of restricted cases only
)  # fmt: skip
TITLES = {transition.act: transition.title for transition in TRANSITIONS}
MACHINE_TITLES = {
    "open": "立案",
    "raise": "升级",
    "restrict": "转先救助",
    "retitle": "改题",
}  # entries that no person makes


def find_transition(case: "Case", act: str) -> Transition | None:
    """Return the line of the table by which `act` is legal now, or None."""
    for transition in TRANSITIONS:
        again = transition.act == "confirm" and not case.provisional
        needless = transition.act == TELL and not case.restricted  # what is public is told by the ordinary routes
        if transition.act == act and case.state in transition.sources and not (again or needless):
            return transition
    return None


def legal_acts(case: "Case") -> list[str]:
    """Return the acts that are legal now, in the table's order."""
    acts = dict.fromkeys(transition.act for transition in TRANSITIONS)
    return [act for act in acts if find_transition(case, act)]


def roles_for(transition: Transition, case: "Case") -> tuple[str, ...]:
    """Return who may do it on this case."""
    return (COUNSELLOR,) if case.restricted else transition.roles
