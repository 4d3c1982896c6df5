"""Stage 1: a request that is not sent: refused by network rules or robots, with the outcome that this means."""

from scrapy.exceptions import IgnoreRequest

from foundation.outcome import SourceOutcome


class Refusal(IgnoreRequest):
    """A request that we do not send: robots or network rules forbid it.

    Args:
        outcome: How the round ends by it.
        evidence: Why, for people.
    """

    def __init__(self, outcome: SourceOutcome, evidence: str) -> None:
        self.outcome = outcome
        self.evidence = evidence
        super().__init__(evidence)
