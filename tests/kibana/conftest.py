"""Fixtures: a seeded corpus on a real server, and what of it a list of plain Python says; both flavours, rendered."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

import search.sqlite_store
import search.waiting  # noqa: F401  (declares its tables)
from crawler.items import Post, Reason
from foundation import clock
from foundation.ledger import Work, open_ledger
from foundation.outcome import CATEGORIES, LEVELS, TOPICS
from kibana.build import build
from kibana.flavour import Object
from search.elastic_client import ElasticClient
from search.elastic_index import ElasticIndex
from search.elastic_store import ElasticStore
from search.index_state import IndexState, write_state
from search.post_table import insert_posts
from search.segment import Segmenter
from search.sender import Sender
from tests.search.case_records import add_case, add_round, add_timer

SEED, POSTS, CASES, ROUNDS = 20261126, 160, 60, 60
SOURCES = {"forum": "校园论坛", "board": "校长信箱", "microblog": "微博话题", "news": "本地新闻"}
DEPARTMENTS = ("logistics", "safety", "academic", "student_affairs")
EVENTS = {number: f"第{number}食堂的汤里有异物" for number in range(1, 7)}
SECRET, CONFIDENTIAL = "只有心理老师能看的话", "只有办公室能看的处置"
STATES = ("研判", "交办", "承办", "回复", "归档", "通报")
MARGIN = timedelta(minutes=30)  # nothing lies closer to a border that `now` could cross it while a test runs
Row = dict[str, Any]


@dataclass
class Corpus:
    """Records as Python knows them, by data view, and the index on the server that holds what may be searched."""

    index: ElasticIndex
    now: datetime
    rows: dict[str, list[Row]] = field(default_factory=lambda: {"posts": [], "cases": [], "patrol": []})

    def ask(self, view: str, body: dict[str, Any]) -> dict[str, Any]:
        return self.index.client.ask("POST", f"/{self.index.prefix}{view}/_search", body).body


@pytest.fixture(scope="session")
def corpus(places: Callable[[], Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The corpus, sent by the product's own sender."""
    place = places()
    own = Corpus(ElasticIndex(ElasticClient(place)), clock.now())
    ledger = open_ledger(tmp_path_factory.mktemp("kibana"), create=True)
    store = ElasticStore(Segmenter(["食堂"]), own.index)
    chance = random.Random(SEED)
    with ledger.change() as work:
        store.prepare(work)
        write_state(work, IndexState("elasticsearch", 1))
        add_posts(work, own, chance)
        add_cases(work, own, chance)
        add_rounds(work, own, chance)
    Sender(ledger, store).send_all()
    own.index.refresh(1)
    yield own
    own.index.client.close()
    ledger.close()


def add_posts(work: Work, own: Corpus, chance: random.Random) -> None:
    posts = [make_post(number, own.now, chance) for number in range(POSTS)]
    insert_posts(work.connection, posts, own.now)
    for post in posts:
        if post.outcome != "not_ours" and not post.restricted:
            own.rows["posts"].append({name: getattr(post, name) for name in Post.__dataclass_fields__})


def make_post(number: int, now: datetime, chance: random.Random) -> Post:
    heard = now - MARGIN - timedelta(hours=chance.randrange(1, 200), minutes=chance.randrange(60))
    if abs(now - timedelta(hours=24) - heard) < MARGIN:
        heard -= 2 * MARGIN
    source = chance.choice(list(SOURCES))
    code = chance.choices(range(4), (8, 4, 2, 1))[0]
    event = chance.choice([None, *EVENTS])
    restricted = number % 16 == 0
    content = SECRET if restricted else f"今天第{number}个窗口的饭菜凉了，希望后勤查一查"
    review = chance.choice(("待研判", "已确认", "误报"))
    return Post(
        post_id=(int(heard.timestamp()) << 20) + number, key=f"k{number}", source_id=source, site=f"{source}.example",
        site_kind=source, url=f"http://{source}.example/{number}", title=content[:12], content=content,
        published_at=heard, first_seen_at=heard, fetched_at=heard, replies=chance.randrange(30), level_code=code,
        level=LEVELS[code], category=chance.choice(CATEGORIES),
        topics=tuple(chance.sample(TOPICS, chance.randrange(3))),
        departments=tuple(chance.sample(DEPARTMENTS, chance.randrange(3))), restricted=restricted,
        outcome=chance.choices(("stored", "duplicate", "needs_eyes", "not_ours"), (8, 3, 1, 2))[0],
        relevance=chance.choice((0.3, 0.5, 0.8, 1.0)), review_state=review, false_alarm=review == "误报",
        event_id=event, event_title=EVENTS.get(event, ""), copies=chance.choice((0, 0, 1, 4)),
        vanished_at=heard + MARGIN if chance.random() < 0.2 else None,
        edited_at=heard + MARGIN if chance.random() < 0.2 else None,
        official_reply_at=heard + MARGIN if chance.random() < 0.2 else None,
        case_no=f"HY-2026-{number:04}" if event and code else "", score=float(code),
        reasons=(Reason("hazard", "能伤人的隐患", 2.0),) if code else (),
    )  # fmt: skip


def add_cases(work: Work, own: Corpus, chance: random.Random) -> None:
    for number in range(1, CASES + 1):
        found = own.now - timedelta(hours=chance.randrange(1, 400))
        answered = found + timedelta(hours=chance.randrange(1, 90)) if chance.random() < 0.5 else None
        code, state = chance.choices(range(1, 4), (6, 3, 1))[0], chance.choice(STATES)
        restricted, confidential = number % 12 == 0, number % 10 == 0
        values = {
            "title": f"第{number}窗口的饭菜", "state": state, "level_code": code, "provisional": chance.random() < 0.3,
            "late": chance.random() < 0.2, "lead": chance.choice(DEPARTMENTS), "restricted": restricted,
            "assisting": chance.sample(DEPARTMENTS, chance.randrange(3)), "discovered_at": found, "opened_at": found,
            "published_at": answered, "hand_backs": chance.choice((0, 0, 0, 1, 2)), "confidential": confidential,
            "cause": chance.choice(("", "服务", "管理", "误解")), "disposition": CONFIDENTIAL, "response": CONFIDENTIAL,
        }  # fmt: skip
        case = add_case(work, number, **values)
        due = own.now + MARGIN + timedelta(hours=chance.randrange(0, 46) if number % 2 else -chance.randrange(2, 90))
        later = due + timedelta(days=3)
        add_timer(work, case, later, rule="Z9a.3.5")
        add_timer(work, case, due)
        if restricted:
            continue
        row = {**values, "case_no": case.case_no, "is_open": state not in ("归档", "通报"), "level": LEVELS[code]}
        row |= {"due_at": due, "due_rule": "Z1.6.2-1b", "was_overdue": due < own.now}
        row["answer_hours"] = (answered - found).total_seconds() / 3600 if answered else None
        own.rows["cases"].append({**row, **({"title": "", "cause": ""} if confidential else {})})


def add_rounds(work: Work, own: Corpus, chance: random.Random) -> None:
    for number in range(ROUNDS):
        ended = own.now - timedelta(hours=number * 3)
        source = chance.choice(list(SOURCES))
        values = {
            "source_id": source, "title": SOURCES[source], "new": chance.randrange(9), "catching_up": number == 7,
            "outcome": chance.choice(("ok", "nothing_new", "partly_blocked", "layout_changed")),
            "alarm": chance.choice(("", "", "too_few")),
            "started_at": ended - timedelta(seconds=chance.randrange(1, 90)),
        }  # fmt: skip
        add_round(work, ended, **values)
        row = {**values, "finished_at": ended, "blocked": values["outcome"] in ("partly_blocked", "layout_changed")}
        own.rows["patrol"].append({**row, "seconds": (ended - values["started_at"]).total_seconds()})


@pytest.fixture(scope="session")
def lens() -> list[Object]:
    """The objects for newer Kibana."""
    return build("lens")


@pytest.fixture(scope="session")
def classic() -> list[Object]:
    """The objects for older Kibana."""
    return build("classic")
