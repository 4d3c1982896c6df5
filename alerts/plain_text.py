"""Stage 6: text fit for a robot's message. Words of public posts in; no markup, no more bytes than allowed out."""

import json

# Marks that robots would read as formatting or a link; titles come from public posts and must stay plain.
PLAIN = str.maketrans({mark: chr(ord(mark) + 0xFEE0) for mark in "*_`#[]<>|"})  # their full-width forms
CUT = "……"


def plain_lines(text: str) -> list[str]:
    """Return the lines of a text without markup."""
    return text.translate(PLAIN).splitlines()


def cut_bytes(text: str, limit: int) -> str:
    """Return `text` cut to `limit` bytes as JSON writes it, on a character border, with a mark when cut."""
    if len(json.dumps(text, ensure_ascii=False).encode()) <= limit:
        return text
    kept, used = [], len(CUT.encode())
    for character in text:
        used += len(json.dumps(character, ensure_ascii=False).encode()) - 2
        if used > limit:
            break
        kept.append(character)
    return "".join(kept) + CUT
