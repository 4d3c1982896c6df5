"""A server that answers as Kibana does: the answers were measured on a real one, the server only replays them."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HTML = "<!doctype html><title>统一身份认证</title>"
STATUS = {"version": {"number": "8.19.7"}, "status": {"overall": {"level": "available"}}}
OPENSEARCH = {
    "version": {"number": "2.11.0"},
    "status": {"overall": {"state": "green"}, "statuses": [{"id": "core:opensearch@2.11.0", "state": "green"}]},
}
GOOD = {"success": True, "successCount": 14, "warnings": []}
CONFLICT = {
    "success": False,
    "successCount": 13,
    "errors": [
        {"id": "huiyin-overview", "type": "dashboard", "title": "Overview", "meta": {}, "error": {"type": "conflict"}}
    ],
}
MISSING = {
    "success": False,
    "successCount": 1,
    "errors": [
        {
            "id": "huiyin-search-grave", "type": "search", "title": "x",
            "error": {"type": "missing_references", "references": [{"type": "index-pattern", "id": "huiyin-gone"}]},
        }
    ],
}  # fmt: skip
UNSUPPORTED = {
    "success": False,
    "successCount": 13,
    "errors": [{"id": "huiyin-tag", "type": "tag", "title": "回音", "error": {"type": "unsupported_type"}}],
}
MUTE = {"success": False, "successCount": 0}
NO_HEADER = {"statusCode": 400, "error": "Bad Request", "message": "Request must contain a kbn-xsrf header."}
NO_EXTENSION = {"statusCode": 400, "error": "Bad Request", "message": "Invalid file extension ."}
TWICE = {
    "statusCode": 400,
    "error": "Bad Request",
    "message": "Non-unique import objects detected: [dashboard:huiyin-overview]",
}
TOO_NEW = {
    "statusCode": 422,
    "error": "Unprocessable Entity",
    "message": 'Document "huiyin-overview" belongs to a more recent version of Kibana [8.9.0] when the last known '
    "version is [7.9.3].",
}


@dataclass
class Replayed:
    """What is answered to status and import, and what was asked."""

    url: str = ""
    status: tuple[int, Any] = (200, STATUS)
    imported: tuple[int, Any] = (200, GOOD)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def answer_to(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        self.asked.append((method, path, headers, body))
        if path == "/api/status":
            return self.status
        if "kbn-xsrf" not in headers:
            return 400, NO_HEADER
        if not re.search(rb'filename="[^"]+\.ndjson"', body):
            return 400, NO_EXTENSION
        return self.imported


@contextmanager
def replaying() -> Iterator[Replayed]:
    """Give the running server."""
    own = Replayed()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = own.answer_to(self.command, self.path, headers, body)
            is_page = isinstance(answer, str)
            content = answer.encode() if is_page else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if is_page else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    own.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield own
    server.shutdown()
    server.server_close()
