"""Tests of the look at a link: a real server on loopback; what lives, what does not, what we may not open."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from foundation.school import School, SchoolFiles
from huiyin.read_link import read_link

PAGES = {
    "/answer": (200, {}, "<html><body><h1>答复</h1><p>窗口已整改，我的手机号是 13987654321。</p></body></html>"),
    "/moved": (302, {"Location": "/answer"}, ""),
    "/circle": (302, {"Location": "/circle"}, ""),
    "/away": (302, {"Location": "http://169.254.1.1/secret"}, ""),
    "/robots.txt": (200, {}, "User-agent: *\nDisallow: /closed\n"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, text = PAGES.get(self.path, (404, {}, "没有"))
            body = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
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


@pytest.fixture(scope="module")
def local_school(example_school: School) -> School:
    texts = dict(example_school.files.texts)
    texts["huiyin.yaml"] = texts["huiyin.yaml"].replace("allowed_networks: []", "allowed_networks: [127.0.0.0/8]")
    return School.from_files(SchoolFiles(texts))


@pytest.mark.parametrize("page", ["/answer", "/moved"])
def test_a_living_link_gives_its_words_without_personal_data(local_school: School, site: str, page: str) -> None:
    proof = read_link(local_school, site + page)

    assert (proof.status, proof.problem, len(proof.hash)) == (200, "", 64)
    assert "窗口已整改" in proof.text
    assert "13987654321" not in proof.text


@pytest.mark.parametrize(
    ("page", "says"),
    [("/gone", "网站回答 404"), ("/closed/1", "robots.txt"), ("/circle", "转来转去"), ("/away", "不是公网地址")],
)
def test_what_does_not_live_says_why(local_school: School, site: str, page: str, says: str) -> None:
    proof = read_link(local_school, site + page)

    assert says in proof.problem
    assert proof.text == ""


def test_a_private_address_is_not_opened_unless_the_school_names_it(example_school: School, site: str) -> None:
    assert "不是公网地址" in read_link(example_school, f"{site}/answer").problem


def test_no_answer_is_said(local_school: School) -> None:
    assert "没有回应" in read_link(local_school, "http://127.0.0.1:9/answer").problem
