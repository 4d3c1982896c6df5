"""Stage 1: bytes of a page in, its text out, also when headers and tags lie about the encoding (crawl.md 1.4)."""

import codecs
import re

TAG = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,20})", re.I)
HEAD_BYTES = 4096
GB = {"gb2312", "gbk", "x-gbk", "gb_2312-80"}  # pages that name these use characters of gb18030
OF_PAGES = ("utf-8", "utf-16", "utf-32", "gb", "hz", "big5", "euc", "shift", "iso", "cp", "koi8", "ascii")
BAD = "\ufffd"


def decode_body(body: bytes, declared: str = "") -> str:
    """Return the text by the encoding with the fewest unreadable characters; the declared one wins when equal."""
    tag = TAG.search(body[:HEAD_BYTES])
    names = [declared, tag.group(1).decode() if tag else "", "utf-8", "gb18030"]
    texts = []
    for name in dict.fromkeys(filter(None, map(_known, names))):
        text = body.decode(name, errors="replace")
        if BAD not in text:
            return text
        texts.append(text)
    return min(texts, key=lambda text: text.count(BAD))


def is_encoding_of_pages(name: str) -> bool:
    """Return whether pages may be written in an encoding of this name."""
    return bool(_known(name))


def _known(name: str) -> str:
    """Return Python's name of an encoding of pages; empty for others, also for those that only Python has (idna …)."""
    lower = name.lower()
    try:
        known = codecs.lookup("gb18030" if lower in GB else lower).name
    except (LookupError, ValueError):
        return ""
    return known if known.startswith(OF_PAGES) else ""
