"""How well are incidents told apart? `python -m bench.measure_events [FILE]` prints counts and scores, never a text.

Reads the labelled message stream (teddy_events), lets each message find its event as the product does, and compares:
B-cubed over labelled messages, near misses (same place, other issue) wrongly merged, unlabelled messages pulled in.
"""

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.items import Post
from events.compare_posts import Comparer
from events.find_event import OpenEvents
from search.segment import Segmenter

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "teddy_events.dev.jsonl.gz"
OPEN_DAYS = 400  # the stream's incidents run for up to a year


def group(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Return the event of each message, in the order given."""
    events = OpenEvents(Comparer(Segmenter()), OPEN_DAYS)
    found = []
    for number, row in enumerate(rows, 1):
        heard = datetime.fromisoformat(row["time"]).replace(tzinfo=UTC)
        post = Post(post_id=number, title=row["title"], content=row["text"], level_code=1, first_seen_at=heard)
        event_id = events.nearest(post) or number
        events.add(event_id, post)
        found.append(event_id)
    return found


def b_cubed(found: Sequence[Hashable], truth: Sequence[Hashable]) -> tuple[float, float, float]:
    """Return precision, recall and F1 averaged over items."""
    by_found, by_truth = defaultdict(set), defaultdict(set)
    for at, (mine, true) in enumerate(zip(found, truth, strict=True)):
        by_found[mine].add(at)
        by_truth[true].add(at)
    shared = [len(by_found[mine] & by_truth[true]) for mine, true in zip(found, truth, strict=True)]
    precision = sum(n / len(by_found[mine]) for n, mine in zip(shared, found, strict=True)) / len(found)
    recall = sum(n / len(by_truth[true]) for n, true in zip(shared, truth, strict=True)) / len(found)
    return precision, recall, 2 * precision * recall / (precision + recall)


def main(path: Path) -> int:
    """Measure one file."""
    if not path.exists():
        print(f"跳过：没有测量数据 {path}", file=sys.stderr)
        return 1
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = sorted((json.loads(line) for line in lines), key=lambda row: row["time"])
    found = group(rows)
    labelled = [at for at, row in enumerate(rows) if row["event"] or row["near_miss"]]
    truth = [rows[at]["event"] or f"near miss {at}" for at in labelled]
    precision, recall, score = b_cubed([found[at] for at in labelled], truth)
    events_of = defaultdict(set)
    for at in labelled:
        if rows[at]["event"]:
            events_of[rows[at]["event"]].add(found[at])
    near = [at for at in labelled if rows[at]["near_miss"]]
    merged = sum(found[at] in events_of[rows[at]["near_miss"]] for at in near)
    incidents = set().union(*events_of.values())
    pulled = sum(not row["event"] and not row["near_miss"] and found[at] in incidents for at, row in enumerate(rows))
    result = {
        "messages": len(rows),
        "labelled": len(labelled),
        "b_cubed": {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(score, 3)},
        "near_misses_merged": [merged, len(near)],
        "pulled": pulled,
    }
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT))
