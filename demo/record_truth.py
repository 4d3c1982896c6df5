"""Demo: the truth. In: what the campus servers serve, and when. Out: `truth.json`, which only the checker reads.

Truth is written by the servers at the moment of serving, not taken from the story: what no crawler could have seen is
not expected of the product.
"""

import json
import os
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from demo.read_story import StoryPost


class Truth:
    """Collects what was served; safe for the servers' threads; the file on disk is always whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._content: dict[str, Any] = {"posts": {}, "forbidden_requests": [], "closed": [], "requests": {}}

    def served(self, post: StoryPost, version: int, now: datetime) -> None:
        """Note that a post was shown in this version."""
        with self._lock:
            row = self._content["posts"].get(post.key)
            if row is None:
                row = self._content["posts"][post.key] = _row(post, now)
            if version not in row["versions"]:
                row["versions"].append(version)
                self._write()

    def gone(self, post: StoryPost, now: datetime) -> None:
        """Note that a visitor was told that the post does not exist any more (counts only if it was shown before)."""
        with self._lock:
            row = self._content["posts"].get(post.key)
            if row is not None and row["gone_at"] is None:
                row["gone_at"] = now.isoformat()
                self._write()

    def forbidden(self, site: str, path: str, now: datetime) -> None:
        """Note a request that robots.txt forbids."""
        with self._lock:
            self._content["forbidden_requests"].append({"site": site, "path": path, "at": now.isoformat()})
            self._write()

    def closed(self, site: str, now: datetime) -> None:
        """Note that a visitor met the closed site."""
        with self._lock:
            self._content["closed"].append({"site": site, "at": now.isoformat()})
            self._write()

    def requested(self, site: str) -> None:
        """Count one request."""
        with self._lock:
            counts = self._content["requests"]
            counts[site] = counts.get(site, 0) + 1

    def snapshot(self) -> dict[str, Any]:
        """Return a copy of everything noted so far, and bring the file up to date."""
        with self._lock:
            self._write()
            copy: dict[str, Any] = json.loads(json.dumps(self._content))
            return copy

    def _write(self) -> None:
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(self._content, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(beside, self.path)  # noqa: PTH105 atomic, so that a reader never sees half a file


def _row(post: StoryPost, now: datetime) -> dict[str, Any]:
    entry = post.entry
    return {
        "id": entry.id,
        "site": entry.site,
        "native": post.native,
        "kind": entry.kind,
        "event": post.event,
        "copy_of": entry.copy_of,
        "published_at": entry.at.isoformat(),
        "first_served_at": now.isoformat(),
        "versions": [],
        "gone_at": None,
    }
