"""Stage 6, rule kind: far more posts in an hour than usual at this hour of this weekday.

The baseline is the school's own: the mean of the same hour of the same weekday in the weeks before, or of it and its
two neighbours where that is more. Floors stop "1 became 3: 300 %": fewer than `floor` posts never tell, and the
baseline is never taken below one.
"""

from collections.abc import Iterator

from pydantic import Field

from alerts.rule import Finding, Heard, Per, Place, RuleOptions, State, find_in, keys_of, name_of
from alerts.windows import HOUR

TITLE, EARLY, LEARNS = "远高于平时", True, True
WEEK = 7 * 24  # hours
RECENT = 2  # hours whose posts are remembered one by one, so that an edit does not count again


class Options(RuleOptions):
    """`ratio` times the usual number, `floor` posts at least, learnt from `weeks` weeks."""

    per: Per = "topic"
    only: str = ""
    ratio: float = Field(default=3.0, gt=1.0)
    floor: int = Field(default=5, ge=2)
    weeks: int = Field(default=4, ge=1, le=12)


class Rule:
    """Counts by whole hours; tells once an hour for each key at most."""

    def __init__(self, options: Options, place: Place) -> None:
        del place
        self.options = options

    def hear_post(self, state: State, post: Heard) -> Iterator[Finding]:
        """Count the post in its hour and compare."""
        hour = int(post.heard_at.timestamp() // HOUR)
        first = state.setdefault("first_hour", hour)
        for key in keys_of(post, self.options.per, self.options.only):
            counts = state.setdefault("counts", {}).setdefault(key, {})
            if not _count(counts, state.setdefault("recent", {}).setdefault(key, {}), hour, post.post_id):
                continue
            _forget(counts, hour - (self.options.weeks + 1) * WEEK)
            now, usual = counts[str(hour)], self._usual(counts, hour, first)
            told = state.setdefault("told", {})
            is_far = usual is not None and now >= max(self.options.floor, self.options.ratio * max(usual, 1.0))
            if is_far and told.get(key) != hour:
                told[key] = hour
                says = f"{name_of(key)} 本小时 {now} 帖，平时同一时段约 {usual:.1f} 帖"
                yield find_in(post, f"{key}:spike", says, now)

    def _usual(self, counts: dict[str, int], hour: int, first: int) -> float | None:
        """Return the mean of the same hour, with its neighbours, of earlier weeks; None before one week was learnt."""
        weeks = [week for week in range(1, self.options.weeks + 1) if hour - week * WEEK - 1 >= first]
        if not weeks:
            return None
        at = [[counts.get(str(hour - week * WEEK + beside), 0) for beside in (0, -1, 1)] for week in weeks]
        return max(sum(hours[0] for hours in at), sum(map(sum, at)) / 3) / len(weeks)


def _count(counts: dict[str, int], recent: dict[str, list[int]], hour: int, post_id: int) -> bool:
    newest = max([hour, *map(int, recent)])
    if hour < newest - RECENT or any(post_id in ids for ids in recent.values()):
        return False
    recent.setdefault(str(hour), []).append(post_id)
    for old in [each for each in recent if int(each) < newest - RECENT]:
        del recent[old]
    counts[str(hour)] = counts.get(str(hour), 0) + 1
    return True


def _forget(counts: dict[str, int], before: int) -> None:
    for old in [each for each in counts if int(each) < before]:
        del counts[old]
