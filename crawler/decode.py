"""Stage 1: bytes of a page in, its text out, also when headers and tags lie about the encoding."""

import codecs
import re

TAG = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,20})", re.I)
HEAD_BYTES = 4096
GB = {"gb2312", "gbk", "x-gbk", "gb_2312-80"}  # pages that name these use characters of gb18030
OF_PAGES = ("utf-8", "utf-16", "utf-32", "gb", "hz", "big5", "euc", "shift", "iso", "cp", "koi8", "ascii")
ONE_BYTE = ("iso8859", "cp125", "koi8", "ascii")  # read every byte as some letter: that they can says nothing
WIDE = ("utf-16", "utf-32")  # the same; pages in them begin with a mark, or are full of zeros
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
HAN = re.compile("[\u4e00-\u9fff]")
BAD = "\ufffd"
MOST_BAD = 0.02  # share of unreadable characters from which on a page is no Chinese after all


def decode_body(body: bytes, declared: str = "", *, told: str = "") -> str:
    """Return the text by the first encoding that reads all of it, else by the one with fewest unreadable characters.

    A mark at the begin, then UTF-8 (bytes of another encoding hardly ever are), then what header and tag claim, Chinese
    ones first, then gb18030. Encodings of one byte come last: servers name them who never looked at the page.

    Args:
        body: The page's bytes.
        declared: What the answer's header claims.
        told: What a person wrote for this source or file: believed before all but the mark, whatever it is.
    """
    marked = next((name for mark, name in MARKS.items() if body.startswith(mark)), "")
    if marked:
        return body.decode(marked, errors="replace")
    tag = TAG.search(body[:HEAD_BYTES])
    claims = [name for name in map(_known, (declared, tag.group(1).decode() if tag else "")) if name]
    many, one = _ranked(claims, body)
    believed = _known(told)
    texts = []
    for name in dict.fromkeys(filter(None, [believed, *many])):
        text = body.decode(name, errors="replace")
        if BAD not in text and (name == believed or name != "utf-8" or _is_believed(text, claims)):
            return text
        texts.append(text)
    best = min(texts, key=lambda text: text.count(BAD))
    return body.decode(one, errors="replace") if one and best.count(BAD) > MOST_BAD * len(best) else best


def _ranked(claims: list[str], body: bytes) -> tuple[list[str], str]:
    """Return the encodings of more than one byte to try, and the one of one byte that was claimed."""
    believed = [name for name in claims if not name.startswith(WIDE) or b"\0" in body[:HEAD_BYTES]]
    many = [name for name in believed if not name.startswith(ONE_BYTE)]
    one = next((name for name in believed if name.startswith(ONE_BYTE)), "")
    return list(dict.fromkeys(["utf-8", *sorted(many, key=lambda name: name != "gb18030"), "gb18030"])), one


def _is_believed(text: str, claims: list[str]) -> bool:
    """Return whether UTF-8 is meant: a few characters of gb18030 alone may look like two-byte letters of it."""
    return "gb18030" not in claims or text.isascii() or HAN.search(text) is not None


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
