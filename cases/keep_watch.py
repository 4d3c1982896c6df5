"""Stage 5: what the tick looks after besides clocks: duties, roster, tasks, answered events, replies seen on boards."""

from cases.follow_event import follow_events
from cases.keep_duties import keep_duties
from cases.keep_tasks import chase_tasks
from cases.roster import warn_gaps
from cases.seen_replies import follow_replies
from foundation.ledger import Work
from foundation.school import School


def keep_watch(work: Work, school: School) -> None:
    """Remind, chase and ask what is due by now; doing it again at once does nothing."""
    keep_duties(work, school)
    warn_gaps(work, school)
    follow_events(work, school)
    follow_replies(work, school)
    chase_tasks(work, school)
