"""Stage 5: replies of the school that the crawler saw on a message board (Z9a.3.5b). Posts in, proposals out.

Seeing one stops no clock: it only proposes the feedback act, as a task of the 管理员, who looks and confirms with
`huiyin case publish`. Once the case has its feedback, the proposal is done. Machines suggest, people decide.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from cases.case import case_file, load_case
from cases.keep_tasks import ask_task, settle_task
from cases.receipt_text import MESSAGE_BOARD
from cases.task import OPEN, Task, task, tasks
from cases.transitions import OPEN as RUNNING
from cases.transitions import PUBLISHED, TRACKED
from foundation.clock import for_people
from foundation.ledger import MACHINE, Work
from foundation.school import School
from search.posts import post

KIND, OWNER = "seen_reply", "officer"
UNANSWERED = tuple(state for state in RUNNING if state not in (PUBLISHED, TRACKED))
ANSWERED = "案件已反馈或已归档"


def follow_replies(work: Work, school: School) -> int:
    """Propose the feedback act once for each letter whose reply was seen; return how many were proposed."""
    known: dict[str, list[Task]] = defaultdict(list)
    for one in tasks(work.connection, task.c.kind == KIND):
        known[one.case_no].append(one)
    for one in (each for found in known.values() for each in found):
        if one.state == OPEN and load_case(work.connection, one.case_no).state not in UNANSWERED:
            settle_task(work, one.number, ANSWERED)
    query = (
        select(case_file.c.case_no, case_file.c.discovered_at, post.c.url, post.c.official_reply_at)
        .join(post, post.c.event_id == case_file.c.event_id)
        .where(case_file.c.source_kind == MESSAGE_BOARD, case_file.c.state.in_(UNANSWERED))
        .where(~case_file.c.restricted, ~post.c.restricted, post.c.official_reply != "")
        .order_by(case_file.c.case_no, post.c.post_id)
    )
    proposed = 0
    for case_no, discovered_at, url, replied_at in work.connection.execute(query).all():
        if any(one.asked_at >= discovered_at for one in known[case_no]):
            continue
        known[case_no].append(_propose(work, school, case_no, url, replied_at))
        proposed += 1
    return proposed


def _propose(work: Work, school: School, case_no: str, url: str, replied_at: datetime | None) -> Task:
    when = f"（{for_people(replied_at)}）" if replied_at else ""
    words = (
        f"留言板上已见到答复{when}：{url}。请核对是不是本校的答复；是，就审定后用 huiyin case publish --link 确认反馈"
    )
    return ask_task(work, school, KIND, OWNER, words, by=MACHINE, case_no=case_no)
