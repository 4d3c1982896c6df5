"""Stage 1: what one round did. Counts come in from spider, middlewares and steps; the round's outcome goes out."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from foundation.errors import HuiyinError
from foundation.outcome import Outcome, SourceOutcome
from foundation.stack import code_place

SEVERITY = (  # from harmless to worst; a round's outcome is the worst wall that it met
    SourceOutcome.NOTHING_NEW,
    SourceOutcome.OK,
    SourceOutcome.PARTLY_BLOCKED,
    SourceOutcome.LOGIN_REQUIRED,
    SourceOutcome.LAYOUT_CHANGED,
    SourceOutcome.RATE_LIMITED,
    SourceOutcome.SITE_CLOSED,
    SourceOutcome.BLOCKED_BY_ROBOTS,
    SourceOutcome.UNREACHABLE,
)
GOOD = frozenset({SourceOutcome.OK, SourceOutcome.NOTHING_NEW})
CHANGED = ("new", "edited", "recounted")


@dataclass(slots=True)
class RoundReport:
    """Counts of one round of one source.

    Attributes:
        outcomes: How many posts ended in which outcome.
        changes: How many kept posts were new, edited, recounted or known.
        pages: Pages that were parsed.
        requests: Requests that were sent, redirects and retries included.
        vanished: Posts and threads that the site no longer shows.
        walls: How often which wall was met.
        refused: Requests not sent, by reason: robots, network.
        robots: Host → what its robots.txt was and decided (`crawler/robots.py`).
        retry_after_seconds: How long the site asked us to stay away, 0 when it did not.
        listed: Rows and posts that list pages showed.
        known: How many of them earlier rounds had seen.
        searched: Term → rows and posts that the answer to it showed: what was really asked, and answered.
        catching_up: No earlier round had read all list pages.
        behind: Threads that have not been read again for longer than seven days.
        future: Posts that wrote a time which has not come yet: they count by when they were heard.
        note: One Chinese sentence for people: the first thing that went wrong.
        backfill: First and last day, when this was no round but a back-fill.
        broken: A part of ours failed (ledger, bug): the watermark must stay where it was.
        next_step: What a person can do about what failed, when that says so itself (a full disk).
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    requests: int = 0
    vanished: int = 0
    walls: Counter[SourceOutcome] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    robots: dict[str, dict[str, Any]] = field(default_factory=dict)
    retry_after_seconds: int = 0
    listed: int = 0
    known: int = 0
    searched: dict[str, int] = field(default_factory=dict)
    catching_up: bool = False
    behind: int = 0
    future: int = 0
    note: str = ""
    broken: bool = False
    next_step: str = ""
    backfill: list[str] = field(default_factory=list)

    def count(self, outcome: Outcome) -> None:
        """Count what became of one post."""
        self.outcomes[str(outcome)] += 1

    def kept(self, change: str) -> None:
        """Count what keeping one post changed: new, edited, recounted or known."""
        self.changes[change] += 1

    def hit(self, wall: SourceOutcome, note: str) -> None:
        """Count a wall; the note of the worst one is kept for people."""
        if not self.walls or SEVERITY.index(wall) > SEVERITY.index(self.outcome):
            self.note = note
        self.walls[wall] += 1

    def broke(self, note: str, next_step: str = "") -> None:
        """Say that a part of ours failed: nothing of this round may count as read."""
        if not self.broken:
            self.note, self.next_step = note, next_step
        self.broken = True

    def broke_by(self, problem: BaseException) -> None:
        """Say what failed: an error that people can mend by its sentence and next step, others by their code place."""
        if isinstance(problem, HuiyinError):
            self.broke(str(problem), problem.next_step)
        else:
            self.broke(code_place(problem))

    @property
    def outcome(self) -> SourceOutcome:
        """The round's outcome: the worst wall, else ok, else nothing new."""
        if self.walls:
            return max(self.walls, key=SEVERITY.index)
        if self.broken:
            return SourceOutcome.LAYOUT_CHANGED
        changed = any(self.changes[change] for change in CHANGED)
        return SourceOutcome.OK if changed or self.vanished else SourceOutcome.NOTHING_NEW

    @property
    def known_share(self) -> float | None:
        """Which share of what the lists showed was known; None when they showed nothing, or a wall stood before it."""
        return self.known / self.listed if self.listed and self.outcome in GOOD else None

    @property
    def is_good(self) -> bool:
        """Whether the round met no wall and broke nothing."""
        return not self.broken and self.outcome in GOOD

    def as_counts(self) -> dict[str, Any]:
        """Return all counts as plain data, for the ledger and the patrol log."""
        return {
            "outcomes": dict(self.outcomes),
            "changes": dict(self.changes),
            "pages": self.pages,
            "requests": self.requests,
            "vanished": self.vanished,
            "listed": self.listed,
            "listed_known": self.known,
            "searched": self.searched,
            "behind": self.behind,
            "walls": {str(wall): number for wall, number in self.walls.items()},
            "refused": dict(self.refused),
            "robots": self.robots,
            **({"future": self.future} if self.future else {}),
            **({"backfill": self.backfill} if self.backfill else {}),
        }
