"""Stage 3: what the server said to each line of a bulk request, sorted: done, refused for good, or to be sent again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.elastic_client import BUSY, RED_STEP, is_red

DONE = (200, 201, 409)  # 409 on an external version: a newer one is there already
GONE = 404  # a delete of what was never there, or an index that is missing
_FIELD = re.compile(r"field \[([\w.]+)\]")


@dataclass(frozen=True, slots=True)
class Sorted:
    """Position → reason of what is refused for good; `later` is the kind of error of what must be sent again."""

    refused: dict[int, str]
    later: str = ""


def sort_answers(answers: Sequence[dict[str, Any]]) -> Sorted:
    """Sort the answers of one request; reasons name the kind of error and the field, never text."""
    refused: dict[int, str] = {}
    later = ""
    for position, answer in enumerate(answers):
        status, error = int(answer["status"]), answer.get("error") or {}
        if status in DONE or (status == GONE and not error):
            continue
        kind = str(error.get("type", status))
        if status == GONE or status in BUSY or "block" in kind:
            later = kind
        else:
            field = _FIELD.search(str(error.get("reason", "")))
            refused[position] = f"{kind} {field[1]}" if field else kind
    return Sorted(refused, later)


def advice(kind: str) -> str:
    """Return what people should do about what must be sent again."""
    if "block" in kind:
        return "索引被设为只读，多半磁盘快满了；腾出磁盘后会自动继续，见 docs/elasticsearch.md"
    if is_red(kind):
        return f"索引有一部分不可用（红），内容都在账本里；{RED_STEP}"
    return "会自动隔一会儿再送，内容都在账本里"
