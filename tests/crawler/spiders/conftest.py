"""Spiders end to end: a real site on loopback, real Scrapy in a child process, what was heard as JSON lines."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SUPPORT = Path(__file__).parent / "support"
ROOT = Path(__file__).parents[3]


@dataclass
class Listener:
    """One source on one site, round after round."""

    site: Any
    campus: Any
    heard: Path

    def round(self) -> dict[str, Any]:
        """Run a round; return its last line, the posts it heard, what vanished, and the paths it asked for."""
        already, asked = len(self._pages()), len(self.site.asked)
        said = self.campus.crawl("place")
        pages = self._pages()[already:]
        return {
            **said,
            "row": self.campus.row("place"),
            "posts": [post for page in pages for post in page["posts"]],
            "vanished": [key for page in pages for key in page["vanished_threads"]],
            "asked": [path for path in self.site.asked[asked:] if path != "/robots.txt"],
        }

    def _pages(self) -> list[dict[str, Any]]:
        lines = self.heard.read_text(encoding="utf-8").splitlines() if self.heard.exists() else []
        return [json.loads(line) for line in lines]


@pytest.fixture
def listen(
    new_site: Callable[..., Any], open_campus: Callable[..., Any], state: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Listener]:
    """Start a site and a source on it: `listen("discuz", "/forum-2-1.html", {...pages}, options={...})`."""

    def start(spider: str, path: str, pages: dict[str, Any], **source: Any) -> Listener:
        site = new_site(pages)
        site.pages = pages  # not a copy: tests change the site between rounds
        whole = {"id": "place", "spider": spider, "url": f"{site.url}{path}", "site": "s.example", **source}
        campus = open_campus([whole])
        heard = state / "heard.jsonl"
        environment = {
            **campus.environment(),
            "PYTHONPATH": f"{ROOT}:{SUPPORT}",
            "SCRAPY_SETTINGS_MODULE": "heard_settings",
            "HEARD_PAGES": str(heard),
        }
        monkeypatch.setattr(campus, "environment", lambda: environment)
        return Listener(site, campus, heard)

    return start
