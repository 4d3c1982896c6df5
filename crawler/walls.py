"""Stage 1: walls. A page that is not what it seems (login, closed, too fast …) becomes a `Wall`, never a post.

Framework-free, so that `crawler/pages/` can raise it: text in, `Wall` out; `SourceSpider` counts it and goes
on or stops.
"""

from foundation.outcome import SourceOutcome

ENDS_ROUND = frozenset(
    {SourceOutcome.BLOCKED_BY_ROBOTS, SourceOutcome.RATE_LIMITED, SourceOutcome.SITE_CLOSED}
)  # walls that stand before the whole site: asking for more pages would be impolite


class Wall(Exception):
    """The page is a wall: no post stands on it.

    Args:
        outcome: Which wall, as the patrol log will say it.
        evidence: What told us (selector, status, short rule name); never text of the page.
    """

    def __init__(self, outcome: SourceOutcome, evidence: str) -> None:
        self.outcome = outcome
        self.evidence = evidence
        super().__init__(f"{outcome}: {evidence}")
