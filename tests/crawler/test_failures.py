"""Tests of failures in words: how much a lost page hurts a round."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.failures import explain_failure, raised_by, retry_after_seconds
from crawler.refusal import Refusal
from foundation import clock
from foundation.outcome import SourceOutcome

URL = "http://bbs.yunlu.example/"


def answered(status: int) -> HttpError:
    return HttpError(Response(URL, status=status))


@pytest.mark.parametrize(
    ("problem", "kind", "outcome"),
    [
        (answered(401), "list", SourceOutcome.LOGIN_REQUIRED),
        (answered(403), "thread", SourceOutcome.LOGIN_REQUIRED),
        (answered(429), "thread", SourceOutcome.RATE_LIMITED),
        (answered(405), "list", SourceOutcome.UNREACHABLE),
        (answered(432), "list", SourceOutcome.RATE_LIMITED),
        (answered(503), "list", SourceOutcome.UNREACHABLE),
        (answered(503), "thread", SourceOutcome.PARTLY_BLOCKED),
        (answered(404), "list", SourceOutcome.UNREACHABLE),
        (TimeoutError(), "list", SourceOutcome.UNREACHABLE),
        (TimeoutError(), "thread", SourceOutcome.PARTLY_BLOCKED),
        (DownloadCancelledError(), "list", SourceOutcome.PARTLY_BLOCKED),
        (Refusal(SourceOutcome.BLOCKED_BY_ROBOTS, "x"), "list", SourceOutcome.BLOCKED_BY_ROBOTS),
    ],
)
def test_every_failure_has_an_outcome(problem, kind, outcome):
    assert explain_failure(problem, kind, URL)[0] is outcome


def test_an_unknown_failure_is_named_by_its_class_only():
    assert explain_failure(RuntimeError("手机 138"), "list")[1] == "请求失败（RuntimeError）"


@pytest.mark.parametrize(("header", "seconds"), [("120", 120), ("999999999", 86400), ("soon", 0), ("", 0), ("-5", 0)])
def test_retry_after_in_seconds(header, seconds):
    assert retry_after_seconds(Response(URL, headers={"Retry-After": header})) == seconds


def test_retry_after_as_a_date(tmp_path, monkeypatch):
    file = tmp_path / "clock"
    monkeypatch.setenv(clock.CLOCK_VARIABLE, str(file))
    now = datetime(2026, 10, 8, 2, tzinfo=UTC)
    file.write_text(now.isoformat())
    at = (now + timedelta(minutes=10)).strftime("%a, %d %b %Y %H:%M:%S GMT")

    assert retry_after_seconds(Response(URL, headers={"Retry-After": at})) == 600
    assert retry_after_seconds(None) == 0


def test_a_page_that_swells_when_it_is_unpacked_is_too_large_and_nothing_else(one_source):
    packed = gzip.compress(b"0" * 3_000_000)
    _, campus = one_source({"/": (200, {"Content-Encoding": "gzip"}, packed)}, {"page_megabytes": 1})
    end = campus.crawl("forum")

    assert (end["outcome"], end["note"]) == ("partly_blocked", "页面超过 crawl.page_megabytes，没有读")


@pytest.mark.parametrize(
    ("header", "seconds"), [("\xb2", 0), ("9" * 5000, 24 * 3600), ("Mon, 01 Jan 2027 00:00:00 +99999999", 0)]
)
def test_a_nonsense_wish_to_wait_does_not_break_the_round(header, seconds):
    response = Response(URL, status=429, headers={"Retry-After": header.encode("latin-1")})

    assert retry_after_seconds(response) == seconds


def test_what_a_failure_raised_is_its_exception():
    problem = ValueError("x")

    assert raised_by(Failure(problem)) is problem
