"""Stage 2, step 2: what the grammar of names knows: surnames, given-name characters, public names, ordinary words.

Comes in: `names.txt` beside this file, written by us. Goes out: one frozen set a section. Words of the language come
from the dictionary of jieba, which is installed anyway.
"""

from functools import cache
from pathlib import Path

import jieba

_FILE = Path(__file__).with_name("names.txt")
_CHARACTER_TABLES = ("common_surnames", "other_surnames", "verb_surnames", "given", "never_given")
_NAME_TAG, _OFTEN = "nr", 200  # jieba tags some ordinary words as names; those are frequent


def _sections() -> dict[str, frozenset[str]]:
    tables: dict[str, list[str]] = {}
    section = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].strip()
        if words.startswith("["):
            section = words.strip("[]")
            tables[section] = []
        elif words:
            tables[section] += list(words) if section in _CHARACTER_TABLES else words.split()
    return {name: frozenset(words) for name, words in tables.items()}


_TABLES = _sections()
COMMON_SURNAMES = _TABLES["common_surnames"]
OTHER_SURNAMES = _TABLES["other_surnames"]
VERB_SURNAMES = _TABLES["verb_surnames"]
COMPOUND_SURNAMES = _TABLES["compound_surnames"]
GIVEN = _TABLES["given"]
NEVER_GIVEN = _TABLES["never_given"]
NOT_NAMES = _TABLES["not_names"]
PUBLIC_NAMES = _TABLES["public_names"]
ENGLISH_WORDS = _TABLES["english_words"]
OTHER_PEOPLES = _TABLES["other_peoples"]


@cache
def dictionary() -> dict[str, int]:
    """Return the ordinary words of at most three characters with their frequency (0.4 s, once a process)."""
    words: dict[str, int] = {}
    with jieba.get_dict_file() as lines:
        for line in lines:
            word, frequency, tag = line.decode().split()[:3]
            is_name = tag.startswith(_NAME_TAG) and (len(word) == 3 or int(frequency) < _OFTEN)  # noqa: PLR2004
            if len(word) <= 3 and not is_name:  # noqa: PLR2004  # a surname and a given name of two
                words[word] = int(frequency)
    return words
