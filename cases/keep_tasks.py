"""Stage 5: tasks asked for, received, done, chased. A person's words in, rows, audit rows and facts out.

Each step of a task's ladder is told once: not received, due, overdue. A fact names number and kind, never words.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update

from cases.calendar_file import DAY
from cases.case import Case, audit_act, load_case, note_act
from cases.due_time import MIDNIGHT, school_instant
from cases.duration import parse_duration
from cases.ladder import next_step_at, step_at
from cases.task import CANCELLED, DONE, OPEN, REFUSED, STATES, Task, load_task, next_number, task, tasks
from cases.task_kinds import HEAD, KINDS, OVERDUE_AFTER, RECEIPT_WITHIN, TaskKind
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.ledger import MACHINE, Work
from foundation.school import School
from foundation.tables import instant_text

OFFICE = "office"
RECEIPT, DUE, OVERDUE = "receipt", "due", "overdue"
STEPS = {RECEIPT: "还没有回执", DUE: "到期", OVERDUE: "已逾期"}
AGREE = {"同意": DONE, "不同意": REFUSED}


def ask_task(
    work: Work, school: School, kind: str, owner: str, words: str, *,
    by: str, case_no: str = "", due_on: date | None = None, outside: str = "",
) -> Task:  # fmt: skip
    """Ask an owner for something and return the task.

    Args:
        work: The caller's transaction.
        school: Departments, roles, people.
        kind: A key of `task_kinds.KINDS`.
        owner: Department, role or person who owes it.
        words: What.
        by: Person who asks; `system` for the program's own kinds.
        case_no: The case that it belongs to; empty: of none.
        due_on: Last day, school time.
        outside: Who asked from outside.

    Raises:
        Refused: Unknown owner, not by right, something is missing, or a help-first case.
    """
    line = KINDS[kind]
    given = {"words": words.strip(), "case": case_no, "due": due_on, "outside": outside.strip()}
    _check_right(school, line, by)
    if not (school.find_department(owner) or school.knows_person(owner) or school.holders(owner)):
        raise Refused("没有这个部门、角色或人", owner, "写 departments.yaml 里的编号")
    _check_given(line, given, at_school(work.at).date())
    if case_no:
        _check_case(load_case(work.connection, case_no))
    due_at = school_instant(due_on + DAY, MIDNIGHT) if due_on else None
    ladder = _ladder(line, work.at, due_at)
    number = next_number(work.connection, line.prefix, work.at)
    work.connection.execute(
        insert(task).values(
            number=number, kind=kind, case_no=case_no, owner=owner, words=given["words"], outside=given["outside"],
            asked_by=by, asked_at=work.at, due_at=due_at, state=OPEN, ladder=ladder, steps_taken={},
            next_step_at=next_step_at(ladder, {}),
        )
    )  # fmt: skip
    asked = load_task(work.connection, number)
    _note(work, asked, "ask", by)
    work.tell("task.asked", number, **_told(work, school, asked, owner))
    return asked


def receive_task(work: Work, school: School, number: str, *, by: str) -> Task:
    """Note that a task arrived (回执): its owner is no longer chased for that.

    Raises:
        Refused: It needs none, has one, is over, or the person does not belong to its owner.
    """
    one = _open_task(work, number)
    if not KINDS[one.kind].received or one.received_at:
        raise Refused("这个事项不用再回执", number, "办完用 huiyin task finish 反馈")
    _check_owner(school, one, by)
    ladder = [step for step in one.ladder if step["step"] != RECEIPT]
    values = {"received_by": by, "received_at": work.at, "ladder": ladder}
    return _change(work, one, "receive", by, **values, next_step_at=next_step_at(ladder, one.steps_taken))


def finish_task(work: Work, school: School, number: str, answer: str, *, by: str, decision: str = "") -> Task:
    """End a task with what was done, answered or decided.

    Raises:
        Refused: It is over, not received, says nothing, is not decided, or not by right.
    """
    one = _open_task(work, number)
    line = KINDS[one.kind]
    _check_owner(school, one, by)
    if not answer.strip():
        raise Refused("没有写办理结果", number, "加上 --answer：做了什么、怎么答的、为什么")
    if line.received and not one.received_at:
        raise Refused("还没有回执", number, f"先用 huiyin task receive {number} 回执，再反馈")
    if line.decided != bool(decision) or (decision and decision not in AGREE):
        words = f"加上 --decision {'或'.join(AGREE)}" if line.decided else "这种事项不用 --decision"
        raise Refused("批复不对", number, words)
    state = AGREE.get(decision, DONE)
    return _change(
        work, one, "finish", by,
        answer=answer.strip(), state=state, ended_by=by, ended_at=work.at, next_step_at=None,
    )  # fmt: skip


def cancel_task(work: Work, number: str, reason: str, *, by: str) -> Task:
    """Withdraw a task: whoever asked for it, with a reason; the program its own.

    Raises:
        Refused: It is over, says no reason, or somebody else asked for it.
    """
    one = _open_task(work, number)
    if by not in (one.asked_by, MACHINE):
        raise Refused(f"{by} 不能撤销这个事项", number, f"由提出的人（{one.asked_by}）来撤")
    if not reason.strip():
        raise Refused("没有写撤销的理由", number, "加上 --answer 理由")
    values = {"answer": reason.strip(), "state": CANCELLED, "ended_by": by, "ended_at": work.at}
    return _change(work, one, "cancel", by, **values, next_step_at=None)


def settle_task(work: Work, number: str, answer: str) -> None:
    """End a task of the program's own, because what it asked for was done in the case itself, whose course says so."""
    one = _open_task(work, number)
    values = {"answer": answer, "state": DONE, "ended_by": MACHINE, "ended_at": work.at, "next_step_at": None}
    work.connection.execute(update(task).where(task.c.number == number).values(**values))
    work.audit("task.finish", number, kind=one.kind, owner=one.owner, state=DONE)


def chase_tasks(work: Work, school: School) -> int:
    """Tell owners of tasks whose step has come, each step once; return how many were told."""
    told = 0
    for one in tasks(work.connection, task.c.state == OPEN, task.c.next_step_at <= work.at):
        waiting = [each for each in one.ladder if each["step"] not in one.steps_taken]
        passed = [each["step"] for each in waiting if datetime.fromisoformat(each["at"]) <= work.at]
        step = passed[-1]  # after a pause only the gravest is told
        taken = one.steps_taken | dict.fromkeys(passed, instant_text(work.at))
        left = [each for each in one.ladder if each["step"] not in taken]
        values = {"steps_taken": taken, "next_step_at": next_step_at(left, {})}
        work.connection.execute(update(task).where(task.c.number == one.number).values(**values))
        work.audit("task.chase", one.number, step=step)
        to = [one.owner, *([OFFICE] if step == OVERDUE else [])]
        work.tell("task.due", f"{one.number}:{step}", reason=STEPS[step], **_told(work, school, one, *to))
        told += 1
    return told


def may_act(school: School, owner: str, person: str) -> bool:
    """Tell whether a person is a task's owner, holds its role or answers for its department."""
    unit = school.find_department(owner)
    own = (unit.owner, unit.deputy, unit.liaison) if unit else ()
    return person == owner or person in own or person in [each.id for each in school.holders(owner)]


def _check_right(school: School, line: TaskKind, by: str) -> None:
    heads = [name for unit in school.organisation.departments for name in (unit.owner, unit.deputy)]
    if by != MACHINE and not any(by in (heads if role == HEAD else _holders(school, role)) for role in line.askers):
        raise Refused(f"{by} 不能提出{line.title}", line.title, "由办公室、领导或部门负责人按各自的权限提出")


def _check_given(line: TaskKind, given: dict[str, Any], today: date) -> None:
    names = {"words": "--words 要做什么", "case": "--case 案件号", "due": "--due 日期", "outside": "--outside 哪家媒体"}
    for name in ("words", *line.needs):
        if not given[name]:
            raise Refused(f"{line.title}缺一项", names[name], f"补上 {names[name]}")
    if given["due"] and given["due"] < today:
        raise Refused(f"{line.title}的日期已经过去", f"{given['due']}", "写今天或以后的日期")


def _check_case(case: Case) -> None:
    if case.restricted:
        raise Refused("先救助案件不派事项", case.case_no, "由心理老师用 huiyin case tell 告知需要知道的部门")


def _check_owner(school: School, one: Task, by: str) -> None:
    if not may_act(school, one.owner, by):
        raise Refused(f"{by} 不能办这个事项", one.number, f"由 {one.owner} 的人来办")


def _holders(school: School, role: str) -> list[str]:
    return [person.id for person in school.holders(role)]


def _open_task(work: Work, number: str) -> Task:
    one = load_task(work.connection, number)
    if one.state != OPEN:
        raise Refused(f"这个事项{STATES[one.state]}", number, "用 huiyin task list --all 查看结果")
    return one


def _ladder(line: TaskKind, at: datetime, due_at: datetime | None) -> list[dict[str, Any]]:
    steps = [step_at(RECEIPT, at + parse_duration(RECEIPT_WITHIN).exact, ())] if line.received else []
    if due_at:
        steps += [step_at(DUE, due_at, ()), step_at(OVERDUE, due_at + parse_duration(OVERDUE_AFTER).exact, ())]
    return sorted(steps, key=lambda step: str(step["at"]))


def _change(work: Work, one: Task, act: str, by: str, **values: Any) -> Task:
    work.connection.execute(update(task).where(task.c.number == one.number).values(**values))
    after = load_task(work.connection, one.number)
    _note(work, after, act, by)
    return after


def _note(work: Work, one: Task, act: str, by: str) -> None:
    """Audit, and let the case's timeline say it too."""
    details = {"kind": one.kind, "owner": one.owner, "state": one.state}
    if one.case_no:
        note_act(work, one.case_no, f"task_{act}", by, {"number": one.number, "kind": one.kind})
        audit_act(work, one.case_no, f"task_{act}", by, {"number": one.number, **details})
    else:
        work.audit(f"task.{act}", one.number, **details, by=by)


def _told(work: Work, school: School, one: Task, *to: str) -> dict[str, Any]:
    """Return what a fact says: number, kind, case and who; a department is named as the unit that leads.

    Of a case that has become help-first meanwhile nothing is said, not even its number.
    """
    unit = one.owner if school.find_department(one.owner) else ""
    names = ["dept" if unit and name == unit else name for name in to]
    about = one.case_no if one.case_no and not load_case(work.connection, one.case_no).restricted else ""
    return {"document": one.number, "what": KINDS[one.kind].title, "unit": unit, "to": names, "about": about}
