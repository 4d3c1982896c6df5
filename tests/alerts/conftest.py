"""A fictional school on loopback servers, its ledger, and cases put there by the stage before."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

import events  # noqa: F401
import search.post_table  # noqa: F401
from alerts import tables  # noqa: F401
from alerts.notices import write_notices
from alerts.outbox_rows import put_in
from cases.case import Case, insert_case
from crawler.items import Post, Reason
from demo.dingtalk_server import DingTalkServer
from demo.mail_server import MailServer
from foundation.ledger import Ledger
from foundation.school import School, SchoolFiles
from foundation.tables import outbox, timer
from search.post_table import insert_posts
from tests.servers.new_ledger import new_ledger

ZERO = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
SETTINGS = """
school: {{name: 云麓学院, contact: "mailto:yuqing@yunlu.example"}}
alerts:
  mail: {{host: 127.0.0.1, port: {port}, security: none, sender: huiyin@yunlu.example}}
  console_url: http://127.0.0.1:8000/
  thresholds: [{{name: 一小时三帖, count: 3, minutes: 60, to: [officer]}}]
"""
DEPARTMENTS = """
people:
  - {id: tang, name: 唐若兰, mail: tang@yunlu.example}
  - {id: xu, name: 许松柏, mail: xu@yunlu.example}
  - {id: gu, name: 顾文静, mail: gu@yunlu.example}
  - {id: lin, name: 林致远, mail: lin@yunlu.example}
  - {id: wen, name: 温如心, mail: wen@yunlu.example}
  - {id: cheng, name: 程望洛, mail: cheng@yunlu.example}
  - {id: qin, name: 秦卫国, mail: qin@yunlu.example, dingtalk_user: user-qin}
  - {id: bai, name: 白守平, mail: bai@yunlu.example, dingtalk_user: user-bai}
roles: {watch: [tang], officer: [xu], office: [gu], principal: [lin], duty: [qin], counsellor: [wen], tech: [cheng]}
departments:
  - id: safety
    name: 安全工作部
    owner: qin
    deputy: bai
    liaison: bai
    mail: safety@yunlu.example
    robot: {url: "env:ROBOT_SAFETY", secret: "env:ROBOT_SECRET", keyword: 舆情}
  - id: network
    name: 网络中心
    owner: cheng
    deputy: bai
    liaison: bai
    mail: net1@yunlu.example, net2@yunlu.example, net3@yunlu.example
    robot: {url: "env:ROBOT_NETWORK", secret: "env:ROBOT_SECRET"}
"""


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Product time from a file, so that a test moves it."""
    file = tmp_path / "clock"
    file.write_text(ZERO.isoformat())
    monkeypatch.setenv("HUIYIN_CLOCK", str(file))
    return file


@pytest.fixture
def move_clock(clock_file: Path) -> Callable[..., datetime]:
    def move(**delta: float) -> datetime:
        now = datetime.fromisoformat(clock_file.read_text()) + timedelta(**delta)
        clock_file.write_text(now.isoformat())
        return now

    return move


@pytest.fixture
def dingtalk(clock_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DingTalkServer]:
    with DingTalkServer() as server:
        monkeypatch.setenv("ROBOT_SAFETY", server.add_robot("token-safety", "SECsafe", "舆情"))
        monkeypatch.setenv("ROBOT_NETWORK", server.add_robot("token-network", "SECsafe"))
        monkeypatch.setenv("ROBOT_SECRET", "SECsafe")
        yield server


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def school(dingtalk: DingTalkServer, mail_server: MailServer) -> School:
    texts = {"huiyin.yaml": SETTINGS.format(port=mail_server.port), "departments.yaml": DEPARTMENTS}
    return School.from_files(SchoolFiles(texts), 1)


@pytest.fixture
def paper_school() -> School:
    """The same school without servers, for pure functions."""
    return School.from_files(SchoolFiles({"huiyin.yaml": SETTINGS.format(port=25), "departments.yaml": DEPARTMENTS}), 1)


@pytest.fixture
def ledger(tmp_path: Path, school: School) -> Iterator[Ledger]:
    opened = new_ledger(tmp_path / "var")
    opened.listen(write_notices(school))
    yield opened
    opened.close()


@pytest.fixture
def new_case(ledger: Ledger) -> Callable[..., str]:
    """Store a case with one post and one open timer, as the stage before does."""

    def store(case_no: str = "HY-2026-0001", event_id: int = 1, **values: Any) -> str:
        known = {name: None for name in Case.__dataclass_fields__ if name.endswith("_at")}
        known |= {"nature": "", "fact_note": "", "disposition": "", "response": "", "outcome": "", "version": 1}
        known |= {"state": "研判", "level_code": 1, "suggested_level_code": 1, "provisional": True, "late": False}
        known |= {"restricted": False, "confidential": False, "title": "二食堂晚餐有同学肚子疼", "lead": "safety"}
        known |= {"assisting": [], "discovered_at": ZERO, "opened_at": ZERO, "school_version": 1}
        known |= {"case_no": case_no, "event_id": event_id} | values
        post = Post(key=f"forum/{event_id}", post_id=event_id, event_id=event_id, outcome="stored", score=6.0)
        post.content, post.author, post.first_seen_at = "昨晚吃完拉肚子，电话没人接", "pseudonym-7f", ZERO
        post.level_code, post.restricted = known["level_code"], known["restricted"]
        post.reasons = (Reason("food_safety", "食品安全", 3.0, ("肚子疼",)),)
        with ledger.change() as work:
            insert_case(work, Case(**known))
            insert_posts(work.connection, [post], ZERO)
            work.connection.execute(insert(timer).values(timer_values(case_no=case_no)))
        return case_no

    return store


def timer_values(**values: Any) -> dict[str, Any]:
    """Columns of one timer with the whole ladder, due two hours after ZERO."""
    due_at = ZERO + timedelta(hours=2)
    ladder = [
        {"step": "remind_50", "at": (ZERO + timedelta(hours=1)).isoformat(), "to": ["dept"]},
        {"step": "remind_20", "at": (ZERO + timedelta(minutes=96)).isoformat(), "to": ["dept"]},
        {"step": "due", "at": due_at.isoformat(), "to": ["dept"]},
        {"step": "催办", "at": due_at.isoformat(), "to": ["liaison"]},
        {"step": "督办", "at": (due_at + timedelta(days=1)).isoformat(), "to": ["dept", "office"]},
        {"step": "通报", "at": (due_at + timedelta(days=2)).isoformat(), "to": ["office"]},
    ]
    known: dict[str, Any] = {
        "case_no": "HY-2026-0001", "rule": "Z1.6.2-1b", "done_by": "responded", "addressees": ["dept"],
        "anchor_at": ZERO, "due_at": due_at, "ladder": ladder, "next_step_at": ZERO + timedelta(hours=1),
        "steps_taken": {}, "state": "open", "provisional": 0, "policy_version": "1", "calendar_version": "1",
        "explanation": [],
    }  # fmt: skip
    return known | values


@pytest.fixture
def rows(ledger: Ledger) -> Callable[[], list[Any]]:
    """Return all outbox rows, oldest first."""

    def read() -> list[Any]:
        with ledger.read() as connection:
            return list(connection.execute(select(outbox).order_by(outbox.c.outbox_id)))

    return read


@pytest.fixture
def put(ledger):
    def put_notices(*notices):
        with ledger.change() as work:
            return put_in(work, list(notices))

    return put_notices
