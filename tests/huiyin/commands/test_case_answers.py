"""Tests of `huiyin case`: the public answer and its proof, and what 保密 takes away from everybody else."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from foundation.ledger import open_ledger
from foundation.tables import outbox
from huiyin.cli import main
from tests.huiyin.commands.test_case_course import ASSIGN, CONFIRM, WAY, go, refused

Do = Callable[..., tuple[int, str]]
OURS = "已道歉"  # the response of WAY
LOCAL = {"huiyin.yaml": ("allowed_networks: []", "allowed_networks: [127.0.0.0/8]")}


@pytest.fixture
def site() -> Iterator[str]:
    """A board on which the school's answer stands."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            words = f"<p>云麓小鹿：还是难吃。</p><p>学校答复：{OURS}。</p>"
            body = f"<html><body>{words}</body></html>".encode() if self.path == "/1" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.provision("Z9a.3.5b")
@pytest.mark.parametrize("changes", [LOCAL])
def test_feedback_needs_a_living_link_that_holds_our_words_or_a_reason(
    open_one: Any, do: Do, seen: Any, site: str
) -> None:
    publish = "publish --as xu_songbai"
    open_one(1, 1)
    go(do, *WAY[:5])
    refused(do, publish, "反馈缺少公开答复的链接或理由")
    refused(do, f"{publish} --link {site}/2", "打不开：网站回答 404", "用 --reason 说明")
    go(do, f"{publish} --link {site}/1")

    (proof,) = seen()["proofs"]
    assert (proof["link"], proof["status"], proof["response_found"]) == (f"{site}/1", 200, True)
    assert proof["checked_at"] == seen()["published_at"]
    assert proof["response_hash"] == hashlib.sha256(OURS.encode()).hexdigest()
    assert seen()["timeline"][-1]["data"]["link_hash"] == proof["page_hash"]
    assert f"答复核对  2026-09-30 16:00  200  {site}/1  页上有学校的答复" in do("show")[1]
    assert "云麓小鹿" not in str(seen())


@pytest.mark.provision("Z9a.3.5b")
@pytest.mark.parametrize("changes", [LOCAL])
def test_an_answer_at_once_needs_a_living_link_too(open_one: Any, do: Do, seen: Any, site: str) -> None:
    answer = f"answer --as xu_songbai --fact-note 已查 --disposition 已办 --response {OURS}"
    open_one(1, 1)
    go(do, f"{CONFIRM} --nature 诉求")
    refused(do, f"{answer} --link {site}/2", "打不开：网站回答 404", "用 --reason 说明")
    assert seen()["state"] == "交办"
    go(do, f"{answer} --link {site}/1")


@pytest.mark.provision("Z9b.5.3-0")
def test_a_confidential_case_is_found_by_nobody_and_told_without_a_word(
    open_one: Any, do: Do, capsys: pytest.CaptureFixture[str]
) -> None:
    def found() -> str:
        capsys.readouterr()
        assert main(["search", "二食堂"]) == 0
        return capsys.readouterr().out

    open_one(1, 1)
    go(do, CONFIRM)
    before = found()
    go(do, "set_confidential --as gu_wenjing --reason 涉及考务")
    hidden = found()
    open_one(1, 1, key="bbs:more", title="二食堂的汤里又有异物")
    later = found()
    go(do, ASSIGN)

    assert "二食堂" in before
    assert "二食堂" not in hidden + later
    assert "二食堂" not in do("show --as tang_ruolan")[1]
    assert "二食堂" in do("show --as gu_wenjing")[1]
    with open_ledger().read() as connection:
        told = connection.execute(select(outbox.c.payload).where(outbox.c.kind == "case_assigned")).scalars().all()
    assert told
    assert "二食堂" not in str(told)
    go(do, "lift_confidential --as gu_wenjing --reason 考试结束")
    assert "二食堂" in found()
