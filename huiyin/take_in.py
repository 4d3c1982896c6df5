"""The application: clues 线索 that no crawl heard. What a person was told in; a post that went all steps out.

A clue is judged, redacted and kept like a crawled post; its clocks run from when the school was told. It and its
crawled copy become one event, whichever came first: by address (`pipelines/meet_clues.py`) or by words
(`find_duplicate.py`).
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urldefrag

from sqlalchemy import Connection, or_, select

from crawler.items import Page, Post, Reason
from crawler.opt_out import OptOuts
from crawler.personal_address import is_personal_address
from foundation.errors import Refused
from foundation.ledger import Work
from foundation.opening import Opened
from foundation.outcome import LEVELS, Outcome
from foundation.tables import audit
from pipelines.meet_clues import CLUE, place_of
from pipelines.replay_quarantine import steps
from pipelines.step import STILL_OPEN
from search.posts import post, select_posts

INCIDENT = "本校系统事件"  # breach, defacement, lost data of our own systems (Z4.7, Z5.13)
KINDS = (  # the eight ways of a university's plan, and what is reported of our own systems
    INCIDENT,
    "值班巡查", "投诉来电", "信息员上报", "公安通报", "宣传网信通报", "教育局通报", "上级部门通报", "其他途径",
)  # fmt: skip
KIND_MARK = "线索·"  # before the way, in `site_kind`
ADDED = "clue.add"  # audit act


@dataclass(frozen=True, slots=True)
class Clue:
    """What a person was told.

    Attributes:
        kind: One of `KINDS`.
        text: The words.
        title: A short name; may be empty.
        url: Where it can be read, when it is public.
        received_at: When the school was told.
        happened_at: When it happened; only of an incident of our own systems, whose clock runs from it.
    """

    kind: str
    text: str
    title: str
    url: str
    received_at: datetime
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A clue that was kept, and who took it."""

    post: Post
    by: str


def take_in(opened: Opened, clue: Clue, actor: str) -> Post:
    """Keep a clue and return its post; the same clue twice is one post.

    Raises:
        Refused: Nobody took it, it says nothing, lies in the future, or its address is one that must not be kept.
    """
    _check(opened, clue, actor)
    one = _post_of(clue)
    with opened.ledger.change(actor) as work:
        if clue.received_at > work.at:
            raise Refused("收到时间在将来", clue.received_at.isoformat(), "检查 --received-at 的日期与时刻")
        if OptOuts.load(work.connection).is_refused(one):
            raise Refused("这个网址已登记为不再收录", clue.kind, "见 huiyin forget；尊重这个登记，不要换个办法存下它")
        crawled = _crawled_at(work, clue.url)
        work.audit(ADDED, one.key, kind=clue.kind)
    if crawled:
        one.duplicate_key, one.outcome = crawled, Outcome.DUPLICATE
    page = Page(CLUE, clue.url, clue.received_at, [one])
    *understanding, keeping = steps(opened)
    for step in understanding:
        step.process_item(page)
    _raise_to_triage(one)
    keeping.process_item(page)
    return one


def taken_clues(connection: Connection, most: int) -> list[Taken]:
    """Return the last clues, the newest first, each with the person who entered it first."""
    clues = select_posts(
        connection, "WHERE source_id = ? ORDER BY first_seen_at DESC, post_id DESC LIMIT ?", (CLUE, most)
    )
    keys = [one.key for one in clues]
    rows = connection.execute(
        select(audit.c.subject, audit.c.actor)
        .where(audit.c.act == ADDED, audit.c.subject.in_(keys))
        .order_by(audit.c.seq.desc())
    ).all()
    by = {row.subject: row.actor for row in rows}
    return [Taken(one, by.get(one.key, "")) for one in clues]


def _check(opened: Opened, clue: Clue, actor: str) -> None:
    if not opened.school.knows_person(actor):
        raise Refused("没有这个人", actor, "--as 写 departments.yaml 里的人员编号；每条线索都要有具名的接收人")
    if not clue.text.strip():
        raise Refused("线索没有内容", clue.kind, "用 --text 写上听到的话，只有网址不够")
    if (clue.kind == INCIDENT) != (clue.happened_at is not None):
        raise Refused("事发时间不对", clue.kind, f"--happened-at 只用于{INCIDENT}，并且必须写：二十四小时从事发起算")
    if clue.happened_at and clue.happened_at > clue.received_at:
        raise Refused("事发时间晚于收到时间", clue.happened_at.isoformat(), "检查 --happened-at 与 --received-at")
    if clue.url and not place_of(clue.url):
        raise Refused("网址读不懂", clue.url, "写完整的网址，例如 https://bbs.example.edu.cn/thread-7-1-1.html，或不写")
    if clue.url and is_personal_address(clue.url):
        raise Refused("这是个人账号的主页", clue.kind, "写那一条帖文的网址；不登记个人主页")


def _crawled_at(work: Work, url: str) -> str | None:
    """Return the key of the opening post that was crawled at an address."""
    place = place_of(url)
    if not place:
        return None
    forms = (url, urldefrag(url).url, urldefrag(url).url.rstrip("/"))
    thread = place.removeprefix("at:").replace("/tid=", ":t")  # how a forum's spider names the same thread
    asked = or_(post.c.url.in_(forms), post.c.thread_key.in_((thread, f"www.{thread}")))
    same = select(post.c.key).where(asked, post.c.source_id != CLUE)
    found: str | None = work.connection.execute(same.order_by(post.c.floor, post.c.post_id)).scalar()
    return found


def _raise_to_triage(one: Post) -> None:
    """Give a clue at least the lowest level: a person found it worth entering, so a person says what it is."""
    if one.level_code == 0 and not one.restricted and one.outcome in STILL_OPEN:
        one.level_code, one.level = 1, LEVELS[1]
        one.reasons = (*one.reasons, Reason("clue", "由人录入的线索，至少按最低等级研判", 0.0))


def _post_of(clue: Clue) -> Post:
    said = "\x1f".join((clue.kind, clue.url, clue.title, clue.text, clue.received_at.isoformat()))
    key = f"{CLUE}:{hashlib.sha256(said.encode()).hexdigest()[:24]}"
    return Post(
        source_id=CLUE, site=CLUE, site_kind=f"{KIND_MARK}{clue.kind}", key=key, thread_key=place_of(clue.url) or key,
        floor=1, url=clue.url, title=clue.title, content=clue.text, fetched_at=clue.received_at,
        first_seen_at=clue.received_at, published_at=clue.happened_at,
    )  # fmt: skip
