"""Test of refusals: Scrapy takes them for requests to ignore, we read their outcome."""

from scrapy.exceptions import IgnoreRequest

from crawler.refusal import Refusal
from foundation.outcome import SourceOutcome


def test_a_refusal_is_no_crash_for_scrapy_and_keeps_its_reason():
    refusal = Refusal(SourceOutcome.PARTLY_BLOCKED, "robots.txt 不允许 /api/")

    assert isinstance(refusal, IgnoreRequest)
    assert (refusal.outcome, str(refusal)) == (SourceOutcome.PARTLY_BLOCKED, "robots.txt 不允许 /api/")
