"""Measures the judgement on our own labelled campus posts, and on public sets when they are at hand.

    python -m bench.measure_judgement [--part dev|heldout|fresh|last|look4] [--errors] [--data FOLDER]

bench/campus/posts.jsonl was written and labelled by us after the severity guide (fictional school 云麓学院). Rules were
tuned on part dev. The others were written after the rules, each measured once before anything was mended by it; these
first measures are the honest ones: heldout level accuracy .878, recall of 重大+ .864; fresh .700 and .562 (written to
be hard); last .650 and .526; no false critical in any; look4 (mixed registers, few of the usual words) .533 and .609,
one false critical in 15, relevant .983, restricted .967, first department .509. Their texts are known now, so new posts
are needed for the next honest figure. Of public sets only counts are printed.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from crawler.items import Post
from foundation.outcome import LEVELS
from foundation.school import SETTINGS_FILE, School, SchoolFiles
from pipelines.default_school import SETTINGS, default_school
from pipelines.judge import Judge
from pipelines.score_severity import rate

POSTS = Path(__file__).parent / "campus" / "posts.jsonl"
IDENTITY = "name: 云麓学院, aliases: [云麓], namesakes: [云麓职业学院, 云麓小区, 云麓中学]"
PARTS = ["dev", "heldout", "fresh", "last", "look4"]
SELF_HARM_BAR = "bars: R ≥ .88, P ≥ .93 on social rows; ≤ 45 alarms per 10,000 ordinary posts"


def campus_school() -> School:
    """Return the built-in departments under the fictional school's name."""
    texts = dict(default_school().files.texts)
    texts[SETTINGS_FILE] = SETTINGS.replace("name: 本校, aliases: []", IDENTITY)
    return School.from_files(SchoolFiles(texts))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in POSTS.read_text(encoding="utf-8").splitlines()]
    for part in [arguments.part] if arguments.part else PARTS:
        measure_part(part, [row for row in rows if row["part"] == part], errors=arguments.errors)
    measure_public(arguments.data)


def measure_part(part: str, rows: list[dict[str, Any]], *, errors: bool) -> None:
    """Print agreement per question (severity-guide §5) for some labelled posts."""
    if not rows:
        return
    for name, school in (("named school", campus_school()), ("built-in school", default_school())):
        found = [judge_row(Judge.from_school(school), row, school) for row in rows]
        print(f"{part}, {name}: {len(rows)} posts")
        pairs = [(row["label"], guess) for row, guess in zip(rows, found, strict=True)]
        for question in ("relevant", "category", "level", "restricted"):
            print(f"  {question:10} " + agreement([(str(t[question]), str(g[question])) for t, g in pairs]))
        ours = [(t, g) for t, g in pairs if t["relevant"] and g["relevant"]]
        print(f"  topic      {share(ours, lambda t, g: bool(set(t['topics']) & set(g['topics'])))} any in common")
        print(f"  department {share(ours, lambda t, g: g['departments'][:1] == t['departments'][:1])} first is first")
        print(f"  department {share(ours, lambda t, g: g['departments'][0] in t['departments'])} first is one of ours")
        high = [(t, g) for t, g in pairs if LEVELS.index(g["level"]) >= 2]
        print(f"  false-critical {share(high, lambda t, g: LEVELS.index(t['level']) < 2)} of {len(high)} suggestions")
        grave = [(t, g) for t, g in pairs if LEVELS.index(t["level"]) >= 2]
        print(f"  recall of 重大+ {share(grave, lambda t, g: LEVELS.index(g['level']) >= 2)} of {len(grave)}")
        if errors and name == "named school":
            print_errors(rows, found)


def judge_row(judge: Judge, row: dict[str, Any], school: School) -> dict[str, Any]:
    """Return our answers for one post in the form of the labels."""
    post = Post(content=row["text"], site_kind=row["site_kind"], reposts=row.get("reposts"), replies=row.get("replies"))
    judge.judge([post])
    return {
        "relevant": post.relevant,
        "category": post.category,
        "topics": list(post.topics),
        "level": post.level,
        "restricted": post.restricted,
        "departments": [school.department(unit).competences[0] for unit in post.departments],
        "why": [f"{reason.rule}{reason.points:.0f}{list(reason.words)}" for reason in post.reasons],
    }


def agreement(pairs: list[tuple[str, str]]) -> str:
    """Return accuracy and macro F1 of (true, guessed) pairs."""
    true, guessed = Counter(t for t, _ in pairs), Counter(g for _, g in pairs)
    right = Counter(t for t, g in pairs if t == g)
    scores = [2 * right[each] / (true[each] + guessed[each]) for each in true]
    return f"accuracy {sum(right.values()) / len(pairs):.3f}  macro F1 {sum(scores) / len(scores):.3f}"


def share(pairs: list[tuple[Any, Any]], holds: Any) -> str:
    """Return the share of pairs for which a claim holds."""
    return f"{sum(bool(holds(t, g)) for t, g in pairs) / max(len(pairs), 1):.3f}"


def print_errors(rows: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    """Print where we disagree with the label: our own posts only."""
    for row, guess in zip(rows, found, strict=True):
        label = row["label"]
        wrong = [
            f"{name} {label[name]}→{guess[name]}"
            for name in ("relevant", "category", "level", "restricted")
            if label[name] != guess[name]
        ]
        if label["relevant"] and guess["relevant"]:
            if not set(label["topics"]) & set(guess["topics"]):
                wrong.append(f"topic {label['topics']}→{guess['topics']}")
            if guess["departments"][:1] != label["departments"][:1]:
                wrong.append(f"dept {label['departments']}→{guess['departments']}")
        if wrong:
            print(f"    {row['id']} {'; '.join(wrong)} | {row['text'][:60]} {guess['why']}")


def measure_public(folder: Path) -> None:
    """Print self-harm recall and precision and false alarms on public sets; counts only."""
    if not (folder / "psysuicide.dev.jsonl.gz").is_file():
        print(f"SKIPPED: no public sets in {folder}: self-harm and false alarms were NOT measured")
        return
    judge = Judge.from_school(default_school())
    rows = [row for row in _read(folder / "psysuicide.dev.jsonl.gz") if row["source"].endswith("social_media")]
    marks = [(bool(row["label"]), _is_alarm(judge, row["text"])) for row in rows]
    hits = sum(label and alarm for label, alarm in marks)
    precision, recall = hits / max(sum(alarm for _, alarm in marks), 1), hits / sum(label for label, _ in marks)
    print(f"psysuicide social rows: {len(rows)} P {precision:.3f} R {recall:.3f}; {SELF_HARM_BAR}")
    for name in ("smp2020", "teddy_events"):
        texts = [f"{row.get('title', '')}\n{row['text']}" for row in _read(folder / f"{name}.dev.jsonl.gz")]
        begun = time.perf_counter()
        alarms = sum(_is_alarm(judge, text) for text in texts)
        speed = len(texts) / (time.perf_counter() - begun)
        per_myriad = 1e4 * alarms / len(texts)
        print(f"{name}: {per_myriad:.1f} self-harm alarms per 10,000 ({len(texts)} posts, {speed:.0f}/s)")


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _is_alarm(judge: Judge, text: str) -> bool:
    fired = rate(judge.reader.view(Post(content=text))).fired
    return any(finding.restricted for rule, finding in fired if rule.__name__.endswith(".self_harm"))


if __name__ == "__main__":
    main()
