"""Stage 1: authors at the door. A name comes in, a keyed pseudonym goes out; the name itself is stored nowhere.

The key differs by year, the pseudonym by site: one author on two sites, or in two years, is
not linked (privacy.md 2).
"""

import hmac
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from foundation import clock
from foundation.keys import read_key
from foundation.ledger import state_folder

LENGTH = 16  # hex digits: 64 bits, enough to tell the authors of one site apart


@lru_cache(maxsize=8)  # asked for each post
def _key_of(year: int, folder: Path) -> bytes:
    return read_key(f"pseudonym-{year}", folder)


def pseudonym(author_name: str, site: str, at: datetime, folder: Path | None = None) -> str:
    """Return the pseudonym of an author of `site` in the year of `at` (school time); empty for an empty name."""
    name = author_name.strip()
    if not name:
        return ""
    key = _key_of(clock.at_school(at).year, folder or state_folder())
    return hmac.digest(key, f"{site}\0{name}".encode(errors="replace"), "sha256").hex()[:LENGTH]
