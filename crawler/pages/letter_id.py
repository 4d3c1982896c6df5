"""Stage 1: how letters are told apart. In: a letter's address. Out: its native id."""

import re
from urllib.parse import parse_qsl, urlsplit

from crawler.pages.forum_page import native_path

_LETTER_NUMBER = re.compile(r"(?<!\d)(\d++)(?:\.\w++)?/?$")
_ID_NAMES = re.compile(r"^(id|\w*id|no|bh)$", re.I)


def letter_id(url: str) -> str:
    """Return the native id of a letter: an id parameter of its address, the last number of the path, else the path."""
    parts = urlsplit(url)
    for name, value in parse_qsl(parts.query):
        if _ID_NAMES.match(name) and re.fullmatch(r"[\w\-]+", value):
            return value
    match = _LETTER_NUMBER.search(parts.path)
    return match[1] if match else native_path(url)
