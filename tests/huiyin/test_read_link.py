"""Tests of the look at a link: a real server on loopback; what lives, what does not, what we may not open."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from foundation.school import School, SchoolFiles
from huiyin.read_link import read_link

BARE = {"Content-Type": "text/html"}
PAGES = {
    "/answer": (200, {}, "<html><body><h1>答复</h1><p>窗口已整改。</p></body></html>"),
    "/moved": (302, {"Location": "/answer"}, ""),
    "/circle": (302, {"Location": "/circle"}, ""),
    "/away": (302, {"Location": "http://169.254.1.1/secret"}, ""),
    "/robots.txt": (200, {}, "User-agent: *\nDisallow: /closed\n"),
    "/broken": (200, {"Content-Encoding": "gzip"}, "没有压缩过"),
    "/utf-8": (200, BARE, "<html><head><meta charset=utf-8></head><body><p>窗口已整改</p></body></html>"),
    "/gbk": (200, BARE, "<html><head><meta charset=gbk></head><body><p>窗口已整改</p></body></html>"),
}
RULES = {  # of a second site: how robots.txt is answered → what that means
    "sent on to rules": ((302, "/rules"), "robots.txt"),
    "sent round": ((302, "/robots.txt"), "robots.txt 回应 302"),
    "sent nowhere": ((304, ""), "robots.txt 回应 304"),
    "out of order": ((503, ""), "robots.txt 回应 503"),
    "shut": ((403, ""), "robots.txt 回应 403"),
    "none": ((404, ""), ""),
    "sent on to none": ((302, "/nothing"), ""),
}


def serve(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, text = PAGES.get(self.path, (404, {}, "没有"))
            body = text.encode("gbk" if self.path == "/gbk" else "utf-8")
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    yield from serve(Handler)


@pytest.fixture
def strict_site(request: pytest.FixtureRequest) -> Iterator[str]:
    """A site whose robots.txt is answered as the test says; its rules elsewhere forbid everything."""
    status, target = request.param

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = {"/robots.txt": status, "/nothing": 404}.get(self.path, 200)
            body = b"" if found == 304 else b"User-agent: *\nDisallow: /\n"
            self.send_response(found)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    yield from serve(Handler)


@pytest.fixture(scope="module")
def local_school(example_school: School) -> School:
    texts = dict(example_school.files.texts)
    texts["huiyin.yaml"] = texts["huiyin.yaml"].replace("allowed_networks: []", "allowed_networks: [127.0.0.0/8]")
    return School.from_files(SchoolFiles(texts))


@pytest.mark.parametrize("page", ["/answer", "/moved", "/utf-8", "/gbk"])
def test_a_living_link_gives_its_words_whoever_names_their_encoding(local_school: School, site: str, page: str) -> None:
    proof = read_link(local_school, site + page)

    assert (proof.status, proof.problem, len(proof.page_hash)) == (200, "", 64)
    assert "窗口已整改" in proof.page


@pytest.mark.parametrize(
    ("page", "says"),
    [("/gone", "网站回答 404"), ("/closed/1", "robots.txt"), ("/circle", "转来转去"), ("/away", "不是公网地址")],
)
def test_what_does_not_live_says_why(local_school: School, site: str, page: str, says: str) -> None:
    proof = read_link(local_school, site + page)

    assert says in proof.problem
    assert (proof.page, proof.page_hash) == ("", "")


@pytest.mark.parametrize(("strict_site", "says"), RULES.values(), ids=RULES, indirect=["strict_site"])
def test_rules_that_cannot_be_read_are_no_permission(local_school: School, strict_site: str, says: str) -> None:
    proof = read_link(local_school, f"{strict_site}/page")

    assert (says in proof.problem, proof.status) == (True, 0 if says else 200)


def test_a_private_address_is_not_opened_unless_the_school_names_it(example_school: School, site: str) -> None:
    assert "不是公网地址" in read_link(example_school, f"{site}/answer").problem


def test_no_answer_is_said(local_school: School) -> None:
    assert "没有回应" in read_link(local_school, "http://127.0.0.1:9/answer").problem


@pytest.mark.parametrize(
    "link", ["http://[/x", "{site}/broken", "http://", "bbs", "http://a..b/", "http://127.0.0.1:x/"]
)
def test_a_link_that_cannot_be_read_is_said_and_not_raised(local_school: School, site: str, link: str) -> None:
    proof = read_link(local_school, link.format(site=site))

    assert (bool(proof.problem), proof.status, proof.page_hash) == (True, 0, "")
