"""Stage 1: why a request got no usable answer. Exceptions in, a source outcome and a Chinese sentence out."""

from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.guard import guard
from crawler.refusal import Refusal
from foundation import clock
from foundation.outcome import SourceOutcome

LOGIN = (401, 403)
TOO_FAST = (418, 429, 432)  # 418 and 432: what large microblog sites answer instead of 429
NOT_BY_GET = 405
ONLY_POST = "网站回应 405：只认 POST，而回音只读、不提交；请网站给一份导出，用 huiyin import 导入（docs/listening.md）"
SERVER_ERROR = 500
TOO_LARGE = "DOWNLOAD_MAXSIZE"  # stands in Scrapy's words about a page that grew too large when it was unpacked
RETRY_AFTER_MOST = 24 * 3600
WORDS = {  # exception class name → what people read
    "TimeoutError": "超时没有回应",
    "DownloadTimeoutError": "超时没有回应",
    "TCPTimedOutError": "超时没有回应",
    "ConnectionRefusedError": "连接被拒绝",
    "DownloadConnectionRefusedError": "连接被拒绝",
    "DNSLookupError": "域名解析失败",
    "CannotResolveHostError": "域名解析失败",
    "ConnectionLost": "连接中断",
    "ResponseDataLossError": "回应不完整",
    "ResponseFailed": "回应不完整或连接中断",
    "DownloadFailedError": "回应不完整或连接中断",
    "ResponseNeverReceived": "没有收到回应",
    "UnsupportedURLSchemeError": "地址不是 http 或 https",
    "NotSupported": "地址不是 http 或 https",
    "IgnoreRequest": "重定向次数太多",
}


def explain_failure(problem: BaseException, kind: str, url: str = "") -> tuple[SourceOutcome, str]:
    """Return how much a failed request hurts the round, and why.

    Args:
        problem: What the downloader or a middleware raised.
        kind: What was asked: without a `list` there is no round, other pages are only parts of it.
        url: Its address: a host that was refused looks like one that does not resolve.
    """
    if isinstance(problem, Refusal):
        return problem.outcome, problem.evidence
    lost = SourceOutcome.UNREACHABLE if kind == "list" else SourceOutcome.PARTLY_BLOCKED
    if isinstance(problem, HttpError):
        return _by_status(problem.response.status, lost)
    if isinstance(problem, DownloadCancelledError) or TOO_LARGE in str(problem):
        return SourceOutcome.PARTLY_BLOCKED, "页面超过 crawl.page_megabytes，没有读"
    host = urlsplit(url).hostname or ""
    if host in guard.refused:
        return lost, guard.explain(host)
    name = type(problem).__name__
    return lost, WORDS.get(name, f"请求失败（{name}）")


def retry_after_seconds(response: Any) -> int:
    """Return how long a response asks us to stay away: seconds or a date in Retry-After, at most a day, else 0."""
    header = response.headers.get("Retry-After", b"").decode("latin-1").strip() if response is not None else ""
    if header.isdecimal():
        return min(int(header[:9]), RETRY_AFTER_MOST)
    try:
        wished = (parsedate_to_datetime(header) - clock.now()).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0
    return int(min(max(wished, 0), RETRY_AFTER_MOST))


def _by_status(status: int, lost: SourceOutcome) -> tuple[SourceOutcome, str]:
    if status in LOGIN:
        return SourceOutcome.LOGIN_REQUIRED, f"网站回应 {status}：没有权限"
    if status == NOT_BY_GET:
        return lost, ONLY_POST
    if status in TOO_FAST:
        return SourceOutcome.RATE_LIMITED, f"网站回应 {status}：访问过快"
    if status >= SERVER_ERROR:
        return lost, f"网站回应 {status}：服务器出错"
    return lost, f"网站回应 {status}：地址不存在或已变"


def raised_by(failure: Failure) -> BaseException:
    """Return the exception of a failure; Twisted's may hold none."""
    return failure.value or RuntimeError("a failure without exception")
