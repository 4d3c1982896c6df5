"""Stage 5: what people owe each other beside the acts of a case: 指令, 措施, 申请, 来询, 预案任务. Table and record.

A task has one owner (a department, a role or a person), a number and, mostly, a date. Texts that people write stand
here and never in the audit chain or in a notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Table, Text, func, select

from cases.ladder import Step
from foundation.clock import at_school
from foundation.errors import Refused
from foundation.tables import Instant, RowId, metadata

OPEN, DONE, REFUSED, CANCELLED = "open", "done", "refused", "cancelled"
STATES = {OPEN: "未办", DONE: "已办", REFUSED: "不同意", CANCELLED: "已撤销"}

task = Table(
    "task",
    metadata,
    Column("task_id", RowId, primary_key=True),
    Column("number", String, nullable=False, unique=True),  # ZL-2026-0001
    Column("kind", String, nullable=False),  # a key of task_kinds.KINDS
    Column("case_no", String, nullable=False, default="", index=True),  # empty: of no case
    Column("owner", String, nullable=False),  # department, role or person
    Column("words", Text, nullable=False),
    Column("outside", Text, nullable=False, default=""),  # who asks from outside, e.g. which newspaper
    Column("asked_by", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("received_by", String, nullable=False, default=""),
    Column("received_at", Instant),
    Column("answer", Text, nullable=False, default=""),
    Column("ended_by", String, nullable=False, default=""),
    Column("ended_at", Instant),
    Column("state", String, nullable=False, index=True),
    Column("ladder", JSON, nullable=False, default=list),
    Column("steps_taken", JSON, nullable=False, default=dict),
    Column("next_step_at", Instant, index=True),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One task as it stands; the fields are the columns of `task`."""

    number: str
    kind: str
    case_no: str
    owner: str
    words: str
    outside: str
    asked_by: str
    asked_at: datetime
    due_at: datetime | None
    received_by: str
    received_at: datetime | None
    answer: str
    ended_by: str
    ended_at: datetime | None
    state: str
    ladder: list[Step]
    steps_taken: dict[str, str]
    next_step_at: datetime | None


TASK_FIELDS = tuple(Task.__dataclass_fields__)
OF_TASK = select(*(task.c[name] for name in TASK_FIELDS))


def tasks(connection: Connection, *where: Any) -> list[Task]:
    """Return tasks, oldest first; conditions are expressions on the table."""
    return [Task(*row) for row in connection.execute(OF_TASK.where(*where).order_by(task.c.task_id))]


def load_task(connection: Connection, number: str) -> Task:
    """Return a task.

    Raises:
        Refused: There is none of this number.
    """
    found: Sequence[Task] = tasks(connection, task.c.number == number)
    if not found:
        raise Refused("没有这个事项", number, "用 huiyin task list 查看编号")
    return found[0]


def next_number(connection: Connection, prefix: str, at: datetime) -> str:
    """Return the next number of a kind in the school's year."""
    start = f"{prefix}-{at_school(at).year}-"
    used = connection.execute(select(func.count()).select_from(task).where(task.c.number.startswith(start)))
    return f"{start}{used.scalar_one() + 1:04d}"
