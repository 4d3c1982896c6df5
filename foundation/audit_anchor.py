"""Ground floor: anchors of the audit chain, kept outside the ledger. Heads in, lines of a file out, and back.

A chain whose tail was cut is whole in itself; only a head that was noted elsewhere shows it. The file is `audit-anchor
.jsonl` beside the ledger, or `$HUIYIN_ANCHOR` (better: a place that the product's account cannot rewrite, such as a
share that only appends). The same head stands in the log each day, so that a printed or mailed log anchors it too.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from foundation.audit import Head
from foundation.errors import Stop, reason_of
from foundation.tables import instant_text

ANCHOR_VARIABLE = "HUIYIN_ANCHOR"
ANCHOR_FILE = "audit-anchor.jsonl"
OURS_ONLY = 0o600
HASH_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head and when it was noted."""

    at: datetime
    head: Head


def anchor_file(folder: Path) -> Path:
    """Return where anchors are kept: `$HUIYIN_ANCHOR`, else beside the ledger."""
    given = os.environ.get(ANCHOR_VARIABLE)
    return Path(given) if given else folder / ANCHOR_FILE


def read_anchors(file: Path) -> list[Anchor]:
    """Return the anchors of a file, oldest first; none when there is no file yet.

    Raises:
        Stop: A line is not one that `note_anchor` wrote: whoever changed it must explain it.
    """
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            data = json.loads(line)
            head = Head(int(data["seq"]), str(data["hash"]))
            found.append(Anchor(datetime.fromisoformat(data["at"]), head))
        except (ValueError, KeyError, TypeError) as problem:
            raise _unreadable(file, number) from problem
        if len(head.hash) != HASH_LENGTH:
            raise _unreadable(file, number)
    return found


def note_anchor(file: Path, at: datetime, head: Head) -> None:
    """Add one line; earlier lines are never touched.

    Raises:
        Stop: The file cannot be written.
    """
    line = json.dumps({"at": instant_text(at), "seq": head.seq, "hash": head.hash})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OURS_ONLY), "a") as out:
            out.write(line + "\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as problem:
        words = f"检查 {ANCHOR_VARIABLE} 与文件夹权限（{reason_of(problem)}）"
        raise Stop("审计锚定写不进去", str(file), words) from problem


def _unreadable(file: Path, number: int) -> Stop:
    return Stop(
        f"审计锚定第 {number} 行读不懂", str(file), "它可能被改过；请与日志里每天的“审计锚定”核对，再改用完好的副本"
    )
