"""Stage 6, rule kind: N posts on one event within T minutes, by the instants at which we heard them.

Crawled posts are always late: a window over publish times misses what is heard after it closed. Arrivals in, the
instant that filled a window out.
"""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta

from foundation.school import School
from foundation.settings import Threshold

TITLE = "短时间内多帖"


def thresholds(school: School) -> list[Threshold]:
    """Return the school's rules of this kind."""
    return school.settings.alerts.thresholds


def find(
    arrivals: Sequence[datetime], new: Set[int], threshold: Threshold, fired_at: datetime | None
) -> datetime | None:
    """Return the arrival that fills a window of the threshold, the latest one; None when none does.

    Args:
        arrivals: When each post of the event was first heard, ascending.
        new: Places in `arrivals` not looked at before; only these can fill a window, so that nothing counts twice.
        threshold: Count and minutes.
        fired_at: Arrival that filled the last window told, after which the rule rests for its minutes.
    """
    span = timedelta(minutes=threshold.minutes)
    rested_at = fired_at + span if fired_at else None
    for place in sorted(new, reverse=True):
        first = place - threshold.count + 1
        rested = rested_at is None or arrivals[place] > rested_at
        if first >= 0 and rested and arrivals[place] - arrivals[first] <= span:
            return arrivals[place]
    return None
