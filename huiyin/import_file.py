"""The application: a file that a person hands over becomes posts, by the same steps as a crawl. File in, counts out.

First a plan (what each row would be; nothing is written), then the writing, batch by batch: after a crash the same file
is imported again, and what is known adds nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawler import pseudonym as door
from crawler.decode import decode_body
from crawler.imports.build_posts import Origin, build_post
from crawler.imports.map_columns import check_columns, guess_columns, read_columns
from crawler.imports.read_table import Table, read_table
from crawler.imports.wechat_article import is_wechat_article, read_wechat_article
from crawler.items import Page, Post
from crawler.opt_out import OptOuts
from foundation import clock
from foundation.errors import Refused
from foundation.opening import Opened
from foundation.outcome import Outcome
from pipelines.replay_quarantine import steps
from pipelines.write_index import WriteIndex

IMPORT = "import"  # source of rows that belong to no registered source
OLD_DAYS = 30  # older rows are no news: an event that was silent for so long is over
BATCH = 200
HTML = (".html", ".htm", ".mhtml")
ACT = "import.file"  # audit act


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for: the file, whose it is, and how to read it.

    Attributes:
        path: The file.
        source: A registered source whose export it is; its site and kind are used.
        site: Site of the keys, when it is no registered source's.
        kind: Kind of site.
        thread: Address of the thread that all rows belong to.
        columns: A YAML with the school's own mapping.
        encoding: Of a CSV or JSON file.
        old_days: Rows older than so many days are kept for search only.
    """

    path: Path
    source: str = ""
    site: str = ""
    kind: str = ""
    thread: str = ""
    columns: Path | None = None
    encoding: str = ""
    old_days: float = OLD_DAYS


@dataclass(slots=True)
class Plan:
    """What an import would do.

    Attributes:
        columns: Field → header.
        unread: Headers that are not read.
        posts: Posts in the file's order.
        refused: (line, why) of rows that become no post.
        notes: (line, what) of rows that become posts all the same.
        history: Keys of posts that are no news.
        digest: Of the file.
    """

    columns: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    history: frozenset[str] = frozenset()
    digest: str = ""


def plan_import(opened: Opened, request: Request) -> Plan:
    """Read a file and say what it would become.

    Raises:
        Refused: The file, its mapping or the source cannot be used.
        ConfigError: The mapping is no mapping.
    """
    body, name = request.path.read_bytes(), request.path.name
    origin = _origin(opened, request)
    plan = Plan(digest=hashlib.sha256(body).hexdigest())
    if request.path.suffix.lower() in HTML:
        html = decode_body(body, told=request.encoding)
        if not is_wechat_article(html):
            raise Refused("这一页不是微信文章", name, "别的网页请登记为信源，或用 huiyin clue add 录入")
        plan.posts.append(read_wechat_article(html, name, origin))
    else:
        _plan_rows(plan, read_table(body, name, encoding=request.encoding), request, origin)
    _leave_out_opted(opened, plan)
    before = origin.at - timedelta(days=request.old_days)
    plan.history = frozenset(post.key for post in plan.posts if post.published_at and post.published_at < before)
    return plan


def write_import(opened: Opened, plan: Plan, actor: str) -> Counter[str]:
    """Send the posts of a plan through all steps; return the counts of changes and of outcomes."""
    counts: Counter[str] = Counter()
    chain = steps(opened)
    for step in chain:
        step.connect(opened.ledger, lambda outcome: counts.update([str(outcome)]))
        if isinstance(step, WriteIndex):
            step.kept = lambda change: counts.update([change])
    with opened.ledger.change(actor) as work:
        work.audit(ACT, plan.digest[:24], rows=len(plan.posts), refused=len(plan.refused))
    for page in _pages(plan, clock.now()):
        for step in chain:
            step.process_item(page)
    return counts


def _origin(opened: Opened, request: Request) -> Origin:
    from crawler.source import load_sources

    site, kind, source_id = request.site, request.kind, IMPORT
    if request.source:
        known = load_sources(opened.school)
        if request.source not in known:
            raise Refused("没有这个信源", request.source, f"已登记的信源：{'、'.join(sorted(known)) or '（没有）'}")
        source = known[request.source]
        site, kind, source_id = site or source.site_id, kind or source.kind, source.id
    return Origin(
        source_id, site or IMPORT, kind or "导入", request.thread,
        door.pseudonym, clock.now(),
    )  # fmt: skip


def _plan_rows(plan: Plan, table: Table, request: Request, origin: Origin) -> None:
    if request.columns is not None:
        text = request.columns.read_text(encoding="utf-8")
        plan.columns = read_columns(text, request.columns.name, table.columns)
    else:
        plan.columns = guess_columns(table.columns)
    check_columns(plan.columns, request.path.name)
    plan.unread = [header for header in table.columns if header not in plan.columns.values()]
    for row in table.rows:
        post, words = build_post(row, plan.columns, origin)
        if post is None:
            plan.refused += [(row.line, each) for each in words]
        else:
            plan.posts.append(post)
            plan.notes += [(row.line, each) for each in words]


def _leave_out_opted(opened: Opened, plan: Plan) -> None:
    with opened.ledger.read() as connection:
        listed = OptOuts.load(connection)
    kept = [post for post in plan.posts if not listed.is_refused(post)]
    if len(kept) < len(plan.posts):
        plan.refused.append((0, f"{len(plan.posts) - len(kept)} 条登记为不再收录，没有导入"))
    plan.posts = kept


def _pages(plan: Plan, at: datetime) -> Iterator[Page]:
    for start in range(0, len(plan.posts), BATCH):
        group = plan.posts[start : start + BATCH]
        history = [post.key for post in group if post.key in plan.history]
        yield Page(group[0].source_id, "", at, group, history=history)


def outcomes_of(counts: Counter[str]) -> dict[str, int]:
    """Return how many posts ended in which outcome."""
    return {str(outcome): counts[str(outcome)] for outcome in Outcome if counts[str(outcome)]}
