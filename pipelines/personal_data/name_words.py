"""Stage 2, step 2: what the grammar of names knows: surnames, given-name characters, public names, ordinary words.

Comes in: `names.txt` beside this file, written by us. Goes out: one frozen set a section.
"""

from pathlib import Path

_FILE = Path(__file__).with_name("names.txt")
_CHARACTER_TABLES = ("common_surnames", "other_surnames", "verb_surnames", "given", "never_given")


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
SURNAME_STARTS = COMMON_SURNAMES | OTHER_SURNAMES | VERB_SURNAMES | {surname[0] for surname in COMPOUND_SURNAMES}
