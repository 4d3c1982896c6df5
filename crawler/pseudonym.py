"""Stage 1: authors at the door. A name comes in, a keyed pseudonym goes out; the name itself is stored nowhere.

The key differs by year, the pseudonym by site: one author on two sites, or in two years, is
not linked (PRIVACY.md 2).
"""

import hmac
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from foundation import clock
from foundation.keys import read_key
from foundation.ledger import state_folder

LENGTH = 16  # hex digits: 64 bits, enough to tell the authors of one site apart


@lru_cache(maxsize=8)  # asked for each post: a copy of a begun digest costs half of a new one
def _keyed(year: int, folder: Path) -> hmac.HMAC:
    return hmac.new(read_key(f"pseudonym-{year}", folder), digestmod="sha256")


def pseudonym(author_name: str, site: str, at: datetime, folder: Path | None = None) -> str:
    """Return the pseudonym of an author of `site` in the year of `at` (school time); empty for an empty name."""
    name = author_name.strip()
    if not name:
        return ""
    digest = _keyed(clock.at_school(at).year, folder or state_folder()).copy()
    digest.update(f"{site}\0{name}".encode(errors="replace"))
    return digest.hexdigest()[:LENGTH]
