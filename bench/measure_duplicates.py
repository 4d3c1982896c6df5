"""Measure find_duplicate on the development sets: pairs by kind, natural pairs, and a stream in file order.

    python bench/measure_duplicates.py [FOLDER]

FOLDER (default ../shared/data) holds neardup_*.dev.jsonl.gz. The texts are for measuring only: nothing but counts is
printed. Without the folder it says so and ends with 3. `--json` prints one line for machines.
"""

import gzip
import json
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.compare_texts import TINY, Comparable, similarity  # noqa: E402
from pipelines.minhash import band_keys  # noqa: E402

BATCH = 500
MOST_CANDIDATES = 24
SKIPPED = 3


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a compressed JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def measure_pairs(folder: Path) -> dict[str, Any]:
    """Return recall of copies and share of false alarms, by kind."""
    seen: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for row in rows(folder / "neardup_pairs.dev.jsonl.gz"):
        seen[row["kind"]] += 1
        found[row["kind"]] += _alike(row)
    share = {kind: found[kind] / seen[kind] for kind in sorted(seen)}
    copies = [value for kind, value in share.items() if kind[0] in "abc"]
    others = [value for kind, value in share.items() if kind[0] == "d"]
    recall, false_rate = sum(copies) / len(copies), sum(others) / len(others)
    precision = recall / (recall + false_rate)
    wrappers = min(value for kind, value in share.items() if kind.startswith("b_"))
    return {
        "kind_f1": 2 * precision * recall / (precision + recall),
        "kind_recall": recall,
        "kind_fpr": false_rate,
        "template_fpr": share["d_template"],
        "worst_wrapper_recall": wrappers,
        "kinds": share,
    }


def measure_natural(folder: Path) -> dict[str, float]:
    """Return precision and recall on pairs that people labelled."""
    counts: Counter[tuple[int, bool]] = Counter()
    for row in rows(folder / "neardup_natural.dev.jsonl.gz"):
        if row["label"] is not None:
            counts[row["label"], _alike(row)] += 1
    right, wrong, missed = counts[1, True], counts[0, True], counts[1, False]
    return {"precision": right / max(1, right + wrong), "recall": right / max(1, right + missed)}


def measure_stream(folder: Path) -> dict[str, float]:
    """Feed the stream in file order; a member of a known group must find an earlier member."""
    data = [(row["text"], row["group"]) for row in rows(folder / "neardup_stream.dev.jsonl.gz")]
    index: dict[int, list[int]] = defaultdict(list)
    texts: list[Comparable] = []
    pairs: set[tuple[int, int]] = set()
    began = time.process_time()
    for start in range(0, len(data), BATCH):
        batch = [Comparable(text) for text, _ in data[start : start + BATCH]]
        for text, keys in zip(batch, band_keys([text.letters for text in batch]), strict=True):
            number = len(texts)
            texts.append(text)
            if len(text.letters) < TINY:
                continue
            shared = Counter(other for key in keys for other in index[key])
            best = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MOST_CANDIDATES]
            pairs.update((other, number) for other, _ in best if similarity(text, texts[other]))
            for key in keys:
                index[key].append(number)
    seconds = time.process_time() - began
    return {**_stream_recall(data, pairs), "docs_per_second": len(data) / seconds}


def _stream_recall(data: list[tuple[str, str]], pairs: set[tuple[int, int]]) -> dict[str, float]:
    members: dict[str, list[int]] = defaultdict(list)
    for number, (_, group) in enumerate(data):
        members[group].append(number)
    true = {(one, two) for numbers in members.values() for at, two in enumerate(numbers) for one in numbers[:at]}
    linked = {two for _, two in pairs & true}
    later = {two for _, two in true}
    return {"pair_recall": len(pairs & true) / len(true), "post_recall": len(linked) / len(later)}


def _alike(row: dict[str, Any]) -> bool:
    return similarity(Comparable(row["a"]), Comparable(row["b"])) > 0


def main(arguments: list[str]) -> int:
    """Measure and print."""
    names = [name for name in arguments if not name.startswith("--")]
    folder = Path(names[0]) if names else ROOT.parent / "shared" / "data"
    if not (folder / "neardup_pairs.dev.jsonl.gz").exists():
        print(f"SKIPPED: no development data in {folder}; nothing was measured", file=sys.stderr)
        return SKIPPED
    pairs, natural, stream = measure_pairs(folder), measure_natural(folder), measure_stream(folder)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"pairs": pairs, "natural": natural, "stream": stream, "peak_megabytes": memory}
    if "--json" in arguments:
        print(json.dumps(result))
        return 0
    for kind, value in pairs.pop("kinds").items():
        print(f"  {kind:30} {value:.3f}")
    for name in ("pairs", "natural", "stream"):
        print(name, " ".join(f"{key}={value:.3f}" for key, value in result[name].items()))  # type: ignore[attr-defined]
    print(f"peak_megabytes={memory:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
