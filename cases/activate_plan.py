"""Stage 5: an emergency plan set to work on a case. Case, plan and members in; report, task list and task force out.

One act makes all three records (Z9b.5.2-2: 报告主管领导、主要领导，启动应急预案，组建专门工作组), or none.
"""

from collections.abc import Sequence

from cases.act import perform
from cases.case import Case, audit_act, load_case, note_act, timeline
from cases.keep_tasks import ask_task
from cases.plan_file import Plan
from cases.policy import load_policy
from cases.task import Task
from cases.transitions import LEADERS
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.school import School
from search.store import Store

TOLD = ("vice", "principal")  # 主管领导、主要领导
BY = ("office", *LEADERS)
ACT = "plan"


def activate_plan(
    work: Work, store: Store, school: School, case_no: str, *, plan_id: str, members: Sequence[str], words: str, by: str
) -> list[Task]:
    """Report to two leaders, activate a plan and name its task force; return the plan's tasks.

    Args:
        work: The caller's transaction.
        store: The index, for the report.
        school: The active school version, whose policy holds the plans.
        case_no: The case.
        plan_id: Which plan.
        members: Persons of the task force, the first leads it.
        words: The report: what happened, in a sentence.
        by: Person who acts.

    Raises:
        Refused: No such plan or case, not approved by the leading group, not by right, nobody in the task force,
            already active, or a help-first case.
    """
    case = load_case(work.connection, case_no)
    plan = find_plan(school, plan_id)
    _check(school, case, members, by)
    if any(act.act == ACT and act.data.get("plan") == plan.id for act in timeline(work.connection, case_no)):
        raise Refused(f"{plan.title}已经启动", case_no, "用 huiyin task list 看它的任务；要再加一项用 huiyin task add")
    perform(work, store, school, case_no, "report", by=by, words=words)
    work.tell("case.reported", case_no, to=list(TOLD), role="", by=by, restricted=False)
    about = {"plan": plan.id, "plan_version": plan.version, "approved_by": plan.approved_by, "members": list(members)}
    note_act(work, case_no, ACT, by, {**about, "to": list(TOLD)})
    audit_act(work, case_no, ACT, by, about)
    return [ask_task(work, school, "plan_task", each.owner, each.words, by=by, case_no=case_no) for each in plan.tasks]


def find_plan(school: School, plan_id: str) -> Plan:
    """Return a plan of the school's policy.

    Raises:
        Refused: There is none, or nobody of the leading group approved it.
    """
    plans = load_policy(school).file.plans
    for plan in plans:
        if plan.id == plan_id:
            approvers = [person.id for role in LEADERS for person in school.holders(role)]
            if plan.approved_by not in approvers:
                raise Refused(
                    f"预案没有经领导小组批准（写的是 {plan.approved_by}）", plan.title, "改 policy.yaml 的 plans"
                )
            return plan
    raise Refused("没有这个预案", plan_id, f"policy.yaml 的 plans 里有：{'、'.join(plan.id for plan in plans) or '无'}")


def _check(school: School, case: Case, members: Sequence[str], by: str) -> None:
    if case.restricted:
        raise Refused("先救助案件不启动预案", case.case_no, "由心理老师用 huiyin case tell 告知需要知道的部门")
    if not case.is_open:
        raise Refused(f"案件已在{case.state}，不能启动预案", case.case_no, "要再办先用 huiyin case reopen")
    if not any(by in [person.id for person in school.holders(role)] for role in BY):
        raise Refused(f"{by} 不能启动预案", case.case_no, "由领导小组办公室或领导来启动")
    unknown = [name for name in members if not school.knows_person(name)]
    if unknown or not members:
        raise Refused("工作组的人写得不对", "、".join(unknown) or "没有写人", "用 --member 写人员编号，可写多次")
