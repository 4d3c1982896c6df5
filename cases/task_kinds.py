"""Stage 5: the closed list of tasks: what each is called, who may ask for it, what it needs. Words only, no logic."""

from dataclasses import dataclass

from cases.transitions import LEADERS

HEAD = "head"  # whoever is responsible for a department, or its deputy
SEVERAL_STAND = ("officer", "office", "spokesperson", *LEADERS)
RECEIPT_WITHIN = "2h"  # 产品默认: a task that must be received and was not is chased
OVERDUE_AFTER = "1d"  # 产品默认: the second and last step after the date


@dataclass(frozen=True, slots=True)
class TaskKind:
    """One kind of task.

    Attributes:
        title: For people.
        prefix: Of its numbers.
        askers: Roles that may ask for it; `head`: whoever leads a department. None: only the program opens it.
        needs: What must be written besides: case, due, outside.
        received: The owner says that it arrived (回执); who does not is chased.
        decided: It ends by 同意 or 不同意.
        source: 制度 id.
    """

    title: str
    prefix: str
    askers: tuple[str, ...]
    source: str
    needs: tuple[str, ...] = ()
    received: bool = False
    decided: bool = False


KINDS = {
    "directive": TaskKind("指令", "ZL", ("office", *LEADERS), "Z7.9", received=True),
    "measure": TaskKind("改进措施", "CS", ("office", *LEADERS, HEAD), "Z7.13b", ("case", "due")),
    "improvement": TaskKind("改进事项", "GJ", ("office", *LEADERS), "Z8.13", ("due",)),
    "board_request": TaskKind("开设互动版块申请", "BK", (HEAD,), "Z5.11b", decided=True),
    "media_enquiry": TaskKind("媒体来询", "MT", (*SEVERAL_STAND, HEAD), "Z9b.2-2b", ("outside",)),
    "plan_task": TaskKind("预案任务", "YA", ("office", *LEADERS), "Z7.10-2"),
    "seen_reply": TaskKind("网上已见答复", "FK", (), "Z9a.3.5b"),
    "review": TaskKind("平稳后总结", "ZJ", (), "Z7.13"),
    "second_response": TaskKind("二次回应？", "EH", (), "Z10.5-5"),
}
BY_PEOPLE = [kind for kind, each in KINDS.items() if each.askers]
