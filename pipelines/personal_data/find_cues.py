"""Stage 2, step 2: where the words beside names stand. A text in; the matches of all cues out, after one reading.

A regular expression tries its choice of a hundred words at every character. So the heads of all cues, the words of
which one stands where a match begins, are sought together first, and a cue is tried only at its own heads.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

from pipelines.personal_data.name_cues import (
    AFTER,
    CLASS_CUE,
    COLON_CUE,
    DEEDS,
    LABEL_CUE,
    LABELS,
    LOOSE,
    LOOSE_CUE,
    MORE_ROLES,
    OWNED,
    ROLE_CUE,
    ROLES,
    TITLE_AFTER,
)

_PART = re.compile(r"(?:\\s\?|.\?).*")  # of a word, from what need not stand there: 姓\s?名, 专业的?


def _words(choice: str) -> list[str]:
    """Return the words of a choice `a|b|c`, each up to its first part that may be missing."""
    return [_PART.sub("", word) for word in choice.split("|")]


HEADS = {  # cue → its heads
    LABEL_CUE: [*_words(LABELS), *_words(ROLES), "编号", "班级"],
    COLON_CUE: [*_words(ROLES), *_words(MORE_ROLES)],
    ROLE_CUE: _words(ROLES),
    LOOSE_CUE: _words(LOOSE),
    AFTER: [
        *_words(TITLE_AFTER),
        *[f"的{word}" for word in _words(OWNED)],
        *_words(DEEDS),
        *"他她本（(",
        "，男",
        "，女",
    ],
}
_CUES = list(HEADS)  # by number: a pattern is a slow key, because its hash goes through all of its code
_CUES_OF: dict[str, list[int]] = defaultdict(list)
for _number, _cue in enumerate(_CUES):
    for _head in dict.fromkeys(HEADS[_cue]):
        _CUES_OF[_head].append(_number)
_CUES_BY_HEAD = list(_CUES_OF.values())
_MACHINE = AhoCorasick(list(_CUES_OF))


def find_cues(text: str) -> Iterator[tuple[re.Pattern[str], re.Match[str]]]:
    """Give each cue with its matches, the same as its `finditer` would."""
    places: dict[int, list[int]] = {}
    for head, start, _ in _heads_in(text):
        for number in _CUES_BY_HEAD[head]:
            places.setdefault(number, []).append(start)
    for number, starts in places.items():
        cue, end = _CUES[number], 0
        for start in sorted(starts):
            if start >= end and (found := cue.match(text, start)):
                yield cue, found
                end = found.end()
    if "班" in text or "级" in text:
        for found in CLASS_CUE.finditer(text):
            yield CLASS_CUE, found


def _heads_in(text: str) -> list[tuple[int, int, int]]:
    try:
        return _MACHINE.find_matches_as_indexes(text, overlapping=True)
    except UnicodeEncodeError:  # half a character of UTF-16: a ? in its place is no head either
        return _MACHINE.find_matches_as_indexes(text.encode(errors="replace").decode(), overlapping=True)
