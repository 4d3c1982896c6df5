"""The application: does a child that crawls still move? In: the lines in its log. Out: whether, and where it hangs.

A child watches its own rounds from a thread, but a regular expression that does not end lets no thread of it run: then
only its parent can end it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.rounds import LeasedRound
from foundation import clock


@dataclass(slots=True)
class ChildWatch:
    """One child's rounds, and how long it may say nothing.

    Attributes:
        leased: What it crawls.
        log_place: Where its lines go.
        limit_seconds: Longer than this no round takes without a line.
    """

    leased: LeasedRound
    log_place: Path
    limit_seconds: float
    _lines: int = 0
    _since: float = field(default_factory=clock.monotonic_seconds)

    def is_hanging(self) -> bool:
        """Return whether no round began or ended for longer than a round may take."""
        now, lines = clock.monotonic_seconds(), len(self._said())
        if lines > self._lines:
            self._lines, self._since = lines, now
        return now - self._since > self.limit_seconds

    def unfinished(self) -> str:
        """Return the source whose round is not ended, empty when all are."""
        ended = {line["source"] for line in self._said() if line["state"] == "finished"}
        return next((source for source in self.leased.sources if source not in ended), "")

    def _said(self) -> list[dict[str, Any]]:
        try:
            lines = self.log_place.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
        except OSError:  # somebody tidied the folder
            return []
        return [json.loads(line) for line in lines if line.startswith('{"source"') and line.endswith("}\n")]
